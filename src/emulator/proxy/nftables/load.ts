import {
  findNftTable,
  type NftRuleset,
  type NftSet,
  type NftTable,
} from '../../network/netfilter/nftables/ast.ts';
import { runText } from '../../network/netfilter/nftables/parse.ts';
import { plainPrint, printElement } from '../../network/netfilter/nftables/print-expr.ts';
import { assert, SECOND, type Micros } from '../../world/index.ts';
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
}

export interface Loaded {
  readonly rules: NftRuleset;
  readonly stale: StaleChains;
}

/** How long a chain must have been unused: older kernels see late that nothing leads to it. */
const UNUSED = 1 * SECOND;

/** The rules after a plan was loaded over them, in the two transactions of upstream's sync. */
export function withPlan(rules: NftRuleset, plan: NftablesPlan, options: LoadOptions): Loaded {
  const table = findNftTable(rules, plan.family, TABLE);
  const { now } = options;
  const old = Object.keys(options.stale).filter(
    (name) => (options.stale[name] as Micros) < now - UNUSED && exists(table, name),
  );
  const cleaned = transact(
    rules,
    old.map((name) => `delete chain ${plan.family} ${TABLE} ${name}`),
  );
  const left = Object.entries(options.stale).filter(([name]) => !old.includes(name));
  const before = findNftTable(cleaned, plan.family, TABLE);
  const active = activeNames(plan);
  const unused = (before?.chains ?? [])
    .map(({ name }) => name)
    .filter((name) => isServiceChain(name) && !active.has(name));
  const made = transact(cleaned, statements(plan, before, unused, options));
  const stale = {
    ...Object.fromEntries(left.filter(([name]) => !active.has(name))),
    // Whatever is flushed now counts from now.
    ...Object.fromEntries(unused.map((name) => [name, now])),
  };
  return { rules: made, stale };
}

const exists = (table: NftTable | undefined, chain: string) =>
  table?.chains.some(({ name }) => name === chain) === true;

function transact(rules: NftRuleset, lines: readonly string[]): NftRuleset {
  if (lines.length === 0) return rules;
  const ran = runText(rules, { name: '/dev/stdin', lines: [...lines, ''] });
  const [problem] = ran.problems;
  assert(
    !problem,
    `a plan does not load: ${problem?.message} in ${lines[(problem?.at.line ?? 1) - 1]}`,
  );
  return ran.rules;
}

function activeNames(plan: NftablesPlan): ReadonlySet<string> {
  return new Set(plan.services.flatMap(({ chains }) => chains.map(({ name }) => name)));
}

/** One transaction: fixed parts, services that are due, elements, and what is to go. */
function statements(
  plan: NftablesPlan,
  before: NftTable | undefined,
  unused: readonly string[],
  options: LoadOptions,
): readonly string[] {
  const whole = !before || options.changed === undefined;
  const due = whole
    ? plan.services
    : plan.services.filter(({ service }) => options.changed?.has(service));
  const at = `${plan.family} ${TABLE}`;
  const keep = new Set(plan.services.flatMap((each) => each.affinitySets.map(({ name }) => name)));
  const gone = (before?.sets ?? []).filter(({ name }) => isAffinitySet(name) && !keep.has(name));
  return [
    ...(whole ? fixedLines(plan, at) : []),
    ...due.flatMap((service) => serviceLines(service, at)),
    ...elementLines(plan, before, at),
    ...unused.map((name) => `flush chain ${at} ${name}`),
    ...gone.map(({ name }) => `delete set ${at} ${name}`),
  ];
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

/** Elements that are missing, have changed, or are too many. */
function elementLines(
  plan: NftablesPlan,
  before: NftTable | undefined,
  at: string,
): readonly string[] {
  const wanted = new Map<string, string>();
  for (const element of plan.elements) {
    wanted.set(`${element.set} ${element.key}`, elementText(element));
  }
  const gone: string[] = [];
  for (const set of before?.sets ?? []) {
    if (isAffinitySet(set.name)) continue;
    for (const [key, text] of textsOf(set)) {
      const name = `${set.name} ${key}`;
      if (wanted.get(name) === text) wanted.delete(name);
      else gone.push(`delete element ${at} ${set.name} { ${key} }`);
    }
  }
  const missing = plan.elements
    .filter(({ set, key }) => wanted.has(`${set} ${key}`))
    .map((element) => `add element ${at} ${element.set} { ${elementText(element)} }`);
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
