import { shapeOf } from '../apimachinery/schema.ts';
import { openApiPaths } from './openapi-paths.ts';
import type { ApiResponse } from './request.ts';
import { answer } from './responses.ts';
import type { Server } from './server.ts';

/** `/openapi/v3`: where each group version's document is. */
export function openApiIndex(server: Server): object {
  const paths: Record<string, object> = {};
  for (const { names } of server.kinds) {
    const path =
      names.group === '' ? `api/${names.version}` : `apis/${names.group}/${names.version}`;
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}` };
  }
  return { paths };
}

/** The document of one group version: its schemas. */
export function openApiDocument(server: Server, path: string): ApiResponse | undefined {
  const match = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
  const kinds = server.kinds.filter(
    ({ names }) => match && names.group === (match[1] ?? '') && names.version === match[2],
  );
  if (kinds.length === 0) return undefined;
  const schemas: Record<string, object> = {};
  const left = kinds.map(({ definition }) => definition);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (schemas[name]) continue;
    const { schema, refs } = schemaOf(server, name);
    schemas[name] = schema;
    left.push(...refs);
  }
  return answer(200, {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: server.settings.version },
    paths: openApiPaths(kinds),
    components: { schemas },
  });
}

/** Schemas of what has no fields. */
const plain: Readonly<Record<string, object>> = {
  IntOrString: { ...scalar('intOrString') },
  FieldsV1: { type: 'object' },
  RawExtension: { type: 'object' },
};

function schemaOf(server: Server, name: string): { schema: object; refs: string[] } {
  const { descriptions, enums, wrapped } = server.texts();
  const refs: string[] = [];
  const simple = plain[name];
  if (simple) return { schema: { description: descriptions[name]?.[''], ...simple }, refs };
  const properties: Record<string, object> = {};
  const required: string[] = [];
  for (const [field, type] of Object.entries(server.types.schemas[name] ?? {})) {
    const shape = shapeOf(type);
    if (shape.ref) refs.push(shape.ref);
    if (shape.required) required.push(field);
    const inside = wrapped[`${name}.${field}`];
    if (inside) refs.push(inside);
    const ref = shape.ref ?? inside;
    const one = ref ? { $ref: `#/components/schemas/${ref}` } : scalar(shape.base);
    const description = descriptions[name]?.[field];
    const values = enums[`${name}.${field}`];
    const choice = values ? { enum: values } : {};
    const described = description ? { description } : {};
    if (shape.list)
      properties[field] = { ...described, type: 'array', items: { ...one, ...choice } };
    else if (shape.map) {
      properties[field] = { ...described, type: 'object', additionalProperties: one };
    } else if (ref && description) properties[field] = { description, allOf: [one] };
    else properties[field] = { ...described, ...one, ...choice };
  }
  const description = descriptions[name]?.[''];
  const schema = {
    ...(description && { description }),
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
  };
  return { schema, refs };
}

function scalar(base: string): object {
  switch (base) {
    case 'bool':
      return { type: 'boolean' };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: base };
    case 'float64':
      return { type: 'number', format: 'double' };
    case 'time':
    case 'microTime':
      return { type: 'string', format: 'date-time' };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'intOrString':
      return { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' };
    case 'any':
      return { type: 'object' };
    default:
      return { type: 'string' };
  }
}
