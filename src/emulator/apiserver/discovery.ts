import type { ResourceKind } from '../resources/kind.ts';
import { openApiIndex, openApiDocument } from './openapi.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { answer, plain } from './responses.ts';
import { header } from './route.ts';
import type { Server } from './server.ts';

/** Order of groups in `/apis`, by upstream's group priorities. */
const groups = [
  '',
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
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(clean);
  if (match) return resourceList(server, match[1] ?? '', match[2] as string);
  const group = /^\/apis\/([^/]+)$/.exec(clean)?.[1];
  const known = group && groupsOf(server).includes(group);
  return known ? answer(200, groupEntry(server, group, true)) : undefined;
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

function groupEntry(server: Server, group: string, whole: boolean): object {
  const version = kindsOf(server, group)[0]?.names.version ?? 'v1';
  const entry = { groupVersion: `${group}/${version}`, version };
  return {
    ...(whole && { kind: 'APIGroup', apiVersion: 'v1' }),
    name: group,
    versions: [entry],
    preferredVersion: entry,
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
  token: { kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] },
};

function resourceList(server: Server, group: string, version: string): ApiResponse | undefined {
  const kinds = kindsOf(server, group, version);
  if (kinds.length === 0) return undefined;
  const resources = kinds.flatMap(({ names, subresources: below }) => [
    {
      name: names.plural,
      singularName: names.singular,
      namespaced: names.namespaced,
      kind: names.kind,
      verbs: names.verbs,
      ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
      ...(names.categories.length > 0 && { categories: names.categories }),
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
  return answer(200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
}

/** APIGroupDiscoveryList (aggregated discovery v2). */
function aggregate(server: Server, wanted: readonly string[]): ApiResponse {
  const items = wanted.map((group) => {
    const kinds = kindsOf(server, group);
    const version = kinds[0]?.names.version ?? 'v1';
    return {
      metadata:
        group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
      versions: [{ version, resources: kinds.map(aggregatedResource), freshness: 'Current' }],
    };
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
      responseKind: {
        group: info?.group ?? (info?.kind ? '' : names.group),
        version: info?.version ?? names.version,
        kind: info?.kind ?? names.kind,
      },
      verbs: info?.verbs ?? [],
    };
  });
  return {
    resource: names.plural,
    responseKind: { group: names.group, version: names.version, kind: names.kind },
    scope: names.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: names.singular,
    verbs: names.verbs,
    ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
    ...(names.categories.length > 0 && { categories: names.categories }),
    ...(subs.length > 0 && { subresources: subs }),
  };
}
