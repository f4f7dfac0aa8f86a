import type { ApiRequest, ApiResponse } from '../request.ts';
import { plain } from '../responses.ts';
import { splitUrl } from '../route.ts';

/** Hooks that run after the start, in the order in which the parts of the server install them. */
const hooks = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'peer-endpoint-reconciler-controller',
  'start-kubernetes-service-cidr-controller',
  'storage-readiness',
  'aggregator-reload-proxy-client-cert',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
  'apiservice-wait-for-first-sync',
  'apiservice-openapi-controller',
  'apiservice-openapiv3-controller',
].map((name) => `poststarthook/${name}`);
const live = ['ping', 'log', 'etcd', 'loopback-serving-certificate', ...hooks];
const endpoints: Readonly<Record<string, readonly string[]>> = {
  healthz: [...live, 'autoregister-completion'],
  livez: [...live, 'autoregister-completion'],
  readyz: ['ping', 'log', 'informer-sync', ...hooks, 'autoregister-completion', 'shutdown'],
};

/** Paths of all checks. */
export function healthPaths(): string[] {
  return Object.entries(endpoints).flatMap(([name, checks]) => [
    `/${name}`,
    ...checks.map((check) => `/${name}/${check}`),
  ]);
}

/**
 * `/livez`, `/livez?verbose`, `/livez/etcd`, and the same below `healthz` and `readyz`; undefined
 * for other paths. All checks pass as long as there is somebody to ask (`healthz/healthz.go`).
 */
export function health(request: ApiRequest, path: string): ApiResponse | undefined {
  const [, name = '', check] = /^\/(healthz|livez|readyz)(?:\/(.+))?$/.exec(path) ?? [];
  const checks = endpoints[name];
  if (!checks) return undefined;
  if (check !== undefined) return checks.includes(check) ? plain(200, 'ok') : undefined;
  const { query } = splitUrl(request.url);
  if (query.get('verbose') === undefined) return plain(200, 'ok');
  const excluded = query.all('exclude');
  const lines = checks.map((each) =>
    excluded.includes(each) ? `[+]${each} excluded: ok\n` : `[+]${each} ok\n`,
  );
  return plain(200, `${lines.join('')}${warningOf(excluded, checks)}${name} check passed\n`);
}

function warningOf(excluded: readonly string[], checks: readonly string[]): string {
  const unknown = excluded.filter((each) => !checks.includes(each));
  if (unknown.length === 0) return '';
  const names = unknown.map((each) => JSON.stringify(each)).join(',');
  return `warn: some health checks cannot be excluded: no matches for ${names}\n`;
}
