import type { Figure } from './figure.ts';

/** A figure that can be measured, by the name that `--only` picks. */
export interface Measure {
  readonly name: string;
  measure(runs: number): Figure | Promise<Figure>;
}

/**
 * A figure in milliseconds, from samples that it takes itself; `noteOf` says of what, after them.
 */
export function measure(
  name: string,
  aim: number | undefined,
  run: (runs: number) => number[],
  against?: Figure['against'],
  noteOf?: () => string,
): Measure {
  return {
    name,
    measure: (runs) => ({
      name,
      unit: 'ms',
      samples: run(runs),
      ...(aim !== undefined && { aim }),
      ...(against && { against }),
      ...(noteOf && { note: noteOf() }),
    }),
  };
}
