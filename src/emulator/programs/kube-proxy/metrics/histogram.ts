/** A histogram of Prometheus: how many values fell into each bucket, the last one for the rest. */
export interface Histogram {
  readonly counts: readonly number[];
  readonly sum: number;
}

/** The histogram with one more value in it. */
export function observe(
  histogram: Histogram | undefined,
  buckets: readonly number[],
  value: number,
): Histogram {
  const counts = [...(histogram?.counts ?? Array.from({ length: buckets.length + 1 }, () => 0))];
  const found = buckets.findIndex((most) => value <= most);
  const at = found < 0 ? buckets.length : found;
  counts[at] = (counts[at] ?? 0) + 1;
  return { counts, sum: (histogram?.sum ?? 0) + value };
}

/** Lines of a histogram under a name; `labels` as they stand between braces. */
export function histogramLines(
  name: string,
  labels: string,
  buckets: readonly number[],
  { counts, sum }: Histogram,
): readonly string[] {
  const all = labels === '' ? '' : `${labels},`;
  const own = labels === '' ? '' : `{${labels}}`;
  let total = 0;
  const lines = counts.map((count, at) => {
    total += count;
    const most = buckets[at];
    return `${name}_bucket{${all}le="${most === undefined ? '+Inf' : goFloat(most)}"} ${total}`;
  });
  return [...lines, `${name}_sum${own} ${goFloat(sum)}`, `${name}_count${own} ${total}`];
}

/** A number as Go's `strconv.FormatFloat(value, 'g', -1, 64)` writes it. */
export function goFloat(value: number): string {
  if (value === 0) return '0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `ExponentialBuckets`: each limit is a multiple of the one before. */
export function exponential(first: number, factor: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_none, at) => first * factor ** at);
}

/** `LinearBuckets`: each limit lies as far behind the one before. */
export function linear(first: number, width: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_none, at) => first + width * at);
}
