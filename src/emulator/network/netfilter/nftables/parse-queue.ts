import type { Statement } from './ast.ts';
import { accept, expect, next, number, peek, unexpected, wrong, type Parser } from './parser.ts';

type Queue = Extract<Statement, { kind: 'queue' }>;

/** `queue`, `queue num 1-3 bypass` and `queue flags bypass to 1` (queue_stmt of the grammar). */
export function parseQueue(p: Parser): Queue {
  next(p);
  const flags = new Set<string>();
  let span: Pick<Queue, 'from' | 'to'> = { from: 0 };
  if (accept(p, 'to')) return made(span1(p), flags);
  if (accept(p, 'flags')) {
    readFlags(p, flags);
    expect(p, 'to');
    return made(span1(p), flags);
  }
  for (;;) {
    if (accept(p, 'num')) span = span1(p);
    else if (['bypass', 'fanout'].includes(peek(p).text)) readFlags(p, flags);
    else break;
  }
  return made(span, flags);
}

function readFlags(p: Parser, flags: Set<string>): void {
  do {
    if (!['bypass', 'fanout'].includes(peek(p).text)) throw unexpected(p, ['bypass', 'fanout']);
    flags.add(next(p).text);
  } while (accept(p, ','));
}

const MOST = 65_535;

/** One queue or several. */
function span1(p: Parser): Pick<Queue, 'from' | 'to'> {
  const from = number(p);
  const check = (each: typeof from) => {
    if (each.value > MOST) throw wrong(`Value ${each.value} exceeds valid range 0-${MOST}`, each);
  };
  check(from);
  if (!accept(p, '-')) return { from: from.value };
  const to = number(p);
  check(to);
  if (to.value < from.value) throw wrong('Range negative size', from, to);
  return from.value === to.value ? { from: from.value } : { from: from.value, to: to.value };
}

function made(span: Pick<Queue, 'from' | 'to'>, flags: ReadonlySet<string>): Queue {
  const known = (['bypass', 'fanout'] as const).filter((flag) => flags.has(flag));
  return { kind: 'queue', ...span, flags: known };
}
