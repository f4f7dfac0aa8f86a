import { expect, it } from 'vitest';
import { print } from '../../network/netfilter/iptables/print.ts';
import { noRules } from '../../network/netfilter/iptables/tables.ts';
import { allServicePorts, endpointsByPort } from '../services.ts';
import { withServices } from './assemble.ts';
import { natChainNames, withCanaries, withJumps, withPlan } from './load.ts';
import { jumpRules, kubeletJumpRules, plan, type PlanOptions } from './plan.ts';

const options: PlanOptions = {
  family: 'IPv4',
  node: { name: 'n1', labels: {} },
  nodeIP: '192.168.49.3',
  nodeAddresses: ['127.0.0.1', '192.168.49.3'],
  localTraffic: { ifLocal: '-s 10.244.0.0/16', ifNotLocal: '! -s 10.244.0.0/16' },
  masqueradeAll: false,
  masqueradeMark: '0x4000',
  localhostNodePorts: true,
  nodePortAddresses: [],
  randomFully: true,
  tcpLiberal: false,
  nfacct: { invalid: true, localhost: true },
};

const service = (name: string, spec: object) => ({
  metadata: { name, namespace: 'default' },
  spec: { clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30080 }], ...spec },
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
});

const slice = (name: string, addresses: readonly string[]) => ({
  metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address], nodeName: 'n1' })),
  ports: [{ port: 8080, protocol: 'TCP' }],
});

it('loads what restoring the text of the plan loads, also over other rules', () => {
  const services = [
    service('plain', { clusterIP: '10.96.0.8' }),
    service('local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
    service('ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    service('sticky', { sessionAffinity: 'ClientIP', externalIPs: ['198.51.100.7'] }),
    service('empty', { type: 'NodePort' }),
  ];
  const jumps = [...jumpRules, ...kubeletJumpRules];
  let byText = withJumps(withCanaries(noRules), jumps);
  let byParts = byText;
  for (const addresses of [['10.244.1.2', '10.244.1.3'], ['10.244.1.3'], []]) {
    const slices = ['plain', 'local', 'ranges', 'sticky'].map((name) => slice(name, addresses));
    const ports = allServicePorts(services, 'IPv4');
    const endpoints = endpointsByPort(slices, 'IPv4', 'n1');
    byText = withPlan(byText, plan(ports, endpoints, options, natChainNames(byText)));
    const assembled = withServices(byParts, { ports, endpoints, options, cleanUp: true }, options);
    byParts = assembled?.rules ?? byParts;
    expect(print(byParts)).toBe(print(byText));
  }
});

it('loads what restoring the text of a partial sync loads', () => {
  const services = ['a', 'b', 'c'].map((name, at) =>
    service(name, { clusterIP: `10.96.0.${at + 1}`, ports: [{ port: 80 }] }),
  );
  const syncs = [
    { a: ['10.244.1.2'], b: ['10.244.1.3', '10.244.1.4'], c: [] },
    { a: ['10.244.1.2', '10.244.1.5'], b: ['10.244.1.3', '10.244.1.4'], c: [] },
    { a: [], b: ['10.244.1.4'], c: ['10.244.1.9'] },
  ];
  const changes = [
    undefined,
    new Set(['default/a']),
    new Set(['default/a', 'default/b', 'default/c']),
  ];
  let byText = withJumps(withCanaries(noRules), [...jumpRules, ...kubeletJumpRules]);
  let byParts = byText;
  const owner = {};
  syncs.forEach((addresses, at) => {
    const slices = Object.entries(addresses).map(([name, list]) => slice(name, list));
    const ports = allServicePorts(services, 'IPv4');
    const endpoints = endpointsByPort(slices, 'IPv4', 'n1');
    const changed = changes[at];
    byText = withPlan(byText, plan(ports, endpoints, options, natChainNames(byText), changed));
    const asked = { ports, endpoints, options, cleanUp: true, ...(changed ? { changed } : {}) };
    byParts = withServices(byParts, asked, owner)?.rules ?? noRules;
    expect(print(byParts)).toBe(print(byText));
  });
});

it('writes only shared chains and those of what changed, and fails without the rest', () => {
  const services = [service('a', {}), service('b', { clusterIP: '10.96.0.8' })];
  const ports = allServicePorts(services, 'IPv4');
  const slices = [slice('a', ['10.244.1.2']), slice('b', ['10.244.1.3'])];
  const endpoints = endpointsByPort(slices, 'IPv4', 'n1');
  const changed = new Set(['default/a']);
  const { nat } = plan(ports, endpoints, options, [], changed);
  const appended = [...nat.matchAll(/^-A (KUBE-SEP-\S+)/gm)].map(([, chain]) => chain);
  expect(new Set(appended).size).toBe(1);
  expect(nat).toContain('-A KUBE-SERVICES -m comment --comment "default/b cluster IP"');
  const prepared = withJumps(withCanaries(noRules), [...jumpRules, ...kubeletJumpRules]);
  const asked = { ports, endpoints, options, cleanUp: true };
  expect(withServices(prepared, { ...asked, changed }, {})).toBeDefined();
  const owner = {};
  withServices(prepared, asked, owner);
  expect(withServices(prepared, { ...asked, changed }, owner)).toBeUndefined();
});

it('leaves out comments where there are very many endpoints', () => {
  const addresses = Array.from({ length: 1001 }, (_none, at) => `10.244.${at >> 8}.${at & 255}`);
  const ports = allServicePorts([service('big', {})], 'IPv4');
  const { nat } = plan(ports, endpointsByPort([slice('big', addresses)], 'IPv4', 'n1'), options);
  expect(nat).toMatch(
    /^-A KUBE-SVC-\S+ -m statistic --mode random --probability 0\.0009990010 -j/m,
  );
  expect(nat).toMatch(/^-A KUBE-SEP-\S+ -s 10\.244\.0\.0 -j KUBE-MARK-MASQ$/m);
  expect(nat).toContain('--comment "default/big cluster IP"');
});
