import type { Expr, NftFamily, Statement, Value } from './ast.ts';
import { dataType, fromBig, toBig } from './datatype.ts';
import { transports } from './fields.ts';
import { mergeAnonymous } from './intervals.ts';

/**
 * Brings a rule into the form that nft prints after the kernel had it: matches that only say which
 * protocol the next header is of are left out, `th` gets the name of the protocol, a mask over an
 * address becomes a prefix (netlink_delinearize.c).
 */
export function simplify(
  statements: readonly Statement[],
  family: NftFamily,
): readonly Statement[] {
  const result: (Statement | undefined)[] = [];
  /** The matches that asked for protocols last, with nothing but matches behind them. */
  let transport: { readonly index: number; readonly number: number } | undefined;
  let network: { readonly index: number; readonly name: string } | undefined;
  let protocol: number | undefined;
  for (const given of statements) {
    let statement = tidy(given);
    const asked = statement.kind === 'match' ? protocolOf(statement) : undefined;
    if (protocol !== undefined) statement = named(statement, protocol);
    const used = usedHeaders(statement);
    if (transport && used.has(transportName(transport.number))) {
      result[transport.index] = undefined;
      transport = undefined;
    }
    if (network && used.has(network.name)) {
      result[network.index] = undefined;
      network = undefined;
    }
    if (asked?.network === family || (asked?.network && sameFamily(asked.network, family)))
      continue;
    if (asked?.network) network = { index: result.length, name: asked.network };
    if (asked?.number !== undefined) {
      protocol = asked.number;
      transport = { index: result.length, number: protocol };
    }
    if (statement.kind !== 'match') [transport, network] = [undefined, undefined];
    result.push(statement);
  }
  return result.filter((statement) => statement !== undefined);
}

const sameFamily = (network: string, family: NftFamily) => network === family;

function transportName(number: number): string {
  return Object.entries(transports).find(([, value]) => value === number)?.[0] ?? '';
}

/** What a match asks for, if it asks for one protocol only. */
function protocolOf(
  match: Extract<Statement, { kind: 'match' }>,
): { readonly number?: number; readonly network?: string } | undefined {
  const { left, right, op } = match;
  if ((op !== undefined && op !== '==') || right.kind !== 'value') return undefined;
  if (left.kind === 'meta') {
    if (left.key === 'l4proto') return { number: Number(right.value) };
    if (left.key === 'nfproto') return { network: right.value === 10 ? 'ip6' : 'ip' };
    if (left.key === 'protocol') {
      const network = { 0x0800: 'ip', 0x86dd: 'ip6' }[Number(right.value)];
      return network === undefined ? undefined : { network };
    }
  }
  if (left.kind === 'payload') {
    if (left.protocol === 'ip' && left.field === 'protocol') return { number: Number(right.value) };
    if (left.protocol === 'ip6' && left.field === 'nexthdr') return { number: Number(right.value) };
  }
  return undefined;
}

/** `th dport` behind `meta l4proto tcp` is `tcp dport`. */
function named(statement: Statement, number: number): Statement {
  const name = transportName(number);
  if (name === '' || statement.kind !== 'match' || statement.left.kind !== 'payload')
    return statement;
  if (statement.left.protocol !== 'th') return statement;
  return { ...statement, left: { ...statement.left, protocol: name } };
}

function usedHeaders(statement: Statement): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (expr: Expr): void => {
    if (expr.kind === 'payload') found.add(expr.protocol);
    if (expr.kind === 'concat') expr.parts.forEach(look);
    if (expr.kind === 'binop') look(expr.left);
    if (expr.kind === 'map') look(expr.key);
  };
  if (statement.kind === 'match') look(statement.left);
  if (statement.kind === 'vmap') look(statement.key);
  if (statement.kind === 'reject' && statement.type === 'tcp reset') found.add('tcp');
  if (statement.kind === 'mangle') {
    look(statement.target);
    look(statement.value);
  }
  if (statement.kind === 'nat') {
    if (statement.address) look(statement.address);
    if (statement.port) look(statement.port);
  }
  return found;
}

function tidy(statement: Statement): Statement {
  if (statement.kind === 'vmap') return { ...statement, map: tidySet(statement.map) };
  if (statement.kind !== 'match') return statement;
  const right = tidySet(statement.right);
  const { left, op } = statement;
  const prefix =
    op === '==' || op === '!=' || op === undefined ? maskedPrefix(left, right) : undefined;
  if (prefix) return { ...statement, left: prefix.left, right: prefix.right, ...plain(op) };
  const flags = maskedFlags(left, right, op);
  if (flags) return flags;
  // Only masks and flags keep the sign that they were written with.
  const keeps = left.kind === 'binop' || isFlags(left, right);
  if (op === '==' && !keeps) return { kind: 'match', left, right };
  return { ...statement, right };
}

/** `ct state & new == 0` is `ct state ! new`, and `!= 0` is `ct state new`. */
function maskedFlags(left: Expr, right: Expr, op: string | undefined): Statement | undefined {
  if (left.kind !== 'binop' || left.op !== '&' || (op !== '==' && op !== '!=')) return undefined;
  const { right: mask } = left;
  if (mask.kind !== 'value' || dataType(mask.type).form !== 'bitmask') return undefined;
  if (right.kind !== 'value' || right.value !== 0) return undefined;
  return { kind: 'match', ...(op === '==' ? { op: '!' } : {}), left: left.left, right: mask };
}

const plain = (op: string | undefined) => (op === '==' ? { op: undefined } : {});

function isFlags(left: Expr, right: Expr): boolean {
  return right.kind === 'value' && dataType(right.type).form === 'bitmask' && left.kind !== 'binop';
}

function tidySet(expr: Expr): Expr {
  if (expr.kind === 'set') return { ...expr, elements: mergeAnonymous(expr.elements) };
  if (expr.kind === 'prefix') return canonicalPrefix(expr);
  return expr;
}

function canonicalPrefix(expr: Extract<Expr, { kind: 'prefix' }>): Expr {
  const { base, length } = expr;
  const size = 1n << BigInt(dataType(base.type).bits - length);
  const first = (toBig(base.type, base.value) / size) * size;
  return { ...expr, base: { ...base, value: fromBig(base.type, first) } };
}

function maskedPrefix(left: Expr, right: Expr): { left: Expr; right: Expr } | undefined {
  if (left.kind !== 'binop' || left.op !== '&' || right.kind !== 'value') return undefined;
  const mask = left.right;
  if (mask.kind !== 'value' || !['ipv4', 'ipv6'].includes(dataType(right.type).form))
    return undefined;
  const length = prefixLength(mask);
  if (length === undefined) return undefined;
  return { left: left.left, right: { kind: 'prefix', base: right, length } };
}

function prefixLength(mask: Value): number | undefined {
  const { bits } = dataType(mask.type);
  const inverted = (1n << BigInt(bits)) - 1n - toBig(mask.type, mask.value);
  if ((inverted & (inverted + 1n)) !== 0n) return undefined;
  return bits - (inverted === 0n ? 0 : inverted.toString(2).length);
}
