import { expect, it } from 'vitest';
import { bar, decimal, dots, humanSize, rateText } from './progress.ts';

it('draws the bar in the width of the terminal', () => {
  const before = bar('-', 120, { received: 0, total: 21, elapsed: 0 }, false);
  const after = bar('-', 120, { received: 21, total: 21, elapsed: 3 }, true);
  expect(before).toBe(
    `\r-${' '.repeat(31)}0%[${' '.repeat(50)}]       0  --.-KB/s${' '.repeat(15)}`,
  );
  expect(after).toBe(
    `\r-${' '.repeat(29)}100%[${'='.repeat(49)}>]      21  --.-KB/s    in 0s      `,
  );
});

it('writes a dot for each kilobyte, fifty in a row', () => {
  const small = dots({ received: 21, total: 21, elapsed: 5 });
  expect(small).toBe(`\n     0K${' '.repeat(55)}100% 4.01M=0s\n\n`);
  const rows = dots({ received: 60 * 1024, total: 60 * 1024, elapsed: 20_000 }).split('\n');
  expect(rows[1]).toMatch(/^ {5}0K( \.{10}){5} 83%/);
  expect(rows[2]).toMatch(/^ {4}50K \.{10} {44}100% 2\.93M=0\.02s$/);
});

it('shows numbers in few digits', () => {
  expect([0.2, 0.06, 0.0007, 0.0001, 1.24, 12.2].map(decimal)).toEqual([
    '0.2',
    '0.06',
    '0.001',
    '0',
    '1.2',
    '12',
  ]);
  expect(humanSize(12_345, 1024, 1)).toBe('12K');
  expect(humanSize(1_234, 1000, 2)).toBe('1.21K');
  expect(rateText(615, 100_000)).toBe('6.01 KB/s');
});
