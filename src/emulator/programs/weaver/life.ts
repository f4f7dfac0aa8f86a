import type { ApiObject } from '../../apimachinery/object.ts';
import { sha512 } from '../../apimachinery/sha512.ts';
import {
  addressText,
  readWeave,
  shares,
  WEAVE_PORT,
  WEAVE_RANGE,
  writeWeave,
  type WeaveState,
} from '../../cni/weave-net/state.ts';
import type { Call, DaemonSys, ExitCode } from '../../host/syscalls.ts';
import type { Endpoint } from '../../network/api.ts';
import { civil, SECOND } from '../../world/time.ts';
import { createApi, urlOf } from '../component.ts';
import { setUpDevices, setUpRules, setRemotes } from './devices.ts';
import { installPlugin } from './install.ts';

const PEERS = 6783;
const DB = '/weavedb';

interface Node extends ApiObject {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

export interface Peer {
  readonly node: string;
  readonly address: string;
  readonly name: string;
}

/** A connection to a peer, by its address. */
export interface Connection {
  readonly state: 'pending' | 'established' | 'failed';
  readonly outbound: boolean;
  readonly port: number;
}

/** A line of the router's log. */
export function say(sys: DaemonSys, text: string): void {
  const { year, month, day, hour, minute, second } = civil(sys.now);
  const two = (value: number) => String(value).padStart(2, '0');
  const micros = String(sys.now % 1_000_000).padStart(6, '0');
  const date = `${year}/${two(month)}/${two(day)}`;
  sys.log(`INFO: ${date} ${two(hour)}:${two(minute)}:${two(second)}.${micros} ${text}`);
}

/** A peer's name: a MAC address that belongs to its node. */
export function peerName(node: string): string {
  const digits = sha512(`weave/${node}`).slice(0, 12);
  const first = ((Number.parseInt(digits.slice(0, 2), 16) & 0xfc) | 2).toString(16);
  return [first.padStart(2, '0'), ...(digits.slice(2).match(/../g) ?? [])].join(':');
}

export function* start(sys: DaemonSys): Call<ExitCode | void> {
  const url = `${urlOf('nodes')}?watch=true&sendInitialEvents=true`;
  const fd = yield* sys.watch({ method: 'GET', url });
  if (typeof fd !== 'number') {
    sys.log('FATA: [kube-peers] Could not get cluster config: unable to reach the API server');
    return 1;
  }
  if (!sys.memory('started')) {
    sys.remember('started', true);
    const name = peerName(sys.hostname);
    say(sys, 'weave  2.8.1');
    say(sys, 'Bridge type is bridged_fastdp');
    const secret = sys.env['WEAVE_PASSWORD'] ? 'encrypted' : 'unencrypted';
    say(sys, `Communication between peers is ${secret}.`);
    say(sys, `Our name is ${name}(${sys.hostname})`);
    sys.listen({ address: '0.0.0.0', port: PEERS });
    sys.listen({ address: '127.0.0.1', port: WEAVE_PORT });
    say(sys, `Listening for HTTP control messages on 127.0.0.1:${WEAVE_PORT}`);
  }
  sys.setTimer('sync', 20_000);
  return undefined;
}

/** Peers of the cluster, this node among them, in the order of the ring. */
function* listPeers(sys: DaemonSys): Call<readonly Peer[]> {
  const api = createApi(sys, 'weave-kube', undefined);
  const nodes = yield* api.list<Node>('nodes');
  return nodes
    .flatMap(({ metadata, status }): Peer[] => {
      const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
      return address ? [{ node: metadata.name, address, name: peerName(metadata.name) }] : [];
    })
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** The node's part, devices, and a connection to every peer. */
export function* sync(sys: DaemonSys): Call<void> {
  const peers = yield* listPeers(sys);
  const at = peers.findIndex(({ node }) => node === sys.hostname);
  const own = peers[at];
  if (!own) return sys.setTimer('sync', 1 * SECOND);
  sys.remember('peers', peers as never);
  const state = claim(sys, own, peers.length, at);
  setUpDevices(sys, state, own.address);
  setUpRules(sys);
  for (const peer of peers) {
    // Of two peers the one with the lesser name calls the other.
    const mine = own.name < peer.name;
    const known = sys.memory<never>(`peer/${peer.address}`) as Connection | undefined;
    if (peer === own || !mine || (known && known.state !== 'failed')) continue;
    say(sys, `->[${peer.address}:${PEERS}] attempting connection`);
    const fd = sys.dial({ address: peer.address, port: PEERS });
    const begun: Connection = { state: 'pending', outbound: true, port: PEERS };
    sys.remember(`peer/${peer.address}`, begun as never);
    if (typeof fd === 'number') sys.remember(`fd/${fd}`, peer.address);
  }
  updateRemotes(sys);
  installPlugin(sys);
  sys.setTimer('sync', 10 * SECOND);
}

/** The node's part of the ring: what it had before, or its share. */
function claim(sys: DaemonSys, own: Peer, count: number, at: number): WeaveState {
  const known = readWeave(sys.files, DB);
  if (known) return known;
  const share = shares(count)[at] ?? { first: 0, size: 0 };
  // The ring's very first address is the network's.
  const bridge = addressText(at === 0 ? share.first + 1 : share.first);
  const mtu = Number(sys.env['WEAVE_MTU'] ?? 1376);
  const made: WeaveState = { name: own.name, ...share, bridge, mtu, leases: {} };
  say(sys, `[allocator ${own.name}] No valid persisted data`);
  say(sys, `[allocator ${own.name}] Initialising via deferred consensus`);
  say(sys, `Assigned address ${bridge} of ${WEAVE_RANGE} to bridge "weave"`);
  writeWeave(sys.files, made, DB);
  return made;
}

const text = ({ node, name }: Peer) => `${name}(${node})`;

function peerAt(sys: DaemonSys, address: string): Peer | undefined {
  const peers = (sys.memory<never>('peers') ?? []) as readonly Peer[];
  return peers.find((peer) => peer.address === address);
}

/** A call was answered. */
export function connected(sys: DaemonSys, _fd: number, { address, port }: Endpoint): void {
  const peer = peerAt(sys, address);
  if (!peer) return;
  const where = `->[${address}:${port}|${text(peer)}]`;
  say(sys, `${where}: connection ready; using protocol version 2`);
  say(sys, `overlay_switch ->[${text(peer)}] using fastdp`);
  say(sys, `${where}: connection added (new peer)`);
  say(sys, `${where}: connection fully established`);
  remember(sys, address, { state: 'established', outbound: true, port });
}

/** A peer called. */
export function accepted(sys: DaemonSys, fd: number | undefined, peer: Endpoint): void {
  // What asks on the control port is no peer.
  const from = peerAt(sys, peer.address);
  if (!from || peer.address === '127.0.0.1') return;
  if (fd !== undefined) sys.remember(`fd/${fd}`, peer.address);
  say(sys, `->[${peer.address}:${peer.port}] connection accepted`);
  say(sys, `->[${peer.address}:${peer.port}|${text(from)}]: connection fully established`);
  remember(sys, peer.address, { state: 'established', outbound: false, port: peer.port });
}

/** A connection is gone, or did not come about. */
export function failed(sys: DaemonSys, fd: number): void {
  const address = sys.memory<string>(`fd/${fd}`);
  sys.close(fd);
  if (address === undefined) return;
  sys.remember(`fd/${fd}`, undefined);
  say(sys, `->[${address}:${PEERS}] error during connection attempt: connection lost`);
  remember(sys, address, { state: 'failed', outbound: true, port: PEERS });
}

function remember(sys: DaemonSys, address: string, connection: Connection): void {
  sys.remember(`peer/${address}`, connection as never);
  updateRemotes(sys);
}

/** The tunnel leads to the peers that are connected; `weave status` is told of all. */
function updateRemotes(sys: DaemonSys): void {
  const all = sys
    .memories('peer/')
    .map(([key, value]) => [key.slice(5), value as unknown as Connection] as const);
  setRemotes(
    sys,
    all.filter(([, { state }]) => state === 'established').map(([address]) => address),
  );
  const peers = sys.memory<never>('peers') ?? [];
  const status = {
    peers,
    connections: Object.fromEntries(all),
    encrypted: Boolean(sys.env['WEAVE_PASSWORD']),
  };
  sys.files.write(`${DB}/status.json`, JSON.stringify(status));
}
