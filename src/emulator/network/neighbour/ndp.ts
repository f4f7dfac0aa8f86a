import { groupMac, isLinkLocal6, solicitedNode } from '../address6.ts';
import type { Engine } from '../engine.ts';
import { hasNeighbours, transmit } from '../link/transmit.ts';
import type { NetnsView } from '../netns.ts';
import { packetSize, type Icmpv6 } from '../packet.ts';
import { route } from '../route.ts';
import type { Skb } from '../skb.ts';
import { learnNeighbour } from './resolve.ts';

const SOLICITATION = 135;
const ADVERTISEMENT = 136;

/**
 * Asks who has an IPv6 address (`ndisc_send_ns`): the group of its last 24 bits, or the one MAC
 * address that is being checked.
 */
export function sendSolicitation(
  engine: Engine,
  view: NetnsView,
  device: string,
  target: string,
  mac?: string,
  trace?: number,
): void {
  const link = view.links.get(device);
  const source = addressOf(view, device, target);
  if (!link || source === undefined) return;
  const group = solicitedNode(target);
  send(engine, view, device, {
    source,
    to: mac === undefined ? group : target,
    mac: mac ?? groupMac(group),
    ...(trace === undefined ? {} : { trace }),
    message: { kind: 'icmpv6', type: SOLICITATION, code: 0, target, linkAddress: link.mac },
  });
}

/** The device's own address that asks: of the same scope where there is one. */
function addressOf(view: NetnsView, device: string, target: string): string | undefined {
  const own = view.addresses6.get(device) ?? [];
  const near = own.find(({ scope }) => (scope === 'link') === isLinkLocal6(target));
  return (near ?? own[0])?.address;
}

interface Sending {
  readonly source: string;
  readonly to: string;
  readonly mac: string;
  readonly message: Icmpv6;
  readonly trace?: number;
}

function send(
  engine: Engine,
  view: NetnsView,
  device: string,
  { source, to, mac, message, trace }: Sending,
): void {
  const link = view.links.get(device);
  if (!link) return;
  transmit(engine, view, device, {
    source: link.mac,
    destination: mac,
    body: {
      kind: 'ip',
      id: engine.nextId(),
      ...(trace === undefined ? {} : { trace }),
      ip: { source, destination: to, ttl: 255, identification: 0, dontFragment: false },
      transport: message,
      payload: '',
      size: packetSize(message, '', 0, to),
    },
  });
}

/** A solicitation or an advertisement that came in (`ndisc_recv_ns`, `ndisc_recv_na`). */
export function ndpReceive(engine: Engine, skb: Skb, message: Icmpv6): void {
  const { view, packet, input: device } = skb;
  const { target, linkAddress } = message;
  // Only what was sent on this very link can have kept its hop limit (RFC 4861 7.1).
  if (device === undefined || target === undefined || packet.ip.ttl !== 255) return;
  const link = view.links.get(device);
  if (!link || !hasNeighbours(link)) return;
  if (message.type === ADVERTISEMENT) {
    if (linkAddress === undefined) return;
    const event = message.solicited ? 'REPLY' : 'HEARD';
    learnNeighbour(engine, view, device, target, linkAddress, event, false);
    return;
  }
  const held = view.local6.get(target);
  const ours = held?.device === device && held.scope !== 'host';
  if (!ours && !isProxied(view, device, target)) return;
  const { source } = packet.ip;
  const probe = source === '::';
  if (!probe && linkAddress !== undefined) {
    learnNeighbour(engine, view, device, source, linkAddress, 'HEARD', true);
  }
  const to = probe ? 'ff02::1' : source;
  send(engine, view, device, {
    source: target,
    to,
    mac: probe || linkAddress === undefined ? groupMac(to) : linkAddress,
    message: {
      kind: 'icmpv6',
      type: ADVERTISEMENT,
      code: 0,
      target,
      linkAddress: link.mac,
      solicited: !probe,
    },
  });
}

/** With proxy_ndp the host answers for the addresses that are entered as proxies. */
function isProxied(view: NetnsView, device: string, target: string): boolean {
  const on = (name: string) => view.sysctl(`net.ipv6.conf.${name}.proxy_ndp`) === '1';
  if (!on('all') && !on(device)) return false;
  const decision = route(view, target);
  return decision.type === 'unicast' && decision.device !== device;
}
