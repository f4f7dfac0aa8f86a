import type { ConfigError } from './corefile/controller.ts';

/** strconv.Atoi and ParseUint: a number, or Go's error. */
export function atoi(
  text: string,
  call: 'Atoi' | 'ParseUint' | 'ParseInt' = 'Atoi',
): number | ConfigError {
  const pattern = call === 'ParseUint' ? /^\d+$/ : /^[+-]?\d+$/;
  if (pattern.test(text)) return Number(text);
  return { error: `strconv.${call}: parsing ${JSON.stringify(text)}: invalid syntax` };
}

const units: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** time.ParseDuration: microseconds, or Go's error. */
export function parseDuration(text: string): number | ConfigError {
  const quoted = JSON.stringify(text);
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (rest === '') return { error: `time: invalid duration ${quoted}` };
  let total = 0;
  let at = 0;
  while (at < rest.length) {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest.slice(at));
    if (!match) return { error: `time: invalid duration ${quoted}` };
    const unit = match[2] ?? '';
    if (unit === '') return { error: `time: missing unit in duration ${quoted}` };
    const size = units[unit];
    if (size === undefined) {
      return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    }
    total += Number(match[1]) * size;
    at += match[0].length;
  }
  return sign === '-' ? -total : total;
}

/** time.Duration.String for whole seconds and more, and for parts of a second. */
export function durationText(micros: number): string {
  if (micros === 0) return '0s';
  const [h, m] = [Math.floor(micros / 3.6e9), Math.floor((micros % 3.6e9) / 6e7)];
  const s = (micros % 6e7) / 1e6;
  if (micros < 1e6) return micros < 1e3 ? `${micros}µs` : `${micros / 1e3}ms`;
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`;
}
