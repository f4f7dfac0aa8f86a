import type { Expr, NftBase, NftChain, NftFamily } from './ast.ts';
import type { Draft, DraftTable } from './draft.ts';
import { chainsOf, leadsOf, targetsOf, type Lead } from './leads.ts';
import type { Place } from './lexer.ts';
import { refused, type Parser } from './parser.ts';

/** What the kernel says of rules that may not be where they are. */
type Refusal = 'Operation not supported' | 'Too many links';

/** How deep chains may call one another (`NFT_JUMP_STACK_SIZE`). */
const DEPTH = 16;

interface Walk {
  readonly table: DraftTable;
  readonly base: NftBase;
  /** All of the base chain that what it leads to may hang on. */
  readonly place: string;
  /** Chains that are right for this hook, with the depth at which they were looked at. */
  readonly seen: Map<string, number>;
}

/** Whether the kernel takes all tables that have changed (`nft_table_validate`). */
export function isValid({ tables }: Draft): boolean {
  return tables.every((table) => table.from !== undefined || refusalOf(table) === undefined);
}

/** Notes the kernel's error about a change, where it is looked for after each. */
export function checkHooks(p: Parser, table: DraftTable, at: Place): void {
  const found = p.strict ? refusalOf(table) : undefined;
  if (found) p.problems.push(refused(found, at).problem);
}

/** What is wrong with what the table's base chains come to, if anything is. */
function refusalOf(table: DraftTable): Refusal | undefined {
  for (const chain of table.chains.values()) {
    if (!chain.base) continue;
    const { base } = chain;
    const place = `${table.family} ${base.type} ${base.hook}`;
    const walk = { table, base, place, seen: new Map<string, number>() };
    const found = chainRefusal(walk, chain, 0);
    if (found) return found;
  }
  return undefined;
}

function chainRefusal(walk: Walk, chain: NftChain, depth: number): Refusal | undefined {
  if (depth >= DEPTH) return 'Too many links';
  if ((walk.seen.get(chain.name) ?? -1) >= depth) return undefined;
  for (const lead of leadsOf(chain)) {
    const found = leadRefusal(walk, lead, depth);
    if (found) return found;
  }
  walk.seen.set(chain.name, depth);
  if (leadsOf(chain).every(({ kind }) => kind === 'part')) {
    const places = plain.get(chain) ?? new Set();
    plain.set(chain, places.add(walk.place));
  }
  return undefined;
}

/** Chains that lead nowhere, and the places at which they were found right. */
const plain = new WeakMap<NftChain, Set<string>>();

function leadRefusal(walk: Walk, lead: Lead, depth: number): Refusal | undefined {
  if (lead.kind === 'part') {
    return isAllowed(walk, lead.part as Part) ? undefined : 'Operation not supported';
  }
  if (lead.kind === 'set') return mapRefusal(walk, lead.name, depth);
  const target = walk.table.chains.get(lead.name);
  return target && chainRefusal(walk, target, depth + 1);
}

/** Of a map to verdicts all elements count. */
function mapRefusal(walk: Walk, name: string, depth: number): Refusal | undefined {
  const draft = walk.table.sets.get(name);
  if (draft?.set.data?.[0] !== 'verdict') return undefined;
  const targets = draft.elements ? chainsOf(draft.elements.values()) : targetsOf(draft.set);
  for (const target of targets) {
    const chain = walk.table.chains.get(target);
    if (!chain || (depth + 1 < DEPTH && plain.get(chain)?.has(walk.place))) continue;
    const found = chainRefusal(walk, chain, depth + 1);
    if (found) return found;
  }
  return undefined;
}

interface Part {
  readonly kind?: string;
  readonly nat?: string;
  readonly key?: string;
  readonly result?: string;
  readonly flags?: readonly string[];
  readonly target?: Expr;
}

/** Whether the kernel takes a part of a rule at this hook. */
function isAllowed({ table, base }: Walk, part: Part): boolean {
  if (part.kind === 'nat' && base.type !== 'nat') return false;
  return hooksOf(part, table.family)?.includes(base.hook) ?? true;
}

const IN = ['prerouting', 'input', 'forward'];
const OUT = ['forward', 'output', 'postrouting'];

/** The hooks that a part may be used at; undefined if all. */
function hooksOf(part: Part, family: NftFamily): readonly string[] | undefined {
  switch (part.kind) {
    case 'nat':
      return natHooks(part.nat);
    case 'reject':
      if (family === 'bridge') return ['prerouting', 'input'];
      return ['ingress', 'prerouting', 'input', 'forward', 'output'];
    case 'fib':
      return fibHooks(part);
    case 'rt':
      return part.key === 'mtu' ? OUT : undefined;
    case 'socket':
      return ['prerouting', 'input', 'output'];
    case 'flow':
      return ['forward'];
    case 'mangle': {
      const { kind, key } = part.target as Part;
      return kind === 'meta' && key === 'pkttype' ? ['ingress', 'prerouting'] : undefined;
    }
    default:
      return part.kind === 'meta' && part.key?.startsWith('sdif')
        ? ['input', 'forward']
        : undefined;
  }
}

function natHooks(nat: string | undefined): readonly string[] {
  if (nat === 'masquerade') return ['postrouting'];
  return nat === 'snat' ? ['postrouting', 'input'] : ['prerouting', 'output'];
}

function fibHooks({ result, flags }: Part): readonly string[] | undefined {
  if (result !== 'type' || flags?.includes('iif')) return IN;
  return flags?.includes('oif') ? OUT : undefined;
}
