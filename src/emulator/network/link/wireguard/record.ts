import type { Micros } from '../../../world/json.ts';
import type { Store } from '../../../world/store.ts';
import { isInet6, parseCidr6 } from '../../address6.ts';
import { parseCidr } from '../../address.ts';
import type { Endpoint, NetnsRef, WireguardInfo } from '../../api.ts';
import type { Engine } from '../../engine.ts';
import { netnsKey, volatileKey } from '../../keys.ts';
import type { Packet } from '../../packet.ts';
import { holds } from '../../policy-rule.ts';

/** A peer as it was configured. */
export interface WireguardPeer {
  readonly publicKey: string;
  readonly presharedKey?: string;
  readonly endpoint?: Endpoint;
  readonly allowedIps: readonly string[];
  /** Seconds between keepalives; none are sent without it. */
  readonly persistentKeepalive?: number;
}

/** A device's record: `…/wireguard/<device>`. Peers in the order in which they were added. */
export interface WireguardRecord {
  readonly privateKey?: string;
  readonly publicKey?: string;
  readonly listenPort: number;
  readonly mark?: number;
  readonly peers: readonly WireguardPeer[];
}

/** What was spoken with a peer: volatile. */
export interface Session {
  /** Names the keys that both sides agreed on; none before the first handshake. */
  readonly keys?: string;
  readonly established?: Micros;
  readonly initiator?: boolean;
  readonly latestHandshake?: Micros;
  /** Where the peer was last heard from. */
  readonly endpoint?: Endpoint;
  readonly received: number;
  readonly sent: number;
  /** When the last initiation went out, and how many did in vain. */
  readonly initiatedAt?: Micros;
  readonly tries: number;
  readonly lastSent?: Micros;
  /** Data came that nothing was sent for yet. */
  readonly unanswered?: boolean;
  /** Data went out that nothing came back for: since when. */
  readonly silentSince?: Micros;
  /** Packets that wait for the handshake. */
  readonly queue: readonly Packet[];
  readonly timerAt?: Micros;
}

export const noSession: Session = { received: 0, sent: 0, tries: 0, queue: [] };

export const recordKey = (ref: NetnsRef, device: string) => `${netnsKey(ref)}wireguard/${device}`;
// A key has slashes in it, which stand for levels in the store.
export const sessionKey = (ref: NetnsRef, device: string, peer: string) =>
  `${volatileKey(ref)}wireguard/${device}/${peer.replaceAll('/', '_')}`;

export function readDevice(engine: Engine, ref: NetnsRef, device: string) {
  return engine.records.get<WireguardRecord>(recordKey(ref, device));
}

export function readSession(engine: Engine, ref: NetnsRef, device: string, peer: string): Session {
  return engine.records.get<Session>(sessionKey(ref, device, peer)) ?? noSession;
}

export function writeSession(
  engine: Engine,
  ref: NetnsRef,
  device: string,
  peer: string,
  session: Session,
): void {
  engine.records.put(sessionKey(ref, device, peer), session as never);
}

/** The peer that may have an address: the longest of the allowed networks (cryptokey routing). */
export function peerFor(record: WireguardRecord, address: string): WireguardPeer | undefined {
  let [best, length] = [undefined as WireguardPeer | undefined, -1];
  for (const peer of record.peers) {
    for (const range of peer.allowedIps) {
      const cidr = isInet6(range) ? parseCidr6(range) : parseCidr(range);
      if (!cidr || cidr.prefix <= length || isInet6(range) !== isInet6(address)) continue;
      if (holds(range, address)) [best, length] = [peer, cidr.prefix];
    }
  }
  return best;
}

/** A device as `wg show` tells of it. */
export function readWireguard(
  store: Store,
  ref: NetnsRef,
  device: string,
): WireguardInfo | undefined {
  const record = store.get<WireguardRecord>(recordKey(ref, device));
  if (!record) return undefined;
  const peers = record.peers.map((peer) => {
    const session = store.get<Session>(sessionKey(ref, device, peer.publicKey)) ?? noSession;
    const endpoint = session.endpoint ?? peer.endpoint;
    const { latestHandshake, received, sent } = session;
    return {
      ...peer,
      ...(endpoint ? { endpoint } : {}),
      ...(latestHandshake === undefined ? {} : { latestHandshake }),
      received,
      sent,
    };
  });
  return { ...record, peers };
}
