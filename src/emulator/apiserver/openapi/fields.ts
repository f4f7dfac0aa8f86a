import type { ApiTexts } from '../../resources/texts.ts';
import { expanded, GVK, REF, type GroupVersionKind, type Schema } from './schema.ts';

/** A field as an editor offers and explains it. */
export interface FieldInfo {
  readonly name: string;
  /** `string`, `[]ServicePort`, `map[string]string`, as `kubectl explain` writes types. */
  readonly type: string;
  readonly required: boolean;
  readonly enum?: readonly string[];
  readonly description: string;
}

/**
 * The fields that may stand below a path of an object: `['spec', 'ports', '0']`, where lists take
 * any number and maps any key. Empty where any name may stand; undefined where there is no such
 * place or kind. Built-in kinds only.
 */
export function fieldsOf(
  api: ApiTexts,
  kind: GroupVersionKind,
  path: readonly string[],
): readonly FieldInfo[] | undefined {
  const at = schemaAt(api, kind, path);
  if (!at) return undefined;
  const { properties = {}, required = [] } = at;
  return Object.entries(properties)
    .map(([name, schema]) => infoOf(api, name, schema, required.includes(name)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is told of the field at a path itself; undefined where there is none. */
export function fieldAt(
  api: ApiTexts,
  kind: GroupVersionKind,
  path: readonly string[],
): FieldInfo | undefined {
  const name = path.at(-1);
  return fieldsOf(api, kind, path.slice(0, -1))?.find((each) => each.name === name);
}

function schemaAt(
  api: ApiTexts,
  kind: GroupVersionKind,
  path: readonly string[],
): Schema | undefined {
  const name = definitionOf(api, kind);
  let schema = name === undefined ? undefined : expanded(api, name);
  for (const step of path) {
    if (!schema) return undefined;
    const { items, additionalProperties: values, properties } = schema;
    const next: Schema | undefined =
      properties?.[step] ?? items ?? (typeof values === 'object' ? values : undefined);
    schema = next && resolved(api, next);
  }
  // A list is written item by item.
  return schema?.items ? resolved(api, schema.items) : schema;
}

function definitionOf({ definitions }: ApiTexts, wanted: GroupVersionKind): string | undefined {
  const { group, version, kind } = wanted;
  const found = Object.entries(definitions).find(([, schema]) =>
    (schema[GVK] as readonly GroupVersionKind[] | undefined)?.some(
      (each) => each.group === group && each.version === version && each.kind === kind,
    ),
  );
  return found?.[0];
}

function refOf({ $ref, allOf }: Schema): string | undefined {
  return ($ref ?? allOf?.[0]?.$ref)?.slice(REF.length);
}

function resolved(api: ApiTexts, schema: Schema): Schema {
  const ref = refOf(schema);
  return (ref === undefined ? undefined : expanded(api, ref)) ?? schema;
}

function infoOf(api: ApiTexts, name: string, schema: Schema, required: boolean): FieldInfo {
  const values = schema.enum ?? schema.items?.enum;
  return {
    name,
    type: typeOf(api, schema),
    required,
    ...(values && { enum: values }),
    description: schema.description ?? resolved(api, schema).description ?? '',
  };
}

function typeOf(api: ApiTexts, schema: Schema): string {
  if (schema.items) return `[]${typeOf(api, schema.items)}`;
  const values = schema.additionalProperties;
  if (typeof values === 'object') return `map[string]${typeOf(api, values)}`;
  const ref = refOf(schema);
  if (ref === undefined) return schema.type ?? 'Object';
  const { type = 'object' } = resolved(api, schema);
  return type === 'object' ? (ref.split('.').at(-1) ?? 'Object') : type;
}
