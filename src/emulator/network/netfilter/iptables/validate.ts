import { matches, targets } from './catalog.ts';
import type { Errno } from './extension.ts';
import type { Chain, Rule, Table } from './rules.ts';
import { builtInChains } from './tables.ts';

/** How deep jumps may go (NFT_JUMP_STACK_SIZE). */
const DEPTH = 16;

/**
 * What the kernel says about a table that is being loaded: undefined if it takes it, or the errno's
 * text for the rule. Jumps in a circle end as too deep, as in nft_chain_validate.
 */
export function refusal(
  table: Table,
): { readonly errno: string; readonly chain: string; readonly rule: Rule } | undefined {
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  const hooksSeen = new Map<string, Set<string>>();
  for (const hook of builtInChains[table.name]) {
    const base = chains.get(hook);
    const found = base && visit(base, hook, 0, chains, hooksSeen, table);
    if (found) return found;
  }
  // Chains that nothing reaches are looked at as well: a circle among them is refused, too.
  for (const chain of table.chains) {
    if (chain.policy !== undefined || hooksSeen.has(chain.name)) continue;
    const found = visit(chain, undefined, 0, chains, hooksSeen, table);
    if (found) return found;
  }
  return undefined;
}

type Refused = { readonly errno: string; readonly chain: string; readonly rule: Rule };

function visit(
  chain: Chain,
  hook: string | undefined,
  depth: number,
  chains: ReadonlyMap<string, Chain>,
  hooksSeen: Map<string, Set<string>>,
  table: Table,
): Refused | undefined {
  // Each chain is looked at once for each hook and depth.
  const key = `${hook ?? ''}/${depth}`;
  const seen = hooksSeen.get(chain.name) ?? new Set<string>();
  if (seen.has(key)) return undefined;
  hooksSeen.set(chain.name, seen.add(key));
  for (const rule of chain.rules) {
    const { target } = rule;
    const errno = refusedRule(rule, hook, table);
    if (errno) return { errno, chain: chain.name, rule };
    if (!target) continue;
    const next = chains.get(target.name);
    if (next) {
      if (depth + 1 >= DEPTH) return { errno: 'Too many links', chain: chain.name, rule };
      const found = visit(next, hook, depth + 1, chains, hooksSeen, table);
      if (found)
        return found.errno === 'Too many links' ? { ...found, chain: chain.name, rule } : found;
      continue;
    }
  }
  return undefined;
}

/** What the kernel's modules say about the matches and the target of a rule. */
function refusedRule(rule: Rule, hook: string | undefined, table: Table): Errno | undefined {
  // Nobody may jump to a chain of the kernel's own.
  if (rule.target && builtInChains[table.name].includes(rule.target.name)) {
    return 'Operation not supported';
  }
  const anything = [rule.source, rule.destination].some(
    (each) => each?.invert && each.prefix === 0,
  );
  // What would never match is refused.
  if (anything) return 'Invalid argument';
  const parts = [
    ...rule.matches.map((match) => [matches.get(match.name), match] as const),
    ...(rule.target ? [[targets.get(rule.target.name), rule.target] as const] : []),
  ];
  for (const [definition, { options }] of parts) {
    if (!definition) continue;
    const { tables, hooks, protocol, refuses } = definition;
    if (tables && !tables.includes(table.name)) return 'Invalid argument';
    if (hook !== undefined && hooks && !hooks.includes(hook)) return 'Invalid argument';
    const named = rule.protocol?.invert ? undefined : rule.protocol?.name;
    if (protocol && !protocol.includes(named ?? '')) return 'Invalid argument';
    const errno = refuses?.(options, rule, hook);
    if (errno) return errno;
  }
  return needsTcp(rule) ? 'Invalid argument' : undefined;
}

/** `REJECT --reject-with tcp-reset` only goes with `-p tcp`. */
function needsTcp(rule: Rule): boolean {
  const reset = rule.target?.options.some((each) => each.values[0] === 'tcp-reset');
  return reset === true && (rule.protocol?.name !== 'tcp' || rule.protocol.invert === true);
}
