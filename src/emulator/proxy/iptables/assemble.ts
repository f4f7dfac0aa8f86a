import type {
  Chain,
  Rule,
  Ruleset,
  Table,
  TableName,
} from '../../network/netfilter/iptables/rules.ts';
import { chainOrder, findTable, withTable } from '../../network/netfilter/iptables/tables.ts';
import { mendSorted } from '../../network/kept.ts';
import { equal } from '../../world/json.ts';
import { differences, keep, recall, renderPorts, type Rendered } from '../memo.ts';
import type { Family, ProxyEndpoint, ServicePort } from '../services.ts';
import { categorize } from '../topology.ts';
import {
  isLargeCluster,
  isServiceChain,
  planFixed,
  serviceName,
  type PlanOptions,
} from './plan.ts';
import { chainOf, readLine, type Line } from './rule-text.ts';
import { serviceRules } from './service-rules.ts';

/** What lines put into the shared chains, and the chains that are their own. */
interface Part {
  readonly shared: readonly (readonly [chain: string, rules: readonly Rule[]])[];
  readonly own: readonly Chain[];
}

/** The parts of one service port. */
interface Parts {
  /** `namespace/name`. */
  readonly service: string;
  readonly nat: Part;
  readonly filter: Part;
  /** Lines of both tables. */
  readonly lines: { readonly nat: number; readonly own: number; readonly filter: number };
}

/** What the last sync came to. */
interface Last {
  readonly options: string;
  readonly fixed: FixedParts;
  readonly parts: readonly Rendered<Parts>[];
  readonly shared: Shared;
  /** All chains of services, in order. */
  readonly own: readonly Chain[];
}

interface FixedParts {
  readonly before: Part;
  readonly after: Part;
  readonly filter: Part;
  readonly natChains: readonly string[];
  readonly filterChains: readonly string[];
}

/** What the shared chains of both tables hold. */
interface Shared {
  readonly nat: ReadonlyMap<string, readonly Rule[]>;
  readonly filter: ReadonlyMap<string, readonly Rule[]>;
}

/** The rules as they are to be, and how many of them belong to kube-proxy. */
export interface Assembled {
  readonly rules: Ruleset;
  /** Rules in each table, and those of them that the text of this sync has. */
  readonly total: { readonly nat: number; readonly filter: number };
  readonly written: { readonly nat: number; readonly filter: number };
}

const noRules: readonly never[] = [];

function partOf(
  lines: readonly Line[],
  declared: readonly string[],
  table: TableName,
  family: Family,
  before: Part | undefined,
): Part {
  const shared = new Map<string, Rule[]>();
  const own = new Map<string, Rule[]>();
  for (const chain of declared) own.set(chain, []);
  let last: string | undefined;
  let rules: Rule[] = [];
  for (const each of lines) {
    const chain = chainOf(each);
    if (chain !== last) {
      last = chain;
      const found = own.get(chain) ?? shared.get(chain);
      rules = found ?? [];
      if (!found) shared.set(chain, rules);
    }
    rules.push(readLine(each, table, family));
  }
  if (!before) {
    return {
      shared: [...shared],
      own: [...own].map(([chain, made]) => ({ name: chain, rules: made })),
    };
  }
  const known = new Map(before.own.map((chain) => [chain.name, chain]));
  const were = new Map(before.shared);
  return {
    shared: [...shared].map(([name, made]) => [name, sameRules(were.get(name), made)] as const),
    own: [...own].map(([name, made]) => sameOr(known.get(name), { name, rules: made })),
  };
}

function partsOf(
  port: ServicePort,
  endpoints: readonly ProxyEndpoint[],
  options: PlanOptions,
  before: Parts | undefined,
): Parts {
  const { family } = options;
  const { nat, filter, chains } = serviceRules(
    port,
    categorize(endpoints, port, options.node),
    options,
  );
  const part = partOf(nat, chains, 'nat', family, before?.nat);
  const own = part.own.reduce((sum, { rules }) => sum + rules.length, 0);
  return {
    service: serviceName(port),
    nat: part,
    filter: partOf(filter, [], 'filter', family, before?.filter),
    lines: { nat: nat.length, own, filter: filter.length },
  };
}

function fixedParts(options: PlanOptions): FixedParts {
  const { before, after, filter, natChains, filterChains } = planFixed(options);
  const { family } = options;
  return {
    before: partOf(before, [], 'nat', family, undefined),
    after: partOf(after, [], 'nat', family, undefined),
    filter: partOf(filter, [], 'filter', family, undefined),
    natChains,
    filterChains,
  };
}

/** What is asked of one sync. */
export interface Assembly {
  readonly ports: readonly ServicePort[];
  readonly endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>;
  readonly options: PlanOptions;
  /** Services whose own chains are written; undefined for all. */
  readonly changed?: ReadonlySet<string>;
  /** Whether chains that no service has any more are deleted. */
  readonly cleanUp: boolean;
}

/**
 * The rules as they are after the text of `plan` was restored over them, without going by the text:
 * what did not change is the same object as before, so that one changed endpoint costs hardly
 * more than itself. `owner` remembers the last sync. Undefined where the restore would fail,
 * since a rule leads to a chain that is not there and that this sync does not write.
 */
export function withServices(
  rules: Ruleset,
  { ports, endpoints, options: given, changed, cleanUp }: Assembly,
  owner: object,
): Assembled | undefined {
  const options = { ...given, largeCluster: isLargeCluster(ports, endpoints) };
  const key = JSON.stringify(options);
  const name = `iptables/${options.family}`;
  const kept = recall<Last>(owner, name);
  const last = kept?.options === key ? kept : undefined;
  const fixed = last?.fixed ?? fixedParts(options);
  const parts = renderPorts<Parts>(last?.parts, ports, endpoints, (port, list, before) =>
    partsOf(port, list, options, before),
  );
  const change = differences(last?.parts ?? noRules, parts);
  const own = ownChains(last, parts, change);
  const shared = last && sharesTheSame(change) ? last.shared : sharedOf(fixed, parts);
  // Endpoints may also have come from a slice that belonged to another Service before.
  const due =
    changed && new Set([...parts.filter(({ made }) => changed.has(made.service)), ...change.came]);
  const nat = placed(findTable(rules, 'nat'), own, {
    shared: shared.nat,
    due: due && new Set([...due].flatMap(({ made }) => made.nat.own.map((each) => each.name))),
    cleanUp,
  });
  if (!nat) return undefined;
  const filter = placed(findTable(rules, 'filter'), noRules, {
    shared: shared.filter,
    due: undefined,
    cleanUp: false,
  });
  keep(owner, name, { options: key, fixed, parts, shared, own: nat.own } satisfies Last);
  const made = withTable(withTable(rules, { name: 'nat', chains: nat.chains }), {
    name: 'filter',
    chains: filter?.chains ?? [],
  });
  return { rules: made, ...counted(fixed, parts, due) };
}

type Change = ReturnType<typeof differences<Parts>>;

/** Whether ports that changed stand where they stood and put the same rules into shared chains. */
function sharesTheSame({ gone, came }: Change): boolean {
  const same = (a: Part, b: Part) =>
    a.shared.length === b.shared.length &&
    a.shared.every(([name, rules], at) => {
      const [other, theirs] = b.shared[at] ?? [];
      return name === other && rules === theirs;
    });
  return (
    gone.length === came.length &&
    gone.every(({ port, made }, at) => {
      const other = came[at] as Rendered<Parts>;
      const beside = other.port.key === port.key;
      return beside && same(made.nat, other.made.nat) && same(made.filter, other.made.filter);
    })
  );
}

function sharedOf(fixed: FixedParts, parts: readonly Rendered<Parts>[]): Shared {
  const [nat, filter] = [parts.map(({ made }) => made.nat), parts.map(({ made }) => made.filter)];
  return {
    nat: sharedChains(fixed.natChains, [fixed.before, ...nat, fixed.after]),
    filter: sharedChains(fixed.filterChains, [...filter, fixed.filter]),
  };
}

function counted(
  fixed: FixedParts,
  parts: readonly Rendered<Parts>[],
  due: ReadonlySet<Rendered<Parts>> | undefined,
): Omit<Assembled, 'rules'> {
  const size = ({ shared }: Part) => shared.reduce((sum, [, rules]) => sum + rules.length, 0);
  let nat = size(fixed.before) + size(fixed.after);
  let filter = size(fixed.filter);
  let skipped = 0;
  for (const { made } of parts) {
    nat += made.lines.nat;
    filter += made.lines.filter;
    skipped += made.lines.own;
  }
  if (!due) return { total: { nat, filter }, written: { nat, filter } };
  for (const { made } of due) skipped -= made.lines.own;
  return { total: { nat, filter }, written: { nat: nat - skipped, filter } };
}

const byName = (a: Chain, b: Chain) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** All chains of services in order, from those of the last sync where there was one. */
function ownChains(
  last: Last | undefined,
  parts: readonly Rendered<Parts>[],
  { gone, came }: Change,
): readonly Chain[] {
  if (last) {
    const chains = (list: readonly Rendered<Parts>[]) => list.flatMap(({ made }) => made.nat.own);
    const [left, added] = [chains(gone), chains(came)];
    const mended = mendSorted(last.own, left, added, byName);
    if (mended) return mended;
  }
  return parts.flatMap(({ made }) => made.nat.own).sort(byName);
}

/** What the shared chains hold: what each part puts there, in the order of the parts. */
function sharedChains(
  names: readonly string[],
  parts: readonly Part[],
): ReadonlyMap<string, readonly Rule[]> {
  const chains = new Map<string, Rule[]>(names.map((name) => [name, []]));
  for (const { shared } of parts) {
    for (const [chain, rules] of shared) {
      const all = chains.get(chain);
      if (all) for (const rule of rules) all.push(rule);
    }
  }
  return chains;
}

interface Placing {
  readonly shared: ReadonlyMap<string, readonly Rule[]>;
  /** Names of own chains that are written; undefined for all. */
  readonly due: ReadonlySet<string> | undefined;
  readonly cleanUp: boolean;
}

/**
 * The chains of a table after kube-proxy's were put among them. Both lists are in the order of a
 * listing, so that what is the same in both is passed by without a look at it. `own` comes back
 * with the very chains that are in the table, where they say the same.
 */
function placed(
  table: Table | undefined,
  own: readonly Chain[],
  { shared, due, cleanUp }: Placing,
): { readonly chains: readonly Chain[]; readonly own: readonly Chain[] } | undefined {
  const order = chainOrder(table?.name ?? 'nat');
  const chains: Chain[] = [];
  const left = new Map(shared);
  let mine: Chain[] | undefined;
  let at = 0;
  const isMissing = (chain: Chain) =>
    due !== undefined && !due.has(chain.name) && !chain.name.startsWith('KUBE-SEP-');
  for (const chain of table?.chains ?? []) {
    if (chain === own[at]) {
      chains.push(chain);
      at += 1;
      continue;
    }
    for (; at < own.length && order(own[at] as Chain, chain) < 0; at++) {
      if (isMissing(own[at] as Chain)) return undefined;
      chains.push(own[at] as Chain);
    }
    const wanted = own[at];
    if (wanted && wanted.name === chain.name) {
      const same = sameOr(chain, wanted);
      if (same === chain && wanted !== chain) (mine ??= [...own])[at] = chain;
      chains.push(due === undefined || due.has(chain.name) ? same : chain);
      at += 1;
    } else if (left.has(chain.name)) {
      chains.push(sameOr(chain, { name: chain.name, rules: left.get(chain.name) ?? [] }));
      left.delete(chain.name);
    } else if (!cleanUp || !isServiceChain(chain.name)) chains.push(chain);
  }
  for (; at < own.length; at++) {
    if (isMissing(own[at] as Chain)) return undefined;
    chains.push(own[at] as Chain);
  }
  for (const [name, rules] of left) chains.push({ name, rules });
  return { chains, own: mine ?? own };
}

/** The chain that was there, where the new one says the same. */
function sameOr(old: Chain | undefined, made: Chain): Chain {
  return old && sameRules(old.rules, made.rules) === old.rules ? old : made;
}

/** The rules that were there, where the new ones say the same; else each one of them that does. */
function sameRules(old: readonly Rule[] | undefined, made: readonly Rule[]): readonly Rule[] {
  if (!old || old === made) return made;
  let same = old.length === made.length;
  const rules = made.map((rule, at) => {
    const other = old[at];
    if (rule === other || (other && equal(rule, other))) return other ?? rule;
    same = false;
    return rule;
  });
  return same ? old : rules;
}
