import { describe, expect, it } from 'vitest';
import { createBench, type Bench } from '../../apiserver/testing.ts';
import type { Service, ServiceSpec } from './shapes.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ports = [{ port: 80 }];

function make(bench: Bench, name: string, spec: object): ServiceSpec {
  const object = bench.ask('POST', SERVICES, { metadata: { name }, spec: { ports, ...spec } });
  return (object as Service).spec;
}

/** What a refusal says, without the object's name in front. */
function refused(bench: Bench, name: string, spec: object): string {
  const { message = '' } = bench.fail('POST', SERVICES, {
    metadata: { name },
    spec: { ports, ...spec },
  });
  return message.replace(/^Service "\w+" is invalid: /, '');
}

function change(bench: Bench, name: string, spec: object): ServiceSpec {
  const patch = { 'content-type': 'application/merge-patch+json' };
  return (bench.ask('PATCH', `${SERVICES}/${name}`, { spec }, patch) as Service).spec;
}

describe('families', () => {
  it('follow the policy and what the cluster offers', () => {
    const bench = createBench({ dual: true });
    const families = (name: string, spec: object) => make(bench, name, spec).ipFamilies;
    expect(families('a', {})).toEqual(['IPv4']);
    expect(families('b', { ipFamilyPolicy: 'PreferDualStack' })).toEqual(['IPv4', 'IPv6']);
    expect(families('c', { ipFamilies: ['IPv6'], ipFamilyPolicy: 'RequireDualStack' })).toEqual([
      'IPv6',
      'IPv4',
    ]);
    const headless = make(bench, 'd', { clusterIP: 'None' });
    expect([headless.ipFamilyPolicy, headless.ipFamilies, headless.clusterIPs]).toEqual([
      'RequireDualStack',
      ['IPv4', 'IPv6'],
      ['None'],
    ]);
  });

  it('come and go with the policy, the first one stays', () => {
    const bench = createBench({ dual: true });
    const [first] = make(bench, 'a', {}).clusterIPs ?? [];
    const both = change(bench, 'a', { ipFamilyPolicy: 'PreferDualStack' });
    expect(both.clusterIPs).toEqual([first, expect.stringMatching(/^fd00:10:96::/)]);
    const one = change(bench, 'a', { ipFamilyPolicy: 'SingleStack' });
    expect([one.clusterIPs, one.ipFamilies]).toEqual([[first], ['IPv4']]);
  });

  it('that the cluster has not are refused', () => {
    const bench = createBench();
    expect(refused(bench, 'a', { ipFamilies: ['IPv6'] })).toBe(
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    );
    expect(refused(bench, 'b', { ipFamilyPolicy: 'RequireDualStack' })).toBe(
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured ' +
        'for dual-stack services',
    );
  });
});

describe('addresses and ports', () => {
  it('are taken once', () => {
    const bench = createBench();
    const { clusterIP } = make(bench, 'a', { clusterIP: '10.96.0.7' });
    expect(refused(bench, 'b', { clusterIP })).toBe(
      'spec.clusterIPs: Invalid value: ["10.96.0.7"]: failed to allocate IP 10.96.0.7: ' +
        'provided IP is already allocated',
    );
    make(bench, 'c', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
    const udp = [{ port: 53, protocol: 'UDP', nodePort: 30_080 }];
    expect(refused(bench, 'd', { type: 'NodePort', ports: udp })).toBe(
      'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    bench.send('DELETE', `${SERVICES}/a`);
    expect(make(bench, 'b', { clusterIP }).clusterIP).toBe(clusterIP);
  });

  it('of one number share a node port, and a change of the type gives it back', () => {
    const bench = createBench();
    const dns = [
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'tcp', port: 53, protocol: 'TCP' },
    ];
    const { ports: [udp, tcp] = [] } = make(bench, 'a', { type: 'NodePort', ports: dns });
    expect(udp?.nodePort).toBeGreaterThanOrEqual(30_000);
    expect(tcp?.nodePort).toBe(udp?.nodePort);
    const inner = change(bench, 'a', { type: 'ClusterIP' });
    expect(inner.ports?.some((port) => 'nodePort' in port)).toBe(false);
    expect(inner.externalTrafficPolicy).toBeUndefined();
  });

  it('stay where a manifest that names none is sent again', () => {
    const bench = createBench();
    const before = make(bench, 'a', { type: 'NodePort' });
    const again = { metadata: { name: 'a' }, spec: { ports, type: 'NodePort' } };
    expect((bench.ask('PUT', `${SERVICES}/a`, again) as Service).spec).toEqual(before);
    expect(change(bench, 'a', { type: 'ExternalName', externalName: 'example.com' })).toEqual({
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      type: 'ExternalName',
      externalName: 'example.com',
      sessionAffinity: 'None',
    });
  });
});
