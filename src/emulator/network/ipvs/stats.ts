import type { Json, Micros } from '../../world/json.ts';
import type { Engine } from '../engine.ts';
import type { IpvsStats, IpvsTotals } from './types.ts';

export const noTotals: IpvsTotals = {
  connections: 0,
  inPackets: 0,
  outPackets: 0,
  inBytes: 0,
  outBytes: 0,
};

/** How often the estimator looks (`ip_vs_est.c`). */
const PERIOD = 2_000_000;

const fields = ['connections', 'inPackets', 'outPackets', 'inBytes', 'outBytes'] as const;

const begun = (now: Micros): IpvsStats => ({
  totals: noTotals,
  last: noTotals,
  rates: noTotals,
  estimated: now,
});

/** Adds to the totals under a key. */
export function addStats(engine: Engine, key: string, more: Partial<IpvsTotals>): void {
  const known = engine.records.get<IpvsStats>(key) ?? begun(engine.now);
  const stats = estimate(known, engine.now);
  const { totals } = stats;
  const sum = {
    connections: totals.connections + (more.connections ?? 0),
    inPackets: totals.inPackets + (more.inPackets ?? 0),
    outPackets: totals.outPackets + (more.outPackets ?? 0),
    inBytes: totals.inBytes + (more.inBytes ?? 0),
    outBytes: totals.outBytes + (more.outBytes ?? 0),
  };
  engine.records.put(key, { ...stats, totals: sum } as unknown as Json);
}

/**
 * The rates as of a moment: every two seconds a quarter of the difference to what came meanwhile is
 * taken over. Connections and packets are scaled by 2^10, bytes by 2^5, as in the kernel.
 */
export function estimate(stats: IpvsStats, now: Micros): IpvsStats {
  const periods = Math.floor((now - stats.estimated) / PERIOD);
  if (periods <= 0) return stats;
  let { last, rates } = stats;
  // After some forty rounds without traffic nothing is left of a rate.
  for (let round = 0; round < Math.min(periods, 60); round++) {
    rates = step(rates, stats.totals, last);
    last = stats.totals;
  }
  return { ...stats, last, rates, estimated: stats.estimated + periods * PERIOD };
}

function step(rates: IpvsTotals, totals: IpvsTotals, last: IpvsTotals): IpvsTotals {
  const next = { ...rates };
  for (const field of fields) {
    const scale = field.endsWith('Bytes') ? 16 : 512;
    const rate = (totals[field] - last[field]) * scale;
    next[field] = rates[field] + Math.floor((rate - rates[field]) / 4);
  }
  return next;
}

/** Rates per second as they are shown. */
export function shownRates({ rates }: IpvsStats): IpvsTotals {
  const shown = { ...rates };
  for (const field of fields) {
    shown[field] = field.endsWith('Bytes')
      ? Math.floor((rates[field] + 15) / 32)
      : Math.floor((rates[field] + 511) / 1024);
  }
  return shown;
}
