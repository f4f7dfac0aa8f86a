import { beforeAll, describe, expect, it } from 'vitest';
import { boot } from '../../emulator/cluster/boot.ts';
import type { Cluster } from '../../emulator/cluster/api.ts';
import type { TranscriptEntry } from '../protocol.ts';
import { lastAim } from './aim.ts';
import type { PacketTrace } from './api.ts';
import { tracePacket } from './index.ts';

let cluster: Cluster;
const client = 'default/client';
const trace = (to: string, port = 80, from = client): PacketTrace =>
  tracePacket(cluster, { from, to, port, protocol: 'TCP' });
const kinds = ({ hops }: PacketTrace, way: string) =>
  hops.filter((hop) => hop.way === way).map(({ kind }) => kind);
const podIp = (name: string) => {
  const pod = cluster.objects('pods').find(({ metadata }) => metadata.name.startsWith(name));
  return (pod as unknown as { status: { podIP: string } }).status.podIP;
};

beforeAll(() => {
  cluster = boot('two-nodes', { seed: 7 });
  const done = cluster.script(
    [
      'kubectl create deployment web --image=nginx',
      'kubectl expose deployment web --port=80',
      'kubectl create service clusterip none --tcp=80',
      'kubectl run client --image=nicolaka/netshoot -- sleep 9999',
      'kubectl wait --for=condition=Ready pod --all && sleep 5',
    ].join('\n'),
  );
  expect(done.exit).toBe(0);
});

describe('a traced packet', () => {
  it('is followed over nodes, there and back, and leaves the cluster as it was', () => {
    const before = cluster.world.store.revision;
    const found = trace('web');
    expect(cluster.world.store.revision).toBe(before);
    expect(found.ending).toBe('delivered');
    expect(kinds(found, 'out').slice(0, 4)).toEqual(['name', 'route', 'link', 'nat']);
    expect(kinds(found, 'out').at(-1)).toBe('socket');
    expect(kinds(found, 'back').at(-1)).toBe('socket');
    const nat = found.hops.find(({ kind }) => kind === 'nat');
    expect(nat?.changed).toEqual(['to']);
    expect(nat?.after.to).toBe(`${podIp('web')}:80`);
    expect(nat?.rule?.text).toContain('-j DNAT --to-destination');
    expect(nat?.met.map(({ chain }) => chain.slice(0, 8))).toContain('KUBE-SVC');
    expect(found.hops.some(({ conntrack }) => conntrack[0]?.includes('SYN_SENT'))).toBe(true);
  });

  it('shows time to live falling with each router, and a mark only where it is set', () => {
    const { hops } = trace('web');
    const falls = hops.filter(({ changed }) => changed.includes('ttl'));
    expect(falls.every(({ before, after }) => before.ttl === after.ttl + 1)).toBe(true);
    const service = cluster.objects('services', 'default').find((s) => s.metadata.name === 'web');
    const address = (service as unknown as { spec: { clusterIP: string } }).spec.clusterIP;
    const own = trace(address, 80, 'node/worker-1').hops;
    expect(own[0]?.before.to).toBe(`${address}:80`);
    expect(own.find(({ kind }) => kind === 'nat')?.after.mark).toBe('0x4000');
  });

  it('names the hop that stopped it', () => {
    const none = trace('none');
    expect(none.ending).toBe('refused');
    expect(none.hops[none.culprit ?? -1]?.what).toBe('REJECT with icmp-port-unreachable');
    expect(none.hops[none.culprit ?? -1]?.rule?.text).toContain('has no endpoints');
    const closed = trace(podIp('web'), 81);
    expect(closed.hops[closed.culprit ?? -1]).toMatchObject({ kind: 'socket' });
    const nobody = trace('10.244.2.77');
    expect(nobody.ending).toBe('unreachable');
    expect(nobody.hops[nobody.culprit ?? -1]?.kind).toBe('neighbour');
    expect(trace('nowhere').ending).toBe('nxdomain');
    expect(trace('web', 80, 'default/ghost').problem).toBe('no-source');
  });
});

describe('what a command was aimed at', () => {
  const aim = (command: string, output = '') =>
    lastAim([{ command, output, prompt: 'learner@workstation:~$ ', exit: 0 } as TranscriptEntry]);
  it.each([
    ['kubectl exec client -- curl -s -m 3 web', client, 'web', 80, 'TCP'],
    ['kubectl exec -n shop pod/a -c b -- curl http://x.y:8080/z', 'shop/a', 'x.y', 8080, 'TCP'],
    ['k exec client -n a -- nc -zv -w 2 10.0.0.1 53', 'a/client', '10.0.0.1', 53, 'TCP'],
    ['kubectl exec client -- ping -c 1 10.244.1.2', client, '10.244.1.2', 0, 'ICMP'],
    ['curl https://example.com/', 'node/workstation', 'example.com', 443, 'TCP'],
    ['kubectl exec client -- dig @10.96.0.10 web', client, '10.96.0.10', 53, 'UDP'],
    ["kubectl exec client -- sh -c 'curl web:81'", client, 'web', 81, 'TCP'],
  ])('%s', (command, from, to, port, protocol) => {
    expect(aim(command)).toEqual({ from, to, port, protocol });
  });
  it('looks into a shell that kubectl exec opened, and past other commands', () => {
    const inside = aim('kubectl exec -it client -- sh', '/ # ls\r\n/ # curl web\r\n');
    expect(inside).toMatchObject({ from: client, to: 'web' });
    expect(aim('kubectl get pods')).toBeUndefined();
  });
});
