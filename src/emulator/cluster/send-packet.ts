import type { Json } from '../world/json.ts';
import type { Probe } from '../network/api.ts';
import type { Cluster } from './api.ts';
import { hopsOf } from './views/hops.ts';
import type { Wired } from './wire.ts';

/** Where the packet that was sent from the picture is kept for the view `trace`. */
export const SENT = '/volatile/sent-packet';

/**
 * Sends a packet by the picture: from a pod to a name or address with a port. What is drawn is the
 * way that the network itself tells, names asked with the pod's own resolver.
 */
export function sendPacket(wired: Wired, cluster: Cluster, from: string, to: string): void {
  const { world } = wired;
  const id = (world.store.get<{ id: number }>(SENT)?.id ?? 0) + 1;
  const match = /^(?:(?:http|tcp):\/\/)?([^/:\s]+)(?::(\d+))?/.exec(to.trim());
  const where = cluster.podNetns(from);
  const done = (ending: string, hops: Json, target = to) => {
    const value = {
      id,
      title: `${from.replace(/^default\//, '')} → ${to}`,
      from,
      to: target,
      ending,
      hops,
    };
    world.store.commit(world.cause('picture'), [{ key: SENT, value }]);
  };
  if (!match || !where) return done('unknown', []);
  const [, name = '', port = '80'] = match;
  const copy = cluster.fork();
  let address = name;
  if (!/^\d+(\.\d+){3}$/.test(name)) {
    const answer = copy?.script(`getent hosts ${name}`, { pod: from, tools: true });
    address = answer?.stdout.trim().split(/\s+/)[0] ?? '';
    if (!address)
      return done('nxdomain', [
        {
          layer: 'dns',
          node: where.host,
          pod: from,
          what: `${name}: no such name`,
          from: '',
          to: '10.96.0.10:53',
        },
      ]);
  }
  const probe: Probe = cluster.probe(where, {
    protocol: 'TCP',
    to: { address, port: Number(port) },
    purpose: `picture-${id}`,
  });
  done(probe.ending, hopsOf(wired, probe.steps) as unknown as Json, `${address}:${port}`);
}
