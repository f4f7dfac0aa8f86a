import {
  findNftTable,
  type NftRuleset,
  type NftSet,
  type NftTable,
} from '../../network/netfilter/nftables/ast.ts';
import { runText } from '../../network/netfilter/nftables/parse.ts';
import { plainPrint, printElement } from '../../network/netfilter/nftables/print-expr.ts';
import { assert, SECOND, type Micros } from '../../world/index.ts';
import { differences } from '../memo.ts';
import { isAffinitySet, isServiceChain } from './names.ts';
import { TABLE, TABLE_COMMENT, type ElementPlan, type NftablesPlan } from './plan.ts';
import type { ServicePlan } from './service-rules.ts';

/** Chains that no service uses any more, and since when. */
export type StaleChains = Readonly<Record<string, Micros>>;

export interface LoadOptions {
  readonly now: Micros;
  readonly stale: StaleChains;
  /**
   * Services (`namespace/name`) whose chains are written anew; undefined for all of them. Without a
   * table all are written whatever is said here.
   */
  readonly changed?: ReadonlySet<string>;
  /**
   * The plan that was loaded last, and the sets as they were then: of sets that nobody changed
   * since, only elements in which the two plans differ are written.
   */
  readonly last?: { readonly plan: NftablesPlan; readonly sets: readonly NftSet[] };
}

export interface Loaded {
  readonly rules: NftRuleset;
  readonly stale: StaleChains;
}

/** How long a chain must have been unused: older kernels see late that nothing leads to it. */
const UNUSED = 1 * SECOND;

/** The rules after a plan was loaded over them, which the kernel must take. */
export function withPlan(rules: NftRuleset, plan: NftablesPlan, options: LoadOptions): Loaded {
  const loaded = load(rules, plan, options);
  assert(loaded, 'a plan is refused');
  return loaded;
}

/**
 * The rules after a plan was loaded over them, in the two transactions of upstream's sync;
 * undefined where the kernel refuses one.
 */
export function load(
  rules: NftRuleset,
  plan: NftablesPlan,
  options: LoadOptions,
): Loaded | undefined {
  const table = findNftTable(rules, plan.family, TABLE);
  const { now } = options;
  const old = Object.keys(options.stale).filter(
    (name) => (options.stale[name] as Micros) < now - UNUSED && exists(table, name),
  );
  const cleaned = transact(
    rules,
    old.map((name) => `delete chain ${plan.family} ${TABLE} ${name}`),
  );
  if (!cleaned) return undefined;
  const left = Object.entries(options.stale).filter(([name]) => !old.includes(name));
  const before = findNftTable(cleaned, plan.family, TABLE);
  const active = activeNames(plan, options.last?.plan);
  const unused = (before?.chains ?? [])
    .map(({ name }) => name)
    .filter((name) => isServiceChain(name) && !active.chains.has(name));
  const made = transact(cleaned, statements(plan, before, unused, options));
  if (!made) return undefined;
  const stale = {
    ...Object.fromEntries(left.filter(([name]) => !active.chains.has(name))),
    // Whatever is flushed now counts from now.
    ...Object.fromEntries(unused.map((name) => [name, now])),
  };
  return { rules: made, stale };
}

const exists = (table: NftTable | undefined, chain: string) =>
  table?.chains.some(({ name }) => name === chain) === true;

function transact(rules: NftRuleset, lines: readonly string[]): NftRuleset | undefined {
  if (lines.length === 0) return rules;
  const ran = runText(rules, { name: '/dev/stdin', lines: [...lines, ''] });
  const [problem] = ran.problems;
  assert(
    !problem || problem.stage === 'kernel',
    `a plan does not load: ${problem?.message} in ${lines[(problem?.at.line ?? 1) - 1]}`,
  );
  return problem ? undefined : ran.rules;
}

interface Names {
  readonly chains: ReadonlySet<string>;
  readonly affinitySets: ReadonlySet<string>;
}

const names = new WeakMap<NftablesPlan, Names>();

/** Names of all chains and affinity sets of services; mostly they are those of the last plan. */
function activeNames(plan: NftablesPlan, last?: NftablesPlan): Names {
  const known = names.get(plan) ?? (last && sameNames(last, plan) ? names.get(last) : undefined);
  if (known) {
    names.set(plan, known);
    return known;
  }
  const [chains, affinitySets] = [new Set<string>(), new Set<string>()];
  for (const service of plan.services) {
    for (const { name } of service.chains) chains.add(name);
    for (const { name } of service.affinitySets) affinitySets.add(name);
  }
  names.set(plan, { chains, affinitySets });
  return { chains, affinitySets };
}

function sameNames(last: NftablesPlan, plan: NftablesPlan): boolean {
  const { gone, came } = differences(last.parts, plan.parts);
  const text = (list: typeof gone) =>
    list
      .flatMap(({ made }) => [...made.chains, ...made.affinitySets].map(({ name }) => name))
      .join();
  return text(gone) === text(came);
}

/** One transaction: fixed parts, services that are due, elements, and what is to go. */
function statements(
  plan: NftablesPlan,
  before: NftTable | undefined,
  unused: readonly string[],
  options: LoadOptions,
): readonly string[] {
  const whole = !before || options.changed === undefined;
  const moved = new Set(
    options.last
      ? differences(options.last.plan.parts, plan.parts).came.map(({ made }) => made)
      : [],
  );
  const due = plan.services.filter(
    (each) => whole || moved.has(each) || options.changed?.has(each.service),
  );
  const at = `${plan.family} ${TABLE}`;
  const keep = activeNames(plan).affinitySets;
  const gone = (before?.sets ?? []).filter(({ name }) => isAffinitySet(name) && !keep.has(name));
  const elements =
    whole || !options.last
      ? elementLines(plan, before?.sets ?? [], [...plan.bySet.keys()], at)
      : changedElements(options.last, plan, before, at);
  return [
    ...(whole ? fixedLines(plan, at) : []),
    ...due.flatMap((service) => serviceLines(service, at)),
    ...elements,
    ...unused.map((name) => `flush chain ${at} ${name}`),
    ...gone.map(({ name }) => `delete set ${at} ${name}`),
  ];
}

/** Elements in which two plans differ; of sets that somebody changed, all that are not right. */
function changedElements(
  last: NonNullable<LoadOptions['last']>,
  plan: NftablesPlan,
  { sets }: NftTable,
  at: string,
): readonly string[] {
  const { gone, came } = differences(last.plan.parts, plan.parts);
  const elements = [...gone, ...came].flatMap(({ made }) => made.elements);
  const touched = [...new Set(elements.map(({ set }) => set))];
  const were = new Set(last.sets);
  const strange = touched.filter(
    (name) => !were.has(sets.find((set) => set.name === name) as NftSet),
  );
  const lines = { gone: [] as string[], added: [] as string[] };
  const done = new Set<string>();
  for (const { set, key } of elements) {
    if (strange.includes(set) || done.has(`${set} ${key}`)) continue;
    done.add(`${set} ${key}`);
    const [old, now] = [last.plan, plan].map(({ bySet }) => bySet.get(set)?.get(key));
    const [before, after] = [old && elementText(old), now && elementText(now)];
    if (before === after) continue;
    if (old) lines.gone.push(`delete element ${at} ${set} { ${key} }`);
    if (now) lines.added.push(`add element ${at} ${set} { ${after} }`);
  }
  return [...lines.gone, ...lines.added, ...elementLines(plan, sets, strange, at)];
}

function fixedLines({ chains, sets }: NftablesPlan, at: string): readonly string[] {
  return [
    `add table ${at} { comment "${TABLE_COMMENT}" ; }`,
    ...chains.map(({ name, block }) => `add chain ${at} ${name}${block ? ` { ${block} }` : ''}`),
    ...sets.map(({ kind, name, block }) => `add ${kind} ${at} ${name} { ${block} }`),
    ...chains.map(({ name }) => `flush chain ${at} ${name}`),
    ...chains.flatMap(({ name, rules }) => rules.map((rule) => `add rule ${at} ${name} ${rule}`)),
  ];
}

function serviceLines({ chains, affinitySets }: ServicePlan, at: string): readonly string[] {
  return [
    ...chains.flatMap(({ name }) => [`add chain ${at} ${name}`, `flush chain ${at} ${name}`]),
    ...affinitySets.map(({ name, block }) => `add set ${at} ${name} { ${block} }`),
    ...chains.flatMap(({ name, rules }) => rules.map((rule) => `add rule ${at} ${name} ${rule}`)),
  ];
}

/** Elements of some sets that are missing, have changed, or are too many. */
function elementLines(
  plan: NftablesPlan,
  sets: readonly NftSet[],
  names: readonly string[],
  at: string,
): readonly string[] {
  const gone: string[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const wanted = plan.bySet.get(name) ?? new Map<string, ElementPlan>();
    const set = sets.find((each) => each.name === name);
    const there = new Set<string>();
    for (const [key, text] of set ? textsOf(set) : []) {
      const element = wanted.get(key);
      if (element && elementText(element) === text) there.add(key);
      else gone.push(`delete element ${at} ${name} { ${key} }`);
    }
    for (const [key, element] of wanted) {
      if (!there.has(key)) missing.push(`add element ${at} ${name} { ${elementText(element)} }`);
    }
  }
  return [...gone, ...missing];
}

/** An element as knftables writes it, which is as nft prints it. */
export function elementText({ key, comment, value }: ElementPlan): string {
  const note = comment === undefined ? '' : ` comment "${comment}"`;
  return `${key}${note}${value === undefined ? '' : ` : ${value}`}`;
}

const texts = new WeakMap<NftSet, readonly (readonly [key: string, text: string])[]>();

function textsOf(set: NftSet): readonly (readonly [key: string, text: string])[] {
  const known = texts.get(set);
  if (known) return known;
  const made = set.elements.map((element) => {
    const key = printElement({ key: element.key }, plainPrint);
    return [key, printElement(element, plainPrint)] as const;
  });
  texts.set(set, made);
  return made;
}
