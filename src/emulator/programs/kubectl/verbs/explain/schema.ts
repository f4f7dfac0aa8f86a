/** A schema of an OpenAPI v3 openApi, as far as it is explained. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

export interface OpenApiDocument {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

function refOf(schema: Schema): string | undefined {
  return schema.$ref ?? schema.allOf?.find(({ $ref }) => $ref)?.$ref;
}

/** Follows a reference into the openApi. */
export function resolve(openApi: OpenApiDocument, schema: Schema): Schema | undefined {
  const ref = refOf(schema);
  return ref === undefined
    ? undefined
    : openApi.components.schemas[ref.split('/').at(-1) as string];
}

/** The type that holds a schema's fields: lists and maps are seen through. */
export function structOf(openApi: OpenApiDocument, schema: Schema): Schema {
  const target = resolve(openApi, schema);
  if (target) return structOf(openApi, target);
  if (schema.items) return structOf(openApi, schema.items);
  const values = schema.additionalProperties;
  if (typeof values === 'object' && !schema.properties) return structOf(openApi, values);
  return schema;
}

/**
 * `string`, `[]ServicePort`, `map[string]string` (`typeGuess` of the plaintext template): a type
 * without fields is called by what it is written as, where that is one form.
 */
export function typeName(openApi: OpenApiDocument, schema: Schema): string {
  if (schema.items) return `[]${typeName(openApi, schema.items)}`;
  const values = schema.additionalProperties;
  if (typeof values === 'object') return `map[string]${typeName(openApi, values)}`;
  const ref = refOf(schema);
  if (ref === undefined) {
    return schema.type === 'object' || schema.type === undefined ? 'Object' : schema.type;
  }
  const { type = 'object' } = resolve(openApi, schema) ?? {};
  return type === 'object' ? (ref.split(/[/.]/).at(-1) ?? 'Object') : type;
}

/** Texts of a schema: its own, then those of what it refers to. */
export function descriptionsOf(openApi: OpenApiDocument, schema: Schema): readonly string[] {
  const own = schema.description ? [schema.description] : [];
  const target = resolve(openApi, schema);
  if (target) return [...own, ...descriptionsOf(openApi, target)];
  if (schema.items) return [...own, ...descriptionsOf(openApi, schema.items)];
  const values = schema.additionalProperties;
  if (typeof values === 'object') return [...own, ...descriptionsOf(openApi, values)];
  return own;
}
