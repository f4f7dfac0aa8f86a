import type {
  Element,
  Expr,
  NftChain,
  NftRule,
  NftRuleset,
  NftSet,
  NftTable,
  Statement,
} from './ast.ts';
import { dataType } from './datatype.ts';
import { chosen, listedSets } from './list.ts';
import type { Listing } from './outcome.ts';
import { printExpr, sortElements, type PrintOptions } from './print-expr.ts';
import type { LiveState } from './print.ts';
import { symbolOf, symbols } from './symbols.ts';

type Json = unknown;

/** The answer to a listing in JSON (libnftables-json(5)). */
export function printJson(
  rules: NftRuleset,
  listing: Listing,
  live: LiveState,
  options: PrintOptions,
): string {
  const meta = { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 };
  const items: Json[] = [{ metainfo: meta }];
  for (const table of chosen(rules, listing))
    items.push(...tableItems(table, listing, live, options));
  return `${write({ nftables: items })}\n`;
}

/** JSON with a blank behind colons and commas, as jansson writes it. */
function write(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}: ${write(member)}`);
  return `{${members.join(', ')}}`;
}

function tableItems(
  table: NftTable,
  listing: Listing,
  live: LiveState,
  options: PrintOptions,
): readonly Json[] {
  const { what, name } = listing;
  const { family } = table;
  const head = {
    table: { family, name: table.name, handle: table.handle },
  };
  if (what === 'tables') return [head];
  const sets = (list: readonly NftSet[]) => list.map((set) => setItem(table, set, live, options));
  if (['set', 'sets', 'map', 'maps'].includes(what)) return sets(listedSets(table, listing));
  const chains = (list: readonly NftChain[]) => list.map((chain) => chainItem(table, chain));
  if (what === 'chains') return chains(table.chains);
  if (what === 'chain') {
    const found = table.chains.filter((chain) => chain.name === name);
    return [...chains(found), ...found.flatMap((chain) => ruleItems(table, chain, live, options))];
  }
  const objects = table.objects
    .filter(
      ({ statement }) => what === 'ruleset' || what === 'table' || what.startsWith(statement.kind),
    )
    .map((object) => objectItem(table, object, live));
  if (what !== 'ruleset' && what !== 'table') return objects;
  const flowtables = table.flowtables.map(({ name: own, handle, hook, priority, devices }) => ({
    flowtable: { family, name: own, table: table.name, handle, hook, prio: priority, dev: devices },
  }));
  const rules = table.chains.flatMap((chain) => ruleItems(table, chain, live, options));
  return [head, ...objects, ...sets(table.sets), ...flowtables, ...chains(table.chains), ...rules];
}

function objectItem(table: NftTable, object: NftTable['objects'][number], live: LiveState): Json {
  const { statement, name, handle, comment } = object;
  const common = { family: table.family, name, table: table.name, handle, comment };
  const counts = live.counts(table, handle, 'object');
  if (statement.kind === 'counter') {
    const packets = statement.packets + (counts?.packets ?? 0);
    const bytes = statement.bytes + (counts?.bytes ?? 0);
    return { counter: { ...common, packets, bytes } };
  }
  if (statement.kind === 'quota') {
    const { bytes, over } = statement;
    const used = statement.used + (counts?.bytes ?? 0);
    return { quota: { ...common, bytes, used, inv: over } };
  }
  return { limit: { ...common, ...limitOf(statement) } };
}

function limitOf({
  rate,
  unit,
  burst,
  over,
  bytes,
}: Extract<Statement, { kind: 'limit' }>): object {
  return {
    rate,
    ...(burst > 0 ? { burst } : {}),
    per: unit,
    ...(over ? { inv: true } : {}),
    ...(bytes ? { rate_unit: 'bytes', burst_unit: 'bytes' } : {}),
  };
}

function chainItem(table: NftTable, { name, handle, base, comment }: NftChain): Json {
  const hook = base && {
    type: base.type,
    hook: base.hook,
    prio: base.priority,
    ...(base.devices ? { dev: base.devices.length === 1 ? base.devices[0] : base.devices } : {}),
    policy: base.policy,
  };
  return { chain: { family: table.family, table: table.name, name, handle, comment, ...hook } };
}

function setItem(table: NftTable, set: NftSet, live: LiveState, options: PrintOptions): Json {
  const types = (list: readonly string[]) => (list.length === 1 ? list[0] : list);
  const elements = options.terse ? [] : sortElements(live.elements(table, set));
  const body = {
    family: table.family,
    name: set.name,
    table: table.name,
    type: types(set.key),
    handle: set.handle,
    comment: set.comment,
    ...(set.data ? { map: types(set.data) } : {}),
    policy: set.policy,
    size: set.size,
    ...(set.flags.length > 0 ? { flags: set.flags } : {}),
    ...(set.timeoutMillis ? { timeout: Math.floor(set.timeoutMillis / 1000) } : {}),
    ...(set.gcIntervalMillis ? { 'gc-interval': Math.floor(set.gcIntervalMillis / 1000) } : {}),
    ...(elements.length > 0 ? { elem: elements.map((each) => elementOf(each, options)) } : {}),
  };
  return set.data ? { map: body } : { set: body };
}

function elementOf(element: Element, options: PrintOptions): Json {
  const { value, comment, timeoutMillis, expiresMillis } = element;
  const key = exprOf(element.key, options);
  const more = comment !== undefined || timeoutMillis !== undefined || expiresMillis !== undefined;
  const whole = more
    ? {
        elem: {
          val: key,
          ...(timeoutMillis === undefined ? {} : { timeout: Math.floor(timeoutMillis / 1000) }),
          ...(expiresMillis === undefined ? {} : { expires: Math.floor(expiresMillis / 1000) }),
          comment,
        },
      }
    : key;
  return value ? [whole, exprOf(value, options)] : whole;
}

function ruleItems(
  table: NftTable,
  chain: NftChain,
  live: LiveState,
  options: PrintOptions,
): readonly Json[] {
  return chain.rules.map((rule) => ({
    rule: {
      family: table.family,
      table: table.name,
      chain: chain.name,
      handle: rule.handle,
      comment: rule.comment,
      expr: rule.statements.map((each, place) =>
        statementOf(table, rule, each, place, live, options),
      ),
    },
  }));
}

function statementOf(
  table: NftTable,
  rule: NftRule,
  statement: Statement,
  place: number,
  live: LiveState,
  options: PrintOptions,
): Json {
  const expr = (each: Expr) => exprOf(each, options);
  switch (statement.kind) {
    case 'match':
      return { match: matchOf(statement, options) };
    case 'vmap':
      return { vmap: { key: expr(statement.key), data: expr(statement.map) } };
    case 'verdict':
      return exprOf(statement, options);
    case 'counter': {
      const counts = live.counts(table, rule.handle, place);
      if (options.stateless) return { counter: null };
      const packets = statement.packets + (counts?.packets ?? 0);
      return { counter: { packets, bytes: statement.bytes + (counts?.bytes ?? 0) } };
    }
    case 'objref':
      return { [statement.object]: expr(statement.name) };
    case 'limit':
      return { limit: limitOf(statement) };
    case 'quota':
      return {
        quota: { val: statement.bytes, val_unit: 'bytes', inv: statement.over || undefined },
      };
    case 'log':
      return { log: logOf(statement) };
    case 'reject':
      return { reject: rejectOf(statement, table.family) };
    case 'nat':
      return { [statement.nat]: natOf(statement, options) };
    case 'mangle':
      return { mangle: { key: expr(statement.target), value: expr(statement.value) } };
    case 'notrack':
      return { notrack: null };
    case 'queue': {
      const { from, to, flags } = statement;
      const num = to === undefined ? from : { range: [from, to] };
      const said = flags.length === 1 ? flags[0] : flags;
      return { queue: { num, ...(flags.length > 0 ? { flags: said } : {}) } };
    }
    case 'setop':
      return {
        set: {
          op: statement.op,
          elem: statement.timeoutMillis
            ? { elem: { val: expr(statement.key), timeout: statement.timeoutMillis / 1000 } }
            : expr(statement.key),
          set: `@${statement.set}`,
          ...(statement.statements.length > 0
            ? {
                stmt: statement.statements.map((each) => innerOf(table, rule, each, live, options)),
              }
            : {}),
        },
      };
    case 'connlimit':
      return { 'ct count': { val: statement.count, inv: statement.over || undefined } };
    case 'flow':
      return { flow: { op: 'add', flowtable: `@${statement.flowtable}` } };
    case 'xt':
      return { xt: null };
  }
}

function innerOf(
  table: NftTable,
  rule: NftRule,
  statement: Statement,
  live: LiveState,
  options: PrintOptions,
): Json {
  return statementOf(table, rule, statement, -1, live, options);
}

function matchOf(
  { left, op, right }: Extract<Statement, { kind: 'match' }>,
  options: PrintOptions,
): object {
  const implicit = isFlags(right) ? 'in' : '==';
  const keeps = op !== undefined ? op : implicit;
  const isExact = left.kind !== 'binop' && (op === '==' || op === '!=');
  const isTcp = right.kind === 'value' && right.type === 'tcp_flag' && names(right).length > 1;
  const number = isExact && isTcp ? Number(right.value) : undefined;
  const value = number ?? (isExact ? exprOf(right, options) : listOf(right, options));
  return { op: keeps, left: exprOf(left, options), right: value };
}

/** Flags of which any may be there are a list. */
function listOf(expr: Expr, options: PrintOptions): Json {
  const flags = expr.kind === 'value' && isFlags(expr) ? names(expr) : [];
  return flags.length > 1 ? flags : exprOf(expr, options);
}

const names = ({ type, value }: { readonly type: string; readonly value: number | string }) =>
  symbols(type)
    .filter(([, bit]) => (Number(value) & bit) !== 0)
    .map(([name]) => name);

const isFlags = (right: Expr) => right.kind === 'value' && dataType(right.type).form === 'bitmask';

function logOf(log: Extract<Statement, { kind: 'log' }>): Json {
  const body = {
    prefix: log.prefix,
    group: log.group,
    snaplen: log.snaplen,
    'queue-threshold': log.threshold,
    level: log.level === 'warn' ? undefined : log.level,
    ...(log.flags.length > 0 ? { flags: log.flags.length === 1 ? log.flags[0] : log.flags } : {}),
  };
  return Object.values(body).some((each) => each !== undefined) ? body : null;
}

function rejectOf(
  { type, code }: Extract<Statement, { kind: 'reject' }>,
  family: NftTable['family'],
): Json {
  if (type === undefined) {
    const own = family === 'ip6' ? 'icmpv6' : family === 'ip' ? 'icmp' : 'icmpx';
    return { type: own, expr: 'port-unreachable' };
  }
  return type === 'tcp reset' ? { type } : { type, expr: code };
}

function natOf(nat: Extract<Statement, { kind: 'nat' }>, options: PrintOptions): Json {
  const { flags } = nat;
  const body = {
    family: nat.family,
    addr: nat.address && exprOf(nat.address, options),
    port: nat.port && exprOf(nat.port, options),
    ...(flags.length > 0 ? { flags: flags.length === 1 ? flags[0] : flags } : {}),
  };
  return Object.values(body).some((each) => each !== undefined) ? body : null;
}

function exprOf(expr: Expr, options: PrintOptions): Json {
  const inner = (each: Expr) => exprOf(each, options);
  switch (expr.kind) {
    case 'value':
      return valueOf(expr.type, expr.value, options);
    case 'verdict':
      if (expr.chain === undefined) return { [expr.verdict]: null };
      return { [expr.verdict]: { target: expr.chain } };
    case 'prefix':
      return { prefix: { addr: inner(expr.base), len: expr.length } };
    case 'range':
      return { range: [inner(expr.from), inner(expr.to)] };
    case 'concat':
      return { concat: expr.parts.map(inner) };
    case 'set':
      return { set: sortElements(expr.elements).map((each) => elementOf(each, options)) };
    case 'setref':
      return `@${expr.name}`;
    case 'any':
      return '*';
    case 'payload':
      return { payload: { protocol: expr.protocol, field: expr.field } };
    case 'raw':
      return { payload: { base: expr.base, offset: expr.offset, len: expr.length } };
    case 'meta':
      return { meta: { key: expr.key } };
    case 'ct':
      return {
        ct: { key: expr.family ? `${expr.family} ${expr.key}` : expr.key, dir: expr.direction },
      };
    case 'fib':
      return { fib: { result: expr.result, flags: expr.flags } };
    case 'numgen': {
      const { mode, modulus: mod, offset } = expr;
      return { numgen: { mode, mod, offset } };
    }
    case 'hash': {
      const { modulus: mod, seed, offset } = expr;
      const common = { mod, seed, offset: offset > 0 ? offset : undefined };
      return expr.of ? { jhash: { ...common, expr: inner(expr.of) } } : { symhash: common };
    }
    case 'rt':
      return { rt: { key: expr.key, family: expr.family } };
    case 'socket':
      return { socket: { key: expr.key } };
    case 'tcpopt':
      return { 'tcp option': { name: expr.option, field: expr.field } };
    case 'binop':
      return { [expr.op]: [inner(expr.left), listOf(expr.right, options)] };
    case 'map':
      return { map: { key: inner(expr.key), data: inner(expr.map) } };
  }
}

function valueOf(type: string, value: number | string, options: PrintOptions): Json {
  if (typeof value === 'string') return value;
  const { form } = dataType(type);
  if (form === 'bitmask') {
    const flags = names({ type, value });
    return flags.length > 1 ? { '|': flags } : (flags[0] ?? []);
  }
  if (form === 'time') return Math.floor(value / 1000);
  if (type === 'boolean') return value !== 0;
  const named = type !== 'inet_service' && symbolOf(type, value) !== undefined;
  return named ? printExpr({ kind: 'value', type, value }, options).replaceAll('"', '') : value;
}
