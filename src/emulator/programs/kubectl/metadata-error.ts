import type { Obj } from './object.ts';

/**
 * What decoding an object's metadata trips over. The client reads metadata into ObjectMeta, so
 * wrong types there are its own error; all else is the server's.
 */
export function metadataError(object: Obj): string | undefined {
  const { metadata } = object as { metadata?: unknown };
  if (metadata === undefined || metadata === null) return undefined;
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    return (
      `json: cannot unmarshal ${jsonType(metadata)} into Go struct field ` +
      '.metadata of type v1.ObjectMeta'
    );
  }
  const fields = metadata as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === null || value === undefined) continue;
    if (texts.has(name) && typeof value !== 'string') return wrong(name, value, 'string');
    if (maps.has(name)) {
      if (typeof value !== 'object' || Array.isArray(value)) {
        return wrong(name, value, 'map[string]string');
      }
      for (const member of Object.values(value as object)) {
        if (member !== null && typeof member !== 'string') return wrong(name, member, 'string');
      }
    }
    if (name === 'finalizers' && !Array.isArray(value)) return wrong(name, value, '[]string');
  }
  return undefined;
}

const texts = new Set(['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'selfLink']);
const maps = new Set(['labels', 'annotations']);

function wrong(field: string, value: unknown, type: string): string {
  return (
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ` +
    `ObjectMeta.metadata.${field} of type ${type}`
  );
}

/** How encoding/json names the kind of a JSON value. */
function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'object' : typeof value;
}
