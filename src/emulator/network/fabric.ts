import { assert } from '../world/assert.ts';
import { equal, type Json } from '../world/json.ts';
import type { Change, Put, Store } from '../world/store.ts';
import type { World } from '../world/world.ts';
import type { CaptureMessage, NetnsRef } from './api.ts';
import { sweep } from './conntrack/entry.ts';
import type { Engine, NetMessage } from './engine.ts';
import { receiveFrame } from './ip/receive.ts';
import { sweepConnections } from './ipvs/connection.ts';
import { volatileKey } from './keys.ts';
import { countFrame } from './link/statistics.ts';
import { transmitNow } from './link/transmit.ts';
import { wireguardTimer } from './link/wireguard/receive.ts';
import { createMoves, type Moves } from './moves.ts';
import type { RuleRef } from './netfilter/iptables/rules.ts';
import { neighbourTimer } from './neighbour/resolve.ts';
import { keepParts, type KeptParts } from './kept.ts';
import { buildView, partOf, type NetnsView } from './netns.ts';
import type { Frame } from './packet.ts';
import { createRecords, type Records } from './records.ts';
import { tcpTimer } from './socket/tcp/timer.ts';
import { addStep, endTrace, startTrace } from './trace.ts';

/** What is derived from records and shared by the fabric and all probes. */
export interface Derived {
  readonly moves: Moves;
  view(ref: NetnsRef): NetnsView | undefined;
  readonly changes: number;
  /** Number of the last change of a namespace's configuration. */
  changeOf(ref: NetnsRef): number;
  /** The same, but for cables to other namespaces: a host's own packets do not take them. */
  ownChangeOf(ref: NetnsRef): number;
  forget(): void;
}

const HOST = '/host/';
const NETNS = '/netns/';

/** Views of all namespaces, kept until a record of theirs changes. */
export function createDerived(world: World): Derived {
  let views = new Map<string, Map<string, NetnsView>>();
  let parts = new Map<string, KeptParts>();
  let seen = world.store.revision;
  let changes = 0;
  let forgotten = 0;
  let changed = new Map<string, number>();
  /** The same, without the cables to other namespaces. */
  let moved = new Map<string, number>();
  const moves = createMoves();
  const forget = () => {
    views = new Map();
    parts = new Map();
    seen = world.store.revision;
    changes += 1;
    forgotten = changes;
    changed = new Map();
    moved = new Map();
  };
  const count = (name: string, cable: boolean) => {
    changes += 1;
    changed.set(name, changes);
    if (!cable) moved.set(name, changes);
  };
  const notice = (change: Change) => {
    const { key, before, after } = change;
    if (!key.startsWith(HOST)) return;
    if (!key.startsWith(NETNS, key.indexOf('/', HOST.length))) return;
    const afterHost = key.indexOf('/', HOST.length);
    const afterNetns = key.indexOf('/', afterHost + NETNS.length);
    const host = key.slice(HOST.length, afterHost);
    const netns = key.slice(afterHost + NETNS.length, afterNetns);
    const [kind, table] = key.slice(afterNetns + 1).split('/', 2);
    const part = partOf(kind, table);
    // What is set to what it is already changes nothing: plugins do so with each pod.
    if ((kind === 'link' || kind === 'sysctl') && equal(before, after)) return;
    if (part !== undefined) {
      views.get(host)?.delete(netns);
      parts.get(`${host}/${netns}`)?.note(part, change);
      const cable = part === 'link' && (isCable(before) || isCable(after));
      count(`${host}/${netns}`, part === 'info' || cable);
    } else if (kind === 'fdb') count(`${host}/${netns}`, false);
    else if (kind === 'socket' && isListener(before) !== isListener(after)) {
      count(`${host}/${netns}`, false);
    }
  };
  world.store.onCommit((committed) => {
    const [first] = committed;
    // A gap in the revisions means that the world was loaded in between.
    if (first && first.revision !== seen + 1) forget();
    for (const change of committed) notice(change);
    seen = world.store.revision;
  });
  return {
    moves,
    get changes() {
      return changes;
    },
    changeOf: ({ host, netns }) => changed.get(`${host}/${netns}`) ?? forgotten,
    ownChangeOf: ({ host, netns }) => moved.get(`${host}/${netns}`) ?? forgotten,
    forget,
    view(ref) {
      if (world.store.revision !== seen) forget();
      let ofHost = views.get(ref.host);
      const known = ofHost?.get(ref.netns);
      if (known) return known;
      const name = `${ref.host}/${ref.netns}`;
      const kept = parts.get(name) ?? keepParts();
      const built = buildView(world.store, ref, kept);
      if (built) {
        if (!ofHost) views.set(ref.host, (ofHost = new Map()));
        ofHost.set(ref.netns, built);
        parts.set(name, kept);
      } else parts.delete(name);
      return built;
    },
  };
}

/** Whether a record is of a cable to another namespace, one end of which is a pod's. */
function isCable(record: Json | undefined): boolean {
  const { kind, peer } = (record ?? {}) as { kind?: string; peer?: NetnsRef };
  return kind === 'veth' && peer !== undefined && peer.netns !== 'host';
}

function isListener(record: Json | undefined): boolean {
  const { state } = (record ?? {}) as { state?: string };
  return state === 'LISTEN' || state === 'UNCONN';
}

/** The engine over the world itself, and a way to run something in it and keep what it did. */
export interface Fabric {
  readonly engine: Engine;
  /** Runs a walk and commits all that it wrote, at one revision. */
  run<T>(walk: (engine: Engine) => T): T;
}

const ids = '/volatile/packet-count';

/** Connects the namespaces with the world's queue: the addresses `net/<host>/<netns>`. */
export function createFabric(world: World, derived: Derived): Fabric {
  const records = createRecords(world.store);
  const engine = createWorldEngine(world, derived, records);
  let running = false;
  const run = <T>(walk: (engine: Engine) => T): T => {
    if (running) return walk(engine);
    running = true;
    const result = walk(engine);
    running = false;
    const puts: readonly Put[] = records.take();
    if (puts.length > 0) world.store.commit(world.cause('network'), puts);
    return result;
  };
  world.route('net', (to, message) => {
    const [, host = '', netns = ''] = to.split('/');
    run(() => handle(engine, { host, netns }, message as unknown as NetMessage));
  });
  return { engine, run };
}

/** One message for a namespace: a frame that arrives, or a timer. */
export function handle(engine: Engine, ref: NetnsRef, message: NetMessage): void {
  const view = engine.view(ref);
  if (!view) return;
  if (message.type === 'frame') receiveFrame(engine, view, message);
  else if (message.type === 'transmit') {
    transmitNow(engine, view, message.device, message.frame, message.tracked);
  } else if (message.timer === 'tcp') tcpTimer(engine, message.socket);
  else if (message.timer === 'neighbour') {
    neighbourTimer(engine, view, message.device, message.address);
  } else if (message.timer === 'wireguard') {
    wireguardTimer(engine, view, message.device, message.peer);
  } else if (message.timer === 'ipvs') sweepConnections(engine, ref);
  else sweep(engine, ref);
}

interface Capture {
  readonly where: NetnsRef;
  readonly device: string;
  readonly owner: string;
  readonly number: number;
}

export const capturePrefix = '/volatile/capture/';
export const segmentPrefix = '/volatile/segment/';

function createWorldEngine(world: World, derived: Derived, records: Records): Engine {
  return {
    records,
    chance: world.chance,
    moves: derived.moves,
    purpose: '',
    get now() {
      return world.clock.now;
    },
    view: derived.view,
    send(ref, message, delay) {
      // Timers wait in the queue too, so it may be longer than the packets alone.
      const storm = world.queue.size > 5 * world.limits.packetsInFlight;
      if (message.type !== 'timer' && storm) return;
      world.queue.send(`net/${ref.host}/${ref.netns}`, message as unknown as Json, delay);
    },
    notify: (owner, data) => void world.queue.send(owner, { type: 'custom', data }, 0),
    emit: (owner, event) => void world.queue.send(owner, event as unknown as Json, 0),
    nextId() {
      const id = (records.get<number>(ids) ?? 0) + 1;
      records.put(ids, id);
      return id;
    },
    step(trace, ref, step) {
      if (trace !== undefined) {
        const { host, netns } = ref;
        addStep(records, trace, { at: world.clock.now, host, netns, ...step });
      }
    },
    end(trace, ending) {
      if (trace !== undefined) endTrace(records, trace, ending);
    },
    reached: () => undefined,
    startTrace: () => startTrace(records),
    count(ref, rule, bytes) {
      const key = keyOfRule(ref, rule);
      const [packets, sum] = records.get<readonly [number, number]>(key) ?? [0, 0];
      records.put(key, [packets + 1, sum + bytes]);
    },
    show(ref, device, direction, frame) {
      countFrame(this, ref, device, direction, frame);
      show(world, ref, device, direction, frame);
    },
    isWatched: () => world.store.list(capturePrefix).length > 0,
    fault: (ref, device) => derived.view(ref)?.faults.get(device),
    cards: (segment, mac) => cardsOf(world.store, segment, mac),
    log(ref, line) {
      const key = `/volatile/kernel-log/${ref.host}`;
      const count = (records.get<number>(key) ?? 0) + 1;
      records.put(key, count);
      records.put(`${key}/${String(count).padStart(9, '0')}`, { at: world.clock.now, line });
    },
  };
}

interface RuleKey {
  readonly ref: NetnsRef;
  readonly key: string;
}

const ruleKeys = new WeakMap<RuleRef, RuleKey>();

/** The key of a rule's counters, which is asked for with each packet that meets the rule. */
function keyOfRule(ref: NetnsRef, rule: RuleRef): string {
  const known = ruleKeys.get(rule);
  if (known?.ref === ref) return known.key;
  const key = counterKey(ref, rule.table, rule.chain, rule.index, rule.family);
  ruleKeys.set(rule, { ref, key });
  return key;
}

/** Key of the counters of a rule; index -1 is the chain's policy. */
export function counterKey(
  ref: NetnsRef,
  table: string,
  chain: string,
  index: number,
  family?: 'IPv4' | 'IPv6',
): string {
  return `${volatileKey(ref)}${counterKind(family)}/${table}/${chain}/${index}`;
}

/** Below which name the counters of a family lie. */
export function counterKind(family: 'IPv4' | 'IPv6' | undefined): string {
  return family === 'IPv6' ? 'counter6' : 'counter';
}

/** The cards on a segment: those with a MAC address, or all. */
export function cardsOf(
  store: Pick<Store, 'list'>,
  segment: string,
  mac: string | undefined,
): readonly (NetnsRef & { readonly device: string })[] {
  const prefix = `${segmentPrefix}${segment}/${mac === undefined ? '' : `${mac}/`}`;
  return store.list<NetnsRef & { readonly device: string }>(prefix).map(([, card]) => card);
}

function show(
  world: World,
  ref: NetnsRef,
  device: string,
  direction: 'In' | 'Out',
  frame: Frame,
): void {
  // Captures and cards change by configuration only, never within a walk.
  for (const [, capture] of world.store.list<Capture>(capturePrefix)) {
    const here = capture.where.host === ref.host && capture.where.netns === ref.netns;
    if (!here || (capture.device !== 'any' && capture.device !== device)) continue;
    assert(capture.number > 0, 'captures are numbered from 1');
    const event: CaptureMessage = {
      type: 'packet',
      capture: capture.number,
      socket: `capture/${capture.number}`,
      event: 'packet',
      at: world.clock.now,
      device,
      direction,
      frame,
    };
    world.queue.send(capture.owner, event as unknown as Json, 0);
  }
}
