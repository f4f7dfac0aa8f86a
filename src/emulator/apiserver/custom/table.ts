import type { MergeTypes } from '../../apimachinery/patch/strategic.ts';
import type { Definition, MergeRules } from '../../apimachinery/schema.ts';
import type { Structural } from '../../apimachinery/structural.ts';

/** What decoding and field ownership know of a custom kind's fields. */
export interface CustomTypes {
  readonly schemas: Readonly<Record<string, Definition>>;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly atomic: ReadonlySet<string>;
}

/** Definitions of a schema and of all that lies below it; the first has the name that is given. */
export function typesOf(name: string, schema: Structural): CustomTypes {
  const schemas: Record<string, Definition> = {};
  const keys: Record<string, readonly string[]> = {};
  const atomic = new Set<string>();
  const define = (definition: string, { properties = {} }: Structural, more: Definition = {}) => {
    const fields: Record<string, string> = { ...more };
    schemas[definition] = fields;
    for (const [field, each] of Object.entries(properties)) {
      if (field in more) continue;
      const place = `${definition}.${field}`;
      fields[field] = textOf(each, place);
      const listType = each['x-kubernetes-list-type'];
      if (listType === 'map') keys[place] = each['x-kubernetes-list-map-keys'] ?? [];
      if (listType === 'set') keys[place] = [''];
      if (each['x-kubernetes-map-type'] === 'atomic') atomic.add(place);
    }
  };
  const inner = (schema: Structural, place: string): string => {
    if (isOpen(schema)) return 'any';
    if (schema['x-kubernetes-int-or-string']) return 'any';
    if (schema.type !== 'object' || !schema.properties) return 'any';
    define(place, schema);
    return `ref:${place}`;
  };
  const textOf = (schema: Structural, place: string): string => {
    if (isOpen(schema)) return 'any';
    if (schema.type === 'array' && schema.items) return `[]${inner(schema.items, place)}`;
    const values = schema.additionalProperties;
    if (typeof values === 'object') return `{}${inner(values, place)}`;
    return inner(schema, place);
  };
  define(name, schema, { apiVersion: 'string', kind: 'string', metadata: 'ref:V1ObjectMeta' });
  return { schemas, keys, atomic };
}

const isOpen = (schema: Structural) => schema['x-kubernetes-preserve-unknown-fields'] === true;

/** The built-in types with those of custom kinds beside them. */
export function withCustom(base: MergeTypes, custom: readonly CustomTypes[]): MergeTypes {
  const keys = Object.assign({}, ...custom.map((each) => each.keys)) as CustomTypes['keys'];
  const atomic = new Set(custom.flatMap((each) => [...each.atomic]));
  const rules: MergeRules = {
    ...base.rules,
    keys: (definition, field) =>
      keys[`${definition}.${field}`] ?? base.rules.keys(definition, field),
    atomic: (definition, field) =>
      atomic.has(`${definition}.${field}`) || base.rules.atomic(definition, field),
  };
  return {
    schemas: Object.assign(
      {},
      base.schemas,
      ...custom.map(({ schemas }) => schemas),
    ) as MergeTypes['schemas'],
    rules,
  };
}
