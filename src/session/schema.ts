import type { ApiRequest } from '../emulator/apiserver/request.ts';
import type { Cluster } from '../emulator/cluster/api.ts';
import type { FieldsAnswer, KindsAnswer } from './protocol.ts';

/** Part of an OpenAPI v3 schema, as the API server serves it. */
interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly kind: string }[];
}

type Schemas = Readonly<Record<string, Schema>>;

/** What the served schemas tell of kinds and fields, for an editor. */
export interface SchemaReader {
  kinds(): KindsAnswer;
  /** What stands at a path of an object; undefined where the schema knows nothing of it. */
  fields(apiVersion: string, kind: string, path: readonly string[]): FieldsAnswer | undefined;
}

/** Reads the API server's own documents; each is read once. */
export function createSchemaReader(cluster: Cluster): SchemaReader {
  const documents = new Map<string, Schemas>();
  const get = (url: string): unknown => {
    const request: ApiRequest = { method: 'GET', url, headers: { accept: 'application/json' } };
    const { status, body } = cluster.api(request);
    if (status !== 200) return undefined;
    return typeof body === 'string' ? (JSON.parse(body) as unknown) : body;
  };
  const schemasOf = (apiVersion: string): Schemas => {
    const known = documents.get(apiVersion);
    if (known) return known;
    const url = `/openapi/v3/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    const found = get(url) as { components?: { schemas?: Schemas } } | undefined;
    const schemas = found?.components?.schemas ?? {};
    documents.set(apiVersion, schemas);
    return schemas;
  };
  return {
    kinds: () => kindsOf(get),
    fields(apiVersion, kind, path) {
      const schemas = schemasOf(apiVersion);
      const name = Object.keys(schemas).find((key) => isKind(key, schemas[key]!, kind));
      let at: Schema | undefined = name === undefined ? undefined : schemas[name];
      let required = false;
      for (const key of path) {
        const inner = at && solid(schemas, at);
        required = inner?.required?.includes(key) ?? false;
        at = inner && below(inner, key);
      }
      return at && told(schemas, at, required);
    },
  };
}

function isKind(key: string, schema: Schema, kind: string): boolean {
  const named = schema['x-kubernetes-group-version-kind'];
  if (named) return named.some((each) => each.kind === kind);
  return key.replace(/^.*\.|^V\d+(?:(?:alpha|beta)\d+)?/, '') === kind;
}

/** The schema itself, behind references; of a list, that of its items. */
function solid(schemas: Schemas, schema: Schema): Schema {
  const reference = schema.$ref ?? schema.allOf?.find(({ $ref }) => $ref)?.$ref;
  if (reference) {
    const found = schemas[reference.split('/').at(-1) ?? ''] ?? {};
    return solid(schemas, found);
  }
  return schema.items ? solid(schemas, schema.items) : schema;
}

function below({ properties, additionalProperties }: Schema, key: string): Schema | undefined {
  const own = properties?.[key];
  if (own) return own;
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function told(schemas: Schemas, schema: Schema, required: boolean): FieldsAnswer {
  const inner = solid(schemas, schema);
  return {
    type: typeOf(schemas, schema),
    description: schema.description ?? inner.description ?? '',
    required,
    values: schema.enum ?? inner.enum ?? [],
    fields: Object.entries(inner.properties ?? {}).map(([name, field]) => ({
      name,
      type: typeOf(schemas, field),
      description: field.description ?? solid(schemas, field).description ?? '',
      required: inner.required?.includes(name) ?? false,
      nested: solid(schemas, field).properties !== undefined || field.items !== undefined,
    })),
  };
}

/** A type as `kubectl explain` names it: `[]Object`, `map[string]string`, `integer`. */
function typeOf(schemas: Schemas, schema: Schema): string {
  if (schema.items) return `[]${typeOf(schemas, schema.items)}`;
  const inner = solid(schemas, schema);
  const values = inner.additionalProperties;
  if (typeof values === 'object') return `map[string]${typeOf(schemas, values)}`;
  return inner.type ?? (inner.properties ? 'object' : 'value');
}

interface Versions {
  readonly groups?: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
}

interface Resources {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly verbs: readonly string[];
  }[];
}

/** Kinds that can be created, with the version in which they are written. */
function kindsOf(get: (url: string) => unknown): KindsAnswer {
  const groups = (get('/apis') as Versions | undefined)?.groups ?? [];
  const versions = ['v1', ...groups.map((group) => group.preferredVersion.groupVersion)];
  return versions.flatMap((apiVersion) => {
    const url = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = (get(url) as Resources | undefined)?.resources ?? [];
    return found
      .filter(({ name, verbs }) => !name.includes('/') && verbs.includes('create'))
      .map(({ kind }) => ({ apiVersion, kind }));
  });
}
