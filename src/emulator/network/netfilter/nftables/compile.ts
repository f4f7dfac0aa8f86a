import type { Expr, NftChain, NftRule, NftSet, NftTable, Statement, Verdict } from './ast.ts';
import { dataType } from './datatype.ts';
import { compileLookUp, compileMangle, compileNat, compileSetOperation } from './compile-act.ts';
import { fitsOf, getterOf, type Scalar } from './compile-expr.ts';
import type { NftEvaluation, NftPacket, NftContext, NftRef, NftVerdict, Walk } from './walk.ts';

/** What a statement comes to: go on, leave the rule, or decide. */
type Step = (walk: Walk) => undefined | 'break' | Verdict | NftVerdict;

interface CompiledRule {
  readonly handle: number;
  readonly at: NftRef;
  readonly steps: readonly Step[];
}

/** A table made ready for packets. */
export interface CompiledTable {
  readonly table: NftTable;
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly sets: ReadonlyMap<string, NftSet>;
}

const compiledTables = new WeakMap<NftTable, CompiledTable>();
const compiledChains = new WeakMap<NftChain, Map<string, readonly CompiledRule[]>>();

/** How many chains may call one another (`NFT_JUMP_STACK_SIZE`). */
const DEPTH = 16;

function compileTable(table: NftTable): CompiledTable {
  const known = compiledTables.get(table);
  if (known) return known;
  const compiled = {
    table,
    chains: new Map(table.chains.map((chain) => [chain.name, chain])),
    sets: new Map(table.sets.map((set) => [set.name, set])),
  };
  compiledTables.set(table, compiled);
  return compiled;
}

/** The way of a packet through one base chain. */
export function evaluateBase(
  table: NftTable,
  chain: NftChain,
  packet: NftPacket,
  context: NftContext,
): NftEvaluation {
  const own: NftRef = { family: table.family, table: table.name, chain: chain.name };
  const walk: Walk = {
    packet,
    context,
    table: compileTable(table),
    hook: chain.base?.hook ?? 'input',
    mark: packet.mark,
    connectionMark: undefined,
    labels: [],
    notrack: false,
    compared: 0,
    at: own,
    depth: 0,
    counted: [],
    log: [],
  };
  const verdict = walkChain(walk, chain);
  const policy: NftVerdict = { type: chain.base?.policy === 'drop' ? 'DROP' : 'ACCEPT' };
  return {
    verdict: verdict === undefined || verdict === 'return' ? policy : verdict,
    by: verdict === undefined || verdict === 'return' ? own : walk.at,
    mark: walk.mark,
    ...(walk.connectionMark === undefined ? {} : { connectionMark: walk.connectionMark }),
    labels: walk.labels,
    ...(walk.note === undefined ? {} : { note: walk.note }),
    notrack: walk.notrack,
    compared: walk.compared,
    counted: walk.counted,
    log: walk.log,
  };
}

function walkChain(walk: Walk, chain: NftChain): NftVerdict | 'return' | undefined {
  for (const rule of rulesOf(walk, chain)) {
    walk.at = rule.at;
    walk.compared += 1;
    for (const step of rule.steps) {
      const result = step(walk);
      if (result === undefined) continue;
      if (result === 'break') break;
      if ('type' in result) return result;
      const ended = follow(walk, result);
      if (ended !== undefined) return ended;
      break;
    }
  }
  return undefined;
}

/** Does what a verdict says: undefined goes on behind the rule. */
function follow(walk: Walk, verdict: Verdict): NftVerdict | 'return' | undefined {
  switch (verdict.verdict) {
    case 'accept':
      return { type: 'ACCEPT' };
    case 'drop':
      return { type: 'DROP' };
    case 'continue':
      return undefined;
    case 'return':
      return 'return';
    case 'jump':
    case 'goto': {
      const next = walk.table.chains.get(verdict.chain ?? '');
      if (!next || walk.depth >= DEPTH) return { type: 'DROP' };
      walk.depth += 1;
      const outcome = walkChain(walk, next);
      walk.depth -= 1;
      if (outcome !== undefined && outcome !== 'return') return outcome;
      return verdict.verdict === 'goto' ? 'return' : undefined;
    }
  }
}

function rulesOf({ table: { table } }: Walk, chain: NftChain): readonly CompiledRule[] {
  // The same chain record may stand in tables of two names, in tests at least.
  const key = `${table.family} ${table.name}`;
  const known = compiledChains.get(chain);
  const found = known?.get(key);
  if (found) return found;
  const rules = chain.rules.map((rule) => compileRule(table, chain, rule));
  if (known) known.set(key, rules);
  else compiledChains.set(chain, new Map([[key, rules]]));
  return rules;
}

function compileRule(table: NftTable, chain: NftChain, rule: NftRule): CompiledRule {
  const { family, name } = table;
  return {
    handle: rule.handle,
    at: { family, table: name, chain: chain.name, handle: rule.handle },
    steps: rule.statements.map((statement, place) =>
      compileStatement(statement, rule.handle, place),
    ),
  };
}

function compileStatement(statement: Statement, handle: number, place: number): Step {
  const name = `${handle}/${place}`;
  switch (statement.kind) {
    case 'match':
      return compileMatch(statement);
    case 'vmap':
      return compileVmap(statement.key, statement.map);
    case 'verdict':
      return () => statement;
    case 'counter':
      return (walk) => void walk.counted.push([handle, place]);
    case 'objref':
      return compileReference(statement.object, statement.name);
    case 'limit':
      return (walk) =>
        walk.context.limit(limitName(walk, name), statement, walk.packet.size) === statement.over
          ? 'break'
          : undefined;
    case 'quota':
      return (walk) => {
        const used = walk.context.quota(limitName(walk, name), walk.packet.size) + statement.used;
        return used > statement.bytes === statement.over ? undefined : 'break';
      };
    case 'log':
      return (walk) => {
        const group = statement.group === undefined ? {} : { group: statement.group };
        walk.log.push({ prefix: statement.prefix ?? '', ...group });
        return undefined;
      };
    case 'reject':
      return () => ({ type: 'REJECT', with: rejectName(statement) });
    case 'nat':
      return compileNat(statement);
    case 'mangle':
      return compileMangle(statement.target, statement.value);
    case 'notrack':
      return (walk) => void (walk.notrack = true);
    case 'queue':
      return compileQueue(statement);
    case 'setop':
      return compileSetOperation(statement);
    case 'connlimit':
      return (walk) =>
        walk.context.connections() > statement.count === statement.over ? undefined : 'break';
    case 'flow':
      return () => undefined;
    case 'xt':
      // Rules of iptables are walked as such; this form of them is for reading only.
      return () => 'break';
  }
}

const limitName = ({ at }: Walk, name: string) => `${at.family}/${at.table}/${name}`;

/** With several queues the first takes all: there is one flow at a time. */
function compileQueue({ from, flags }: Extract<Statement, { kind: 'queue' }>): Step {
  return (walk) => {
    const verdict = walk.context.queue?.(from);
    // The kernel goes on behind the chain, not behind the rule.
    if (!verdict) return { type: flags.includes('bypass') ? 'ACCEPT' : 'DROP' };
    walk.note = verdict.why;
    if (verdict.label !== undefined) walk.labels.push(verdict.label);
    return { type: verdict.accepted ? 'ACCEPT' : 'DROP' };
  };
}

function compileMatch({ left, op, right }: Extract<Statement, { kind: 'match' }>): Step {
  if (left.kind === 'ct' && left.key === 'label' && right.kind === 'value') {
    const wanted = op !== '!' && op !== '!=';
    return ({ packet: { connection }, labels }) => {
      const all = [...(connection.labels ?? []), ...labels];
      return all.includes(Number(right.value)) === wanted ? undefined : 'break';
    };
  }
  const get = getterOf(left);
  const test = compileTest(left, op, right);
  return (walk) => {
    const values = get(walk);
    return values !== undefined && test(walk, values) ? undefined : 'break';
  };
}

type MatchTest = (walk: Walk, values: readonly Scalar[]) => boolean;

function compileTest(left: Expr, op: string | undefined, right: Expr): MatchTest {
  if (right.kind === 'setref' || right.kind === 'set') {
    const find = compileLookUp(right);
    const negated = op === '!=';
    return (walk, values) => (find(walk, values) !== undefined) !== negated;
  }
  const bits = flagBits(right);
  if (bits !== undefined && left.kind !== 'binop') {
    const value = (values: readonly Scalar[]) => Number(values[0]);
    if (op === undefined) return (_walk, values) => (value(values) & bits) !== 0;
    if (op === '!') return (_walk, values) => (value(values) & bits) === 0;
    if (op === '!=') return (_walk, values) => value(values) !== bits;
    return (_walk, values) => value(values) === bits;
  }
  if (op === '<' || op === '<=' || op === '>' || op === '>=') return compileOrder(op, right);
  const fits = fitsOf(right);
  return op === '!=' ? (_walk, values) => !fits(values) : (_walk, values) => fits(values);
}

function flagBits(right: Expr): number | undefined {
  if (right.kind !== 'value' || dataType(right.type).form !== 'bitmask') return undefined;
  return Number(right.value);
}

function compileOrder(op: '<' | '<=' | '>' | '>=', right: Expr): MatchTest {
  const limit = right.kind === 'value' ? Number(right.value) : 0;
  return (_walk, [value]) => {
    const number = Number(value);
    if (op === '<') return number < limit;
    if (op === '<=') return number <= limit;
    return op === '>' ? number > limit : number >= limit;
  };
}

function compileVmap(key: Expr, map: Expr): Step {
  const get = getterOf(key);
  const find = compileLookUp(map);
  return (walk) => {
    const values = get(walk);
    const found = values && find(walk, values);
    if (found?.value?.kind !== 'verdict') return 'break';
    return found.value;
  };
}

function compileReference(object: string, name: Expr): Step {
  const find = (walk: Walk): string | undefined => {
    if (name.kind === 'value') return String(name.value);
    if (name.kind !== 'map') return undefined;
    const values = getterOf(name.key)(walk);
    const found = values && compileLookUp(name.map)(walk, values);
    return found?.value?.kind === 'value' ? String(found.value.value) : undefined;
  };
  return (walk) => {
    const wanted = find(walk);
    const target = walk.table.table.objects.find(
      (each) => each.name === wanted && each.statement.kind === object,
    );
    if (!target) return 'break';
    const { statement, handle } = target;
    const own = `${walk.at.family}/${walk.at.table}/object/${handle}`;
    if (statement.kind === 'counter') walk.counted.push([handle, 'object']);
    if (statement.kind === 'limit') {
      return walk.context.limit(own, statement, walk.packet.size) === statement.over
        ? 'break'
        : undefined;
    }
    if (statement.kind === 'quota') {
      const used = walk.context.quota(own, walk.packet.size) + statement.used;
      return used > statement.bytes === statement.over ? undefined : 'break';
    }
    return undefined;
  };
}

function rejectName({ type, code }: Extract<Statement, { kind: 'reject' }>): string {
  if (type === 'tcp reset') return 'tcp-reset';
  const names: Readonly<Record<string, string>> = {
    'prot-unreachable': 'proto-unreachable',
    'no-route': 'net-unreachable',
    'addr-unreachable': 'host-unreachable',
  };
  const plain = code ?? 'port-unreachable';
  return `icmp-${names[plain] ?? plain}`;
}
