import type { Json } from '../../world/json.ts';
import type { Wired } from '../wire.ts';

/** A read model for the page: plain data from the cluster. */
export type View = (wired: Wired, args?: Json) => Json;

const modules = import.meta.glob<{ default: View }>('./*/index.ts', { eager: true });

/** Views by the names of their folders. */
export const views: Readonly<Record<string, View>> = Object.fromEntries(
  Object.keys(modules)
    .sort()
    .map((path) => [path.split('/')[1] as string, (modules[path] as { default: View }).default]),
);
