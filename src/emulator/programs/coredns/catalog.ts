import type { DnsPlugin } from './plugin.ts';

const modules = import.meta.glob<{ readonly default: DnsPlugin }>('./plugins/*/index.ts', {
  eager: true,
});

/** The plugins that are modelled, by name. */
export const plugins: ReadonlyMap<string, DnsPlugin> = new Map(
  Object.keys(modules)
    .sort()
    .map((path) => (modules[path] as { readonly default: DnsPlugin }).default)
    .map((plugin) => [plugin.name, plugin]),
);
