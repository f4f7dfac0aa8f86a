import type {
  Cell,
  MatrixMoment,
  MatrixPod,
  MatrixPort,
  MatrixRow,
} from '../../session/matrix/api.ts';
import type { Ask } from '../session/ask.ts';

/** The cells of one moment and port, by `from > to`. */
export type Cells = ReadonlyMap<string, Cell>;

export const cellKey = (from: string, to: string) => `${from} > ${to}`;

/** Asks row by row, so that the terminal has its turn in between; undefined when it is too busy. */
export async function measure(
  ask: Ask,
  pods: readonly MatrixPod[],
  port: MatrixPort,
  at: MatrixMoment,
  progress: (rows: number) => void,
): Promise<Cells | undefined> {
  const cells = new Map<string, Cell>();
  for (const [index, { pod: from }] of pods.entries()) {
    progress(index);
    const row = await ask<MatrixRow>({ about: 'matrix-row', from, port, at });
    if (row.busy) return undefined;
    for (const cell of row.cells) cells.set(cellKey(from, cell.to), cell);
  }
  return cells;
}

/** Whether two moments say the same of a pair; a pair that was not there before counts as new. */
export function differs(a: Cell | undefined, b: Cell | undefined): boolean {
  if (!a || !b) return false;
  return a.ending !== b.ending || a.allowed !== b.allowed;
}

/** Whether a policy forbids what nobody stops. */
export function unenforced({ allowed, ending }: Cell): boolean {
  return !allowed && (ending === 'delivered' || ending === 'refused');
}
