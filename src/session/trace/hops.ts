import type { Micros } from '../../emulator/world/json.ts';
import type { NetnsRef, Observation, Probe, TraceStep } from '../../emulator/network/api.ts';
import { printFlow, type Flow } from '../../emulator/programs/conntrack/print.ts';
import type { HopKind, PacketHead, PacketHop, RuleText } from './api.ts';
import { changes, headOf, markAfter, unwrapped } from './heads.ts';

/** What is known while the observations are read one after the other. */
interface Reading {
  readonly observed: readonly Observation[];
  readonly podOf: (ref: NetnsRef) => string | undefined;
  readonly now: Micros;
  readonly hops: PacketHop[];
  head: PacketHead | undefined;
  /** Marks live within one namespace only. */
  mark: string;
  place: string;
  way: 'out' | 'back';
  met: RuleText[];
  conntrack: string[];
  asked: string | undefined;
}

const NOTHING: PacketHead = { from: '', to: '', ttl: 64, flags: '', size: 0, mark: '0x0' };

/**
 * The hops of a probe that observed: frames that follow one another become one hop over links, each
 * step becomes a hop, rules and connections go to the hop they belong to. A TCP handshake's last
 * segment is left out.
 */
export function packetHops(
  probe: Probe,
  podOf: (ref: NetnsRef) => string | undefined,
  now: Micros,
): PacketHop[] {
  const observed = probe.observed ?? [];
  const reading: Reading = {
    ...{ observed, podOf, now, hops: [], head: undefined, mark: '0x0', place: '', way: 'out' },
    ...{ met: [], conntrack: [], asked: undefined },
  };
  for (const [index, each] of observed.entries()) {
    if (ended(reading)) break;
    enter(reading, each);
    if (each.type === 'rule') rule(reading, each);
    else if (each.type === 'conntrack') {
      const flow = each.entry as unknown as Flow;
      reading.conntrack.push(printFlow(flow, now, {}).trim());
    } else if (each.type === 'frame') frame(reading, each);
    else step(reading, each.step, index);
  }
  return reading.hops;
}

/**
 * The answer is there: what the asker sends next belongs to the connection, not to the question.
 */
function ended({ hops, way }: Reading): boolean {
  return way === 'back' && hops.at(-1)?.kind === 'socket';
}

function enter(reading: Reading, { host, netns }: Observation): void {
  const place = `${host}/${netns}`;
  if (place === reading.place) return;
  reading.place = place;
  reading.mark = '0x0';
  if (reading.head) reading.head = { ...reading.head, mark: '0x0' };
}

function rule(reading: Reading, each: Extract<Observation, { type: 'rule' }>): void {
  const { table, chain, text } = each;
  reading.met.push({ table, chain, text });
  reading.mark = markAfter(reading.mark, text);
}

function frame(reading: Reading, each: Extract<Observation, { type: 'frame' }>): void {
  const found = unwrapped(each.frame);
  const head = found && headOf(each.frame, reading.mark);
  // Replicas of a flooded frame go to other doors: only those who carry the packet on count.
  if (!found || !head) return;
  const at = { node: each.host, ...podPart(reading, each), device: each.device };
  const last = reading.hops.at(-1);
  const before = reading.head ?? head;
  reading.head = head;
  if (last?.kind === 'link' && last.over) {
    const over = [...last.over, at];
    reading.hops.splice(-1, 1, { ...last, ...at, over, what: linkText(over), after: head });
    return;
  }
  add(reading, { ...at, kind: 'link', layer: 'l2', what: each.device, over: [at] }, before, head);
}

const linkText = (over: NonNullable<PacketHop['over']>) =>
  over.map(({ device }) => device).join(' → ');

function step(reading: Reading, made: TraceStep, index: number): void {
  // The frames themselves show over which ports a bridge goes.
  if (/^bridged/.test(made.what)) return;
  if (/^who has /.test(made.what)) {
    reading.asked = made.what;
    return;
  }
  const kind = kindOf(made);
  const next = nextHead(reading, index);
  if (kind === 'route' && /^sent by route/.test(made.what)) begins(reading, made, next);
  const before = headBefore(reading.head ?? next ?? NOTHING, made, kind);
  const after = headAfter(kind, made, before, next);
  reading.head = { ...after, mark: reading.mark };
  const { layer, device, what, rule: decided } = made;
  add(
    reading,
    {
      ...{ node: made.host, ...podPart(reading, made), kind, layer, what },
      ...(device && { device }),
      ...(decided && { rule: decided }),
    },
    before,
    reading.head,
  );
}

/** What the step itself says of both ends holds, but for a tunnel's own. */
function headBefore(head: PacketHead, { from, to }: TraceStep, kind: HopKind): PacketHead {
  return head.outer || kind === 'wrap' || from === '' ? head : { ...head, from, to };
}

function kindOf({ layer, what }: TraceStep): HopKind {
  if (/^nobody has /.test(what)) return 'neighbour';
  if (/^(wrapped|encrypted)/.test(what)) return 'wrap';
  if (/^(unwrapped|decrypted)/.test(what)) return 'unwrap';
  if (layer === 'l2') return 'lost';
  if (layer === 'policy') return 'gate';
  if (layer === 'nat') return 'nat';
  return layer === 'socket' ? 'socket' : 'route';
}

/** A packet that a machine sends of its own: the first is the question, a later one the answer. */
function begins(reading: Reading, made: TraceStep, next: PacketHead | undefined): void {
  const last = reading.hops.at(-1);
  if (!last || last.kind === 'wrap' || reading.way === 'back') return;
  const answers: readonly HopKind[] = ['socket', 'gate', 'route', 'neighbour'];
  if (!answers.includes(last.kind) || made.from === last.after.from) return;
  reading.way = 'back';
  reading.head = next;
}

/** The headers as the next frame on the same machine shows them. */
function nextHead(reading: Reading, index: number): PacketHead | undefined {
  const here = reading.observed[index];
  for (const each of reading.observed.slice(index + 1)) {
    if (each.type === 'step' && each.step.layer !== 'l2' && each.host !== here?.host)
      return undefined;
    if (each.type !== 'frame') continue;
    const head = headOf(each.frame, reading.mark);
    if (head) return head;
  }
  return undefined;
}

function headAfter(
  kind: HopKind,
  { changed, what }: TraceStep,
  before: PacketHead,
  next: PacketHead | undefined,
): PacketHead {
  if (kind === 'nat' && changed) {
    const source = changed['source']?.[1];
    const destination = changed['destination']?.[1];
    return {
      ...before,
      ...(source !== undefined && { from: source }),
      ...(destination !== undefined && { to: destination }),
    };
  }
  if (kind === 'wrap' && next?.outer) return { ...before, outer: next.outer };
  if (kind === 'unwrap') {
    const { outer: _outer, ...bare } = before;
    return bare;
  }
  // A router takes one off, and the next frame shows it.
  if (kind === 'route' && /^forwarded/.test(what) && next && next.ttl === before.ttl - 1) {
    return { ...before, ttl: next.ttl };
  }
  return before;
}

function podPart(reading: Reading, ref: NetnsRef): { readonly pod?: string } {
  const pod = reading.podOf({ host: ref.host, netns: ref.netns });
  return pod === undefined ? {} : { pod };
}

type Draft = Pick<PacketHop, 'kind' | 'layer' | 'node' | 'what'> &
  Partial<Pick<PacketHop, 'pod' | 'device' | 'over' | 'rule'>>;

function add(reading: Reading, draft: Draft, before: PacketHead, after: PacketHead): void {
  const { way, met, conntrack, asked } = reading;
  const changed = changes(before, after);
  const asks = draft.kind === 'link' && asked !== undefined ? { asked } : {};
  reading.hops.push({ way, ...draft, before, after, changed, met, conntrack, ...asks });
  reading.met = [];
  reading.conntrack = [];
  if (draft.kind === 'link') reading.asked = undefined;
}
