import type { Cluster } from '../../emulator/cluster/api.ts';
import type { NetnsRef, Probe } from '../../emulator/network/api.ts';
import type { PacketHead, PacketHop, PacketTrace, TraceEnding, TraceRequest } from './api.ts';
import { packetHops } from './hops.ts';

export { lastAim } from './aim.ts';

/**
 * Follows one packet from a pod or node to a name or address, there and back. Names are asked on a
 * copy with the sender's own resolver; the packet goes over records that are thrown away. Nothing
 * in the cluster changes.
 */
export function tracePacket(cluster: Cluster, request: TraceRequest): PacketTrace {
  const where = placeOf(cluster, request.from);
  const nothing = { request, ending: 'unknown' as const, hops: [] };
  if (!where) return { ...nothing, problem: 'no-source' };
  const named = resolve(cluster, request);
  if (named === 'busy') return { ...nothing, problem: 'busy' };
  const first = named.hop ? [named.hop(where)] : [];
  if (named.address === undefined) return { request, ending: 'nxdomain', hops: first, culprit: 0 };
  const probe = cluster.probe(where, {
    protocol: request.protocol,
    to: { address: named.address, port: request.port },
    purpose: `tracer-${request.turn ?? 0}`,
    observe: true,
  });
  const pods = podsByNetns(cluster);
  const podOf = ({ host, netns }: NetnsRef) => pods.get(`${host}/${netns}`);
  const hops = [...first, ...packetHops(probe, podOf, cluster.world.clock.now)];
  const stopped = stoppedAt(probe.ending, hops);
  const culprit = stopped < 0 ? undefined : stopped;
  return { request, ending: probe.ending, hops, ...(culprit !== undefined && { culprit }) };
}

/** The namespace that a sender is in: a pod's, or a node's own. */
export function placeOf(cluster: Cluster, from: string): NetnsRef | undefined {
  const node = /^node\/(.+)$/.exec(from)?.[1];
  if (node === undefined) return cluster.podNetns(from);
  return { host: node, netns: 'host' };
}

interface Resolved {
  readonly address?: string;
  readonly hop?: (where: NetnsRef) => PacketHop;
}

function resolve(cluster: Cluster, { from, to }: TraceRequest): Resolved | 'busy' {
  const name = to.trim();
  if (/^\d+(\.\d+){3}$/.test(name) || name.includes(':')) return { address: name };
  const copy = cluster.fork();
  if (!copy) return 'busy';
  const node = /^node\/(.+)$/.exec(from)?.[1];
  const place = node === undefined ? { pod: from, tools: true } : { host: node, user: 'root' };
  const word = name.replaceAll(/[^\w.-]/g, '');
  const answer = copy.script(`getent hosts ${word}; cat /etc/resolv.conf`, place);
  const address = /^(\d+(?:\.\d+){3}) /m.exec(answer.stdout)?.[1];
  const server = /^nameserver (\S+)/m.exec(answer.stdout)?.[1] ?? '';
  const head = headFor(server);
  const hop = (where: NetnsRef): PacketHop => ({
    ...{ way: 'out', kind: 'name', layer: 'dns', node: where.host },
    ...(node === undefined && { pod: from }),
    what: address === undefined ? `${word}: no such name` : `${word} → ${address}`,
    ...{ before: head, after: head, changed: [], met: [], conntrack: [] },
  });
  return { ...(address !== undefined && { address }), hop };
}

const headFor = (server: string): PacketHead => ({
  ...{ from: '', to: server === '' ? '' : `${server}:53`, ttl: 64, flags: '', size: 0 },
  mark: '0x0',
});

/** The hop that stopped the packet, or from which nothing came back; -1 where it was delivered. */
function stoppedAt(ending: TraceEnding | Probe['ending'], hops: readonly PacketHop[]): number {
  if (ending === 'delivered') return -1;
  const says =
    /^(REJECT|DROP\b|reject|drop$|dropped|no route|lost on|.* is down|refused|nobody|no socket)/;
  const found = hops.findIndex(
    ({ kind, what }) => kind === 'lost' || kind === 'neighbour' || says.test(what),
  );
  if (found >= 0) return found;
  const out = hops.findLastIndex(({ way }) => way === 'out');
  return ending === 'dropped' ? hops.length - 1 : out;
}

/** `namespace/name` of pods by `host/netns`; pods on the host's network are left out. */
function podsByNetns(cluster: Cluster): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { metadata } of cluster.objects('pods')) {
    const name = `${metadata.namespace}/${metadata.name}`;
    const where = cluster.podNetns(name);
    if (where && where.netns !== 'host') found.set(`${where.host}/${where.netns}`, name);
  }
  return found;
}
