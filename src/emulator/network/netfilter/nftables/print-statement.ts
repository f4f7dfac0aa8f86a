import type { Expr, LimitStatement, LogStatement, NatStatement, Statement } from './ast.ts';
import { dataType } from './datatype.ts';
import { printExpr, printFlags, printTime, type PrintOptions } from './print-expr.ts';
import { symbols } from './symbols.ts';

/** Numbers that packets changed since a rule was made: by rule handle and place in the rule. */
export interface LiveCounts {
  readonly packets: number;
  readonly bytes: number;
}

/** One statement of a rule, as `nft list` writes it. */
export function printStatement(
  statement: Statement,
  options: PrintOptions,
  live?: LiveCounts,
): string {
  switch (statement.kind) {
    case 'match':
      return printMatch(statement, options);
    case 'vmap':
      return `${printExpr(statement.key, options)} vmap ${printExpr(statement.map, options)}`;
    case 'verdict':
      return printExpr(statement, options);
    case 'counter': {
      if (options.stateless) return 'counter';
      const packets = statement.packets + (live?.packets ?? 0);
      const bytes = statement.bytes + (live?.bytes ?? 0);
      return `counter packets ${packets} bytes ${bytes}`;
    }
    case 'objref':
      return `${statement.object} name ${objectName(statement.name, options)}`;
    case 'limit':
      return printLimit(statement);
    case 'quota': {
      const used = statement.used + (live?.bytes ?? 0);
      const tail = options.stateless || used === 0 ? '' : ` used ${rate(used)}`;
      return `quota ${statement.over ? 'over ' : ''}${rate(statement.bytes)}${tail}`;
    }
    case 'log':
      return printLog(statement);
    case 'reject':
      return printReject(statement, options);
    case 'nat':
      return printNat(statement, options);
    case 'mangle':
      return `${printExpr(statement.target, options)} set ${printExpr(statement.value, options)}`;
    case 'notrack':
      return 'notrack';
    case 'queue': {
      const flags = statement.flags.length > 0 ? ` flags ${statement.flags.join(',')}` : '';
      const to = statement.to === undefined ? '' : `-${statement.to}`;
      return `queue${flags} to ${statement.from}${to}`;
    }
    case 'setop':
      return printSetOperation(statement, options);
    case 'connlimit':
      return `ct count ${statement.over ? 'over ' : ''}${statement.count}`;
    case 'flow':
      return `flow add @${statement.flowtable}`;
    case 'xt':
      return statement.text;
  }
}

function objectName(name: Expr, options: PrintOptions): string {
  return name.kind === 'value' ? `"${name.value}"` : printExpr(name, options);
}

function printMatch(
  { left, op, right }: Extract<Statement, { kind: 'match' }>,
  options: PrintOptions,
): string {
  const flags = printFlags(right, options);
  const value = flags ?? printExpr(right, options);
  if (left.kind === 'binop' && left.op === '&' && isFlagMask(left.right, right, op)) {
    const mask = printFlags(left.right, options);
    return `${printExpr(left.left, options)} ${op === '!=' ? '!= ' : ''}${value} / ${mask}`;
  }
  const isExact = flags?.includes(',') && (op === '==' || op === '!=');
  if (isExact) return `${printExpr(left, options)} ${exactFlags(right, op, options)}`;
  const sign = op === undefined ? (left.kind === 'binop' ? '== ' : '') : `${op} `;
  return `${printExpr(left, options)} ${sign}${value}`;
}

/** Flags that must be there exactly: those of TCP come as a number. */
function exactFlags(right: Expr, op: '==' | '!=', options: PrintOptions): string {
  const isTcp = right.kind === 'value' && right.type === 'tcp_flag';
  if (isTcp) return `${op} 0x${Number(right.value).toString(16)}`;
  const sign = op === '!=' ? '!= ' : '';
  return `${sign}${printExpr(right, options)}`;
}

/** `tcp flags & (fin | syn) == syn` is printed as `tcp flags syn / fin,syn`. */
function isFlagMask(mask: Expr, right: Expr, op: string | undefined): boolean {
  if (mask.kind !== 'value' || right.kind !== 'value') return false;
  if (dataType(mask.type).form !== 'bitmask' || (op !== '==' && op !== '!=')) return false;
  const isOneBit = (Number(mask.value) & (Number(mask.value) - 1)) === 0;
  return right.value !== 0 && !(mask.value === right.value && isOneBit);
}

const UNITS = ['bytes', 'kbytes', 'mbytes'];

/** A number of bytes in the greatest unit that divides it. */
function rate(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (unit < 2 && value > 0 && value % 1024 === 0) {
    value /= 1024;
    unit += 1;
  }
  return `${value} ${UNITS[unit]}`;
}

/** `limit rate 10/second burst 20 packets`. */
export function printLimit(limit: LimitStatement): string {
  const over = limit.over ? 'over ' : '';
  if (limit.bytes) {
    const burst = limit.burst > 0 ? ` burst ${rate(limit.burst)}` : '';
    return `limit rate ${over}${rate(limit.rate)}/${limit.unit}${burst}`;
  }
  const burst = limit.burst > 0 && limit.burst !== 5 ? ` burst ${limit.burst} packets` : '';
  return `limit rate ${over}${limit.rate}/${limit.unit}${burst}`;
}

function printLog(log: LogStatement): string {
  const parts = ['log'];
  if (log.prefix !== undefined) parts.push(`prefix "${log.prefix}"`);
  if (log.group !== undefined) parts.push(`group ${log.group}`);
  if (log.snaplen !== undefined) parts.push(`snaplen ${log.snaplen}`);
  if (log.threshold !== undefined) parts.push(`queue-threshold ${log.threshold}`);
  if (log.level !== undefined && log.level !== 'warn') parts.push(`level ${log.level}`);
  if (log.flags.includes('all')) return [...parts, 'flags all'].join(' ');
  const tcp = ['sequence', 'options'].filter((flag) => log.flags.includes(`tcp ${flag}`));
  if (tcp.length > 0) parts.push(`flags tcp ${tcp.join(',')}`);
  for (const flag of ['ip options', 'skuid', 'ether']) {
    if (log.flags.includes(flag)) parts.push(`flags ${flag}`);
  }
  return parts.join(' ');
}

function printReject(
  { type, code }: Extract<Statement, { kind: 'reject' }>,
  options: PrintOptions,
): string {
  if (type === undefined) return 'reject';
  if (type === 'tcp reset') return 'reject with tcp reset';
  if (code === 'port-unreachable' && type === 'icmpx') return 'reject';
  if (code === 'port-unreachable') return 'reject';
  const number = symbols(`${type}_code`).find(([name]) => name === code)?.[1];
  const shown = options.numericSymbol && number !== undefined ? String(number) : code;
  return `reject with ${type} ${shown}`;
}

function printNat(nat: NatStatement, options: PrintOptions): string {
  let text: string = nat.nat;
  if (nat.address || nat.port) {
    const family = nat.family === undefined ? '' : ` ${nat.family}`;
    text += `${family} to`;
  }
  const { address, port } = nat;
  if (address) text += ` ${bracketed(address, port !== undefined, options)}`;
  if (port) text += `${address ? '' : ' '}:${printExpr(port, options)}`;
  return nat.flags.length > 0 ? `${text} ${nat.flags.join(',')}` : text;
}

/** IPv6 addresses with a port stand in brackets. */
function bracketed(address: Expr, withPort: boolean, options: PrintOptions): string {
  const text = printExpr(address, options);
  const isIpv6 =
    (address.kind === 'value' && address.type === 'ipv6_addr') ||
    (address.kind === 'range' && address.from.type === 'ipv6_addr');
  if (!isIpv6 || !withPort) return text;
  if (address.kind !== 'range') return `[${text}]`;
  return text
    .split('-')
    .map((part) => `[${part}]`)
    .join('-');
}

function printSetOperation(
  statement: Extract<Statement, { kind: 'setop' }>,
  options: PrintOptions,
): string {
  const inner = [printExpr(statement.key, options)];
  if (statement.timeoutMillis !== undefined) {
    inner.push(`timeout ${printTime(statement.timeoutMillis, options)}`);
  }
  for (const each of statement.statements) {
    inner.push(printStatement(each, { ...options, stateless: true }));
  }
  if (statement.data) inner.push(`: ${printExpr(statement.data, options)}`);
  return `${statement.op} @${statement.set} { ${inner.join(' ')} }`;
}
