import { isErrno } from '../../../host/errno.ts';
import type { Sys } from '../../../host/syscalls.ts';
import { copy, type Obj } from '../object.ts';
import { failed } from '../failure.ts';
import { goStrerror } from '../go-errors.ts';
import { decodeYaml } from '../yaml/decode.ts';
import { placesAt, splitPath, valueAt } from './field-path.ts';
import type { FieldOptions, ReplacementArgs, ReplacementTarget, Select } from './kustomization.ts';
import { identitiesOf, type Identity, type Resource } from './resource.ts';

const DEFAULT_PATH = 'metadata.name';

/** Copies values from one object into others (kustomize `api/filters/replacement`). */
export function applyReplacements(
  sys: Sys,
  directory: string,
  given: readonly ReplacementArgs[],
  resources: readonly Resource[],
): void {
  for (const args of given.flatMap((each) => loaded(sys, directory, each))) {
    if ((!args.source && args.sourceValue === undefined) || !args.targets) {
      throw failed('replacements must specify a source and at least one target');
    }
    const value = valueOf(args, resources);
    for (const target of args.targets) replace(target, value, resources);
  }
}

/** An entry may lie in a file, which may have several. */
function loaded(sys: Sys, directory: string, args: ReplacementArgs): readonly ReplacementArgs[] {
  if (!args.path) return [args];
  const full = sys.files.resolve(`${directory}/${args.path}`);
  const found = sys.files.read(full);
  if (isErrno(found)) {
    throw failed(`evalsymlink failure on '${full}' : lstat ${full}: ${goStrerror(found)}`);
  }
  const decoded = decodeYaml(found.text);
  if (!decoded.ok) throw failed(decoded.error);
  return [decoded.value as unknown as ReplacementArgs].flat();
}

function valueOf({ source, sourceValue }: ReplacementArgs, resources: readonly Resource[]) {
  if (sourceValue !== undefined && source) {
    throw failed('value and resource selectors are mutually exclusive');
  }
  if (!source) return sourceValue;
  const found = resources.filter((each) => identitiesOf(each).some((id) => isMeant(source, id)));
  const named = selectorText(source);
  if (found.length > 1) throw failed(`multiple matches for selector ${named}`);
  if (!found[0]) throw failed(`nothing selected by ${named}`);
  const path = source.fieldPath || DEFAULT_PATH;
  const value = valueAt(found[0].object, splitPath(path));
  if (value === undefined || value === null || value === '') {
    throw failed(`fieldPath \`${path}\` is missing for replacement source ${named}`);
  }
  return refined(value, source.options);
}

/** A part of a value, as `delimiter` and `index` say. */
function refined(value: unknown, options: FieldOptions | undefined): unknown {
  if (!options?.delimiter) return value;
  if (typeof value === 'object') {
    throw failed('delimiter option can only be used with scalar nodes');
  }
  const parts = String(value).split(options.delimiter);
  const { index = 0 } = options;
  if (index < 0 || index >= parts.length) {
    throw failed(`options.index ${index} is out of bounds for value ${String(value)}`);
  }
  return parts[index];
}

function replace(target: ReplacementTarget, value: unknown, resources: readonly Resource[]): void {
  const { select, reject = [], fieldPaths = [], options } = target;
  if (!select) throw failed('target must specify resources to select');
  for (const each of resources) {
    const ids = identitiesOf(each);
    if (reject.some((no) => ids.some((id) => isLike(no, id)))) continue;
    if (!ids.some((id) => isLike(select, id))) continue;
    const paths = fieldPaths.length > 0 ? fieldPaths : [DEFAULT_PATH];
    for (const path of paths) put(each.object, path, value, options);
    // A name that is replaced is not followed by those that refer to it.
    const { name = '' } = each.object.metadata ?? {};
    if (paths.includes(DEFAULT_PATH)) each.names.splice(0, each.names.length, name);
  }
}

function put(object: Obj, path: string, value: unknown, options: FieldOptions | undefined): void {
  const create = options?.create === true;
  const places = placesAt(object, splitPath(path), create);
  if (places.length === 0) {
    const what = create ? 'unable to find or create field' : 'unable to find field';
    throw failed(`${what} ${JSON.stringify(path)} in replacement target`);
  }
  for (const { holder, key } of places) {
    const fields = holder as Record<string, unknown>;
    fields[key] = joined(fields[key], value, options);
  }
}

/** The new value of a field; one that is a scalar keeps its type. */
function joined(before: unknown, value: unknown, options: FieldOptions | undefined): unknown {
  if (options?.delimiter) {
    if (typeof before === 'object') {
      throw failed('delimiter option can only be used with scalar nodes');
    }
    const parts = String(before ?? '').split(options.delimiter);
    const { index = 0 } = options;
    if (index < 0) parts.unshift(String(value));
    else if (index >= parts.length) parts.push(String(value));
    else parts[index] = String(value);
    return parts.join(options.delimiter);
  }
  if (typeof value === 'object') return copy(value);
  if (typeof before === 'string') return String(value);
  if (typeof before === 'number' && /^-?\d+$/.test(String(value))) return Number(value);
  return value;
}

const MEMBERS = ['group', 'version', 'kind', 'name', 'namespace'] as const;

/** Whether a source's selector names an object: what it leaves out may be anything. */
function isMeant(select: Select, id: Identity): boolean {
  return MEMBERS.every((member) => !select[member] || select[member] === id[member]);
}

/** The same with expressions that have to match whole, as targets have them. */
function isLike(select: Select, id: Identity): boolean {
  return MEMBERS.every((member) => {
    const pattern = select[member];
    return !pattern || new RegExp(`^(?:${pattern})$`).test(id[member]);
  });
}

function selectorText({ group, version, kind = '', name = '', namespace }: Select): string {
  const gvk = `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
  return `${gvk}/${name || '[noName]'}.${namespace || '[noNs]'}`;
}
