import type { LimitStatement, Statement } from './ast.ts';
import { accept, expect, is, next, number, peek, unexpected, type Parser } from './parser.ts';

type Counter = Extract<Statement, { kind: 'counter' }>;
type Quota = Extract<Statement, { kind: 'quota' }>;

/** `counter`, with numbers where they are given. */
export function counterOf(p: Parser): Counter {
  expect(p, 'counter');
  return counts(p);
}

/** `packets 5 bytes 10`, or nothing. */
export function counts(p: Parser): Counter {
  let [packets, bytes] = [0, 0];
  if (accept(p, 'packets')) {
    packets = number(p).value;
    expect(p, 'bytes');
    bytes = number(p).value;
  }
  return { kind: 'counter', packets, bytes };
}

const UNITS: readonly string[] = ['second', 'minute', 'hour', 'day', 'week'];
const SIZES: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1_048_576 };

/** `limit rate over 10 kbytes/second burst 5 kbytes`. */
export function limitOf(p: Parser): LimitStatement {
  expect(p, 'limit');
  return limitRate(p);
}

/** The same behind the word `limit`. */
export function limitRate(p: Parser): LimitStatement {
  expect(p, 'rate');
  const over = accept(p, 'over');
  if (!over) accept(p, 'until');
  const rate = number(p).value;
  // `mbytes/second` is one word to the scanner.
  const [word = '', per] = peek(p).text.split('/');
  const size = SIZES[word];
  if (size !== undefined) next(p);
  if (size === undefined || per === undefined) expect(p, '/');
  const unit = size !== undefined && per !== undefined ? per : peek(p).text;
  if (!UNITS.includes(unit)) throw unexpected(p);
  if (size === undefined || per === undefined) next(p);
  const bytes = size !== undefined;
  let burst = bytes ? 0 : 5;
  if (accept(p, 'burst')) {
    burst = number(p).value;
    const of = SIZES[peek(p).text];
    if (of !== undefined) {
      next(p);
      burst *= of;
    } else if (!bytes) expect(p, 'packets');
  }
  const each = unit as LimitStatement['unit'];
  return { kind: 'limit', over, rate: rate * (size ?? 1), unit: each, bytes, burst };
}

/** `quota over 10 mbytes used 5 kbytes`. */
export function quotaOf(p: Parser): Quota {
  expect(p, 'quota');
  return quotaSize(p);
}

/** The same behind the word `quota`. */
export function quotaSize(p: Parser): Quota {
  const over = accept(p, 'over');
  if (!over) accept(p, 'until');
  const bytes = amount(p);
  const used = is(p, 'used') ? (next(p), amount(p)) : 0;
  return { kind: 'quota', over, bytes, used };
}

function amount(p: Parser): number {
  const count = number(p).value;
  const size = SIZES[peek(p).text];
  if (size === undefined) throw unexpected(p);
  next(p);
  return count * size;
}
