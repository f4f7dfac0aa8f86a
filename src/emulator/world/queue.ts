import { assert } from './assert.ts';
import { freeze, type Address, type Json, type Micros, type Ticket } from './json.ts';

/** A message that will be handled: plain data, in the total order of `(at, seq)`. */
export interface Pending {
  readonly at: Micros;
  readonly seq: Ticket;
  readonly to: Address;
  readonly message: Json;
}

/** Everything that will happen. */
export interface Queue {
  readonly size: number;
  /** Sends a message, to be handled `delay` microseconds from now (a whole number, at least 0). */
  send(to: Address, message: Json, delay?: Micros): Ticket;
  cancel(ticket: Ticket): void;
  /** The next message without taking it. */
  peek(): Pending | undefined;
  take(): Pending | undefined;
  /** All pending messages in order. */
  list(): readonly Pending[];
  save(): SavedQueue;
  load(saved: SavedQueue): void;
}

export interface SavedQueue {
  readonly seq: Ticket;
  readonly pending: readonly Pending[];
}

/** An empty queue. `now` tells the time that delays count from. */
export function createQueue(now: () => Micros): Queue {
  let heap: Pending[] = [];
  let seq = 0;
  /** Tickets in the heap that still count; a cancelled one leaves the heap when it comes up. */
  let live = new Set<Ticket>();

  const drop = () => {
    while (heap.length > 0 && !live.has((heap[0] as Pending).seq)) pop(heap);
  };
  const list = () => heap.filter((pending) => live.has(pending.seq)).sort(order);

  return {
    get size() {
      return live.size;
    },
    send(to, message, delay = 0) {
      assert(Number.isInteger(delay) && delay >= 0, `delay of ${to} is ${delay}`);
      seq += 1;
      push(heap, { at: now() + delay, seq, to, message: freeze(message) });
      live.add(seq);
      return seq;
    },
    cancel: (ticket) => void live.delete(ticket),
    peek() {
      drop();
      return heap[0];
    },
    take() {
      drop();
      const next = pop(heap);
      if (next) live.delete(next.seq);
      return next;
    },
    list,
    save: () => ({ seq, pending: list() }),
    load(saved) {
      seq = saved.seq;
      heap = [...saved.pending];
      live = new Set(heap.map((pending) => pending.seq));
    },
  };
}

function order(a: Pending, b: Pending): number {
  return a.at - b.at || a.seq - b.seq;
}

function push(heap: Pending[], item: Pending): void {
  heap.push(item);
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (order(heap[parent] as Pending, heap[child] as Pending) <= 0) return;
    swap(heap, parent, child);
    child = parent;
  }
}

function pop(heap: Pending[]): Pending | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (heap.length === 0 || last === undefined) return top;
  heap[0] = last;
  let parent = 0;
  for (;;) {
    let least = parent;
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      if (child < heap.length && order(heap[child] as Pending, heap[least] as Pending) < 0) {
        least = child;
      }
    }
    if (least === parent) return top;
    swap(heap, parent, least);
    parent = least;
  }
}

function swap(heap: Pending[], a: number, b: number): void {
  const held = heap[a] as Pending;
  heap[a] = heap[b] as Pending;
  heap[b] = held;
}
