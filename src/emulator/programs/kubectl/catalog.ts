import type { Command } from './command.ts';
import { orderOf } from './command-order.ts';

const modules = import.meta.glob<{ default: Command | readonly Command[] }>('./verbs/*/index.ts', {
  eager: true,
});

/** All commands, one folder each, in the order that kubectl registers them. */
export const commands: readonly Command[] = Object.keys(modules)
  .sort()
  .flatMap((path) => (modules[path] as { default: Command | readonly Command[] }).default)
  .toSorted((a, b) => orderOf(a.name) - orderOf(b.name));
