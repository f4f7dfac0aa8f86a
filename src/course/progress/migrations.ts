import { progressFormat, progressSchema, type Progress } from './format.ts';

/**
 * Steps from each older format to the next: `migrations[n]` turns format n into n + 1. There is
 * none yet; a step is never removed once it was released.
 */
const migrations: Readonly<
  Record<number, (older: Record<string, unknown>) => Record<string, unknown>>
> = {};

/** Progress from stored or imported data of any format; undefined if it is none of ours. */
export function readProgress(data: unknown): Progress | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  let current = data as Record<string, unknown>;
  if (current['app'] !== 'podways' || typeof current['format'] !== 'number') return undefined;
  for (let format = current['format']; format < progressFormat; format++) {
    const step = migrations[format];
    if (!step) return undefined;
    current = step(current);
  }
  const result = progressSchema.safeParse(current);
  return result.success ? result.data : undefined;
}
