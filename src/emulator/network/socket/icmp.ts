import type { Errno, NetnsRef, SocketEvent, SocketId } from '../api.ts';
import type { Engine } from '../engine.ts';
import { refOfSocket } from '../keys.ts';
import { ipOutput, routeOut } from '../ip/output.ts';
import { learnPathMtu } from '../ip/path-mtu.ts';
import { isInet6, isLinkLocal6 } from '../address6.ts';
import {
  isEchoReply,
  isEchoRequest,
  isIcmp,
  packetSize,
  type Icmp,
  type Icmpv6,
  type Packet,
} from '../packet.ts';
import { addressType } from '../route.ts';
import type { Skb } from '../skb.ts';
import { findBound, isTaken, readSocket, addSocket } from './record.ts';
import { tcpError } from './tcp/input.ts';
import { udpError } from './udp.ts';

type IcmpEvent = Extract<SocketEvent, { event: 'icmp' }>;

/** Opens a ping socket; its "port" is the identifier of its echo requests. */
export function openIcmp(engine: Engine, ref: NetnsRef, owner: string): SocketId {
  const at = (port: number) => ({ address: '0.0.0.0', port });
  const purpose = `icmp/${ref.host}/${ref.netns}/${owner}/${engine.now}`;
  let identifier = 1 + engine.chance.integer(purpose, 32000);
  while (isTaken(engine, ref, 'ICMP', at(identifier))) identifier += 1;
  return addSocket(engine, ref, {
    protocol: 'ICMP',
    state: 'UNCONN',
    local: at(identifier),
    owner,
  });
}

/** Sends an echo request of `size` data bytes; gives the errno that `sendto` would. */
export function sendEcho(
  engine: Engine,
  socket: SocketId,
  to: string,
  options: {
    readonly sequence: number;
    readonly size: number;
    readonly ttl?: number;
    readonly dontFragment?: boolean;
    readonly from?: string;
    /** The device that it must leave by. */
    readonly device?: string;
    readonly mark?: number;
  },
): Errno | undefined {
  const ref = refOfSocket(socket);
  const view = engine.view(ref);
  const record = readSocket(engine, socket);
  if (!view || !record) return 'EBADF';
  const { device, mark = 0 } = options;
  const flow = device === undefined ? { mark } : { mark, output: device };
  const routed = routeOut(view, to, options.from, flow);
  if (typeof routed === 'string') return routed;
  const six = isInet6(to);
  const transport: Icmp | Icmpv6 = {
    kind: six ? 'icmpv6' : 'icmp',
    type: six ? 128 : 8,
    code: 0,
    identifier: record.local.port,
    sequence: options.sequence,
  };
  const trace = engine.startTrace();
  const failed = ipOutput(engine, view, {
    ...(trace === undefined ? {} : { trace }),
    ip: {
      source: routed.source,
      destination: to,
      ttl: options.ttl ?? 64,
      identification: 0,
      dontFragment: options.dontFragment ?? false,
    },
    transport,
    payload: '',
    size: packetSize(transport, '', options.size, to),
    mark,
    ...(device === undefined ? {} : { output: device }),
  });
  return failed;
}

/** An ICMP message that is no error: echo requests are answered, answers go to who asked. */
export function icmpInput(engine: Engine, skb: Skb): void {
  const { packet, view, ref } = skb;
  const icmp = packet.transport as Icmp | Icmpv6;
  const asks = isEchoRequest(icmp);
  engine.step(packet.trace, ref, {
    layer: 'socket',
    what: asks ? 'echo request answered' : 'echo reply received',
    from: packet.ip.source,
    to: packet.ip.destination,
  });
  if (asks) {
    engine.end(packet.trace, 'delivered');
    engine.reached(ref, { address: packet.ip.destination, port: 0 }, packet.ip.source);
    if (view.sysctl('net.ipv4.icmp_echo_ignore_all') !== '0') return;
    const kind = addressType(view, packet.ip.destination);
    const everybody = icmp.kind === 'icmp' && (kind === 'BROADCAST' || kind === 'MULTICAST');
    if (everybody && view.sysctl('net.ipv4.icmp_echo_ignore_broadcasts') !== '0') return;
    const { id: _id, kind: _kind, ...rest } = packet;
    const { source, destination } = packet.ip;
    const scoped = isLinkLocal6(source) && skb.input !== undefined;
    ipOutput(engine, view, {
      ...rest,
      ip: { ...packet.ip, source: destination, destination: source, ttl: 64 },
      transport: { ...icmp, type: icmp.kind === 'icmp' ? 0 : 129 },
      ...(scoped ? { output: skb.input as string } : {}),
    });
    return;
  }
  if (!isEchoReply(icmp) || icmp.identifier === undefined) return;
  const socket = findBound(engine, ref, 'ICMP', { address: '0.0.0.0', port: icmp.identifier });
  if (socket === undefined) return;
  emitIcmp(engine, socket, packet, 'echo-reply', icmp.sequence);
}

/** Kinds of ICMP errors, as sockets hear of them. */
export function errorKind(icmp: Icmp | Icmpv6): IcmpEvent['kind'] | undefined {
  if (icmp.kind === 'icmpv6') return errorKind6(icmp);
  if (icmp.type === 11) return 'time-exceeded';
  if (icmp.type !== 3) return undefined;
  if (icmp.code === 0) return 'net-unreachable';
  if (icmp.code === 3) return 'port-unreachable';
  if (icmp.code === 4) return 'frag-needed';
  return [9, 10, 13].includes(icmp.code) ? 'admin-prohibited' : 'host-unreachable';
}

function errorKind6({ type, code }: Icmpv6): IcmpEvent['kind'] | undefined {
  if (type === 2) return 'frag-needed';
  if (type === 3) return 'time-exceeded';
  if (type !== 1) return undefined;
  if (code === 0) return 'net-unreachable';
  if (code === 4) return 'port-unreachable';
  return code === 1 ? 'admin-prohibited' : 'host-unreachable';
}

/** An ICMP error: it goes to the socket that sent the quoted packet. */
export function icmpErrorInput(engine: Engine, skb: Skb): void {
  const { packet, ref } = skb;
  const icmp = packet.transport as Icmp | Icmpv6;
  const { quoted } = icmp;
  const kind = errorKind(icmp);
  engine.step(packet.trace, ref, {
    layer: 'socket',
    what: `ICMP ${kind ?? 'error'} from ${packet.ip.source}`,
    from: packet.ip.source,
    to: packet.ip.destination,
  });
  if (!quoted || !kind) return;
  if (kind === 'frag-needed' && icmp.mtu !== undefined) {
    learnPathMtu(engine, ref, quoted.ip.destination, icmp.mtu);
  }
  const { transport } = quoted;
  if (transport.kind === 'tcp') tcpError(engine, skb, quoted, kind);
  else if (transport.kind === 'udp') udpError(engine, skb, quoted, kind);
  else if (isIcmp(transport) && isEchoRequest(transport) && transport.identifier !== undefined) {
    const at = { address: '0.0.0.0', port: transport.identifier };
    const socket = findBound(engine, ref, 'ICMP', at);
    if (socket !== undefined) emitIcmp(engine, socket, packet, kind, transport.sequence);
  }
}

/** Tells a socket's owner of an ICMP message. `size` counts from the ICMP header on. */
export function emitIcmp(
  engine: Engine,
  socket: SocketId,
  packet: Packet,
  kind: IcmpEvent['kind'],
  sequence?: number,
): void {
  const record = readSocket(engine, socket);
  if (!record) return;
  const { mtu } = packet.transport as Icmp;
  engine.emit(record.owner, {
    type: 'socket',
    socket,
    event: 'icmp',
    kind,
    from: packet.ip.source,
    ...(sequence === undefined ? {} : { sequence }),
    ttl: packet.ip.ttl,
    size: packet.size - (isInet6(packet.ip.source) ? 40 : 20),
    ...(mtu === undefined ? {} : { mtu }),
  });
}
