import { expect, it } from 'vitest';
import { goSort } from './go-sort.ts';

const range = (size: number) => [...Array.from({ length: size }).keys()];

it('sorts whatever comes, and loses nothing', () => {
  for (const size of [0, 1, 12, 13, 49, 50, 200, 1000]) {
    const orders = [(n: number) => n, (n: number) => -n, (n: number) => (n * 7919) % 97, () => 0];
    for (const key of orders) {
      const got = goSort(range(size), (a, b) => key(a) < key(b));
      expect(got.map(key)).toEqual(
        range(size)
          .map(key)
          .sort((a, b) => a - b),
      );
      expect(new Set(got).size).toBe(size);
    }
  }
});

it('keeps up to twelve equal ones in their order, and more where they are all equal', () => {
  expect(goSort(range(12), (a, b) => a % 2 < b % 2)).toEqual([
    0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11,
  ]);
  expect(goSort(range(40), () => false)).toEqual(range(40));
});
