import type { Json, Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { Endpoint, Errno } from '../api.ts';
import type { Engine } from '../engine.ts';
import type { NetnsView } from '../netns.ts';
import { bpfKey, bpfStateKey, identityOf, reserved, type LbEntry } from './maps.ts';

interface Kept {
  readonly backend: string;
  readonly until: Micros;
}

/** A NodePort at an address of some node, or at loopback (`sock4_wildcard_lookup`). */
function anyNode(
  engine: Engine,
  view: NetnsView,
  { address, port }: Endpoint,
  protocol: 'TCP' | 'UDP',
): LbEntry | undefined {
  const key = bpfKey(view.ref, 'lb', `0.0.0.0:${port}/${protocol}`);
  const entry = engine.records.get<LbEntry>(key);
  if (!entry) return undefined;
  if (address.startsWith('127.')) return view.ref.netns === 'host' ? entry : undefined;
  const { identity } = identityOf(engine, view.ref, address);
  const nodes: readonly number[] = [
    reserved.host,
    reserved['remote-node'],
    reserved['kube-apiserver'],
  ];
  return nodes.includes(identity) ? entry : undefined;
}

/**
 * Where a socket really goes that is connected to a Service (`cil_sock4_connect`): one of its
 * backends. Other addresses stay; a Service that has no backend is refused.
 */
export function translate(
  engine: Engine,
  view: NetnsView,
  protocol: 'TCP' | 'UDP',
  to: Endpoint,
  purpose: string,
): Endpoint | Errno {
  const key = `${to.address}:${to.port}/${protocol}`;
  const entry =
    engine.records.get<LbEntry>(bpfKey(view.ref, 'lb', key)) ?? anyNode(engine, view, to, protocol);
  if (!entry || (entry.podsOnly && view.ref.netns === 'host')) return to;
  if (entry.backends.length === 0) return 'EHOSTUNREACH';
  const remembered = bpfStateKey(view.ref, `affinity/${entry.id}/${view.ref.netns}`);
  const kept = entry.affinity ? engine.records.get<Kept>(remembered) : undefined;
  const same =
    kept && kept.until > engine.now
      ? entry.backends.find((each) => `${each.address}:${each.port}` === kept.backend)
      : undefined;
  const at = engine.chance.integer(`bpf/lb/${key}/${purpose}`, entry.backends.length);
  const chosen = same ?? entry.backends[at];
  if (!chosen) return 'EHOSTUNREACH';
  if (entry.affinity) {
    const backend = `${chosen.address}:${chosen.port}`;
    const until = engine.now + entry.affinity * SECOND;
    engine.records.put(remembered, { backend, until } as unknown as Json);
  }
  return { address: chosen.address, port: chosen.port };
}

/** Remembers, for a socket without connection, whom a backend's answers are from. */
export function rememberPeer(
  engine: Engine,
  view: NetnsView,
  socket: string,
  backend: Endpoint,
  asked: Endpoint,
): void {
  const key = bpfStateKey(view.ref, `rev/${socket}/${backend.address}:${backend.port}`);
  engine.records.put(key, asked as unknown as Json);
}

/** The address that a datagram is shown to come from (`cil_sock4_recvmsg`). */
export function peerOf(engine: Engine, view: NetnsView, socket: string, from: Endpoint): Endpoint {
  const key = bpfStateKey(view.ref, `rev/${socket}/${from.address}:${from.port}`);
  return engine.records.get<Endpoint>(key) ?? from;
}
