import type { Ending, TraceStep } from './api.ts';
import type { Records } from './records.ts';

/** The way of a connection's first packet and of the answer to it: a volatile record. */
export interface Trace {
  readonly id: number;
  readonly steps: readonly TraceStep[];
  readonly ending?: Ending;
}

/** Ways that are kept; older ones are forgotten. */
const KEPT = 200;
/** Steps of one way at most: a packet that goes round for ever stops being written down. */
const LONGEST = 400;

const prefix = '/volatile/trace/';
const counter = '/volatile/trace-count';
const keyOf = (id: number) => `${prefix}${String(id).padStart(9, '0')}`;

/** Starts a trace and forgets the oldest. */
export function startTrace(records: Records): number {
  const id = (records.get<number>(counter) ?? 0) + 1;
  records.put(counter, id);
  records.put(keyOf(id), { id, steps: [] });
  if (id > KEPT) records.put(keyOf(id - KEPT), undefined);
  return id;
}

/** Adds a step; a trace that was forgotten stays so. */
export function addStep(records: Records, id: number, step: TraceStep): void {
  const trace = records.get<Trace>(keyOf(id));
  if (!trace || trace.steps.length >= LONGEST) return;
  records.put(keyOf(id), { ...trace, steps: [...trace.steps, step] } as never);
}

/** Notes how the way ended; the last word counts, so a lost answer shows as lost. */
export function endTrace(records: Records, id: number, ending: Ending): void {
  const trace = records.get<Trace>(keyOf(id));
  if (trace && trace.ending !== ending) records.put(keyOf(id), { ...trace, ending } as never);
}

/** The newest traces, newest first. */
export function recentTraces(records: Records, limit: number): readonly Trace[] {
  const all = records.list<Trace>(prefix).map(([, trace]) => trace);
  return all.slice(-limit).reverse();
}
