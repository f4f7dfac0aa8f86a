import type { Endpoint, Errno, SocketEvent, SocketId } from '../api.ts';
import { peerOf, rememberPeer, translate } from '../bpf/socket.ts';
import type { Engine } from '../engine.ts';
import { sendError } from '../ip/icmp-error.ts';
import { ipOutput, routeOut } from '../ip/output.ts';
import { refOfSocket } from '../keys.ts';
import { vxlanReceive } from '../link/vxlan.ts';
import type { NetnsView } from '../netns.ts';
import { packetSize, type Packet, type Udp } from '../packet.ts';
import { addressType } from '../route.ts';
import type { Skb } from '../skb.ts';
import { emitIcmp } from './icmp.ts';
import {
  EVERY,
  addSocket,
  ephemeralPort,
  findBound,
  isTaken,
  readSocket,
  tracedKey,
} from './record.ts';

/** Binds a UDP socket; port 0 or none takes an ephemeral one. */
export function openUdp(
  engine: Engine,
  view: NetnsView,
  owner: string,
  local: Partial<Endpoint>,
): SocketId | Errno {
  const { ref } = view;
  const address = local.address ?? '0.0.0.0';
  const any = address === '0.0.0.0' || address === '::' || address === EVERY;
  if (!any && addressType(view, address) === 'UNICAST') return 'EADDRNOTAVAIL';
  const taken = (port: number) => isTaken(engine, ref, 'UDP', { address, port });
  const purpose = `udp/${ref.host}/${ref.netns}/${owner}/${engine.now}`;
  const port = local.port || ephemeralPort(engine, purpose, 'bind', taken);
  if (port === undefined || taken(port)) return 'EADDRINUSE';
  return addSocket(engine, ref, {
    protocol: 'UDP',
    state: 'UNCONN',
    local: { address, port },
    owner,
  });
}

/** Sends a datagram; gives the errno that `sendto` would. */
export function sendDatagram(
  engine: Engine,
  socket: SocketId,
  asked: Endpoint,
  payload: string,
  options: { readonly ttl?: number; readonly size?: number } = {},
): Errno | undefined {
  const ref = refOfSocket(socket);
  const view = engine.view(ref);
  const record = readSocket(engine, socket);
  if (!view || record?.protocol !== 'UDP') return 'EBADF';
  const purpose = `${engine.purpose}${socket}/${engine.now}`;
  const to = translate(engine, view, 'UDP', asked, purpose);
  if (typeof to === 'string') return to;
  if (to !== asked) rememberPeer(engine, view, socket, to, asked);
  const bound = record.local.address;
  const routed = routeOut(view, to.address, bound === EVERY ? undefined : bound);
  if (typeof routed === 'string') return routed;
  const transport: Udp = {
    kind: 'udp',
    sourcePort: record.local.port,
    destinationPort: to.port,
  };
  const size =
    options.size === undefined
      ? packetSize(transport, payload, 0, to.address)
      : packetSize(transport, '', options.size, to.address);
  if (size > 65_535) return 'EMSGSIZE';
  const trace = firstTrace(engine, socket, to);
  return ipOutput(engine, view, {
    ...(trace === undefined ? {} : { trace }),
    ip: {
      source: routed.source,
      destination: to.address,
      ttl: options.ttl ?? 64,
      identification: 0,
      dontFragment: false,
    },
    transport,
    payload,
    size,
  });
}

/** Only the first datagram of a socket is traced, and the answers to it. */
function firstTrace(engine: Engine, socket: SocketId, to: Endpoint): number | undefined {
  const key = tracedKey(socket);
  if (engine.records.get(key) === `${to.address}:${to.port}`) return undefined;
  engine.records.put(key, `${to.address}:${to.port}`);
  return engine.startTrace();
}

/** A datagram for this namespace: to its socket, or back with "port unreachable". */
export function udpInput(engine: Engine, skb: Skb): void {
  const { packet, ref, view } = skb;
  if (packet.tunnel) {
    vxlanReceive(engine, skb, packet);
    return;
  }
  const udp = packet.transport as Udp;
  const local = { address: packet.ip.destination, port: udp.destinationPort };
  const from = { address: packet.ip.source, port: udp.sourcePort };
  const socket = findBound(engine, ref, 'UDP', local);
  const record = socket === undefined ? undefined : readSocket(engine, socket);
  if (socket === undefined || !record) {
    engine.step(packet.trace, ref, {
      layer: 'socket',
      what: `nothing is bound to UDP port ${udp.destinationPort}`,
      from: `${from.address}:${from.port}`,
      to: `${local.address}:${local.port}`,
    });
    if (addressType(view, packet.ip.destination) === 'LOCAL') {
      sendError(engine, view, packet, { type: 3, code: 3 });
    }
    return;
  }
  engine.step(packet.trace, ref, {
    layer: 'socket',
    what: `delivered to UDP port ${udp.destinationPort}`,
    from: `${from.address}:${from.port}`,
    to: `${local.address}:${local.port}`,
  });
  engine.end(packet.trace, 'delivered');
  engine.reached(ref, local, from.address, record.owner, socket);
  engine.emit(record.owner, {
    type: 'socket',
    socket,
    event: 'datagram',
    from: peerOf(engine, view, socket, from),
    payload: packet.payload,
  });
}

/** An ICMP error about a datagram that this namespace sent. */
export function udpError(
  engine: Engine,
  skb: Skb,
  quoted: Packet,
  kind: Extract<SocketEvent, { event: 'icmp' }>['kind'],
): void {
  const udp = quoted.transport as Udp;
  const local = { address: quoted.ip.source, port: udp.sourcePort };
  const socket = findBound(engine, skb.ref, 'UDP', local);
  if (socket !== undefined) emitIcmp(engine, socket, skb.packet, kind);
}
