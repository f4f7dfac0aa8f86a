import type { DaemonSys } from '../../../host/syscalls.ts';
import type { Family } from '../../../proxy/services.ts';
import { SECOND, type Json, type Micros } from '../../../world/index.ts';
import type { ProxyState } from '../state.ts';
import type { FamilySync } from '../sync.ts';
import { exponential, linear, observe, type Histogram } from './histogram.ts';

/** Limits of how long a sync takes, in seconds. */
export const SYNC_BUCKETS = exponential(0.001, 2, 15);
/** Limits of how long an endpoint took from its change to the rules, in seconds. */
export const PROGRAMMING_BUCKETS = [
  ...linear(0.25, 0.25, 2),
  ...linear(1, 1, 59),
  ...linear(60, 5, 12),
  ...linear(120, 30, 7),
];

/** What one family's syncs came to. */
export interface FamilyRecord {
  readonly all?: Histogram;
  readonly full?: Histogram;
  readonly partial?: Histogram;
  readonly programming?: Histogram;
  readonly reconciled?: Histogram;
  readonly deletedFlows: number;
  readonly failures: number;
  readonly partialFailures: number;
  /** The moment of the last sync that succeeded. */
  readonly last?: Micros;
  /** Rules of iptables mode, of all and of the last sync. */
  readonly rules?: FamilySync['rules'];
}

/** What happened between two syncs, kept with the state. */
export interface Pending {
  readonly endpoints: number;
  readonly services: number;
  /** When the changes happened that EndpointSlices tell of. */
  readonly triggers: readonly Micros[];
}

export const nothingPending: Pending = { endpoints: 0, services: 0, triggers: [] };

/** Events so far, whether or not they changed anything. */
export interface Seen {
  readonly endpoints: number;
  readonly services: number;
}

export const nothingSeen: Seen = { endpoints: 0, services: 0 };

const recordName = (family: Family) => `metric/${family}`;

export function readRecord(sys: DaemonSys, family: Family): FamilyRecord | undefined {
  return sys.memory<Json>(recordName(family)) as unknown as FamilyRecord | undefined;
}

/** Notes what a sync came to. */
export function recordSync(
  sys: DaemonSys,
  { config, pending }: ProxyState,
  syncs: readonly FamilySync[],
): void {
  for (const { family, ok, partial, size, rules, deletedFlows } of syncs) {
    const before = readRecord(sys, family);
    const took = secondsOf(size);
    const own = partial ? 'partial' : 'full';
    const { triggers } = pending ?? nothingPending;
    const waits = ok && family === 'IPv4' ? triggers : [];
    const programming = waits.reduce<Histogram | undefined>(
      (sum, since) => observe(sum, PROGRAMMING_BUCKETS, (sys.now - since) / SECOND + took),
      before?.programming,
    );
    const record: FamilyRecord = {
      ...before,
      all: observe(before?.all, SYNC_BUCKETS, took),
      ...(config.mode === 'ipvs' ? {} : { [own]: observe(before?.[own], SYNC_BUCKETS, took) }),
      ...(programming ? { programming } : {}),
      ...(ok ? { reconciled: observe(before?.reconciled, SYNC_BUCKETS, FLOWS_SECONDS) } : {}),
      deletedFlows: (before?.deletedFlows ?? 0) + deletedFlows,
      failures: (before?.failures ?? 0) + (ok ? 0 : 1),
      partialFailures: (before?.partialFailures ?? 0) + (!ok && partial ? 1 : 0),
      ...(ok ? { last: sys.now } : {}),
      ...(rules ? { rules } : {}),
    };
    sys.remember(recordName(family), record as unknown as Json);
  }
}

/** How long a dump of the flows takes where there are few. */
const FLOWS_SECONDS = 0.0005;

/**
 * A sync takes no virtual time. What is told is reckoned from how much it wrote: starting the tools
 * takes some milliseconds, each line some microseconds.
 */
const secondsOf = (lines: number): number => (6_000 + 8 * lines) / SECOND;

/** Answers to probes of the health server, by their status. */
export type Probes = Readonly<Record<string, number>>;

/** Counts an answer of `/healthz` or `/livez`. */
export function recordProbe(sys: DaemonSys, path: 'healthz' | 'livez', code: string): void {
  const name = `metric/probe-${path}`;
  const before = sys.memory<Json>(name) as Probes | undefined;
  sys.remember(name, { ...before, [code]: (before?.[code] ?? 0) + 1 });
}

export function readProbes(sys: DaemonSys, path: 'healthz' | 'livez'): Probes {
  return (sys.memory<Json>(`metric/probe-${path}`) as Probes | undefined) ?? {};
}
