import { isIPv6, maskOf, maskOf6, toGroups, toNumber } from './address.ts';
import { matches, targets } from './catalog.ts';
import type { Act, Test, Walk } from './extension.ts';
import { fits } from './extensions/fields.ts';
import type {
  AddressMatch,
  Chain,
  Evaluation,
  MatchContext,
  MatchPacket,
  NameMatch,
  Rule,
  RuleRef,
  Ruleset,
  RuleVerdict,
  Table,
  TableName,
} from './rules.ts';
import { findTable } from './tables.ts';

/** A rule as functions. `jump` names a chain of the user's. */
interface CompiledRule {
  readonly at: RuleRef;
  readonly tests: readonly Test[];
  readonly verdict?: RuleVerdict;
  readonly returns: boolean;
  readonly jump?: string;
  readonly goto: boolean;
  readonly act?: Act;
}

/** A chain as functions; `byDestination` holds the rules that begin with `-d address/32`. */
interface CompiledChain {
  readonly name: string;
  readonly table: TableName;
  readonly policy?: 'ACCEPT' | 'DROP';
  readonly rules: readonly CompiledRule[];
  readonly byDestination?: ReadonlyMap<number | string, readonly number[]>;
  /** Rules for any destination, by index. */
  readonly rest: readonly number[];
}

/** Chains shorter than this are walked rule by rule. */
const INDEX_FROM = 16;

const compiledChains = new WeakMap<Chain, CompiledChain>();
const chainsByName = new WeakMap<Table, ReadonlyMap<string, Chain>>();

/** What a chain makes of a packet; undefined where it ended without a verdict. */
type Outcome = { readonly verdict: RuleVerdict; readonly by: RuleRef } | undefined;

/**
 * The way of a packet through one built-in chain of a table. Undefined if no such table or chain
 * was ever loaded: then the packet simply goes on.
 */
export function evaluate(
  rules: Ruleset,
  table: TableName,
  chain: string,
  packet: MatchPacket,
  context: MatchContext,
): Evaluation | undefined {
  const loaded = findTable(rules, table);
  if (!loaded) return undefined;
  const chains = chainsOf(loaded);
  const first = chains.get(chain);
  if (!first) return undefined;
  const start = compileChain(first, table);
  const policyRef: RuleRef = { table, chain, index: -1 };
  const walk: Walk = {
    packet,
    source: toNumber(packet.source) ?? 0,
    destination: toNumber(packet.destination) ?? 0,
    ...(isIPv6(packet.destination)
      ? { source6: toGroups(packet.source), destination6: toGroups(packet.destination) }
      : {}),
    context,
    table,
    base: chain,
    mark: packet.mark,
    connectionMark: undefined,
    compared: 0,
    sets: [],
    at: policyRef,
    recent: [],
    log: [],
  };
  const hits: RuleRef[] = [];
  const outcome = walkChain(start, chains, walk, hits);
  return {
    verdict: outcome?.verdict ?? { type: start.policy ?? 'ACCEPT' },
    by: outcome?.by ?? policyRef,
    hits,
    compared: walk.compared,
    mark: walk.mark,
    ...(walk.connectionMark === undefined ? {} : { connectionMark: walk.connectionMark }),
    ...(walk.ttl === undefined ? {} : { ttl: walk.ttl }),
    ...(walk.zone === undefined ? {} : { zone: walk.zone }),
    ...(walk.sets.length === 0 ? {} : { sets: walk.sets }),
    recent: walk.recent,
    log: walk.log,
  };
}

function walkChain(
  chain: CompiledChain,
  chains: ReadonlyMap<string, Chain>,
  walk: Walk,
  hits: RuleRef[],
): Outcome {
  const addressed = chain.byDestination?.get(
    walk.destination6 ? walk.packet.destination : walk.destination,
  );
  if (!addressed) {
    for (const index of chain.rest) {
      const outcome = tryRule(chain, index, chains, walk, hits);
      if (outcome) return ended(walk, index + 1, outcome);
    }
    return ended(walk, chain.rules.length, undefined);
  }
  // Both lists are in order: the lower index is next.
  let [i, j] = [0, 0];
  while (i < addressed.length || j < chain.rest.length) {
    const a = addressed[i] ?? Infinity;
    const b = chain.rest[j] ?? Infinity;
    const index = Math.min(a, b);
    if (a < b) i += 1;
    else j += 1;
    const outcome = tryRule(chain, index, chains, walk, hits);
    if (outcome) return ended(walk, index + 1, outcome);
  }
  return ended(walk, chain.rules.length, undefined);
}

/** The end of a chain, down to which the kernel looked at so many rules. */
function ended(walk: Walk, rules: number, outcome: Outcome | 'return'): Outcome {
  walk.compared += rules;
  return outcome === 'return' ? undefined : outcome;
}

function tryRule(
  chain: CompiledChain,
  index: number,
  chains: ReadonlyMap<string, Chain>,
  walk: Walk,
  hits: RuleRef[],
): Outcome | 'return' {
  const rule = chain.rules[index] as CompiledRule;
  const { at } = rule;
  walk.at = at;
  for (const test of rule.tests) if (!test(walk)) return undefined;
  hits.push(at);
  if (rule.verdict) return { verdict: rule.verdict, by: at };
  if (rule.returns) return 'return';
  if (rule.act) {
    const verdict = rule.act(walk);
    return verdict ? { verdict, by: at } : undefined;
  }
  if (rule.jump === undefined) return undefined;
  const next = chains.get(rule.jump);
  if (!next) return undefined;
  const outcome = walkChain(compileChain(next, chain.table), chains, walk, hits);
  return outcome ?? (rule.goto ? 'return' : undefined);
}

function chainsOf(table: Table): ReadonlyMap<string, Chain> {
  const known = chainsByName.get(table);
  if (known) return known;
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  chainsByName.set(table, chains);
  return chains;
}

/** Chains are made ready when the first packet comes to them: most never see one. */
function compileChain(chain: Chain, table: TableName): CompiledChain {
  const known = compiledChains.get(chain);
  if (known?.table === table) return known;
  const byDestination = new Map<number | string, number[]>();
  const rest: number[] = [];
  chain.rules.forEach(({ destination }, index) => {
    const address = destination && singleAddress(destination);
    if (address === undefined || chain.rules.length < INDEX_FROM) rest.push(index);
    else if (!byDestination.get(address)?.push(index)) byDestination.set(address, [index]);
  });
  const compiled: CompiledChain = {
    name: chain.name,
    table,
    ...(chain.policy ? { policy: chain.policy } : {}),
    rules: chain.rules.map((rule, index) => compileRule(rule, { table, chain: chain.name, index })),
    ...(byDestination.size > 0 ? { byDestination } : {}),
    rest,
  };
  compiledChains.set(chain, compiled);
  return compiled;
}

/** The key under which a rule for one address is found. */
function singleAddress({
  address,
  prefix,
  mask,
  invert,
}: AddressMatch): number | string | undefined {
  if (invert || mask !== undefined) return undefined;
  if (isIPv6(address)) return prefix === 128 ? address : undefined;
  return prefix === 32 ? toNumber(address) : undefined;
}

function compileRule(rule: Rule, at: RuleRef): CompiledRule {
  const name = rule.target?.name;
  const definition = name === undefined ? undefined : targets.get(name);
  const common = { at, tests: testsOf(rule), goto: rule.goto === true, returns: name === 'RETURN' };
  if (name === 'ACCEPT' || name === 'DROP') return { ...common, verdict: { type: name } };
  if (name === undefined || name === 'RETURN') return common;
  if (definition?.act) return { ...common, act: definition.act(rule.target?.options ?? []) };
  return { ...common, jump: name };
}

function testsOf(rule: Rule): Test[] {
  const tests: Test[] = [];
  const { source, destination, protocol, inInterface, outInterface, fragment } = rule;
  if (destination) tests.push(addressTest(destination, 'destination'));
  if (source) tests.push(addressTest(source, 'source'));
  if (protocol) {
    const invert = protocol.invert === true;
    tests.push(({ packet }) => (packet.protocol === protocol.name) !== invert);
  }
  if (inInterface) tests.push(deviceTest(inInterface, (packet) => packet.inInterface));
  if (outInterface) tests.push(deviceTest(outInterface, (packet) => packet.outInterface));
  // Packets are never in fragments here: only `! -f` matches.
  if (fragment) tests.push(() => fragment.invert === true);
  for (const { name, options } of rule.matches) {
    const test = matches.get(name)?.test?.(options);
    if (test && name !== 'comment' && name !== 'nfacct') tests.push(test);
  }
  return tests;
}

function addressTest(match: AddressMatch, side: 'source' | 'destination'): Test {
  if (isIPv6(match.address)) return addressTest6(match, side);
  const mask = match.mask === undefined ? maskOf(match.prefix) : (toNumber(match.mask) ?? 0);
  const wanted = ((toNumber(match.address) ?? 0) & mask) >>> 0;
  const invert = match.invert === true;
  return (walk) => ((walk[side] & mask) >>> 0 === wanted) !== invert;
}

function addressTest6(match: AddressMatch, side: 'source' | 'destination'): Test {
  const wanted = toGroups(match.address) ?? [];
  const invert = match.invert === true;
  const inside = (groups: readonly number[]) =>
    groups.every(
      (group, index) => ((group ^ (wanted[index] ?? 0)) & maskOf6(match.prefix, index)) === 0,
    );
  return (walk) => {
    const groups = side === 'source' ? walk.source6 : walk.destination6;
    return (groups !== undefined && inside(groups)) !== invert;
  };
}

function deviceTest(match: NameMatch, of: (packet: MatchPacket) => string | undefined): Test {
  const invert = match.invert === true;
  return ({ packet }) => fits(match.name, of(packet)) !== invert;
}
