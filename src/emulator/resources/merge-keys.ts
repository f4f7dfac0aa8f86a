import type { MergeRules } from '../apimachinery/schema.ts';
import { merging } from './schema.generated.ts';

const retaining = new Set(merging.retaining);
/** The one field whose Go type says `patchStrategy:"replace"`. */
const replaced = new Set(['V1PodDisruptionBudgetSpec.selector']);
const atomic = new Set(merging.atomic);

/** Merge rules of the built-in kinds: the markers of their Go types. */
export const mergeRules: MergeRules = {
  keys: (definition, field) => merging.keys[`${definition}.${field}`],
  patchKey: (definition, field) => merging.patchKeys[`${definition}.${field}`],
  retains: (definition, field) => retaining.has(`${definition}.${field}`),
  replaces: (definition, field) => replaced.has(`${definition}.${field}`),
  atomic: (definition, field) => atomic.has(`${definition}.${field}`),
};
