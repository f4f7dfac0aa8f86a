import type { NftRuleset } from './ast.ts';
import { findNftChain, findNftTable } from './ast.ts';
import type { Flags } from './flags.ts';
import type { Echo, Outcome } from './outcome.ts';
import { nothingLive, printPriority, printRule } from './print.ts';
import { printElement } from './print-expr.ts';

/** What `--echo` says: all that was made, and the kernel's note about the transaction. */
export function printEcho(
  rules: NftRuleset,
  outcome: Outcome,
  { print }: Flags,
  pid: number,
): string {
  const lines = outcome.echo.map((echo) => line(rules, echo, print)).filter((text) => text !== '');
  if (lines.length === 0) return '';
  const note = `# new generation ${rules.generation ?? 1} by process ${pid} (nft)\n`;
  return `${lines.join('')}${note}`;
}

function line(rules: NftRuleset, echo: Echo, print: Flags['print']): string {
  const { what, family } = echo;
  const table = findNftTable(rules, family, echo.table);
  if (!table) return '';
  const handle = (own: number) => (print.handle ? ` # handle ${own}` : '');
  const where = `${family} ${echo.table}`;
  switch (what) {
    case 'table':
      return `add table ${where}${handle(table.handle)}\n`;
    case 'chain': {
      const chain = findNftChain(table, echo.chain ?? '');
      if (!chain) return '';
      const { base } = chain;
      const block = base
        ? ` { type ${base.type} hook ${base.hook} priority ` +
          `${printPriority(family, base.hook, base.priority, print)}; policy ${base.policy}; }`
        : '';
      return `add chain ${where} ${chain.name}${block}${handle(chain.handle)}\n`;
    }
    case 'rule':
    case 'insert': {
      const verb = what === 'insert' ? 'insert' : 'add';
      const rule = echo.rule;
      if (!rule) return '';
      return `${verb} rule ${where} ${echo.chain} ${printRule(table, rule, print, nothingLive)}\n`;
    }
    case 'element':
      return (echo.elements ?? [])
        .map((each) => `add element ${where} ${echo.set} { ${printElement(each, print)} }\n`)
        .join('');
    case 'set': {
      const set = table.sets.find(({ name }) => name === echo.set);
      if (!set) return '';
      const types = `${set.key.join(' . ')}${set.data ? ` : ${set.data.join(' . ')}` : ''}`;
      const flags = set.flags.length > 0 ? ` flags ${set.flags.join(',')};` : '';
      return `add ${set.data ? 'map' : 'set'} ${where} ${set.name} { type ${types};${flags} }\n`;
    }
  }
}
