import type { ApiTexts } from '../../resources/texts.ts';
import type { Server } from '../server.ts';
import { resourcesIn, schemasOf, sourcesOf } from './documents.ts';
import { openApiPaths } from './paths.ts';
import { REF } from './schema.ts';

/**
 * `/openapi/v2`: all group versions in one Swagger document. What version 2 cannot say is left out
 * or said simpler, as `ToSchemaV2` of kube-openapi does: a reference loses all that stands around
 * it but its text, choices become strings, and defaults are pruned for kubectl's sake.
 */
export function swaggerOf(server: Server, api: ApiTexts): object {
  const [, minor] = /^v?(\d+\.\d+)/.exec(server.settings.version) ?? [];
  const definitions: Record<string, unknown> = {};
  const paths: Record<string, object> = {};
  for (const source of sourcesOf(server, api)) {
    Object.assign(paths, openApiPaths(resourcesIn(server, source), 'v2'));
    for (const [name, schema] of Object.entries(schemasOf(api, source))) {
      definitions[name] ??= toV2(schema);
    }
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: `v${minor}` },
    paths,
    definitions: Object.fromEntries(
      Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    securityDefinitions: {
      BearerToken: {
        description: 'Bearer Token authentication',
        type: 'apiKey',
        name: 'authorization',
        in: 'header',
      },
    },
    security: [{ BearerToken: [] }],
  };
}

function toV2(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toV2);
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, oneOf, default: _pruned, ...rest } = value as Record<string, unknown>;
  const [one] = Array.isArray(allOf) ? (allOf as Record<string, unknown>[]) : [];
  if (oneOf && !('properties' in rest)) return { ...rest, type: 'string' };
  const entries = Object.entries({ ...rest, ...one }).map(([key, each]) => [
    key,
    key === '$ref' && typeof each === 'string'
      ? each.replace(REF, '#/definitions/')
      : inside(key, each),
  ]);
  return Object.fromEntries(entries);
}

/** Fields may have any name, `default` and `allOf` too: they are no members of the schema. */
function inside(key: string, value: unknown): unknown {
  if (key !== 'properties') return toV2(value);
  return Object.fromEntries(
    Object.entries(value as object).map(([field, schema]) => [field, toV2(schema)]),
  );
}
