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

/** Members of both; what only one has is taken as it is. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  const result: Record<string, FieldSet> = { ...a };
  for (const element of Object.keys(b)) {
    const [left, right] = [a[element], b[element] as FieldSet];
    if (left === right) continue;
    result[element] = left
      ? (node(isMember(left) || isMember(right), union(below(left), below(right))) as FieldSet)
      : right;
  }
  return result;
}

/** Members of the first that the second lacks; the first itself where it keeps all. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  let changed = false;
  const result: Record<string, FieldSet> = {};
  for (const element of Object.keys(a)) {
    const [left, right] = [a[element] as FieldSet, b[element]];
    const kept = right ? without(left, right) : left;
    if (kept) result[element] = kept;
    changed ||= kept !== left;
  }
  return changed ? result : a;
}

function without(left: FieldSet, right: FieldSet): FieldSet | undefined {
  const inner = below(left);
  const kept = difference(inner, below(right));
  const member = isMember(left) && !isMember(right);
  return member === isMember(left) && kept === inner ? left : node(member, kept);
}

/** Members that are in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const element of Object.keys(a)) {
    const [left, right] = [a[element] as FieldSet, b[element]];
    if (!right) continue;
    const inner = intersection(below(left), below(right));
    const made = node(isMember(left) && isMember(right), inner);
    if (made) result[element] = made;
  }
  return result;
}

/**
 * The set with every field that has owned fields inside a member itself: who owns what lies in a
 * struct or a list holds on to it (`EnsureNamedFieldsAreMembers`).
 */
export function withParents(set: FieldSet): FieldSet {
  return Object.fromEntries(
    Object.entries(set).map(([name, inner]) => {
      if (name === '.' || isEmpty(inner)) return [name, inner];
      const deeper = withParents(inner);
      return [name, name.startsWith('f:') ? { '.': {}, ...deeper } : deeper];
    }),
  );
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
