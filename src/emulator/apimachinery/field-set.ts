/**
 * A set of fields as `fieldsV1` holds it (structured-merge-diff's `fieldpath.Set`): members are
 * `f:name`, `k:{…}` for list items by their keys and `v:…` for items by value. An element with
 * nothing below it is in the set itself; one with others below it is only if it has a `.`.
 */
export type FieldSet = { readonly [element: string]: FieldSet };

const isMember = (node: FieldSet) => '.' in node || Object.keys(node).length === 0;

/** Elements below a node, without the node itself. */
export function below(node: FieldSet | undefined): FieldSet {
  if (!node || !('.' in node)) return node ?? {};
  const { '.': _self, ...rest } = node;
  return rest;
}

/** A node from its two halves; undefined if it holds nothing. */
export function node(member: boolean, children: FieldSet): FieldSet | undefined {
  if (Object.keys(children).length === 0) return member ? {} : undefined;
  return member ? { '.': {}, ...children } : children;
}

type Keeps = (inA: boolean, inB: boolean) => boolean;

/** Goes through two sets at once; each path is judged by itself. */
function combine(a: FieldSet, b: FieldSet, keeps: Keeps): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const element of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [left, right] = [a[element], b[element]];
    const member = keeps(left !== undefined && isMember(left), !!right && isMember(right));
    const made = node(member, combine(below(left), below(right), keeps));
    if (made) result[element] = made;
  }
  return result;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (inA, inB) => inA || inB);
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (inA, inB) => inA && !inB);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combine(a, b, (inA, inB) => inA && inB);
}

export function isEmpty(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

/** Elements in the order of `fieldpath.Set`: those of the set itself before those with others. */
export function ordered(set: FieldSet): readonly (readonly [string, FieldSet])[] {
  return Object.entries(set).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Members as dotted paths, `.spec.ports[port=80,protocol="TCP"].targetPort`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const entries = ordered(set).map(([element, inner]) => [pathOf(prefix, element), inner] as const);
  return [
    ...entries.filter(([, inner]) => isMember(inner)).map(([path]) => path),
    ...entries.flatMap(([path, inner]) => pathsOf(below(inner), path)),
  ];
}

function pathOf(prefix: string, element: string): string {
  const text = element.slice(2);
  if (element.startsWith('v:')) return `${prefix}[=${text}]`;
  if (!element.startsWith('k:')) return `${prefix}.${text}`;
  const keys = Object.entries(JSON.parse(text) as Readonly<Record<string, unknown>>);
  const list = keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${prefix}[${list.join(',')}]`;
}
