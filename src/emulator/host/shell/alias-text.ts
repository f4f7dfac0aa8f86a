import { parse, type Command } from 'unbash';
import type { Shell } from './shell.ts';

/** Aliases that one word may become one after another. */
const DEEPEST = 16;

/** Puts aliases in for the first words of the simple commands of a text. */
export function expandAliases({ state, look }: Shell, text: string): string {
  if (state.aliases.size === 0) return text;
  void look;
  let result = text;
  const used = new Set<string>();
  for (let round = 0; round < DEEPEST; round++) {
    const next = once(result, state.aliases, used);
    if (next === result) return result;
    result = next;
  }
  return result;
}

function once(text: string, aliases: ReadonlyMap<string, string>, used: Set<string>): string {
  const places: { readonly pos: number; readonly end: number; readonly with: string }[] = [];
  const taken: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const node = value as { readonly type?: string };
    if (node.type === 'Command') {
      const { name } = node as Command;
      const found = name && name.text === name.value ? aliases.get(name.text) : undefined;
      if (name && found !== undefined && !used.has(name.text)) {
        places.push({ pos: name.pos, end: name.end, with: found });
        taken.push(name.text);
      }
    }
    for (const child of Array.isArray(value) ? value : Object.values(value)) visit(child);
  };
  visit(parse(text).commands);
  for (const name of taken) used.add(name);
  return places
    .sort((a, b) => b.pos - a.pos)
    .reduce((all, { pos, end, with: put }) => all.slice(0, pos) + put + all.slice(end), text);
}
