import { expect, it } from 'vitest';
import { exponential, goFloat, histogramLines, observe } from './histogram.ts';

it('writes numbers as Go does', () => {
  const numbers = [0, 1, 0.001, 0.0001, 0.00001, 123_456, 1_000_000, 1_790_000_000.25, 16.384];
  expect(numbers.map(goFloat)).toEqual([
    ...['0', '1', '0.001', '0.0001', '1e-05', '123456', '1e+06', '1.79000000025e+09', '16.384'],
  ]);
});

it('counts values into buckets that hold those below', () => {
  const buckets = exponential(0.001, 2, 3);
  const first = observe(undefined, buckets, 0.002);
  const second = observe(first, buckets, 3);
  expect(histogramLines('took', 'ip_family="IPv4"', buckets, second)).toEqual([
    'took_bucket{ip_family="IPv4",le="0.001"} 0',
    'took_bucket{ip_family="IPv4",le="0.002"} 1',
    'took_bucket{ip_family="IPv4",le="0.004"} 1',
    'took_bucket{ip_family="IPv4",le="+Inf"} 2',
    'took_sum{ip_family="IPv4"} 3.002',
    'took_count{ip_family="IPv4"} 2',
  ]);
});
