import type { MergeTypes } from '../apimachinery/patch/strategic.ts';
import type { ResourceKind } from './kind.ts';
import { mergeRules } from './merge-keys.ts';
import { schemas } from './schema.generated.ts';

const modules = import.meta.glob<{ default: ResourceKind }>('./*/index.ts', { eager: true });

/** All kinds, in order of their folders' names. */
export const kinds: readonly ResourceKind[] = Object.keys(modules)
  .sort()
  .map((path) => (modules[path] as { default: ResourceKind }).default);

/** Definitions and merge keys of all kinds. */
export const mergeTypes: MergeTypes = { schemas, rules: mergeRules };
