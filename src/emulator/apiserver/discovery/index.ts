import { etagOf, unchanged } from '../etag.ts';
import { openApi } from '../openapi/index.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { answer, plain } from '../responses.ts';
import type { Server } from '../server.ts';
import { aggregate, aggregatedType, wantedAggregation } from './aggregated.ts';
import { groupsOf, resourcesOf, versionsOf, type Resource } from './groups.ts';
import { health, healthPaths } from './health.ts';
import { groupList, groupOf, legacyVersions, resourceList } from './lists.ts';
import { versionOf } from './version.ts';

export { versionOf };

/** What is served in the real server, and is not modelled here. */
const notModelled = ['/flagz', '/metrics', '/metrics/slis', '/openid/v1/jwks', '/statusz'];

/** Discovery, version, health and schemas: all paths that are not of objects. */
export function discover(
  server: Server,
  request: ApiRequest,
  path: string,
): ApiResponse | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const clean = path.replace(/\/$/, '');
  const resources = resourcesOf(server);
  switch (clean) {
    case '':
      return answer(200, { paths: rootPaths(resources) });
    case '/version':
      return answer(200, versionOf(server.settings.version));
    case '/api':
      return list(request, resources, [''], legacyVersions);
    case '/apis':
      return list(request, resources, groupsOf(resources), () => groupList(resources));
    case '/.well-known/openid-configuration':
      return answer(200, openIdConfiguration(server));
  }
  if (notModelled.includes(clean)) return plain(501, `${clean} is not modelled here\n`);
  return openApi(server, request, clean) ?? health(request, clean) ?? lists(resources, clean);
}

function lists(resources: readonly Resource[], path: string): ApiResponse | undefined {
  const [, group = '', version] = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
  const name = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  const found = version
    ? resourceList(resources, group, version)
    : name && groupOf(resources, name);
  return found ? answer(200, found) : undefined;
}

/** `/api` and `/apis` in the form that the client likes best. */
function list(
  request: ApiRequest,
  resources: readonly Resource[],
  groups: readonly string[],
  plainly: () => object,
): ApiResponse {
  const version = wantedAggregation(request);
  if (!version) return answer(200, plainly());
  const body = aggregate(resources, groups, version);
  const headers = {
    'cache-control': 'public',
    'content-type': aggregatedType(version),
    etag: etagOf(JSON.stringify(body)),
    vary: 'Accept',
  };
  return unchanged(request, headers) ?? { ...answer(200, body), headers };
}

/** What `/` lists: the paths that are served here. */
function rootPaths(resources: readonly Resource[]): string[] {
  const groups = groupsOf(resources).flatMap((group) => [
    `/apis/${group}`,
    ...versionsOf(resources, group).map((version) => `/apis/${group}/${version}`),
  ]);
  const fixed = ['/.well-known/openid-configuration', '/api', '/api/v1', '/apis', '/apis/'];
  const schemas = ['/openapi/v2', '/openapi/v3', '/openapi/v3/'];
  const all = [...fixed, ...schemas, ...groups, ...healthPaths(), ...notModelled, '/version'];
  return all.sort();
}

function openIdConfiguration({ settings }: Server): object {
  return {
    issuer: `https://kubernetes.default.svc.${settings.clusterDomain}`,
    jwks_uri: 'https://192.168.49.2:6443/openid/v1/jwks',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

/** Whether a group is served: what is not there below it is told in a Status. */
export function isServed(server: Server, path: string): boolean {
  const [first, second = ''] = path.split('/').filter((part) => part !== '');
  if (first === 'api') return second === 'v1';
  return first === 'apis' && versionsOf(resourcesOf(server), second).length > 0;
}
