import type { CniPlugin } from './types.ts';

const modules = import.meta.glob<{ readonly default: CniPlugin }>('./*/index.ts', { eager: true });

/** All plugins, in order of their names. A folder is all it takes to add one. */
export const plugins: readonly CniPlugin[] = Object.keys(modules)
  .sort()
  .map((path) => (modules[path] as { readonly default: CniPlugin }).default);

/** The plugin of a name. */
export function findPlugin(name: string): CniPlugin | undefined {
  return plugins.find((plugin) => plugin.name === name);
}
