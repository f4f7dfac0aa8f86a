import { equal, type Json } from '../../world/json.ts';

type Fields = Readonly<Record<string, Json | undefined>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const result: Record<string, Json> = {};
  const base = isFields(target) ? target : {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !(name in patch)) result[name] = value;
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) continue;
    result[name] = mergePatch(base[name], value);
  }
  return result;
}

/** A JSON merge patch that turns one value into another; undefined if they are equal. */
export function createMergePatch(from: Json | undefined, to: Json): Json | undefined {
  if (equal(from, to)) return undefined;
  if (!isFields(from) || !isFields(to)) return to;
  const patch: Record<string, Json> = {};
  for (const name of Object.keys(from)) if (to[name] === undefined) patch[name] = null;
  for (const [name, value] of Object.entries(to)) {
    if (value === undefined) continue;
    const inner = createMergePatch(from[name], value);
    if (inner !== undefined) patch[name] = inner;
  }
  return patch;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** JSON patch (RFC 6902). The error is evanphx/json-patch's, as the API server passes it on. */
export function jsonPatch(
  target: Json,
  operations: readonly Operation[],
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: string } {
  let value = structuredClone(target) as Json;
  for (const operation of operations) {
    const result = apply(value, operation);
    if (typeof result === 'string') return { ok: false, error: result };
    value = result.value;
  }
  return { ok: true, value };
}

function apply(root: Json, operation: Operation | null): { value: Json } | string {
  const { op, path } = operation ?? ({} as Partial<Operation>);
  if (!operation || typeof op !== 'string') return 'Unexpected kind: unknown';
  if (typeof path !== 'string') return `${op} operation failed to decode path: missing`;
  const segments = pointer(path);
  if (op === 'test') {
    const found = read(root, segments);
    if (equal(found, operation.value)) return { value: root };
    return `testing value ${path} failed: test failed`;
  }
  if (op === 'add') return write(root, segments, operation.value ?? null, 'add', path);
  if (op === 'remove') return write(root, segments, undefined, 'remove', path);
  if (op === 'replace') {
    return write(root, segments, operation.value ?? null, 'replace', path);
  }
  if (op === 'move' || op === 'copy') {
    if (typeof operation.from !== 'string') return `${op} operation failed to decode from`;
    const from = pointer(operation.from);
    const moved = read(root, from);
    if (moved === undefined) {
      return (
        `${op} operation does not apply: doc is missing from path: ` +
        `${operation.from}: missing value`
      );
    }
    const rest =
      op === 'move' ? write(root, from, undefined, 'remove', operation.from) : { value: root };
    if (typeof rest === 'string') return rest;
    return write(rest.value, segments, structuredClone(moved), 'add', path);
  }
  return `Unexpected kind: ${op}`;
}

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(value: Json | undefined, segments: readonly string[]): Json | undefined {
  let current: unknown = value;
  for (const segment of segments) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[segment];
  }
  return current as Json | undefined;
}

function write(
  root: Json,
  segments: readonly string[],
  value: Json | undefined,
  op: string,
  path: string,
): { value: Json } | string {
  if (segments.length === 0) return { value: value ?? null };
  const parent = read(root, segments.slice(0, -1));
  const last = segments.at(-1) as string;
  const missing = `${op} operation does not apply: doc is missing path: "${path}": missing value`;
  if (Array.isArray(parent)) {
    const list = parent as Json[];
    const index = last === '-' ? list.length : Number(last);
    const top = op === 'add' ? list.length : list.length - 1;
    if (!Number.isInteger(index) || index < 0 || index > top) {
      return (
        `${op} operation does not apply: doc is missing ` +
        `${op === 'remove' ? 'key' : 'path'}: ${path}: missing value`
      );
    }
    if (op === 'add') list.splice(index, 0, value as Json);
    else if (op === 'remove') list.splice(index, 1);
    else list[index] = value as Json;
    return { value: root };
  }
  if (!isFields(parent)) return missing;
  const fields = parent as Record<string, Json>;
  if (op === 'remove') {
    if (!(last in fields))
      return `remove operation does not apply: doc is missing key: ${path}: missing value`;
    delete fields[last];
  } else fields[last] = value as Json;
  return { value: root };
}
