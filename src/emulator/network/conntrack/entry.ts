import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { netnsKey, volatileKey } from '../keys.ts';
import { tupleKey, type Tuple } from './tuple.ts';

/** A tracked connection: a record of its own, `…/conntrack/<original tuple>`. */
export interface Tracked {
  readonly original: Tuple;
  readonly reply: Tuple;
  /** State of TCP connections (conntrack's own names). */
  readonly state?: string;
  readonly replied: boolean;
  readonly assured: boolean;
  readonly dnat: boolean;
  readonly snat: boolean;
  readonly mark: number;
  /** Numbers of the labels that it has. */
  readonly labels?: readonly number[];
  readonly created: Micros;
  readonly expires: Micros;
}

const entryKey = (ref: NetnsRef, key: string) => `${netnsKey(ref)}conntrack/${key}`;
const replyKey = (ref: NetnsRef, key: string) => `${volatileKey(ref)}reply/${key}`;

/** How long the sweep waits between two rounds. */
export const SWEEP_INTERVAL = 30 * SECOND;

/** The entry that a tuple belongs to, and whether it is the answer's direction. */
export function findTracked(
  engine: Engine,
  ref: NetnsRef,
  tuple: Tuple,
): { readonly entry: Tracked; readonly reply: boolean } | undefined {
  const key = tupleKey(tuple);
  const entry = readEntry(engine, ref, key);
  if (entry) return { entry, reply: false };
  const original = engine.records.get<string>(replyKey(ref, key));
  const answered = original === undefined ? undefined : readEntry(engine, ref, original);
  if (!answered || tupleKey(answered.reply) !== key) return undefined;
  return { entry: answered, reply: true };
}

function readEntry(engine: Engine, ref: NetnsRef, key: string): Tracked | undefined {
  const entry = engine.records.get<Tracked>(entryKey(ref, key));
  return entry && entry.expires > engine.now ? entry : undefined;
}

/** The entry under its original tuple's key. */
export function entryByKey(engine: Engine, ref: NetnsRef, key: string): Tracked | undefined {
  return readEntry(engine, ref, key);
}

/** Whether a tuple is in use in either direction, so that NAT must choose another. */
export function isTupleTaken(engine: Engine, ref: NetnsRef, tuple: Tuple): boolean {
  return findTracked(engine, ref, tuple) !== undefined;
}

/** Writes an entry, new or changed; the first one of a namespace starts its sweep. */
export function writeEntry(engine: Engine, ref: NetnsRef, entry: Tracked): void {
  const key = tupleKey(entry.original);
  if (!engine.records.get(entryKey(ref, key))) addCount(engine, ref, 1);
  engine.records.put(entryKey(ref, key), entry as never);
  engine.records.put(replyKey(ref, tupleKey(entry.reply)), key);
  const sweeping = `${volatileKey(ref)}sweeping`;
  if (engine.records.get(sweeping)) return;
  engine.records.put(sweeping, true);
  engine.send(ref, { type: 'timer', timer: 'sweep' }, SWEEP_INTERVAL);
}

/** Removes an entry. */
export function removeEntry(engine: Engine, ref: NetnsRef, entry: Tracked): void {
  if (engine.records.get(entryKey(ref, tupleKey(entry.original)))) addCount(engine, ref, -1);
  engine.records.put(entryKey(ref, tupleKey(entry.original)), undefined);
  engine.records.put(replyKey(ref, tupleKey(entry.reply)), undefined);
}

/** Where the number of entries is kept, so that nobody has to count them for each packet. */
export const countKey = (ref: NetnsRef): string => `${volatileKey(ref)}conntrack-count`;

/** How many entries there are; those that have run out count until they are swept. */
export function countEntries(engine: Engine, ref: NetnsRef): number {
  const known = engine.records.get<number>(countKey(ref));
  return known ?? engine.records.list(`${netnsKey(ref)}conntrack/`).length;
}

function addCount(engine: Engine, ref: NetnsRef, by: 1 | -1): void {
  engine.records.put(countKey(ref), countEntries(engine, ref) + by);
}

/** Takes away what has expired; goes on while entries are left. */
export function sweep(engine: Engine, ref: NetnsRef): void {
  let left = 0;
  for (const [, entry] of engine.records.list<Tracked>(`${netnsKey(ref)}conntrack/`)) {
    if (entry.expires > engine.now) left += 1;
    else removeEntry(engine, ref, entry);
  }
  if (left > 0) engine.send(ref, { type: 'timer', timer: 'sweep' }, SWEEP_INTERVAL);
  else engine.records.put(`${volatileKey(ref)}sweeping`, undefined);
}
