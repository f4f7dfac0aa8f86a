import { isInet6 } from '../address6.ts';
import type { Engine } from '../engine.ts';
import { sendError } from '../ip/icmp-error.ts';
import { ipOutput, routeOut } from '../ip/output.ts';
import { learnPathMtu, pathMtu } from '../ip/path-mtu.ts';
import { ipReceive, receiveFrame } from '../ip/receive.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import {
  broadcastMac,
  endpointText,
  packetSize,
  type Frame,
  type Ipip,
  type Packet,
} from '../packet.ts';
import { mtuOf, type RouteDecision } from '../route.ts';
import { createSkb, type Skb } from '../skb.ts';
import { drop } from './transmit.ts';

type Unicast = Extract<RouteDecision, { type: 'unicast' }>;

/** Kinds of device that put packets into IP packets, without a hardware address of their own. */
export const isTunnel = ({ kind }: Pick<LinkRecord, 'kind'>) =>
  kind === 'ipip' || kind === 'sit' || kind === 'gre';

const text = ({ options }: LinkRecord, name: string) =>
  options?.[name] === undefined ? undefined : String(options[name]);

const isGre = ({ kind }: LinkRecord) => kind === 'gre' || kind === 'gretap';

/** The header of what a device sends: IP in IP, or GRE with the key that it was told. */
function transportOf(link: LinkRecord): Ipip {
  if (!isGre(link)) return { kind: 'ipip' };
  const key = text(link, 'okey');
  return { kind: 'ipip', gre: key === undefined ? {} : { key: Number(key) } };
}

/** Bytes of the headers that a device puts in front of a packet. */
export function tunnelOverhead(link: LinkRecord): number {
  return packetSize(transportOf(link), '') + (link.kind === 'gretap' ? 14 : 0);
}

/**
 * A packet that leaves by a tunnel device (`ip_tunnel_xmit`): into another IP packet to the
 * device's other end, or, where it has none, to the next hop, as with Calico's routes
 * `via <node> dev tunl0 onlink`.
 */
export function tunnelSend(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  packet: Packet,
  nextHop: string,
): void {
  const frame = { source: link.mac, destination: broadcastMac, body: packet };
  if (!link.up) return;
  engine.show(view.ref, link.name, 'Out', frame);
  const six = isInet6(packet.ip.destination);
  if ((link.kind === 'ipip' && six) || (link.kind === 'sit' && !six && !anyProtocol(link))) {
    drop(engine, view.ref, packet.trace, link.name, `${link.name} does not carry it`, frame);
    return;
  }
  wrap(engine, view, link, packet, { inner: packet }, text(link, 'remote') ?? nextHop);
}

/** A device made with options takes packets of both families (`mode any`). */
const anyProtocol = (link: LinkRecord) => link.options?.['any'] === 1;

/** A frame that leaves by a gretap device. */
export function gretapSend(engine: Engine, view: NetnsView, link: LinkRecord, frame: Frame): void {
  const remote = text(link, 'remote');
  const { body } = frame;
  if (remote === undefined) {
    drop(engine, view.ref, body.trace, link.name, `${link.name} has no other end`, frame);
    return;
  }
  wrap(engine, view, link, body, { tunnel: { vni: 0, frame } }, remote);
}

function wrap(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  body: Frame['body'],
  content: Pick<Packet, 'inner' | 'tunnel'>,
  end: string,
): void {
  const trace = body.trace;
  const frame = { source: link.mac, destination: broadcastMac, body };
  const routed = routeOut(view, end, text(link, 'local'));
  if (typeof routed === 'string' || routed.decision.type === 'local') {
    drop(engine, view.ref, trace, link.name, `no route to the tunnel's other end ${end}`, frame);
    return;
  }
  const transport = transportOf(link);
  if (body.kind === 'ip') {
    // Each packet tells the route within what fits into the tunnel (`tnl_update_pmtu`).
    const mtu = mtuOf(view, routed.decision as Unicast) - tunnelOverhead(link);
    const { destination } = body.ip;
    if (pathMtu(engine, view.ref, destination) > mtu) {
      learnPathMtu(engine, view.ref, destination, mtu);
    }
    engine.step(trace, view.ref, {
      layer: 'l3',
      device: link.name,
      what: `wrapped into ${transport.gre ? 'GRE (protocol 47)' : 'IP (protocol 4)'} to ${end}`,
      from: endpointText(body, 'source'),
      to: endpointText(body, 'destination'),
    });
  }
  const ttl = text(link, 'ttl');
  const inherited = body.kind === 'ip' ? body.ip.ttl : 64;
  const length = (body.kind === 'ip' ? body.size : 28) + (content.tunnel ? 14 : 0);
  ipOutput(engine, view, {
    ...(trace === undefined ? {} : { trace }),
    ip: {
      source: routed.source,
      destination: end,
      ttl: ttl === undefined ? inherited : Number(ttl),
      identification: 0,
      dontFragment: link.options?.['pmtudisc'] === 1,
    },
    transport,
    payload: '',
    size: packetSize(transport, '', length),
    ...content,
  });
}

/** A packet in a packet, for this machine: in by the device that is for its sender. */
export function tunnelReceive(engine: Engine, skb: Skb): void {
  const { inner, tunnel, trace } = skb.packet;
  const link = deviceFor(skb.view, skb.packet);
  const body = inner ?? tunnel?.frame.body;
  if (!body || !link) {
    // Nobody takes it (`tunnel4_rcv`, `gre_rcv`).
    sendError(engine, skb.view, skb.packet, { type: 3, code: 3 });
    return;
  }
  if (body.kind === 'ip') {
    engine.step(trace, skb.ref, {
      layer: 'l3',
      device: link.name,
      what: 'unwrapped',
      from: endpointText(body, 'source'),
      to: endpointText(body, 'destination'),
    });
  }
  if (tunnel) {
    receiveFrame(engine, skb.view, { type: 'frame', device: link.name, frame: tunnel.frame });
    return;
  }
  const packet = body as Packet;
  const frame = { source: link.mac, destination: broadcastMac, body: packet };
  engine.show(skb.ref, link.name, 'In', frame);
  ipReceive(engine, createSkb(skb.view, packet, link.name));
}

/** The device that names both ends, else the other end, else neither (`ip_tunnel_lookup`). */
function deviceFor(view: NetnsView, packet: Packet): LinkRecord | undefined {
  const { transport, ip, tunnel, inner } = packet;
  const gre = transport.kind === 'ipip' ? transport.gre : undefined;
  const six = inner !== undefined && isInet6(inner.ip.destination);
  const fits = (link: LinkRecord) => {
    if (gre) return link.kind === (tunnel ? 'gretap' : 'gre') && sameKey(link, gre.key);
    return link.kind === (six ? 'sit' : 'ipip') || (link.kind === 'sit' && anyProtocol(link));
  };
  const score = (link: LinkRecord) => {
    const [remote, local] = [text(link, 'remote'), text(link, 'local')];
    if (remote !== undefined && remote !== ip.source) return -1;
    if (local !== undefined && local !== ip.destination) return -1;
    return (remote === undefined ? 0 : 2) + (local === undefined ? 0 : 1);
  };
  return [...view.links.values()]
    .filter((link) => link.up && fits(link) && score(link) >= 0)
    .sort((a, b) => score(b) - score(a))[0];
}

const sameKey = (link: LinkRecord, key: number | undefined) =>
  (text(link, 'ikey') ?? '') === (key === undefined ? '' : String(key));
