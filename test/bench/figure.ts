/** What one figure came to. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'KB' | 'MB';
  /** The most that it should be; figures without one are there to compare with. */
  readonly aim?: number;
  /** One value per run; a size is measured once. */
  readonly samples: readonly number[];
  /** Name of the peer's figure that this one is set against. */
  readonly against?: PeerFigure;
  /** Samples of the same done by another program in the same run. */
  readonly beside?: readonly number[];
  /** What the figure was taken of, in a few words. */
  readonly note?: string;
}

export type PeerFigure = 'boot, cold' | 'boot' | 'list' | 'request';

/** The value that a share of the samples does not exceed (nearest rank). */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export const median = (samples: readonly number[]) => quantile(samples, 0.5);
export const p95 = (samples: readonly number[]) => quantile(samples, 0.95);

/** Milliseconds of wall time that work takes. */
export function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

/** Samples of work that is measured by itself: `run` gives what its run took. */
export function sample(runs: number, run: (index: number) => number): number[] {
  return Array.from({ length: runs }, (_none, index) => run(index));
}
