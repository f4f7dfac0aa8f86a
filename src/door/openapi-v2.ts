// `/openapi/v2` for clients that take it as protobuf only, as kubectl does.
import type { IncomingMessage } from 'node:http';
import type { Json } from '../emulator/world/json.ts';

export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Whether a request wants the document as protobuf. */
export function wantsOpenApiProtobuf({ headers, url = '' }: IncomingMessage): boolean {
  const accept = headers.accept ?? '';
  return url.startsWith('/openapi/v2') && accept.includes('proto-openapi.spec.v2');
}

type Data = Readonly<Record<string, Json>>;

/** Field numbers of gnostic's `openapi.v2` messages. */
const document = { swagger: 1, info: 2, paths: 8, definitions: 9 };
const schema = {
  $ref: 1,
  format: 2,
  title: 3,
  description: 4,
  default: 5,
  required: 19,
  enum: 20,
  additionalProperties: 21,
  type: 22,
  items: 23,
  allOf: 24,
  properties: 25,
  extension: 31,
};
const operation = { operationId: 5, parameters: 8, responses: 9, extension: 13 };
const methods: Readonly<Record<string, number>> = {
  get: 2,
  put: 3,
  post: 4,
  delete: 5,
  patch: 8,
};

/** An OpenAPI v2 document as protobuf: its definitions, and of its paths what kubectl reads. */
export function encodeOpenApiV2(data: Json): Buffer {
  const { info = {}, paths = {}, definitions = {} } = data as Record<string, Data>;
  const infoBytes = join(text(1, info['title']), text(2, info['version']));
  const items = Object.entries(paths).map(([path, item]) =>
    bytes(2, join(text(1, path), bytes(2, pathItem(item as Data)))),
  );
  const named = Object.entries(definitions).map(([name, one]) =>
    bytes(1, join(text(1, name), bytes(2, schemaOf(one as Data)))),
  );
  return join(
    text(document.swagger, '2.0'),
    bytes(document.info, infoBytes),
    bytes(document.paths, join(...items)),
    bytes(document.definitions, join(...named)),
  );
}

function pathItem(item: Data): Buffer {
  const parts = Object.entries(methods).map(([method, number]) => {
    const one = item[method] as Data | undefined;
    return one ? bytes(number, operationOf(one)) : nothing;
  });
  return join(...parts);
}

function operationOf(one: Data): Buffer {
  const parameters = ((one['parameters'] ?? []) as Data[]).filter((each) => each['in'] === 'query');
  return join(
    text(operation.operationId, one['operationId']),
    ...parameters.map((each) => bytes(operation.parameters, queryParameter(each))),
    bytes(operation.responses, nothing),
    ...extensions(operation.extension, one),
  );
}

/** ParametersItem → Parameter → NonBodyParameter → QueryParameterSubSchema. */
function queryParameter(one: Data): Buffer {
  const inner = join(text(2, 'query'), text(3, one['description']), text(4, one['name']));
  return bytes(1, bytes(2, bytes(3, inner)));
}

function schemaOf(one: Data): Buffer {
  const list = (name: string) => (one[name] ?? []) as Json[];
  const type = one['type'];
  const types = type === undefined ? [] : Array.isArray(type) ? type : [type];
  const { items, properties, additionalProperties: additional } = one as Record<string, Data>;
  return join(
    text(schema.$ref, one['$ref']),
    text(schema.format, one['format']),
    text(schema.title, one['title']),
    text(schema.description, one['description']),
    one['default'] === undefined ? nothing : bytes(schema.default, any(one['default'])),
    ...list('required').map((each) => text(schema.required, each)),
    ...list('enum').map((each) => bytes(schema.enum, any(each))),
    additional ? bytes(schema.additionalProperties, bytes(1, schemaOf(additional))) : nothing,
    types.length > 0
      ? bytes(schema.type, join(...types.map((each) => text(1, each as Json))))
      : nothing,
    items ? bytes(schema.items, bytes(1, schemaOf(items))) : nothing,
    ...list('allOf').map((each) => bytes(schema.allOf, schemaOf(each as Data))),
    properties ? bytes(schema.properties, namedSchemas(properties)) : nothing,
    ...extensions(schema.extension, one),
  );
}

function namedSchemas(properties: Data): Buffer {
  const named = Object.entries(properties).map(([name, one]) =>
    bytes(1, join(text(1, name), bytes(2, schemaOf(one as Data)))),
  );
  return join(...named);
}

/** `x-…` members as NamedAny. */
function extensions(number: number, data: Data): Buffer[] {
  return Object.entries(data)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => bytes(number, join(text(1, name), bytes(2, any(value)))));
}

/** Any: its YAML, for which JSON will do. */
function any(value: Json): Buffer {
  return text(2, `${JSON.stringify(value)}\n`);
}

const nothing = Buffer.alloc(0);
const join = (...parts: readonly Buffer[]) => Buffer.concat(parts);

function text(number: number, value: Json | undefined): Buffer {
  return typeof value === 'string' && value !== '' ? bytes(number, Buffer.from(value)) : nothing;
}

function bytes(number: number, value: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const parts: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) parts.push((rest % 128) + 128);
  parts.push(rest);
  return Buffer.from(parts);
}
