import type { Cluster } from './api.ts';
import * as catalogs from './catalogs.ts';
import { start, type Beginning } from './start.ts';

export { admin } from './admin.ts';

/** A running cluster with all code at hand: booted anew, or made again from a save. */
export function boot(name: string, options: Beginning): Cluster {
  return start(catalogs, name, options);
}
