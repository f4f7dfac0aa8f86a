import { SECOND } from '../../../world/time.ts';
import { peerFor, readDevice, readSession, writeSession } from './record.ts';
import type { Session, WireguardPeer, WireguardRecord } from './record.ts';
import type { Engine } from '../../engine.ts';
import { ipReceive } from '../../ip/receive.ts';
import type { NetnsView } from '../../netns.ts';
import { broadcastMac, endpointText, type Packet, type Sealed, type Udp } from '../../packet.ts';
import { createSkb, type Skb } from '../../skb.ts';
import {
  initiate,
  KEEPALIVE,
  MOST_TRIES,
  REJECT_AFTER,
  REKEY_TIMEOUT,
  sendData,
  sendMessage,
  wake,
} from './send.ts';

/** A WireGuard message for this machine (`wg_packet_receive`). What it cannot open, it drops. */
export function wireguardReceive(engine: Engine, skb: Skb, sealed: Sealed): void {
  const { packet, view } = skb;
  const found = deviceFor(engine, view, packet, sealed);
  if (!found) {
    engine.end(packet.trace, 'dropped');
    return;
  }
  const { name, device, peer } = found;
  const { ref } = view;
  const session = readSession(engine, ref, name, peer.publicKey);
  const bytes = packet.size - (packet.ip.source.includes(':') ? 48 : 28);
  const heard: Session = {
    ...session,
    received: session.received + bytes,
    endpoint: { address: packet.ip.source, port: (packet.transport as Udp).sourcePort },
  };
  if (sealed.type === 'data') {
    data(engine, view, name, device, peer, sealed, heard, packet);
    return;
  }
  const { silentSince: _heard, ...rest } = heard;
  const keys = `${[sealed.from, sealed.to].sort().join()}@${engine.now}`;
  const agreed = { ...rest, tries: 0, latestHandshake: engine.now };
  if (sealed.type === 'initiation') {
    // The keys count for us when the first data comes under them; the answer tells them.
    const next = { ...agreed, keys, established: engine.now, initiator: false };
    writeSession(engine, ref, name, peer.publicKey, next);
    sendMessage(engine, view, name, device, peer, 'response');
    persist(engine, view, name, peer);
    return;
  }
  const { initiatedAt: _done, ...settled } = agreed;
  const other = sealed.keys ?? keys;
  const next = { ...settled, keys: other, established: engine.now, initiator: true, queue: [] };
  writeSession(engine, ref, name, peer.publicKey, next);
  for (const waiting of session.queue) sendData(engine, view, name, device, peer, waiting);
  // The other side uses the keys only after it has heard something under them.
  if (session.queue.length === 0) sendData(engine, view, name, device, peer);
  persist(engine, view, name, peer);
}

function persist(engine: Engine, view: NetnsView, name: string, peer: WireguardPeer): void {
  const seconds = peer.persistentKeepalive ?? 0;
  if (seconds > 0) wake(engine, view.ref, name, peer.publicKey, seconds * SECOND);
}

/** The device and peer that a message is from and for: the keys must be known on both sides. */
function deviceFor(engine: Engine, view: NetnsView, packet: Packet, sealed: Sealed) {
  const { transport } = packet;
  const port = transport.kind === 'udp' ? transport.destinationPort : 0;
  for (const link of view.links.values()) {
    if (link.kind !== 'wireguard' || !link.up) continue;
    const device = readDevice(engine, view.ref, link.name);
    if (!device || device.listenPort !== port || device.publicKey !== sealed.to) continue;
    const peer = device.peers.find(({ publicKey }) => publicKey === sealed.from);
    if (peer && peer.presharedKey === sealed.presharedKey) {
      return { name: link.name, device, peer };
    }
  }
  return undefined;
}

function data(
  engine: Engine,
  view: NetnsView,
  name: string,
  device: WireguardRecord,
  peer: WireguardPeer,
  sealed: Sealed,
  session: Session,
  outer: Packet,
): void {
  const { ref } = view;
  const fresh = engine.now - (session.established ?? -Infinity) < REJECT_AFTER;
  if (session.keys === undefined || session.keys !== sealed.keys || !fresh) {
    engine.end(outer.trace, 'dropped');
    return;
  }
  const { silentSince: _heard, ...rest } = session;
  const { inner } = sealed;
  const first = inner !== undefined && !session.unanswered;
  writeSession(engine, ref, name, peer.publicKey, inner ? { ...rest, unanswered: true } : rest);
  if (!inner) return;
  if (first) wake(engine, ref, name, peer.publicKey, KEEPALIVE);
  const ends = { from: endpointText(inner, 'source'), to: endpointText(inner, 'destination') };
  if (peerFor(device, inner.ip.source)?.publicKey !== peer.publicKey) {
    const what = `dropped: ${inner.ip.source} is not in the peer's allowed-ips`;
    engine.step(inner.trace, ref, { layer: 'l3', device: name, what, ...ends });
    engine.end(inner.trace, 'dropped');
    return;
  }
  engine.step(inner.trace, ref, { layer: 'l3', device: name, what: 'decrypted', ...ends });
  engine.show(ref, name, 'In', { source: '', destination: broadcastMac, body: inner });
  ipReceive(engine, createSkb(view, inner, name));
}

/** The timer of a peer: an initiation again, a keepalive, or a new handshake with a silent one. */
export function wireguardTimer(engine: Engine, view: NetnsView, name: string, key: string): void {
  const { ref } = view;
  const link = view.links.get(name);
  const device = readDevice(engine, ref, name);
  const peer = device?.peers.find(({ publicKey }) => publicKey === key);
  if (!link?.up || !device || !peer) return;
  const session = readSession(engine, ref, name, key);
  const { initiatedAt, silentSince } = session;
  if (initiatedAt !== undefined && engine.now - initiatedAt >= REKEY_TIMEOUT) {
    const { initiatedAt: _sent, ...rest } = session;
    const over = session.tries >= MOST_TRIES;
    const next = over ? { ...rest, tries: 0, queue: [] } : { ...rest, tries: session.tries + 1 };
    writeSession(engine, ref, name, key, next);
    if (!over) initiate(engine, view, name, device, peer, next);
    return;
  }
  const silent = silentSince !== undefined && engine.now - silentSince >= KEEPALIVE + REKEY_TIMEOUT;
  if (silent) {
    const { silentSince: _since, ...rest } = session;
    initiate(engine, view, name, device, peer, rest);
    return;
  }
  keepalive(engine, view, name, device, peer, session);
}

function keepalive(
  engine: Engine,
  view: NetnsView,
  name: string,
  device: WireguardRecord,
  peer: WireguardPeer,
  session: Session,
): void {
  const quiet = engine.now - (session.lastSent ?? -Infinity);
  const interval = (peer.persistentKeepalive ?? 0) * SECOND;
  const due = session.unanswered ? quiet >= KEEPALIVE : interval > 0 && quiet >= interval;
  const usable =
    session.keys !== undefined && engine.now - (session.established ?? 0) < REJECT_AFTER;
  if (due && usable) sendData(engine, view, name, device, peer);
  else if (due && interval > 0) initiate(engine, view, name, device, peer, session);
  if (interval > 0 && due) wake(engine, view.ref, name, peer.publicKey, interval);
  else if (interval > 0) {
    wake(engine, view.ref, name, peer.publicKey, Math.max(SECOND, interval - quiet));
  }
}
