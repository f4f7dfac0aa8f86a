import { assert } from './assert.ts';
import { createChance, type Chance } from './chance.ts';
import type { Address, Json, Key, Micros } from './json.ts';
import { limits, type Limits } from './limits.ts';
import { createQueue, type Queue, type SavedQueue } from './queue.ts';
import { createStore, type Cause, type SavedStore, type Store } from './store.ts';

/** Virtual time. Nothing else in the emulator knows any other. */
export interface Clock {
  /** Microseconds since the Unix epoch, of the message that is being handled. */
  readonly now: Micros;
  /** Handles what is due up to a time, at most `budget` messages; then it is that time. */
  runUntil(time: Micros, budget: number): { events: number; spent: boolean };
  /** What has to come from outside before time may go on; undefined where nothing has to. */
  readonly awaits: string | undefined;
  /** Stands still after the message that is being handled, until `release`. */
  hold(awaits: string): void;
  release(): void;
}

/** What a human did, in the order it was done: the only thing that is not derived. */
export interface Journal {
  readonly inputs: readonly { readonly at: Micros; readonly input: Json }[];
  /** Notes an input and gives its number, which causes refer to. */
  note(input: Json): number;
  /** The number of the input that is being worked off. */
  readonly current: number;
}

/** Handles messages whose address begins with the segment it was registered for. */
export type Receiver = (to: Address, message: Json) => void;

/** One store, one queue, one clock, keyed chance. Knows nothing of Kubernetes or networks. */
export interface World {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly seed: number;
  /** Names the receiver of all addresses `segment/…`. Done once, while the cluster is built. */
  route(segment: string, receiver: Receiver): void;
  /** A cause for a commit by the named program, tied to the current input. */
  cause(by: string): Cause;
  save(): SavedWorld;
  load(saved: SavedWorld): void;
}

/** All that a world is, as plain data. */
export interface SavedWorld {
  readonly format: 1;
  readonly seed: number;
  readonly now: Micros;
  readonly store: SavedStore;
  readonly queue: SavedQueue;
  readonly inputs: readonly { readonly at: Micros; readonly input: Json }[];
}

/** A world at a point in time, with nothing in it. */
export function createWorld(options: {
  readonly seed: number;
  readonly start: Micros;
  /** Keys whose changes saves keep, by how they begin. */
  readonly keeps?: (prefix: Key) => boolean;
}): World {
  let now = options.start;
  let awaits: string | undefined;
  let inputs: { at: Micros; input: Json }[] = [];
  const receivers = new Map<string, Receiver>();
  const store = createStore(
    () => now,
    limits.logLength,
    options.keeps && { keeps: options.keeps, length: limits.historyLength },
  );
  const queue = createQueue(() => now);

  const runUntil = (time: Micros, budget: number) => {
    assert(awaits === undefined, `time cannot pass: ${awaits} is not there`);
    let events = 0;
    for (let next = queue.peek(); next && next.at <= time; next = queue.peek()) {
      if (events === budget || awaits !== undefined) return { events, spent: true };
      queue.take();
      now = next.at;
      events += 1;
      const receiver = receivers.get(next.to.slice(0, next.to.indexOf('/')));
      assert(receiver, `nobody receives for ${next.to}`);
      receiver(next.to, next.message);
    }
    if (awaits !== undefined) return { events, spent: true };
    now = Math.max(now, time);
    return { events, spent: false };
  };

  return {
    store,
    queue,
    chance: createChance(options.seed),
    limits,
    seed: options.seed,
    clock: {
      get now() {
        return now;
      },
      get awaits() {
        return awaits;
      },
      runUntil,
      hold: (what) => void (awaits ??= what),
      release: () => void (awaits = undefined),
    },
    journal: {
      get inputs() {
        return inputs;
      },
      get current() {
        return inputs.length;
      },
      note: (input) => inputs.push({ at: now, input }),
    },
    route(segment, receiver) {
      assert(!receivers.has(segment), `two receivers for ${segment}`);
      receivers.set(segment, receiver);
    },
    cause: (by) => ({ by, input: inputs.length }),
    save: () => ({
      format: 1,
      seed: options.seed,
      now,
      store: store.save(),
      queue: queue.save(),
      inputs: [...inputs],
    }),
    load(saved) {
      assert(saved.seed === options.seed, 'a save is loaded into a world of its own seed');
      now = saved.now;
      awaits = undefined;
      inputs = [...saved.inputs];
      store.load(saved.store);
      queue.load(saved.queue);
    },
  };
}
