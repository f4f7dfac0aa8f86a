import type { Element, NftChain, NftSet } from './ast.ts';

/** What of a rule the kernel checks: where it leads, and parts that not every hook may have. */
export type Lead =
  | { readonly kind: 'chain'; readonly name: string }
  | { readonly kind: 'set'; readonly name: string }
  | { readonly kind: 'part'; readonly part: object };

const ofChains = new WeakMap<NftChain, readonly Lead[]>();
const ofElements = new WeakMap<Element, readonly Lead[]>();
const ofSets = new WeakMap<NftSet, readonly string[]>();
const none: readonly Lead[] = [];

/** What the rules of a chain lead to, in the order of their words. */
export function leadsOf(chain: NftChain): readonly Lead[] {
  const known = ofChains.get(chain);
  if (known) return known;
  const leads: Lead[] = [];
  for (const { statements } of chain.rules) look(statements, leads);
  ofChains.set(chain, leads);
  return leads;
}

/** What the value of an element leads to. */
export function leadsOfElement(element: Element): readonly Lead[] {
  const { value } = element;
  if (!value) return none;
  const known = ofElements.get(element);
  if (known) return known;
  const leads: Lead[] = [];
  look(value, leads);
  ofElements.set(element, leads);
  return leads;
}

/** Names of the chains that a map of verdicts leads to. */
export function targetsOf(set: NftSet): readonly string[] {
  const known = ofSets.get(set);
  if (known) return known;
  const targets = chainsOf(set.elements);
  ofSets.set(set, targets);
  return targets;
}

/** Names of the chains that elements lead to, each once. */
export function chainsOf(elements: Iterable<Element>): readonly string[] {
  const names = new Set<string>();
  for (const element of elements) {
    for (const lead of leadsOfElement(element)) if (lead.kind === 'chain') names.add(lead.name);
  }
  return [...names];
}

function look(part: unknown, leads: Lead[]): void {
  if (typeof part !== 'object' || part === null) return;
  if (Array.isArray(part)) {
    for (const each of part) look(each, leads);
    return;
  }
  const { kind, chain, name } = part as { kind?: string; chain?: unknown; name?: unknown };
  if (kind === 'value') return;
  if (kind === 'verdict') {
    if (typeof chain === 'string') leads.push({ kind: 'chain', name: chain });
    return;
  }
  if (kind !== undefined) leads.push({ kind: 'part', part });
  if (kind === 'setref' && typeof name === 'string') leads.push({ kind: 'set', name });
  else for (const each of Object.values(part)) look(each, leads);
}
