import type { World } from '../world/world.ts';
import type {
  Ending,
  Endpoint,
  NetnsRef,
  Observation,
  Probe,
  ProbeRequest,
  SocketEvent,
  SocketId,
  TraceStep,
} from './api.ts';
import type { Engine, NetMessage } from './engine.ts';
import { cardsOf, handle, type Derived } from './fabric.ts';
import { SECOND } from '../world/time.ts';
import { printRule } from './netfilter/iptables/print.ts';
import type { RuleRef, Ruleset } from './netfilter/iptables/rules.ts';
import { findChain, findTable } from './netfilter/iptables/tables.ts';
import { createRecords, type Records } from './records.ts';
import { openIcmp, sendEcho } from './socket/icmp.ts';
import { connect } from './socket/tcp/connect.ts';
import { openUdp, sendDatagram } from './socket/udp.ts';

/** Address of the asker; no process has it. */
const ASKER = 'probe/';
/** An address that nobody has is given up after three seconds; nothing else takes as long. */
const LONGEST = 4 * SECOND;
const MOST_EVENTS = 5000;

interface Waiting {
  readonly at: number;
  readonly seq: number;
  readonly ref: NetnsRef;
  readonly message: NetMessage;
}

/** What came of a question so far. */
interface Findings {
  readonly steps: TraceStep[];
  /** Kept only where the request asks for it. */
  readonly observed?: Observation[];
  ending?: Ending;
  /** The step at which somebody said no. */
  refusal?: TraceStep;
  answer?: SocketEvent;
  reached?: Endpoint & NetnsRef;
  seenSource?: string;
  owner?: string;
  socket?: SocketId;
  replyTo?: Endpoint;
}

/**
 * Sends a first packet through the world as it is and follows it and the answer to it, over
 * records that are thrown away afterwards: the same code as for real packets, no trace left.
 */
export function probe(
  world: World,
  derived: Pick<Derived, 'moves' | 'view'>,
  where: NetnsRef,
  request: ProbeRequest,
): Probe {
  const findings: Findings = { steps: [], ...(request.observe && { observed: [] }) };
  const queue: Waiting[] = [];
  const clock = { now: world.clock.now };
  const engine = createProbeEngine(world, derived, request, clock, queue, findings);
  const failed = ask(engine, where, request);
  if (failed !== undefined) {
    findings.ending = 'unreachable';
    findings.steps.push({
      at: clock.now,
      ...where,
      layer: 'l3',
      what: `no route to ${request.to.address} (${failed})`,
      from: request.from ?? '',
      to: request.to.address,
    });
  }
  const until = clock.now + LONGEST;
  let replied = false;
  for (let events = 0; events < MOST_EVENTS && !findings.answer; events++) {
    const next = queue.shift();
    if (!next || next.at > until) break;
    clock.now = next.at;
    handle(engine, next.ref, next.message);
    if (request.protocol === 'UDP' && findings.socket !== undefined && !replied) {
      replied = true;
      answerDatagram(engine, findings);
    }
  }
  return conclude(findings, where);
}

function conclude(findings: Findings, where: NetnsRef): Probe {
  const { reached, seenSource, owner } = findings;
  const ending = endingOf(findings);
  // A refusal ended where it was spoken, though the steps go on with its way back.
  const said = ending === 'dropped' ? undefined : findings.refusal;
  const last = ending === 'delivered' ? reached : (said ?? findings.steps.at(-1));
  return {
    ending,
    steps: findings.steps,
    where: last ? { host: last.host, netns: last.netns } : where,
    ...(seenSource === undefined ? {} : { seenSource }),
    ...(reached === undefined ? {} : { reached }),
    ...(owner === undefined ? {} : { owner }),
    ...(findings.observed && { observed: findings.observed }),
  };
}

function endingOf({ answer, ending }: Findings): Ending {
  if (answer?.event === 'connected' || answer?.event === 'datagram') return 'delivered';
  if (answer?.event === 'icmp' && answer.kind === 'echo-reply') return 'delivered';
  if (answer?.event === 'failed' && answer.errno === 'ECONNREFUSED') return 'refused';
  // It got there, but no answer came back.
  return ending === undefined || ending === 'delivered' ? 'dropped' : ending;
}

/** Sends the question; gives the errno of one that cannot even be sent. */
function ask(engine: Engine, where: NetnsRef, request: ProbeRequest): string | undefined {
  const view = engine.view(where);
  if (!view) return 'ENOENT';
  const from = request.from === undefined ? {} : { address: request.from };
  if (request.protocol === 'TCP') {
    const socket = connect(engine, view, request.to, ASKER, from);
    return socket.startsWith('/') ? undefined : socket;
  }
  if (request.protocol === 'UDP') {
    const socket = openUdp(engine, view, ASKER, from);
    if (!socket.startsWith('/')) return socket;
    return sendDatagram(engine, socket, request.to, 'probe');
  }
  const socket = openIcmp(engine, where, ASKER);
  return sendEcho(engine, socket, request.to.address, { sequence: 1, size: 56 });
}

/** For UDP the answer is one that we make up: whether it finds its way back is the question. */
function answerDatagram(engine: Engine, findings: Findings): void {
  const { socket, answer } = findings;
  if (socket === undefined || answer) return;
  const to = findings.replyTo;
  if (to) sendDatagram(engine, socket, to, 'probe');
}

function createProbeEngine(
  world: World,
  derived: Pick<Derived, 'moves' | 'view'>,
  request: ProbeRequest,
  clock: { now: number },
  queue: Waiting[],
  findings: Findings,
): Engine {
  const see = (ref: NetnsRef, what: Seen) =>
    findings.observed?.push({ at: clock.now, host: ref.host, netns: ref.netns, ...what });
  const records = watched(createRecords(world.store), findings.observed && see);
  let id = 0;
  let seq = 0;
  return {
    records,
    chance: world.chance,
    moves: derived.moves,
    purpose: `probe/${request.purpose ?? ''}/`,
    get now() {
      return clock.now;
    },
    view: derived.view,
    send(ref, message, delay) {
      // Nothing is sent twice, nothing is swept: a question has one try.
      if (message.type === 'timer' && message.timer !== 'neighbour') return;
      seq += 1;
      insert(queue, { at: clock.now + delay, seq, ref, message });
    },
    notify: () => undefined,
    emit(owner, event) {
      if (owner === ASKER) findings.answer ??= event;
      else if (event.event === 'datagram') findings.replyTo = event.from;
    },
    nextId: () => (id += 1),
    step(trace, ref, step) {
      if (trace === undefined) return;
      const { host, netns } = ref;
      const made: TraceStep = { at: clock.now, host, netns, ...step };
      findings.steps.push(made);
      see(ref, { type: 'step', step: made });
    },
    end(trace, ending) {
      if (trace === undefined) return;
      findings.ending = ending;
      findings.refusal = findings.steps.at(-1);
    },
    reached(ref, at, source, owner, socket) {
      if (owner === ASKER) return;
      findings.reached = { ...at, ...ref };
      findings.seenSource = source;
      if (owner !== undefined) findings.owner = owner;
      if (socket !== undefined) findings.socket = socket;
    },
    startTrace: () => 1,
    count(ref, rule) {
      const rules = findings.observed && derived.view(ref)?.rules;
      const text = rules && ruleAt(rules, rule);
      if (text) see(ref, { type: 'rule', table: rule.table, chain: rule.chain, text });
    },
    show: (ref, device, direction, frame) =>
      void see(ref, { type: 'frame', device, direction, frame }),
    isWatched: () => false,
    fault: (ref, device) => derived.view(ref)?.faults.get(device),
    cards: (segment, mac) => cardsOf(world.store, segment, mac),
    log: () => undefined,
  };
}

type Distribute<T> = T extends unknown ? Omit<T, keyof NetnsRef | 'at'> : never;
type Seen = Distribute<Observation>;

/** The rule at a place as its tool prints it; undefined for the policy of a chain. */
function ruleAt(rules: Ruleset, { table, chain, index }: RuleRef): string | undefined {
  const rule = findChain(findTable(rules, table), chain)?.rules[index];
  return rule && printRule(chain, rule);
}

/** Records that tell of each connection tracking entry that is written. */
function watched(
  records: Records,
  see: ((ref: NetnsRef, what: Seen) => void) | undefined,
): Records {
  if (!see) return records;
  return {
    ...records,
    put(key, value) {
      records.put(key, value);
      const [, host, netns] = /^\/host\/([^/]+)\/netns\/([^/]+)\/conntrack\//.exec(key) ?? [];
      if (host === undefined || netns === undefined || value === undefined) return;
      see({ host, netns }, { type: 'conntrack', entry: value });
    },
  };
}

function insert(queue: Waiting[], item: Waiting): void {
  let at = queue.length;
  while (at > 0) {
    const before = queue[at - 1] as Waiting;
    if (before.at < item.at || (before.at === item.at && before.seq < item.seq)) break;
    at -= 1;
  }
  queue.splice(at, 0, item);
}
