import { expect, it } from 'vitest';
import { pageSizes } from '../bench/site.ts';

/** Bytes after gzip -9. A number here goes up only when it is known why, and said. */
const budget = {
  /** What any page loads by itself. */
  page: 15_000,
  /** What the buttons of a lab's page bring: terminal, editor, and a cluster with its prompt. */
  lab: 800_000,
  /** All that comes to a Worker after its prompt. */
  late: 1_050_000,
};

it('no page loads more than its budget', () => {
  const over = (['page', 'lab', 'late'] as const).flatMap((what) => {
    const of = { page: 'eager', lab: 'lazy', late: 'late' } as const;
    const sizes = pageSizes('dist').map((each) => [each.page, each[of[what]]] as const);
    return sizes.filter(([, bytes]) => bytes > budget[what]);
  });
  expect(over).toEqual([]);
});
