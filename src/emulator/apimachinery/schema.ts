/**
 * Schemas of the API types, as generated from the official client's models. A property's type is
 * text: `string`, `int32`, `int64`, `float64`, `bool`, `bytes`, `time`, `microTime`, `intOrString`,
 * `any`, `ref:V1Pod`, with `[]` or `{}` in front for lists and maps and `!` behind if required.
 */
export type Schemas = Readonly<Record<string, Definition>>;
export type Definition = Readonly<Record<string, string>>;

/** How fields merge, as generated: what is not named here is owned and replaced as a whole. */
export interface Merging {
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly patchKeys: Readonly<Record<string, string>>;
  readonly retaining: readonly string[];
  readonly atomic: readonly string[];
}

/** How lists merge (`patchMergeKey`, list map keys) and which types are atomic: `Type.field`. */
export interface MergeRules {
  /** Keys of lists that server-side apply takes for maps; `['']`: a set of scalars. */
  keys(definition: string, field: string): readonly string[] | undefined;
  /** `patchMergeKey` of lists that strategic patches merge; '' for scalars. */
  patchKey(definition: string, field: string): string | undefined;
  /** Strategic-merge `retainKeys`. */
  retains(definition: string, field: string): boolean;
  /** Whether a patch always has the whole of a field (`patchStrategy:"replace"`). */
  replaces(definition: string, field: string): boolean;
  /** Maps and structs that are owned as a whole; `field[]` asks for the items of a list. */
  atomic(definition: string, field: string): boolean;
}

/** A property's type taken apart. */
export interface Shape {
  readonly list: boolean;
  readonly map: boolean;
  readonly required: boolean;
  /** Scalar name, or `ref`. */
  readonly base: string;
  readonly ref?: string;
}

const shapes = new Map<string, Shape>();

/** Takes a property's type text apart; there are some hundred of them, and each is kept. */
export function shapeOf(type: string): Shape {
  const known = shapes.get(type);
  if (known) return known;
  const shape = readShape(type);
  shapes.set(type, shape);
  return shape;
}

function readShape(type: string): Shape {
  let rest = type;
  const required = rest.endsWith('!');
  if (required) rest = rest.slice(0, -1);
  const list = rest.startsWith('[]');
  const map = rest.startsWith('{}');
  if (list || map) rest = rest.slice(2);
  if (rest.startsWith('ref:')) return { list, map, required, base: 'ref', ref: rest.slice(4) };
  return { list, map, required, base: rest };
}

/** Go's name of a definition: `V1ServicePort` is `ServicePort`, `com.example.v1.Tab` is `Tab`. */
export function goName(definition: string): string {
  const own = definition.slice(definition.lastIndexOf('.') + 1);
  return own.replace(/^(Core|Discovery|Events)?V\d(alpha\d|beta\d)?/, '');
}
