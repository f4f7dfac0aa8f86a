import { MILLISECOND, SECOND } from '../../../world/time.ts';
import type { Endpoint, NetnsRef } from '../../api.ts';
import type { Engine } from '../../engine.ts';
import { sendError } from '../../ip/icmp-error.ts';
import { ipOutput, routeOut } from '../../ip/output.ts';
import type { LinkRecord, NetnsView } from '../../netns.ts';
import { broadcastMac, endpointText, packetSize, type Packet, type Sealed } from '../../packet.ts';
import {
  peerFor,
  readDevice,
  readSession,
  writeSession,
  type Session,
  type WireguardPeer,
  type WireguardRecord,
} from './record.ts';

/** A session is renewed by its initiator after this time, and not used beyond the other. */
export const REKEY_AFTER = 120 * SECOND;
export const REJECT_AFTER = 180 * SECOND;
/** An initiation without answer is sent again after this time, so often. */
export const REKEY_TIMEOUT = 5 * SECOND;
export const MOST_TRIES = 18;
export const KEEPALIVE = 10 * SECOND;

/** Bytes of each message (whitepaper 5.4); of data without what it carries. */
const SIZE = { initiation: 148, response: 92, data: 32 } as const;
/** Packets that wait for a handshake at most. */
const QUEUE_LENGTH = 1024;

/**
 * A packet that leaves by a wireguard device (`wg_xmit`): to the peer that may have its
 * destination. Without one the sender hears that the host cannot be reached.
 */
export function wireguardSend(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  packet: Packet,
): void {
  if (!link.up) {
    engine.end(packet.trace, 'dropped');
    return;
  }
  const { ref } = view;
  const device = readDevice(engine, ref, link.name);
  const peer = device && peerFor(device, packet.ip.destination);
  if (!device || !peer) {
    step(engine, view, link, packet, `no peer may have ${packet.ip.destination}`);
    sendError(engine, view, packet, { type: 3, code: 1 });
    return;
  }
  const session = readSession(engine, ref, link.name, peer.publicKey);
  if (!session.endpoint && !peer.endpoint) {
    step(engine, view, link, packet, `peer ${short(peer)} has no endpoint yet`);
    sendError(engine, view, packet, { type: 3, code: 1 });
    return;
  }
  engine.show(ref, link.name, 'Out', { source: '', destination: broadcastMac, body: packet });
  const age = engine.now - (session.established ?? -Infinity);
  if (session.keys === undefined || age >= REJECT_AFTER) {
    const queue = [...session.queue, packet].slice(-QUEUE_LENGTH);
    step(engine, view, link, packet, `waits for a handshake with ${short(peer)}`);
    initiate(engine, view, link.name, device, peer, { ...session, queue });
    return;
  }
  sendData(engine, view, link.name, device, peer, packet);
  const now = readSession(engine, ref, link.name, peer.publicKey);
  if (session.initiator && age >= REKEY_AFTER) initiate(engine, view, link.name, device, peer, now);
}

const short = ({ publicKey }: WireguardPeer) => `${publicKey.slice(0, 4)}…`;

function step(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  packet: Packet,
  what: string,
): void {
  engine.step(packet.trace, view.ref, {
    layer: 'l3',
    device: link.name,
    what,
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
  });
}

/** Sends an initiation, unless one has just been sent. */
export function initiate(
  engine: Engine,
  view: NetnsView,
  name: string,
  device: WireguardRecord,
  peer: WireguardPeer,
  session: Session,
): void {
  const recent = engine.now - (session.initiatedAt ?? -Infinity) < REKEY_TIMEOUT;
  const next = recent ? session : { ...session, initiatedAt: engine.now };
  writeSession(engine, view.ref, name, peer.publicKey, next);
  if (!recent) {
    sendMessage(engine, view, name, device, peer, 'initiation');
    wake(engine, view.ref, name, peer.publicKey, REKEY_TIMEOUT + 333 * MILLISECOND);
  }
}

/** Sends a packet under the session's keys; none makes a keepalive. */
export function sendData(
  engine: Engine,
  view: NetnsView,
  name: string,
  device: WireguardRecord,
  peer: WireguardPeer,
  inner?: Packet,
): void {
  const { ref } = view;
  const session = readSession(engine, ref, name, peer.publicKey);
  const silentSince = session.silentSince ?? engine.now;
  const { unanswered: _answered, ...rest } = session;
  writeSession(engine, ref, name, peer.publicKey, inner ? { ...rest, silentSince } : rest);
  sendMessage(engine, view, name, device, peer, 'data', inner);
  if (inner && session.silentSince === undefined) {
    wake(engine, ref, name, peer.publicKey, KEEPALIVE + REKEY_TIMEOUT);
  }
}

/** Makes sure that the timer of a peer comes within a time. */
export function wake(
  engine: Engine,
  ref: NetnsRef,
  device: string,
  peer: string,
  delay: number,
): void {
  engine.send(ref, { type: 'timer', timer: 'wireguard', device, peer }, delay);
}

/** Puts a message for a peer into UDP and sends it to where the peer was last heard. */
export function sendMessage(
  engine: Engine,
  view: NetnsView,
  name: string,
  device: WireguardRecord,
  peer: WireguardPeer,
  type: Sealed['type'],
  inner?: Packet,
): void {
  const session = readSession(engine, view.ref, name, peer.publicKey);
  const to: Endpoint | undefined = session.endpoint ?? peer.endpoint;
  if (!to || device.publicKey === undefined) return;
  const routed = routeOut(view, to.address, undefined, { mark: device.mark ?? 0 });
  if (typeof routed === 'string') {
    if (inner) engine.end(inner.trace, 'dropped');
    return;
  }
  const data = inner ? Math.ceil(inner.size / 16) * 16 : 0;
  const bytes = SIZE[type] + data;
  const transport = {
    kind: 'udp',
    sourcePort: device.listenPort,
    destinationPort: to.port,
  } as const;
  if (inner)
    engine.step(inner.trace, view.ref, {
      layer: 'l3',
      device: name,
      what: `encrypted for ${short(peer)}, into UDP ${to.port}`,
      from: endpointText(inner, 'source'),
      to: to.address,
    });
  writeSession(engine, view.ref, name, peer.publicKey, {
    ...session,
    sent: session.sent + bytes,
    lastSent: engine.now,
  });
  ipOutput(engine, view, {
    ...(inner?.trace === undefined ? {} : { trace: inner.trace }),
    ip: {
      source: routed.source,
      destination: to.address,
      ttl: 64,
      identification: 0,
      dontFragment: false,
    },
    transport,
    payload: '',
    size: packetSize(transport, '', bytes, to.address),
    sealed: {
      type,
      from: device.publicKey,
      to: peer.publicKey,
      ...(peer.presharedKey === undefined ? {} : { presharedKey: peer.presharedKey }),
      ...(session.keys === undefined || type === 'initiation' ? {} : { keys: session.keys }),
      ...(inner ? { inner } : {}),
    },
    ...(device.mark ? { mark: device.mark } : {}),
  });
}
