import { median, p95, type Figure, type PeerFigure } from './figure.ts';

/** The column of notes, which is no figure. */
const LAST = 8;

/** All that a bench found. */
export interface Found {
  readonly machine: { readonly node: string; readonly cpu: string; readonly load: number };
  readonly figures: readonly Figure[];
  readonly peer: Partial<Record<PeerFigure, readonly number[]>>;
  /** What could not be measured, and why. */
  readonly skipped: readonly string[];
}

/**
 * The figures as a table. Beside ours is webernetes or the real kubectl; a ratio is our median over
 * theirs: below 1 we are faster.
 */
export function table({ machine, figures, peer }: Found): string {
  const rows = [['figure', 'median', 'p95', 'aim', '', 'runs', 'beside', 'ratio', '']];
  for (const figure of figures) {
    const { name, unit, aim, samples, against } = figure;
    const middle = median(samples);
    const other = figure.beside ?? (against && peer[against]);
    rows.push([
      name,
      `${digits(middle)} ${unit}`,
      samples.length > 1 ? `${digits(p95(samples))} ${unit}` : '',
      aim === undefined ? '' : `<= ${aim} ${unit}`,
      aim === undefined ? '' : middle <= aim ? '✓' : '✗',
      samples.length > 1 ? String(samples.length) : '',
      other ? `${digits(median(other))} ms` : '',
      other ? `${digits(middle / median(other))} x` : '',
      figure.note ?? '',
    ]);
  }
  const widths = rows[0]!.map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]!.length)),
  );
  const pad = (cell: string, column: number) =>
    column === 0 || column === LAST ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  const lines = rows.map((row) => row.map(pad).join('  ').trimEnd());
  const { node, cpu, load } = machine;
  return `Node ${node} on ${cpu}, load ${load.toFixed(1)}\n\n${lines.join('\n')}\n`;
}

/** The same for programs, with every sample. */
export function asJson({ machine, figures, peer, skipped }: Found): string {
  const told = figures.map((figure) => {
    const { samples, against } = figure;
    const other = figure.beside ?? (against && peer[against]);
    return {
      ...figure,
      median: median(samples),
      p95: p95(samples),
      ...(other && {
        peer: { median: median(other), p95: p95(other), samples: other },
        ratio: median(samples) / median(other),
      }),
    };
  });
  return `${JSON.stringify({ machine, figures: told, skipped }, null, 2)}\n`;
}

function digits(value: number): string {
  if (value < 0.1) return value.toFixed(3);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
