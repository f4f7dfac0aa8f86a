/**
 * A rate as the largest unit in which it is a whole number tells it, as `5/min`. `period` is the
 * time for one hit, `second` the length of a second in the same unit (libxt_limit's print_rate).
 */
export function printRate(period: number, second: number): string {
  const units = [
    ['day', 86_400 * second],
    ['hour', 3600 * second],
    ['min', 60 * second],
    ['sec', second],
  ] as const;
  let i = 1;
  for (; i < units.length; i++) {
    const [, length] = units[i] as (typeof units)[number];
    if (period > length || length / period < length % period) break;
  }
  const [name, length] = units[i - 1] as (typeof units)[number];
  return `${Math.floor(length / period)}/${name}`;
}
