import type { Cluster, SavedCluster } from '../emulator/cluster/api.ts';
import type { Json, Micros } from '../emulator/world/json.ts';
import { createAnswers } from './answer.ts';
import type { LensMaker } from './lens.ts';
import { createMarks, type Marks } from './marks.ts';
import { createPlayer, type Player } from './player.ts';
import type { FromEmulator, Input, LabView, Question, ToEmulator } from './protocol.ts';
import { createViews, type Views } from './views.ts';

/** What a lab adds to a session; supplied by `course/`, which lies above. */
export interface LabHooks {
  /** Brings a fresh cluster to the lab's start state. */
  start(cluster: Cluster): void;
  /** Judges the present state on copies, in steps; the cluster does not change. */
  judging(cluster: Cluster): Iterator<undefined, LabView>;
  /** The lines of a solution, to be typed. */
  solution(name: string): readonly string[];
}

/** Code that is loaded while a session runs. */
export interface Code {
  /**
   * Whether time may pass. Until then a terminal may open and show its prompt, and that is all.
   */
  rest(): boolean;
  /** Whether all code is there: before, nothing is judged and no copy runs anything. */
  whole(): boolean;
  has(part: string): boolean;
  /** Asks for a part that the cluster cannot go on without; it may be asked for many times. */
  want(part: string): void;
}

/** How a session comes by its parts. */
export interface SessionParts {
  boot(topology: string, options: { seed: number; saved?: SavedCluster }): Cluster;
  /** A lab, with what it draws for the seed of its cluster. */
  lab(slug: string, language: 'ko' | 'en', seed: number): LabHooks;
  /** Wall time in milliseconds, for budgets only; it never reaches the cluster. */
  wall(): number;
  emit(message: FromEmulator): void;
  /** Which code is there; all of it, where this is left out. */
  readonly code?: Code;
  /** Makes what answers closer looks, once its code is there. */
  lens?(): LensMaker | undefined;
}

/** Wall time that one slice may take before the page's messages get their turn. */
const SLICE_MILLIS = 12;
/** Virtual time that one command may be hurried through; after that time keeps its pace. */
const HURRY_MICROS = 600_000_000;
/** Longest stretch of real time that a hidden or sleeping tab catches up on. */
const CATCH_UP_MILLIS = 250;
const CHECK_EVERY_MILLIS = 1_500;
/** Judgements that follow a change: rules reach the nodes a moment after the objects. */
const JUDGED_AGAIN = 2;
const AGAIN_MILLIS = 700;
const SAVE_EVERY_MILLIS = 2_000;
/** How often the page hears of the time while nothing else changes. */
const TELL_TIME_MILLIS = 250;

/** Ctrl+E, Ctrl+U: empties the line at a prompt. */
const CLEAR_LINE = '\x05\x15';
/** Labels of the first mark: the untouched start, or where a save was taken up again. */
const START = 'start';
const RESUMED = 'resumed';

/** A session: turns wall time and messages into virtual time and inputs. Runs in a Worker. */
export interface Driver {
  receive(message: ToEmulator): void;
  /** Whether the cluster stands still until a part of its code has come. */
  readonly waits: boolean;
  /** Called by a timer of the Worker, with the wall time that has passed. */
  tick(elapsedMillis: number): void;
}

interface Running {
  readonly cluster: Cluster;
  readonly lab: LabHooks | undefined;
  readonly marks: Marks;
  readonly views: Views;
  readonly answer: (question: Question) => Json;
  readonly player: Player;
  mode: 'play' | 'pause';
  speed: number;
  hurried: Micros;
  commands: number;
  judged: { at: number; revision: number; commands: number; again: number };
  /** A judgement that is under way, and the commands that had been run when it began. */
  judging: { readonly steps: Iterator<undefined, LabView>; readonly commands: number } | undefined;
  saved: { at: number; inputs: number };
  /** The number of the last input of the page. */
  upTo: number;
  told: { at: number; mode: 'play' | 'pause'; busy: boolean };
  /** A cluster as it was before anything was done, for a session that began from a save. */
  readonly fresh: () => Cluster;
  /** Terminals that the page has open: going back must not close them. */
  readonly opened: Map<string, Input & { type: 'open-terminal' }>;
}

/** A driver without a cluster; `boot` gives it one. */
export function createDriver(parts: SessionParts): Driver {
  let running: Running | undefined;

  const guard = (work: () => void) => {
    try {
      work();
    } catch (error) {
      fault(parts, running, error as Error);
    }
  };

  return {
    get waits() {
      return running?.cluster.awaits !== undefined;
    },
    receive: (message) =>
      guard(() => {
        if (message.type === 'boot') running = boot(parts, message);
        else if (running) receive(parts, running, message);
      }),
    tick: (elapsed) =>
      guard(() => {
        if (running && goesOn(parts, running.cluster)) {
          tick(parts, running, Math.min(elapsed, CATCH_UP_MILLIS));
        } else if (running) flush(parts, running);
      }),
  };
}

const isWhole = ({ code }: SessionParts) => code?.whole() ?? true;

/** Whether time may pass; what the cluster awaits is asked for, and taken up when it is there. */
function goesOn({ code }: SessionParts, cluster: Cluster): boolean {
  if (code && !code.rest()) return false;
  while (cluster.awaits !== undefined) {
    if (code && !code.has(cluster.awaits)) {
      code.want(cluster.awaits);
      return false;
    }
    cluster.proceed();
  }
  return true;
}

function boot(parts: SessionParts, message: ToEmulator & { type: 'boot' }): Running {
  const from = parts.wall();
  const saved = message.saved as SavedCluster | undefined;
  const { topology, seed } = message;
  const lab = message.lab ? parts.lab(message.lab, message.language, seed) : undefined;
  const start = message.start as SavedCluster | undefined;
  const fresh = () => {
    if (start) return parts.boot(topology, { seed, saved: start });
    const made = parts.boot(topology, { seed });
    lab?.start(made);
    return made;
  };
  const cluster = saved ? parts.boot(topology, { seed, saved }) : fresh();
  cluster.onScreen((terminal, data) => parts.emit({ type: 'screen', terminal, data }));
  const running: Running = {
    cluster,
    lab,
    marks: createMarks(cluster),
    views: createViews(cluster, parts.emit),
    answer: createAnswers(cluster, () => parts.lens?.()?.(cluster, fresh)),
    player: createPlayer(cluster, (keys) => input(parts, running, keys)),
    mode: 'play',
    speed: 1,
    hurried: 0,
    commands: 0,
    judged: { at: -CHECK_EVERY_MILLIS, revision: -1, commands: -1, again: 0 },
    judging: undefined,
    saved: { at: parts.wall(), inputs: cluster.world.journal.inputs.length },
    upTo: 0,
    told: { at: -TELL_TIME_MILLIS, mode: 'play', busy: false },
    fresh,
    opened: new Map(),
  };
  running.marks.take(saved ? RESUMED : START);
  parts.emit({ type: 'ready', bootMillis: parts.wall() - from });
  parts.emit({ type: 'marks', marks: running.marks.list() });
  return running;
}

function receive(parts: SessionParts, running: Running, message: ToEmulator): void {
  switch (message.type) {
    case 'input':
      running.upTo = message.number ?? running.upTo;
      input(parts, running, message.input);
      break;
    case 'time':
      if (message.mode === 'step') step(parts, running);
      else running.mode = message.mode;
      running.speed = message.speed ?? running.speed;
      break;
    case 'rewind':
      rewind(parts, running, message.to);
      break;
    case 'observe':
      running.views.observe(message.view, message.args);
      break;
    case 'unobserve':
      running.views.unobserve(message.view);
      break;
    case 'ask':
      parts.emit({ type: 'answer', id: message.id, value: running.answer(message.question) });
      break;
    case 'check':
      judge(parts, running);
      break;
    case 'play-solution':
      if (running.lab)
        running.player.play(running.lab.solution(message.solution), message.terminal);
      break;
    case 'save':
      save(parts, running);
      break;
    case 'boot':
      break;
  }
  flush(parts, running);
}

/** A command is about to run: keep the moment before it, so that it can be undone. */
function input(parts: SessionParts, running: Running, what: Input): void {
  const { cluster, marks } = running;
  const entered = what.type === 'line' || (what.type === 'keys' && /[\r\n]/.test(what.data));
  const changes = entered || what.type === 'write-file';
  if (changes && cluster.quiescent) {
    marks.take(what.type === 'line' ? what.text : what.type);
    parts.emit({ type: 'marks', marks: marks.list() });
  }
  if (entered) running.hurried = 0;
  const open = what.type === 'resize' && running.opened.get(what.terminal);
  if (open) running.opened.set(what.terminal, { ...open, ...what, type: 'open-terminal' });
  if (what.type === 'open-terminal') {
    running.opened.set(what.terminal, what);
    if (cluster.terminals().some(({ id }) => id === what.terminal)) show(parts, running, what);
  }
  if (what.type === 'close-terminal') running.opened.delete(what.terminal);
  cluster.dispatch(what as unknown as Json);
  slice(parts, running, parts.wall() + SLICE_MILLIS);
}

/** Gives a terminal that was open before (a page that was reloaded) its whole screen. */
function show(parts: SessionParts, { cluster }: Running, { terminal }: { terminal: string }): void {
  parts.emit({ type: 'screen', terminal, data: `\x1bc${cluster.screen(terminal)}` });
}

function tick(parts: SessionParts, running: Running, elapsed: number): void {
  const until = parts.wall() + SLICE_MILLIS;
  running.player.tick(elapsed);
  if (running.mode === 'play') {
    const { cluster } = running;
    const target = cluster.world.clock.now + Math.round(elapsed * 1000 * running.speed);
    cluster.run(target, cluster.world.limits.eventsPerSlice);
    slice(parts, running, until);
  }
  if (!goesOn(parts, running.cluster)) return flush(parts, running);
  if (idle(running) && isWhole(parts)) afterwards(parts, running);
  flush(parts, running);
}

/** Runs ahead while a foreground command only waits, as far as this slice of wall time reaches. */
function slice(parts: SessionParts, running: Running, until: number): void {
  const { cluster } = running;
  if (running.mode === 'pause' || !goesOn(parts, cluster)) return;
  while (
    cluster.awaits === undefined &&
    cluster.terminals().some(({ state }) => state === 'waiting') &&
    running.hurried < HURRY_MICROS &&
    parts.wall() < until
  ) {
    const from = cluster.world.clock.now;
    const next = cluster.world.queue.peek()?.at ?? from + 1_000;
    cluster.run(Math.max(next, from + 1), 2_000);
    running.hurried += cluster.world.clock.now - from;
  }
}

function step(parts: SessionParts, running: Running): void {
  if (!goesOn(parts, running.cluster)) return;
  const next = running.cluster.world.queue.peek();
  if (next) running.cluster.run(next.at, 1);
}

function idle(running: Running): boolean {
  return running.cluster.terminals().every(({ state }) => state === 'idle');
}

/** What happens when all prompts are back: checks after a command or a change, then a save. */
function afterwards(parts: SessionParts, running: Running): void {
  const { cluster, judged, saved } = running;
  // The prompt comes first: nothing is judged before a terminal is there.
  if (cluster.terminals().length === 0) return;
  const now = parts.wall();
  const commands = cluster.terminals().reduce((sum, each) => sum + each.commands, 0);
  // A judgement comes to its end first: on a slow machine it would else begin again for ever.
  const since = running.judging ? 0 : now - judged.at;
  const stale = since > CHECK_EVERY_MILLIS && changedSince(cluster, judged.revision);
  if (commands !== judged.commands || stale) judge(parts, running, JUDGED_AGAIN);
  else if (since > AGAIN_MILLIS && judged.again > 0) judge(parts, running, judged.again - 1);
  else goOnJudging(parts, running);
  const inputs = cluster.world.journal.inputs.length;
  if (inputs !== saved.inputs && now - saved.at > SAVE_EVERY_MILLIS) save(parts, running);
}

/** Whether anything but clockwork (leases, heartbeats) was written since a revision. */
function changedSince(cluster: Cluster, revision: number): boolean {
  const changes = cluster.world.store.since(revision, '/registry/');
  if (changes === 'compacted') return true;
  return changes.some(({ key }) => !/^\/registry\/(leases|nodes|minions|events)\//.test(key));
}

/** Begins to judge; a judgement that was under way is given up. */
function judge(parts: SessionParts, running: Running, again = JUDGED_AGAIN): void {
  const { cluster, lab } = running;
  running.judging = undefined;
  // A copy needs daemons at rest; a few microseconds later they are, and it is tried again.
  if (!cluster.atRest) return void (running.judged.commands = -1);
  const commands = cluster.terminals().reduce((sum, each) => sum + each.commands, 0);
  running.judged = { at: parts.wall(), revision: cluster.world.store.revision, commands, again };
  running.judging = lab && { steps: lab.judging(cluster), commands };
}

/** One more check, where a judgement is under way. */
function goOnJudging(parts: SessionParts, running: Running): void {
  const { judging, cluster } = running;
  if (!judging || !cluster.atRest) return;
  try {
    const step = judging.steps.next();
    if (!step.done) return;
    running.judging = undefined;
    parts.emit({ type: 'view', view: 'lab', value: step.value as unknown as Json });
  } catch (error) {
    // The learner's cluster is not at fault and stays as it is.
    running.judging = undefined;
    parts.emit({ type: 'notice', text: (error as Error).message });
  }
}

function save(parts: SessionParts, running: Running): void {
  running.saved = {
    at: parts.wall(),
    inputs: running.cluster.world.journal.inputs.length,
  };
  const saved = running.cluster.save() as unknown as Json;
  parts.emit({ type: 'saved', saved, upTo: running.upTo });
}

function rewind(parts: SessionParts, running: Running, to: number | 'undo' | 'start'): void {
  const { cluster, marks, player, opened } = running;
  player.stop();
  if (to === 'start' && marks.list()[0]?.label !== START) restart(running);
  else if (!marks.rewind(to)) return;
  running.hurried = 0;
  const there = new Set(cluster.terminals().map(({ id }) => id));
  for (const { id } of cluster.terminals()) {
    // The mark was taken before Enter: the letters of the undone command still stand there.
    cluster.dispatch({ type: 'keys', terminal: id, data: CLEAR_LINE });
    show(parts, running, { terminal: id });
  }
  for (const [terminal, opening] of opened) {
    if (there.has(terminal)) continue;
    parts.emit({ type: 'screen', terminal, data: '\x1bc' });
    cluster.dispatch(opening as unknown as Json);
  }
  slice(parts, running, parts.wall() + SLICE_MILLIS);
  parts.emit({ type: 'marks', marks: marks.list() });
  judge(parts, running);
  save(parts, running);
}

/** The start of a session that began from a save is made anew: the same seed gives the same. */
function restart({ fresh, marks }: Running): void {
  const data = fresh().mark();
  if (data !== undefined) marks.begin(START, data);
}

function flush(parts: SessionParts, running: Running): void {
  running.views.flush(parts.wall());
  const { told, mode } = running;
  const busy = !idle(running);
  const at = parts.wall();
  const same = told.mode === mode && told.busy === busy;
  if (same && at - told.at < TELL_TIME_MILLIS) return;
  running.told = { at, mode, busy };
  parts.emit({ type: 'time', now: running.cluster.world.clock.now, mode, busy });
}

/** Our own bug: the cluster goes back to the last mark, and the page is told with the journal. */
function fault(parts: SessionParts, running: Running | undefined, error: Error): void {
  const journal = running ? running.cluster.world.journal.inputs : [];
  parts.emit({
    type: 'fault',
    message: error.stack ?? error.message,
    journal: journal as unknown as Json,
  });
  if (running) rewind(parts, running, 'undo');
}
