import type {
  Element,
  Expr,
  NftBase,
  NftChain,
  NftFamily,
  NftFlowtable,
  NftObject,
  NftRule,
  NftSet,
  Statement,
} from './ast.ts';
import {
  anonymousSets,
  elementsOf,
  findDraft,
  keyOf,
  objectKey,
  takeHandle,
  type Draft,
  type DraftTable,
} from './draft.ts';
import { compareKeys, insertElement } from './intervals.ts';
import { chainsOf, leadsOf, targetsOf } from './leads.ts';
import type { Place } from './lexer.ts';
import { refused, wrong } from './parser.ts';

export const ENOENT = 'No such file or directory';
const EEXIST = 'File exists';
const EBUSY = 'Device or resource busy';

/** A table by the names of a command, or the kernel's error about the name. */
export function tableOf(draft: Draft, family: NftFamily, name: string, at: Place): DraftTable {
  const table = findDraft(draft, family, name);
  if (!table) throw refused(ENOENT, at);
  return table;
}

/** Adds a table, or finds the one that is there. */
export function addTable(
  draft: Draft,
  family: NftFamily,
  name: string,
  options: { readonly comment?: string; readonly flags?: readonly string[] },
  exclusive: Place | undefined,
): DraftTable {
  const known = findDraft(draft, family, name);
  if (known) {
    if (exclusive) throw refused(EEXIST, exclusive);
    if (options.flags && options.flags.join() !== known.flags.join()) {
      known.flags = options.flags;
      known.from = undefined;
    }
    return known;
  }
  const table: DraftTable = {
    family,
    name,
    handle: draft.nextHandle,
    comment: options.comment,
    flags: options.flags ?? [],
    nextHandle: 1,
    chains: new Map(),
    sets: new Map(),
    objects: new Map(),
    flowtables: new Map(),
    from: undefined,
  };
  draft.nextHandle += 1;
  draft.tables.push(table);
  return table;
}

/** Adds a chain, or changes the policy of the one that is there. */
export function addChain(
  table: DraftTable,
  name: string,
  options: {
    readonly base?: NftBase;
    readonly policy?: NftBase['policy'];
    readonly comment?: string;
  },
  exclusive: Place | undefined,
  at: Place,
): void {
  const known = table.chains.get(name);
  const { policy, ...own } = options;
  if (known) {
    if (exclusive) throw refused(EEXIST, exclusive);
    const base = options.base ?? (known.base && policy ? { ...known.base, policy } : undefined);
    if (!base) return;
    const { hook, type, priority } = known.base ?? {};
    if (hook !== base.hook || type !== base.type || priority !== base.priority) {
      throw refused('Operation not supported', at);
    }
    if (known.base?.policy !== base.policy) setChain(table, { ...known, base });
    return;
  }
  checkBase(table, own.base, at);
  setChain(table, { name, handle: takeHandle(table), ...own, rules: [] });
}

function checkBase({ family }: DraftTable, base: NftBase | undefined, at: Place): void {
  if (!base) return;
  const { type, hook, priority } = base;
  const hooks: Readonly<Record<string, readonly string[]>> = {
    filter: ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'],
    nat: ['prerouting', 'input', 'output', 'postrouting'],
    route: ['output'],
  };
  const unsupported =
    !hooks[type]?.includes(hook) ||
    (type !== 'filter' && !['ip', 'ip6', 'inet'].includes(family)) ||
    (type === 'nat' && priority <= -200) ||
    (family === 'netdev') !== (hook === 'ingress' || hook === 'egress') ||
    (family === 'arp' && hook !== 'input' && hook !== 'output');
  if (unsupported && !(family === 'inet' && hook === 'ingress')) {
    throw refused('Operation not supported', at);
  }
}

/** Puts a chain in place of the one of its name. */
export function setChain(table: DraftTable, chain: NftChain): void {
  table.from = undefined;
  table.chains.set(chain.name, chain);
}

/** A chain by its name, or the kernel's error about the name. */
export function chainOf(table: DraftTable, name: string, at: Place): NftChain {
  const chain = table.chains.get(name);
  if (!chain) throw refused(ENOENT, at);
  return chain;
}

/** Where a rule goes: behind or before another, at the end or the head. */
export interface RulePosition {
  readonly handle?: number;
  readonly index?: number;
  readonly at: Place;
}

/** Adds a rule; `insert` puts it before its place instead of behind it. Gives the rule. */
export function addRule(
  table: DraftTable,
  chain: NftChain,
  body: { readonly statements: readonly Statement[]; readonly comment?: string },
  insert: boolean,
  position: RulePosition | undefined,
): NftRule {
  noteDynamic(table, body.statements);
  table.nextHandle += anonymousSets(body.statements);
  const place = placeOf(chain, position, insert);
  const rule = { handle: takeHandle(table), ...body };
  setChain(table, { ...chain, rules: chain.rules.toSpliced(place, 0, rule) });
  return rule;
}

function placeOf(chain: NftChain, position: RulePosition | undefined, insert: boolean): number {
  if (!position) return insert ? 0 : chain.rules.length;
  const { handle, index, at } = position;
  const found =
    handle === undefined
      ? (index as number)
      : chain.rules.findIndex((rule) => rule.handle === handle);
  if (found < 0 || found >= chain.rules.length) throw refused(ENOENT, at);
  return insert ? found : found + 1;
}

/** A set that packets add to gets a bound, as `nft_dynset_init` gives it. */
function noteDynamic(table: DraftTable, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (statement.kind !== 'setop') continue;
    const draft = table.sets.get(statement.set);
    if (!draft || draft.set.size !== undefined) continue;
    draft.set = { ...draft.set, size: 65_535 };
    table.from = undefined;
  }
}

/** Puts a rule in place of another, which its handle names. */
export function replaceRule(
  table: DraftTable,
  chain: NftChain,
  handle: number,
  body: { readonly statements: readonly Statement[]; readonly comment?: string },
  at: Place,
): void {
  const index = chain.rules.findIndex((rule) => rule.handle === handle);
  if (index < 0) throw refused(ENOENT, at);
  table.nextHandle += anonymousSets(body.statements);
  const rule = { handle: takeHandle(table), ...body };
  setChain(table, { ...chain, rules: chain.rules.with(index, rule) });
}

/** Removes a rule by its handle. */
export function deleteRule(table: DraftTable, chain: NftChain, handle: number, at: Place): void {
  if (!chain.rules.some((rule) => rule.handle === handle)) throw refused(ENOENT, at);
  setChain(table, { ...chain, rules: chain.rules.filter((rule) => rule.handle !== handle) });
}

/** Removes a chain that no rule leads to and that has no rules. */
export function deleteChain(table: DraftTable, name: string, at: Place): void {
  const chain = chainOf(table, name, at);
  if (chain.rules.length > 0 || isChainUsed(table, name)) throw refused(EBUSY, at);
  table.from = undefined;
  table.chains.delete(name);
}

function isChainUsed(table: DraftTable, name: string): boolean {
  for (const chain of table.chains.values()) {
    if (leadsOf(chain).some((lead) => lead.kind === 'chain' && lead.name === name)) return true;
  }
  for (const { set, elements } of table.sets.values()) {
    if (set.data?.[0] !== 'verdict') continue;
    const targets = elements ? chainsOf(elements.values()) : targetsOf(set);
    if (targets.includes(name)) return true;
  }
  return false;
}

/** Adds a set or map with its elements. */
export function addSet(
  table: DraftTable,
  set: Omit<NftSet, 'handle'>,
  exclusive: Place | undefined,
  at: Place,
): void {
  if (set.autoMerge && !set.flags.includes('interval')) {
    throw wrong('auto-merge only works with interval sets', at);
  }
  const known = table.sets.get(set.name);
  if (known) {
    const same =
      known.set.key.join() === set.key.join() &&
      (known.set.data ?? []).join() === (set.data ?? []).join() &&
      known.set.flags.toSorted().join() === set.flags.toSorted().join() &&
      known.set.timeoutMillis === set.timeoutMillis;
    if (exclusive || !same) throw refused(EEXIST, exclusive ?? at);
    return;
  }
  table.sets.set(set.name, { set: { ...set, handle: takeHandle(table) }, elements: undefined });
}

/** Removes a set that no rule looks into. */
export function deleteSet(table: DraftTable, name: string, at: Place): void {
  if (!table.sets.has(name)) throw refused(ENOENT, at);
  const used = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    if (Array.isArray(value)) return value.some(used);
    const { kind, name: other, set } = value as { kind?: string; name?: unknown; set?: unknown };
    if (kind === 'setref' && other === name) return true;
    if (kind === 'setop' && set === name) return true;
    return Object.values(value).some(used);
  };
  for (const { rules } of table.chains.values()) if (rules.some(used)) throw refused(EBUSY, at);
  table.from = undefined;
  table.sets.delete(name);
}

/** Adds elements to a set; what is there already stays, unless it must not be there. */
export function addElements(
  table: DraftTable,
  name: string,
  elements: readonly (readonly [Element, Place])[],
  exclusive: boolean,
  now: number,
): void {
  const draft = table.sets.get(name);
  if (!draft) return;
  table.from = undefined;
  const known = elementsOf(draft);
  const fresh = new Map<string, Place>();
  const isInterval = draft.set.flags.includes('interval');
  for (const [given, at] of isInterval ? inOrder(elements) : elements) {
    const element = running(draft.set, given, now);
    checkTarget(table, element.value, at);
    const key = keyOf(element.key);
    const old = known.get(key);
    if (!old) {
      checkSize(draft.set, known.size, at);
      insertElement(draft.set, known, fresh, element, at);
    } else if (
      (exclusive && !draft.set.autoMerge) ||
      (draft.set.data && keyOrVerdict(old) !== keyOrVerdict(element))
    ) {
      throw refused(EEXIST, at);
    }
  }
}

const inOrder = (elements: readonly (readonly [Element, Place])[]) =>
  elements.toSorted(([a], [b]) => compareKeys(a.key, b.key));

/** An element whose time begins to run, where its set or it itself has a time-out. */
function running(set: NftSet, element: Element, now: number): Element {
  const { timeoutMillis: own, expiresMillis, ...rest } = element;
  const millis = expiresMillis ?? own ?? set.timeoutMillis;
  if (millis === undefined) return element;
  const told = own === undefined || own === set.timeoutMillis ? {} : { timeoutMillis: own };
  return { ...rest, ...told, expiresAt: now + millis * 1000 };
}

function checkSize({ size }: NftSet, count: number, at: Place): void {
  if (size !== undefined && count >= size) {
    throw refused('Too many open files in system', at);
  }
}

const keyOrVerdict = ({ value }: Element) => (value ? keyOf(value) : '');

/** Removes elements; all of them must be there. */
export function deleteElements(
  table: DraftTable,
  name: string,
  elements: readonly (readonly [Element, Place])[],
): void {
  const draft = table.sets.get(name);
  if (!draft) return;
  table.from = undefined;
  const known = elementsOf(draft);
  const isInterval = draft.set.flags.includes('interval');
  for (const [element, at] of draft.set.autoMerge ? inOrder(elements) : elements) {
    if (known.delete(keyOf(element.key))) continue;
    // Of intervals nft itself finds out.
    throw isInterval ? wrong('element does not exist', at) : refused(ENOENT, at);
  }
}

/** Empties a set. */
export function flushSet(table: DraftTable, name: string, at: Place): void {
  const draft = table.sets.get(name);
  if (!draft) throw refused(ENOENT, at);
  table.from = undefined;
  draft.elements = new Map();
}

/** Chains that a verdict leads to must be there. */
export function checkTarget(table: DraftTable, value: Expr | undefined, at: Place): void {
  if (value?.kind !== 'verdict' || value.chain === undefined) return;
  if (!table.chains.has(value.chain)) throw refused(ENOENT, at);
}

export function addObject(table: DraftTable, object: Omit<NftObject, 'handle'>, at?: Place): void {
  const key = objectKey({ ...object, handle: 0 });
  if (table.objects.has(key)) {
    if (at) throw refused(EEXIST, at);
    return;
  }
  table.objects.set(key, { ...object, handle: takeHandle(table) });
}

export function addFlowtable(table: DraftTable, flowtable: Omit<NftFlowtable, 'handle'>): void {
  if (table.flowtables.has(flowtable.name)) return;
  table.flowtables.set(flowtable.name, { ...flowtable, handle: takeHandle(table) });
}
