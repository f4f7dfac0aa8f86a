import { expect, it } from 'vitest';
import { pageSizes } from '../bench/site.ts';

/** Bytes after gzip -9. A number here goes up only when it is known why, and said. */
const budget = {
  /** What any page loads by itself. */
  page: 15_000,
  /** What the buttons of a lab's page bring: terminal, editor, and a cluster with its prompt. */
  lab: 850_000,
  /** All that comes to a Worker after its prompt. */
  late: 1_200_000,
};

it('no page loads more than its budget', () => {
  const over = pageSizes('dist').filter(
    ({ eager, lazy, late }) => eager > budget.page || lazy > budget.lab || late > budget.late,
  );
  expect(over.map(({ page, eager, lazy, late }) => [page, eager, lazy, late])).toEqual([]);
});
