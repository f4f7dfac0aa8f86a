import type { BinaryOperator, Element, Expr, Value } from './ast.ts';
import { dataType, sizeOf, timeText, toBig } from './datatype.ts';
import { plainMetaKeys } from './fields.ts';
import { symbolOf, symbols } from './symbols.ts';

/** How nft was asked to print. */
export interface PrintOptions {
  readonly handle: boolean;
  readonly stateless: boolean;
  readonly terse: boolean;
  readonly numericProtocol: boolean;
  readonly numericPriority: boolean;
  readonly numericSymbol: boolean;
  readonly numericTime: boolean;
  readonly service: boolean;
  readonly guid: boolean;
}

export const plainPrint: PrintOptions = {
  handle: false,
  stateless: false,
  terse: false,
  numericProtocol: false,
  numericPriority: false,
  numericSymbol: false,
  numericTime: false,
  service: false,
  guid: false,
};

/** An expression as `nft list` writes it. */
export function printExpr(expr: Expr, options: PrintOptions): string {
  switch (expr.kind) {
    case 'value':
      return printValue(expr, options);
    case 'verdict':
      return expr.chain === undefined ? expr.verdict : `${expr.verdict} ${expr.chain}`;
    case 'prefix':
      return `${printValue(expr.base, options)}/${expr.length}`;
    case 'range': {
      const plain = { ...options, service: false };
      return `${printValue(expr.from, plain)}-${printValue(expr.to, plain)}`;
    }
    case 'concat':
      return expr.parts.map((part) => printExpr(part, options)).join(' . ');
    case 'set':
      return `{ ${sortElements(expr.elements)
        .map((each) => printElement(each, options))
        .join(', ')} }`;
    case 'setref':
      return `@${expr.name}`;
    case 'any':
      return '*';
    case 'map':
      return `${printExpr(expr.key, options)} map ${printExpr(expr.map, options)}`;
    case 'binop':
      return printBinop(expr, options);
    default:
      return printSelector(expr, options);
  }
}

type Selector = Exclude<
  Expr,
  {
    kind:
      | 'value'
      | 'verdict'
      | 'prefix'
      | 'range'
      | 'concat'
      | 'set'
      | 'setref'
      | 'any'
      | 'map'
      | 'binop';
  }
>;

function printSelector(expr: Selector, options: PrintOptions): string {
  switch (expr.kind) {
    case 'payload':
      return `${expr.protocol} ${expr.field}`;
    case 'raw':
      return printRaw(expr);
    case 'meta':
      return plainMetaKeys.has(expr.key) ? expr.key : `meta ${expr.key}`;
    case 'ct':
      return ['ct', expr.direction, expr.family, expr.key].filter(Boolean).join(' ');
    case 'fib':
      return `fib ${expr.flags.join(' . ')} ${expr.result}`;
    case 'numgen': {
      const offset = expr.offset > 0 ? ` offset ${expr.offset}` : '';
      return `numgen ${expr.mode} mod ${expr.modulus}${offset}`;
    }
    case 'hash': {
      const of = expr.of ? `jhash ${printExpr(expr.of, options)}` : 'symhash';
      const seed = expr.seed === undefined ? '' : ` seed 0x${expr.seed.toString(16)}`;
      const offset = expr.offset > 0 ? ` offset ${expr.offset}` : '';
      return `${of} mod ${expr.modulus}${seed}${offset}`;
    }
    case 'rt':
      return ['rt', expr.family, expr.key].filter(Boolean).join(' ');
    case 'socket':
      return `socket ${expr.key}`;
    case 'tcpopt':
      return `tcp option ${expr.option} ${expr.field}`;
    default:
      return '';
  }
}

/** Ports that are given by their place in the packet are printed by their names. */
function printRaw(expr: Extract<Expr, { kind: 'raw' }>): string {
  if (expr.base === 'th' && expr.length === 16 && expr.offset === 0) return 'th sport';
  if (expr.base === 'th' && expr.length === 16 && expr.offset === 16) return 'th dport';
  return `@${expr.base},${expr.offset},${expr.length}`;
}

const strength: Readonly<Record<BinaryOperator, number>> = {
  '<<': 4,
  '>>': 4,
  '&': 3,
  '^': 2,
  '|': 1,
};

function printBinop(expr: Extract<Expr, { kind: 'binop' }>, options: PrintOptions): string {
  const side = (part: Expr) => {
    const text = flagsOr(part, options) ?? printExpr(part, options);
    return part.kind === 'binop' && strength[part.op] < strength[expr.op] ? `(${text})` : text;
  };
  return `${side(expr.left)} ${expr.op} ${side(expr.right)}`;
}

/** Flags within a mask are joined by bars, in brackets. */
function flagsOr(part: Expr, options: PrintOptions): string | undefined {
  if (part.kind !== 'value' || dataType(part.type).form !== 'bitmask') return undefined;
  const names = flagNames(part, options);
  return names.length > 1 ? `(${names.join(' | ')})` : names.join();
}

/** One constant. */
export function printValue(value: Value, options: PrintOptions): string {
  const type = dataType(value.type);
  if (type.form === 'bitmask') return flagNames(value, options).join(' | ');
  if (type.form === 'time') return printTime(Number(value.value), options);
  if (value.type === 'ifname' || value.type === 'iface_index' || value.type === 'string') {
    return typeof value.value === 'number' ? String(value.value) : `"${value.value}"`;
  }
  if (typeof value.value === 'string') return value.value;
  if (type.hex !== undefined) return `0x${value.value.toString(16).padStart(type.hex, '0')}`;
  return printNumber(value.type, value.value, options);
}

/** A time: `1m30s`, or in seconds where numbers are wanted. */
export function printTime(millis: number, options: PrintOptions): string {
  return options.numericTime ? `${Math.floor(millis / 1000)}s` : timeText(millis);
}

function printNumber(type: string, value: number, options: PrintOptions): string {
  switch (type) {
    case 'inet_proto':
      return (options.numericProtocol ? undefined : symbolOf(type, value)) ?? String(value);
    case 'inet_service':
      return (options.service ? symbolOf(type, value) : undefined)
        ? `"${symbolOf(type, value)}"`
        : String(value);
    case 'uid':
    case 'gid':
      return options.guid && value === 0 ? '"root"' : String(value);
    case 'classid':
      return value === 0
        ? 'none'
        : `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;
    case 'day':
      return `"${symbolOf(type, value) ?? value}"`;
    case 'dscp':
      return (
        (options.numericSymbol ? undefined : symbolOf(type, value)) ??
        `0x${value.toString(16).padStart(2, '0')}`
      );
    default:
      return (options.numericSymbol ? undefined : symbolOf(type, value)) ?? String(value);
  }
}

/** Flags of which any may be there: with commas. */
export function printFlags(expr: Expr, options: PrintOptions): string | undefined {
  if (expr.kind !== 'value' || dataType(expr.type).form !== 'bitmask') return undefined;
  return flagNames(expr, options).join(',');
}

function flagNames({ type, value }: Value, options: PrintOptions): string[] {
  const number = Number(value);
  if (options.numericSymbol || number === 0) return [`0x${number.toString(16)}`];
  const names: string[] = [];
  let left = number;
  for (const [name, bit] of symbols(type)) {
    if ((left & bit) === 0) continue;
    names.push(name);
    left &= ~bit;
  }
  if (left !== 0) names.push(`0x${left.toString(16)}`);
  return names;
}

/** An element of a set or map. */
export function printElement(element: Element, options: PrintOptions): string {
  const { key, value, comment, timeoutMillis, expiresMillis, statements } = element;
  const parts = [printExpr(key, options)];
  for (const each of statements ?? []) {
    if (each.kind === 'counter') {
      const { packets, bytes } = each;
      parts.push(options.stateless ? 'counter' : `counter packets ${packets} bytes ${bytes}`);
    }
  }
  if (timeoutMillis !== undefined) parts.push(`timeout ${printTime(timeoutMillis, options)}`);
  if (expiresMillis !== undefined && !options.stateless) {
    parts.push(`expires ${printTime(expiresMillis, options)}`);
  }
  if (comment !== undefined) parts.push(`comment "${comment}"`);
  if (value) parts.push(`: ${printExpr(value, options)}`);
  return parts.join(' ');
}

/** Elements in the order in which libnftables lists them (`list_expr_sort`). */
export function sortElements(elements: readonly Element[]): readonly Element[] {
  if (elements.length < 2) return elements;
  const keyed: (readonly [bigint, Element])[] = [];
  for (const element of elements) {
    const order = orderOf(element.key);
    // Concatenations of intervals are listed as they were added.
    if (order === undefined) return elements;
    keyed.push([order, element]);
  }
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, element]) => element);
}

/** The number that a key counts as; catch-all elements come last. */
function orderOf(key: Expr): bigint | undefined {
  switch (key.kind) {
    case 'value':
      return toBig(key.type, key.value);
    case 'prefix':
      return toBig(key.base.type, key.base.value);
    case 'range':
      return toBig(key.from.type, key.from.value);
    case 'concat':
      if (key.parts.some(({ kind }) => kind === 'prefix' || kind === 'range')) return undefined;
      return concatOrder(key.parts);
    default:
      return 1n << 2048n;
  }
}

/** Bytes of the parts one behind the other, the first counting least. */
function concatOrder(parts: readonly Expr[]): bigint {
  let order = 0n;
  let shift = 0n;
  for (const part of parts) {
    const first = part.kind === 'prefix' ? part.base : part.kind === 'range' ? part.from : part;
    if (first.kind !== 'value') continue;
    const size = first.type === 'ifname' ? 16 : sizeOf(first.type);
    let value = toBig(first.type, first.value);
    if (dataType(first.type).bigEndian) value = swap(value, size);
    order += value << shift;
    shift += BigInt(size * 8);
  }
  return order;
}

function swap(value: bigint, size: number): bigint {
  let [left, result] = [value, 0n];
  for (let i = 0; i < size; i++) {
    result = (result << 8n) | (left & 255n);
    left >>= 8n;
  }
  return result;
}
