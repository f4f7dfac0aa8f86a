import type { ApiObject } from '../../apimachinery/object.ts';

/**
 * The name by which a refusal speaks of an object: one that is still to get its name is called by
 * what that will begin with (`extractResourceName` of admission's errors).
 */
export function shownName({ metadata: { name, generateName } }: ApiObject): string {
  return name || generateName || 'Unknown!';
}
