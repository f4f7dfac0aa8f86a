import { dataType, dataTypes, type DataType } from './datatype.ts';
import type { Outcome } from './outcome.ts';
import { parseLeft, typesOf, beginsExpression } from './parse-expr.ts';
import { next, peek, type Parser } from './parser.ts';
import { symbols } from './symbols.ts';

const KINDS: Readonly<Record<string, string>> = { raw: 'payload', concat: 'concat', hash: 'hash' };

/** `describe`: what an expression or a type is, with the names of its values. */
export function parseDescribe(p: Parser, outcome: Outcome): void {
  const token = peek(p);
  if (!beginsExpression(p)) {
    const type = dataTypes.get(token.text);
    next(p);
    if (!type) {
      outcome.texts.push('symbol expression, datatype invalid (invalid)');
      return;
    }
    outcome.texts.push(`datatype ${named(type)}, ${type.bits} bits\n${constants(type)}`);
    return;
  }
  const expr = parseLeft(p);
  const type = dataType(typesOf(expr)[0] ?? 'integer');
  const kind = KINDS[expr.kind] ?? expr.kind;
  outcome.texts.push(
    `${kind} expression, datatype ${named(type)}, ${type.bits} bits\n${constants(type)}`,
  );
}

const BASES: Readonly<Record<string, string>> = { bitmask: 'bitmask, integer' };

function named({ name, description, form }: DataType): string {
  const plain = name === 'integer' || name === 'string' || name === 'verdict';
  const based = plain
    ? ''
    : form === 'string'
      ? ' (basetype string)'
      : ` (basetype ${BASES[form] ?? 'integer'})`;
  return `${name} (${description})${based}`;
}

function constants(type: DataType): string {
  const names = type.name === 'inet_service' ? [] : symbols(type.name);
  if (names.length === 0 || type.name === 'inet_proto') return '';
  const hex = type.form === 'bitmask' || type.hex !== undefined;
  const digits = Math.max(1, type.bits / 4);
  const lines = inTheirOrder(type.name, names).map(([name, value]) => {
    const text = hex ? `0x${value.toString(16).padStart(digits, '0')}` : String(value);
    return `\t${name.padEnd(30)}\t${hex ? text : text.padStart(20)}`;
  });
  const base = hex ? 'hexadecimal' : 'decimal';
  return `\npre-defined symbolic constants (in ${base}):\n${lines.join('\n')}\n`;
}

/** libnftables keeps connection states in another order than that of their bits. */
function inTheirOrder<T extends readonly [string, number]>(type: string, names: readonly T[]) {
  if (type !== 'ct_state') return names;
  const order = ['invalid', 'new', 'established', 'related', 'untracked'];
  return names.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}
