import type { Engine } from '../engine.ts';
import { ipOutput } from '../ip/output.ts';
import { encapsulate } from '../link/vxlan.ts';
import { transmitNow } from '../link/transmit.ts';
import type { LinkRecord, NetnsView } from '../netns.ts';
import { endpointText, type Frame, type Packet } from '../packet.ts';
import {
  identityOf,
  lookUp,
  noteEvent,
  reserved,
  type EndpointPolicy,
  type IpcacheEntry,
  type LxcEntry,
  type NameMatch,
} from './maps.ts';
import { denials } from './deny.ts';
import { dnsOf, nameFits, namesOf, noteAnswer, refusal } from './dns.ts';
import { guardHttp } from './http.ts';
import { answerBack, balance, balances } from './nodeport.ts';
import { judge } from './policy.ts';
import { cameByTunnel, lookUpConnection, remember, tupleOf } from './track.ts';

/** One direction of a packet at an endpoint. */
interface Asked {
  readonly endpoint: LxcEntry;
  readonly direction: 'INGRESS' | 'EGRESS';
  readonly source: number;
  readonly destination: number;
  /** It came out of the tunnel. */
  readonly overlay?: boolean;
}

/**
 * A frame that a pod sent, at the node's end of its link (`cil_from_container`). Whether the
 * program took it; else it goes on into the node's stack.
 */
export function fromContainer(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  frame: Frame,
): boolean {
  if (frame.body.kind !== 'ip' || frame.body.ip.source.includes(':')) return false;
  const packet = frame.body;
  const { ref } = view;
  const endpoint = lookUp<LxcEntry>(engine, ref, 'lxc', packet.ip.source);
  if (!endpoint || endpoint.device !== link.name) {
    drop(engine, view, packet, 'Invalid source ip');
    return true;
  }
  const peer = identityOf(engine, ref, packet.ip.destination);
  if (balances(engine, view) && answersOutside(engine, view, packet, endpoint)) return true;
  const asked: Asked = {
    endpoint,
    direction: 'EGRESS',
    source: endpoint.identity,
    destination: isHost(view, packet) ? reserved.host : peer.identity,
  };
  if (!passes(engine, view, packet, asked)) return true;
  if (isHost(view, packet)) {
    tell(engine, view, packet, asked, 'to-stack');
    return false;
  }
  return deliver(engine, view, packet, peer, asked);
}

/** A pod's answer to what came in by a Service's port at this node. */
function answersOutside(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  endpoint: LxcEntry,
): boolean {
  const { ref } = view;
  const state = lookUpConnection(engine, ref, endpoint.id, tupleOf(packet));
  if (state !== 'reply' || !answerBack(engine, view, packet)) return false;
  remember(engine, ref, endpoint.id, packet, state);
  return true;
}

/**
 * A frame from outside at the node's card (`cil_from_netdev`): what is for a Service goes to a
 * backend, here or in the tunnel; what answers from there goes back to the client. Whether the
 * program took it.
 */
export function fromNetdev(
  engine: Engine,
  view: NetnsView,
  link: LinkRecord,
  frame: Frame,
): boolean {
  if (frame.body.kind !== 'ip' || frame.body.ip.source.includes(':')) return false;
  if (frame.destination !== link.mac || !balances(engine, view)) return false;
  const packet = frame.body;
  if (answerBack(engine, view, packet)) return true;
  const found = balance(engine, view, link, packet);
  if (!found) return false;
  if (found === 'drop') {
    drop(engine, view, packet, 'Service backend not found');
    return true;
  }
  const { packet: next, backend } = found;
  const source = identityOf(engine, view.ref, packet.ip.source).identity;
  if (forward(engine, view, next, source)) return true;
  // A backend that is a node itself.
  const { kind: _kind, id: _id, ...draft } = next;
  if (view.local.has(backend.address)) return false;
  ipOutput(engine, view, draft);
  return true;
}

const isHost = (view: NetnsView, { ip }: Packet) => view.local.has(ip.destination);

/** What the node's stack sends to pods, at `cilium_host` (`cil_from_host`). */
export function toHostDevice(engine: Engine, view: NetnsView, frame: Frame): boolean {
  if (frame.body.kind !== 'ip' || frame.body.ip.source.includes(':')) return false;
  const packet = frame.body;
  const own = view.local.has(packet.ip.source);
  const source = own ? reserved.host : identityOf(engine, view.ref, packet.ip.source).identity;
  return forward(engine, view, packet, source);
}

/** A packet out of the tunnel; the VNI told who sent it (`cil_from_overlay`). */
export function fromOverlay(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  identity: number,
): boolean {
  // Another node's own packets are those of a remote node here.
  const source = identity === reserved.host ? reserved['remote-node'] : identity;
  const endpoint = lookUp<LxcEntry>(engine, view.ref, 'lxc', packet.ip.destination);
  if (endpoint) {
    toContainer(engine, view, packet, endpoint, source, true);
    return true;
  }
  return balances(engine, view) && answerBack(engine, view, packet);
}

function forward(engine: Engine, view: NetnsView, packet: Packet, source: number): boolean {
  const peer = identityOf(engine, view.ref, packet.ip.destination);
  const endpoint = lookUp<LxcEntry>(engine, view.ref, 'lxc', packet.ip.destination);
  if (endpoint) {
    toContainer(engine, view, packet, endpoint, source);
    return true;
  }
  if (!peer.tunnel) return false;
  tunnel(engine, view, packet, peer.tunnel, source);
  return true;
}

/** A packet that may leave its pod: to an endpoint here, into the tunnel, or to the stack. */
function deliver(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  peer: IpcacheEntry,
  asked: Asked,
): boolean {
  const next = { ...packet, ip: { ...packet.ip, ttl: packet.ip.ttl - 1 } };
  const endpoint = lookUp<LxcEntry>(engine, view.ref, 'lxc', packet.ip.destination);
  if (endpoint) {
    toContainer(engine, view, next, endpoint, asked.source);
    return true;
  }
  const back = cameByTunnel(engine, view.ref, asked.endpoint.id, tupleOf(packet));
  const end = peer.tunnel ?? (back ? packet.ip.destination : undefined);
  if (end !== undefined) {
    tell(engine, view, packet, asked, 'to-overlay');
    tunnel(engine, view, next, end, asked.source);
    return true;
  }
  tell(engine, view, packet, asked, 'to-stack');
  return false;
}

/** A packet for a pod of this node, at the node's end of its link (`cil_to_container`). */
function toContainer(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  endpoint: LxcEntry,
  source: number,
  overlay = false,
): void {
  const asked: Asked = {
    endpoint,
    direction: 'INGRESS',
    source,
    destination: endpoint.identity,
    overlay,
  };
  if (!passes(engine, view, packet, asked)) return;
  const link = view.links.get(endpoint.device);
  if (!link) {
    drop(engine, view, packet, 'No mapping for endpoint');
    return;
  }
  tell(engine, view, packet, asked, 'to-endpoint');
  const frame = { source: link.mac, destination: endpoint.mac, body: packet };
  transmitNow(engine, view, endpoint.device, frame);
}

function tunnel(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  to: string,
  identity: number,
): void {
  const link = [...view.links.values()].find(({ options }) => options?.['bpf'] === 'overlay');
  if (!link?.up) {
    drop(engine, view, packet, 'No tunnel device');
    return;
  }
  const frame: Frame = { source: link.mac, destination: link.mac, body: packet };
  encapsulate(engine, view, link, frame, packet, { destination: to, vni: identity });
}

/** Connections, then the endpoint's policy; drops, and says why. */
function passes(engine: Engine, view: NetnsView, packet: Packet, asked: Asked): boolean {
  const { ref } = view;
  const { endpoint, direction } = asked;
  const tuple = tupleOf(packet);
  const state = lookUpConnection(engine, ref, endpoint.id, tuple);
  const policy = lookUp<EndpointPolicy>(engine, ref, 'policy', String(endpoint.id));
  const side = direction === 'INGRESS' ? policy?.ingress : policy?.egress;
  const peer = direction === 'INGRESS' ? asked.source : asked.destination;
  // The kubelet's probes pass whatever the policies say (allow-localhost).
  const local = direction === 'INGRESS' && peer === reserved.host;
  if (state !== 'reply' && !local) {
    const names = () => namesOf(engine, ref, endpoint.id, tuple.destination);
    const verdict = judge(side, peer, tuple.protocol, tuple.destinationPort, names);
    step(engine, view, packet, asked, verdict.reason);
    if (!verdict.allowed) {
      refuse(engine, view, packet, asked, verdict.reason);
      return false;
    }
    if (verdict.entry?.dns && !asksWell(engine, view, packet, asked, verdict.entry.dns))
      return false;
    if (verdict.entry?.http) {
      const said = guardHttp(packet, verdict.entry.http);
      if (said) tellHttp(engine, view, packet, asked, said.request, said.allowed);
      if (said && !said.allowed) {
        const [answer, reset] = denials(engine, packet);
        forward(engine, view, answer, asked.destination);
        forward(engine, view, reset, asked.source);
        engine.end(packet.trace, 'rejected');
        return false;
      }
    }
  }
  if (state === 'reply' && direction === 'INGRESS') {
    const answer = noteAnswer(engine, ref, endpoint.id, policy, packet);
    if (answer) tellDns(engine, view, packet, asked, answerText(answer), true);
  }
  remember(engine, ref, endpoint.id, packet, state, asked.overlay);
  return true;
}

/** What the proxy does with a question: one that no rule allows is refused at once. */
function asksWell(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  asked: Asked,
  rules: readonly NameMatch[],
): boolean {
  const message = dnsOf(packet);
  if (!message || message.response) return true;
  const { name, type } = message.question;
  const allowed = rules.some((rule) => nameFits(rule, name));
  tellDns(engine, view, packet, asked, `Query ${name} ${type}`, allowed);
  if (allowed) return true;
  remember(engine, view.ref, asked.endpoint.id, packet, 'new');
  forward(engine, view, refusal(engine, packet), asked.destination);
  engine.end(packet.trace, 'rejected');
  return false;
}

function answerText({ question, answers, rcode }: NonNullable<ReturnType<typeof dnsOf>>): string {
  const found = answers.filter(({ type }) => type === 'A' || type === 'AAAA');
  const asked = `(Proxy ${question.name} ${question.type})`;
  if (found.length === 0) return `Answer RCode: ${rcode} TTL: 4294967295 ${asked}`;
  const list = found.map(({ data }) => data).join(',');
  return `Answer "${list}" TTL: ${Math.min(...found.map(({ ttl }) => ttl))} ${asked}`;
}

function tellDns(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  asked: Asked,
  dns: string,
  allowed: boolean,
): void {
  noteEvent(engine, view.ref, {
    type: 'l7',
    verdict: allowed ? 'FORWARDED' : 'DROPPED',
    reason: dns.startsWith('Query') ? 'dns-request proxy' : 'dns-response proxy',
    reply: !dns.startsWith('Query'),
    dns: `DNS ${dns}`,
    ...ends(asked),
    ...described(packet),
  });
}

const described = (packet: Packet) => ({
  source: endpointText(packet, 'source'),
  destination: endpointText(packet, 'destination'),
  protocol: packet.transport.kind.toUpperCase(),
  ...(packet.transport.kind === 'tcp' ? { flags: packet.transport.flags.join(', ') } : {}),
});

const ends = ({ endpoint, direction, source, destination }: Asked) => ({
  direction,
  endpoint: endpoint.id,
  sourceIdentity: source,
  destinationIdentity: destination,
});

function refuse(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  asked: Asked,
  reason: string,
): void {
  noteEvent(engine, view.ref, {
    type: 'drop',
    verdict: 'DROPPED',
    reason,
    ...ends(asked),
    ...described(packet),
  });
  engine.end(packet.trace, 'dropped');
}

function tell(engine: Engine, view: NetnsView, packet: Packet, asked: Asked, where: string): void {
  const reply = lookUpConnection(engine, view.ref, asked.endpoint.id, tupleOf(packet)) === 'reply';
  noteEvent(engine, view.ref, {
    type: 'trace',
    verdict: 'FORWARDED',
    reason: where,
    reply,
    ...ends(asked),
    ...described(packet),
  });
}

function tellHttp(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  asked: Asked,
  http: string,
  allowed: boolean,
): void {
  noteEvent(engine, view.ref, {
    type: 'l7',
    verdict: allowed ? 'FORWARDED' : 'DROPPED',
    reason: 'http-request',
    http,
    ...ends(asked),
    ...described(packet),
  });
}

function step(
  engine: Engine,
  view: NetnsView,
  packet: Packet,
  { endpoint, direction, source, destination }: Asked,
  reason: string,
): void {
  engine.step(packet.trace, view.ref, {
    layer: 'policy',
    device: endpoint.device,
    what: `${direction.toLowerCase()} of endpoint ${endpoint.id}: ${reason}`,
    rule: {
      table: 'bpf',
      chain: `cilium_policy_${String(endpoint.id).padStart(5, '0')}`,
      text: `identity ${source}->${destination}`,
    },
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
  });
}

function drop(engine: Engine, view: NetnsView, packet: Packet, why: string): void {
  engine.step(packet.trace, view.ref, {
    layer: 'policy',
    what: `dropped: ${why}`,
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
  });
  engine.end(packet.trace, 'dropped');
}
