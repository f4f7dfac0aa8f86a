import type { MergeTypes } from '../apimachinery/patch/strategic.ts';
import type { ResourceKind } from './kind.ts';
import { mergeRules } from './merge-keys.ts';
import { schemas } from './schema.generated.ts';

const modules = import.meta.glob<{ default: ResourceKind }>('./*/index.ts', { eager: true });

const all: readonly ResourceKind[] = Object.keys(modules)
  .sort()
  .map((path) => (modules[path] as { default: ResourceKind }).default);

/** All kinds that are served, in order of their folders' names. */
export const kinds: readonly ResourceKind[] = all.filter(({ gate }) => !gate);

/** Kinds that a server has only behind a feature gate: how they are printed is known. */
export const gatedKinds: readonly ResourceKind[] = all.filter(({ gate }) => gate);

/** Definitions and merge keys of all kinds. */
export const mergeTypes: MergeTypes = { schemas, rules: mergeRules };
