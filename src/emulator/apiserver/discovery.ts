import { sha256 } from '../apimachinery/sha256.ts';
import { bytesToBase64 } from '../resources/base64.ts';
import type { ResourceKind } from '../resources/kind.ts';
import { openApiIndex, openApiDocument } from './openapi.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { answer, plain } from './responses.ts';
import { header } from './route.ts';
import type { Server } from './server.ts';

/** Order of groups in `/apis`, by upstream's group priorities. */
const groups = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** Discovery, version, health and schemas: all paths that are not of objects. */
export function discover(
  server: Server,
  request: ApiRequest,
  path: string,
): ApiResponse | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const clean = path.replace(/\/$/, '');
  const aggregated = header(request, 'accept').includes('as=APIGroupDiscoveryList');
  switch (clean) {
    case '/healthz':
    case '/livez':
    case '/readyz':
      return plain(200, 'ok');
    case '/version':
      return answer(200, versionOf(server.settings.version));
    case '/api':
      return aggregated ? aggregate(server, ['']) : answer(200, legacyVersions());
    case '/apis':
      return aggregated ? aggregate(server, groupsOf(server)) : answer(200, groupList(server));
    case '/openapi/v3':
      return answer(200, openApiIndex(server));
  }
  if (clean.startsWith('/openapi/v3/')) return openApiDocument(server, clean);
  if (clean === '') return answer(200, { paths: rootPaths(server) });
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(clean);
  if (match) return resourceList(server, match[1] ?? '', match[2] as string);
  const group = /^\/apis\/([^/]+)$/.exec(clean)?.[1];
  const known = group && groupsOf(server).includes(group);
  return known ? answer(200, groupEntry(server, group, true)) : undefined;
}

/** What `/` lists: the paths that are served here. */
function rootPaths(server: Server): string[] {
  const groups = groupsOf(server).flatMap((group) => [
    `/apis/${group}`,
    ...new Set(kindsOf(server, group).map(({ names }) => `/apis/${group}/${names.version}`)),
  ]);
  const fixed = ['/api', '/api/v1', '/apis', '/apis/', '/healthz', '/livez', '/openapi/v3'];
  return [...fixed, ...groups, '/openapi/v3/', '/readyz', '/version'].sort();
}

/** Whether a group is served: what is not there below it is told in a Status. */
export function isServed(server: Server, path: string): boolean {
  const [first, second = ''] = path.split('/').filter((part) => part !== '');
  if (first === 'api') return second === 'v1';
  return first === 'apis' && kindsOf(server, second).length > 0;
}

function groupsOf(server: Server): string[] {
  const present = new Set(server.kinds.map(({ names }) => names.group));
  return groups.filter((group) => group !== '' && present.has(group));
}

function kindsOf(server: Server, group: string, version?: string): ResourceKind[] {
  return server.kinds
    .filter(({ names }) => names.group === group && (!version || names.version === version))
    .toSorted((a, b) => (a.names.plural < b.names.plural ? -1 : 1));
}

/** What `/version` says of the pinned release. */
export function versionOf(version: string): object {
  const [major, minor] = version.replace(/^v/, '').split('.');
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: version,
    gitCommit: '98b35193b2ac7a23a673325f5e9b830ecd5ba406',
    gitTreeState: 'clean',
    buildDate: '2026-06-10T00:00:00Z',
    goVersion: 'go1.26.10',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

function legacyVersions(): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '192.168.49.2:6443' }],
  };
}

/** Versions of a group, the preferred one first: v2 before v1. */
function versionsOf(server: Server, group: string): string[] {
  const versions = new Set(kindsOf(server, group).map(({ names }) => names.version));
  return [...versions].sort().toReversed();
}

function groupEntry(server: Server, group: string, whole: boolean): object {
  const versions = versionsOf(server, group).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return {
    ...(whole && { kind: 'APIGroup', apiVersion: 'v1' }),
    name: group,
    versions,
    preferredVersion: versions[0],
  };
}

function groupList(server: Server): object {
  const list = groupsOf(server).map((group) => groupEntry(server, group, false));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: list };
}

/** Verbs and kinds of subresources, as discovery lists them. */
const subresources: Readonly<
  Record<
    string,
    {
      readonly kind?: string;
      readonly group?: string;
      readonly version?: string;
      readonly verbs: readonly string[];
    }
  >
> = {
  status: { verbs: ['get', 'patch', 'update'] },
  scale: { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] },
  binding: { kind: 'Binding', verbs: ['create'] },
  eviction: { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  log: { verbs: ['get'] },
  exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
  attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  ephemeralcontainers: { verbs: ['get', 'patch', 'update'] },
  resize: { verbs: ['get', 'patch', 'update'] },
  finalize: { verbs: ['update'] },
  approval: { verbs: ['get', 'patch', 'update'] },
  token: { kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] },
};

function resourceList(server: Server, group: string, version: string): ApiResponse | undefined {
  const kinds = kindsOf(server, group, version);
  if (kinds.length === 0) return undefined;
  const resources = kinds.flatMap(({ names, fixed, subresources: below }) => [
    {
      name: names.plural,
      singularName: names.singular,
      namespaced: names.namespaced,
      kind: names.kind,
      verbs: names.verbs,
      ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
      ...(names.categories.length > 0 && { categories: names.categories }),
      ...(!fixed && { storageVersionHash: storageVersionHash(names) }),
    },
    ...[...below].sort().map((sub) => {
      const info = subresources[sub];
      return {
        name: `${names.plural}/${sub}`,
        singularName: '',
        namespaced: names.namespaced,
        ...(info?.group && { group: info.group, version: info.version }),
        kind: info?.kind ?? names.kind,
        verbs: info?.verbs ?? [],
      };
    }),
  ]);
  const groupVersion = group === '' ? version : `${group}/${version}`;
  // The list of the core group was there before lists had a version.
  const apiVersion = group === '' ? {} : { apiVersion: 'v1' };
  return answer(200, { kind: 'APIResourceList', ...apiVersion, groupVersion, resources });
}

/** `StorageVersionHash`: tells clients when objects are stored in another version. */
function storageVersionHash({ group, version, kind }: ResourceKind['names']): string {
  const text = `${group}/${version}/${kind}`;
  return bytesToBase64(sha256(new TextEncoder().encode(text)).slice(0, 8));
}

/** APIGroupDiscoveryList (aggregated discovery v2). */
function aggregate(server: Server, wanted: readonly string[]): ApiResponse {
  const items = wanted.map((group) => {
    const versions = versionsOf(server, group).map((version) => ({
      version,
      resources: kindsOf(server, group, version).map(aggregatedResource),
      freshness: 'Current',
    }));
    return { metadata: group === '' ? {} : { name: group }, versions };
  });
  return answer(200, {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items,
  });
}

function aggregatedResource({ names, subresources: below }: ResourceKind): object {
  const subs = [...below].sort().map((sub) => {
    const info = subresources[sub];
    return {
      subresource: sub,
      // Group and version are told only where they are not those of the list.
      responseKind: {
        group: info?.group ?? '',
        version: info?.version ?? '',
        kind: info?.kind ?? names.kind,
      },
      verbs: info?.verbs ?? [],
    };
  });
  return {
    resource: names.plural,
    responseKind: { group: '', version: '', kind: names.kind },
    scope: names.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: names.singular,
    verbs: names.verbs,
    ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
    ...(names.categories.length > 0 && { categories: names.categories }),
    ...(subs.length > 0 && { subresources: subs }),
  };
}
