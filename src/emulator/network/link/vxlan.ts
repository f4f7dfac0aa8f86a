import { isInet6 } from '../address6.ts';
import type { Engine } from '../engine.ts';
import { ipOutput, routeOut } from '../ip/output.ts';
import { fromOverlay } from '../bpf/datapath.ts';
import { ipReceive, receiveFrame } from '../ip/receive.ts';
import { volatileKey } from '../keys.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { endpointText, packetSize, type Frame, type Packet, type Udp } from '../packet.ts';
import { createSkb, type Skb } from '../skb.ts';
import { destinationsOf, staticFdbKey, type StaticFdb } from './fdb.ts';
import { drop } from './transmit.ts';

/** VXLAN header and the inner Ethernet header, in front of the inner packet. */
const HEADER = 8 + 14;
const ARP = 28;
/** Linux' port, which Flannel keeps; the IANA's is 4789. */
const PORT = 8472;

const portOf = (link: LinkRecord) => Number(link.options?.['port'] ?? PORT);
const vniOf = (link: LinkRecord) => Number(link.options?.['id'] ?? 1);

/**
 * A frame that enters a vxlan device (`vxlan_xmit`): into a UDP packet to the machine that the
 * forwarding database names for its MAC address. Without an entry it is lost. Options of the link:
 * `id`, `local`, `port`, and `remotes`: the machines that a frame goes to whose place is not known;
 * such a device learns, and takes ARP along; `learning` 1 as well.
 */
export function vxlanSend(engine: Engine, view: NetnsView, link: LinkRecord, frame: Frame): void {
  const { body } = frame;
  const made = (mac: string) =>
    engine.records.get<StaticFdb>(staticFdbKey(view.ref, link.name, mac));
  const entry =
    made(frame.destination) ??
    engine.records.get<StaticFdb>(learnedEndKey(view, link.name, frame.destination));
  const ends = entry ? destinationsOf(entry) : everywhere(link, made(NOBODY));
  if (ends.length === 0) {
    const why = `no fdb entry for ${frame.destination} on ${link.name}`;
    drop(engine, view.ref, body.trace, link.name, why, frame);
    return;
  }
  for (const destination of ends) {
    encapsulate(engine, view, link, frame, body, { destination, vni: vniOf(link) });
  }
}

/** The address that stands for all whose place is not known. */
const NOBODY = '00:00:00:00:00:00';

/** Where such frames go: the other end that the device was told, and those of that entry. */
function everywhere(link: LinkRecord, entry: StaticFdb | undefined): readonly string[] {
  const { remote, remotes } = link.options ?? {};
  return [
    ...((remotes ?? []) as readonly string[]),
    ...(typeof remote === 'string' ? [remote] : []),
    ...(entry ? destinationsOf(entry) : []),
  ];
}

/** Behind which machine a device that learns has heard a MAC address. */
const learnedEndKey = (view: NetnsView, device: string, mac: string) =>
  `${volatileKey(view.ref)}vxlan/${device}/${mac}`;

/** Wraps a frame into a UDP packet to the other end of a tunnel, and sends it. */
export function encapsulate(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  frame: Frame,
  body: Frame['body'],
  to: { readonly destination: string; readonly vni: number },
): void {
  const local = link.options?.['local'];
  const from = typeof local === 'string' ? local : undefined;
  const routed = routeOut(view, to.destination, from);
  if (typeof routed === 'string') {
    const why = `no route to the tunnel's other end ${to.destination}`;
    drop(engine, view.ref, body.trace, link.name, why, frame);
    return;
  }
  const flow =
    body.kind === 'arp'
      ? `${body.senderAddress}/${body.targetAddress}`
      : `${endpointText(body, 'source')}/${endpointText(body, 'destination')}`;
  const transport: Udp = {
    kind: 'udp',
    sourcePort: 32_768 + engine.chance.integer(`vxlan/${view.ref.host}/${flow}`, 28_232),
    destinationPort: portOf(link),
  };
  engine.step(body.trace, view.ref, {
    layer: 'l2',
    device: link.name,
    what: `wrapped into UDP ${transport.destinationPort} (VNI ${to.vni})`,
    from: routed.source,
    to: to.destination,
  });
  ipOutput(engine, view, {
    ...(body.trace === undefined ? {} : { trace: body.trace }),
    ip: {
      source: routed.source,
      destination: to.destination,
      ttl: 64,
      identification: 0,
      dontFragment: false,
    },
    transport,
    payload: '',
    size: packetSize(
      transport,
      '',
      (body.kind === 'arp' ? ARP : body.size) + HEADER,
      to.destination,
    ),
    tunnel: { vni: to.vni, frame },
  });
}

/** A device with an address of its own hears what comes over that family. */
function hearsFamily({ options }: LinkRecord, { ip }: Packet): boolean {
  const local = options?.['local'];
  return typeof local !== 'string' || isInet6(local) === isInet6(ip.destination);
}

/** A packet with a frame in it, for this machine: out of the wrapping, in by the device. */
export function vxlanReceive(engine: Engine, skb: Skb, packet: Packet): void {
  const { tunnel, transport } = packet;
  const port = transport.kind === 'udp' ? transport.destinationPort : 0;
  const link = [...skb.view.links.values()].find(
    (each) =>
      each.kind === 'vxlan' &&
      portOf(each) === port &&
      hearsFamily(each, packet) &&
      (vniOf(each) === tunnel?.vni || each.options?.['bpf'] === 'overlay'),
  );
  if (!tunnel || !link) {
    engine.end(packet.trace, 'dropped');
    return;
  }
  engine.step(packet.trace, skb.ref, {
    layer: 'l2',
    device: link.name,
    what: 'unwrapped',
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
  });
  const { body, source: mac } = tunnel.frame;
  if (link.options?.['remotes'] || link.options?.['learning'] === 1) {
    const learned = { destination: packet.ip.source };
    engine.records.put(learnedEndKey(skb.view, link.name, mac), learned);
  }
  if (link.options?.['bpf'] === 'overlay' && body.kind === 'ip') {
    if (!fromOverlay(engine, skb.view, body, tunnel.vni)) {
      ipReceive(engine, createSkb(skb.view, body, link.name));
    }
    return;
  }
  receiveFrame(engine, skb.view, { type: 'frame', device: link.name, frame: tunnel.frame });
}
