// Recorded exchanges with a real API server (suite oracle/http), replayed in order against an
// emulated one without any controllers. What differs from run to run is masked on both sides: uids,
// resource versions, times, ages, continue tokens, allocated addresses and ports, generated names.
// Objects that a recording found in place are put there first, where a response shows them whole;
// of a Table whose objects are not known only the columns are compared, not the rows.
import { createApiServer } from '../../src/emulator/apiserver/server.ts';
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import type { ApiRequest, ApiResponse, ApiServer } from '../../src/emulator/apiserver/request.ts';
import { kinds, mergeTypes } from '../../src/emulator/resources/catalog.ts';
import * as texts from '../../src/emulator/resources/descriptions.generated.ts';
import { canonical, type Json } from '../../src/emulator/world/json.ts';
import { createWorld, type World } from '../../src/emulator/world/world.ts';
import type { AdapterContext, CaseResult } from './run.ts';

interface Exchange {
  readonly request: {
    readonly method: ApiRequest['method'];
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
}

interface Recording {
  readonly name: string;
  readonly exchanges?: readonly Exchange[];
  readonly commands?: readonly unknown[];
}

export const handles = (path: string) => /oracle\/http\/[^/]+\.json$/.test(path);

const admin = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const START = Date.parse('2026-11-23T00:50:08Z') * 1_000;

export function* run(file: Recording, context: AdapterContext): Generator<CaseResult> {
  const exchanges = file.exchanges ?? [];
  const replay = start([...exchanges, ...found(context)]);
  for (const [index, exchange] of exchanges.entries()) {
    const id = `${file.name}/${String(index + 1).padStart(3, '0')}`;
    const detail = `${exchange.request.method} ${exchange.request.path}`;
    const problem = replay.play(exchange);
    if (problem === '') yield { id, outcome: 'pass' };
    else yield { id, outcome: 'fail', detail: `${detail}\n${problem}` };
  }
}

/** Responses of the recordings that show the objects which the others found in place. */
function found(context: AdapterContext): readonly Exchange[] {
  return ['04-watch.json', '05-pods-and-others.json'].flatMap(
    (name) => (context.beside(name) as Recording | undefined)?.exchanges ?? [],
  );
}

function start(known: readonly Exchange[]): { play(exchange: Exchange): string } {
  const world = createWorld({ seed: 7, start: START });
  const api = createApiServer(world, {
    kinds,
    types: mergeTypes,
    texts: () => texts,
    settings: {
      serviceCidrs: ['10.96.0.0/12'],
      podCidrs: ['10.244.0.0/16'],
      nodePortRange: [30_000, 32_767],
      clusterDomain: 'cluster.local',
      version: 'v1.36.2',
    },
  });
  const said: Json[] = [];
  world.route('watcher', (_to, message) => {
    said.push((message as unknown as { readonly event: Json }).event);
  });
  bootstrap(api);
  const first = known[0]?.request.path ?? '';
  // The second recording makes its own objects; the later ones found them.
  const transient = transients(known);
  if (!first.endsWith('fieldValidation=Strict')) place(world, known, transient);
  const learnt = new Map<string, string>();
  return {
    play(exchange) {
      schedule(api, exchange);
      const request = requestOf(exchange, learnt);
      const watched = /[?&]watch=true/.test(request.url);
      if (JSON.stringify(exchange.response.body).includes('"code":410')) {
        // The recorded cluster had forgotten its first hours.
        world.store.compact(world.store.revision);
      }
      const events = exchange.response.body as unknown as readonly WatchEvent[];
      const drive = (watched: number) => repeat(api, world, transient, events, watched);
      const response = watched
        ? watch(api, world, request, said, drive)
        : api.handle(request, admin);
      learn(exchange.response.body, response.body, learnt);
      return compare(exchange, response);
    },
  };
}

/** What an API server makes of its own accord, as far as the recordings show it. */
function bootstrap(api: ApiServer): void {
  const headers = { 'user-agent': 'kube-apiserver' };
  const post = (url: string, body: Json) =>
    api.handle({ method: 'POST', url, headers, body }, admin);
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  post('/api/v1/namespaces/default/serviceaccounts', account);
  post('/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  });
}

interface WatchEvent {
  readonly type: string;
  readonly object: ApiObject & { readonly rows?: readonly { readonly object: ApiObject }[] };
}

/** Objects that came and went while something was watched, as they were when they came. */
function transients(exchanges: readonly Exchange[]): Map<string, ApiObject> {
  const events = exchanges
    .filter(({ request }) => /[?&]watch=true/.test(request.path))
    .flatMap(({ response }) => response.body as unknown as readonly WatchEvent[]);
  const gone = new Set(
    events.filter(({ type }) => type === 'DELETED').map(({ object }) => object.metadata.name),
  );
  const came = events.filter(({ type, object }) => type === 'ADDED' && !object.rows);
  return new Map(
    came
      .map(({ object }) => [object.metadata.name, object] as const)
      .filter(([name]) => gone.has(name)),
  );
}

/**
 * Does once more what was done to such objects during the watch, each before or after the bookmarks
 * that it was recorded before or after: time passes up to these.
 */
function repeat(
  api: ApiServer,
  world: World,
  transient: ReadonlyMap<string, ApiObject>,
  events: readonly WatchEvent[],
  watched: number,
): void {
  for (const { type, object } of events) {
    if (type === 'BOOKMARK' && !object.metadata.annotations) {
      const due = api.bookmarkDue(watched);
      if (due === undefined) continue;
      world.clock.runUntil(due, 100_000);
      api.bookmark(watched);
      continue;
    }
    const seen = object.rows?.[0]?.object ?? object;
    const whole = transient.get(seen.metadata?.name);
    if (!whole) continue;
    const url = '/api/v1/namespaces/default/services';
    const { name } = whole.metadata;
    const { ports, selector } = whole['spec'] as { readonly ports: Json; readonly selector: Json };
    const { labels = null } = seen.metadata;
    const metadata = { name, ...(labels && { labels }) };
    const body = { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports, selector } };
    const send = (method: ApiRequest['method'], to: string) =>
      api.handle({ method, url: to, headers: {}, body: body as Json }, admin);
    if (type === 'ADDED') send('POST', url);
    else if (type === 'MODIFIED') send('PUT', `${url}/${name}`);
    else if (type === 'DELETED') {
      api.handle({ method: 'DELETE', url: `${url}/${name}`, headers: {} }, admin);
    }
  }
}

/** Puts whole objects that responses show into the store, as they were before any deletion. */
function place(
  world: World,
  exchanges: readonly Exchange[],
  transient: ReadonlyMap<string, ApiObject>,
): void {
  for (const { request, response } of exchanges) {
    const bodies = Array.isArray(response.body)
      ? (response.body as { readonly object?: Json }[]).map(({ object }) => object)
      : request.method === 'GET' || request.method === 'DELETE'
        ? [response.body]
        : [];
    for (const body of bodies) {
      const object = body as unknown as ApiObject | undefined;
      const kind = kinds.find(({ names }) => names.kind === object?.kind);
      if (!kind || !object?.metadata?.uid || object.metadata.name === 'p') continue;
      if (transient.has(object.metadata.name)) continue;
      const { group, plural } = kind.names;
      const resource = group === '' ? plural : `${plural}.${group}`;
      const space = object.metadata.namespace ? `${object.metadata.namespace}/` : '';
      const key = `/registry/${resource}/${space}${object.metadata.name}`;
      if (object.metadata.name === 'n1' || object.metadata.name === 'kubernetes') continue;
      if (world.store.get(key)) continue;
      const value = undeleted(object) as unknown as Json;
      world.store.commit(world.cause('recording'), [{ key, value }]);
    }
  }
}

function undeleted(object: ApiObject): ApiObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, ...kept } = object.metadata;
  if (!deletionTimestamp) return object;
  void deletionGracePeriodSeconds;
  const finalizers = (kept.finalizers ?? []).filter((each) => each !== 'foregroundDeletion');
  const { finalizers: _all, ...bare } = kept;
  const metadata = {
    ...bare,
    ...(finalizers.length > 0 && { finalizers }),
    ...(kept.generation !== undefined && { generation: kept.generation - 1 }),
  };
  return { ...object, metadata };
}

/** The recorded cluster had a scheduler: a pod that is seen on a node is bound to it first. */
function schedule(api: ApiServer, { request, response }: Exchange): void {
  const pod = response.body as { readonly kind?: string; readonly spec?: { nodeName?: string } };
  if (request.method !== 'GET' || pod.kind !== 'Pod' || !pod.spec?.nodeName) return;
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: '' },
    target: { kind: 'Node', name: pod.spec.nodeName },
  };
  const headers = { 'user-agent': 'kube-scheduler' };
  api.handle({ method: 'POST', url: `${request.path}/binding`, headers, body }, admin);
}

function requestOf(exchange: Exchange, learnt: ReadonlyMap<string, string>): ApiRequest {
  const { method, path, headers, body } = exchange.request;
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const text = [...learnt].reduce((sum, [from, to]) => sum.replaceAll(from, to), canonical(body));
  return {
    method,
    url: path,
    headers: Object.fromEntries(lower) as Record<string, string>,
    ...(body !== null && { body: JSON.parse(text) as Json }),
  };
}

function watch(
  api: ApiServer,
  world: World,
  request: ApiRequest,
  said: Json[],
  drive: (watched: number) => void,
): ApiResponse {
  const started = api.watch(request, admin, 'watcher/1');
  if (!started.ok) return started.response;
  said.length = 0;
  drive(started.watch);
  world.clock.runUntil(world.clock.now + 1_000_000, 100_000);
  api.unwatch(started.watch);
  return { status: 200, headers: {}, body: [...said] };
}

/** Notes what stands for what: uids, addresses, ports that later requests repeat. */
function learn(recorded: unknown, own: unknown, learnt: Map<string, string>): void {
  if (typeof recorded !== 'object' || typeof own !== 'object' || !recorded || !own) return;
  for (const [name, value] of Object.entries(recorded)) {
    const other = (own as Record<string, unknown>)[name];
    if (name === 'uid' || name === 'clusterIP' || name === 'resourceVersion') {
      if (typeof value === 'string' && typeof other === 'string') {
        learnt.set(JSON.stringify(value), JSON.stringify(other));
      }
    } else learn(value, other, learnt);
  }
}

function compare({ response }: Exchange, got: ApiResponse): string {
  const warnings = (got.warnings ?? []).map((each) => `299 - ${JSON.stringify(each)}`).join(', ');
  const [wanted, own] = rowsAside(response.body, pathsAside(response.body, got.body));
  const left = canonical(masked({ status: response.status, body: wanted }));
  const right = canonical(masked({ status: got.status, body: own as Json }));
  const recorded = response.headers['Warning'] ?? '';
  const differing = left === right ? '' : `recorded ${left}\n    ours ${right}\n`;
  const warned =
    recorded === warnings ? '' : `recorded warning ${recorded}\n    ours ${warnings}\n`;
  return differing + warned;
}

/** Leaves the rows of a Table out where not all of its objects are in our store. */
function rowsAside(recorded: Json, own: unknown): [Json, unknown] {
  const [table, ours] = [recorded, own] as [Table | null, Table | null];
  if (table?.kind !== 'Table' || ours?.kind !== 'Table') return [recorded, own];
  if (table.rows?.length === ours.rows?.length) return [recorded, own];
  return [
    { ...table, rows: [], metadata: {} } as unknown as Json,
    { ...ours, rows: [], metadata: {} },
  ];
}

/** The recordings of schemas leave the member `paths` out. */
function pathsAside(recorded: Json, own: unknown): unknown {
  const wanted = recorded as { readonly openapi?: string; readonly paths?: unknown } | null;
  if (!wanted?.openapi || wanted.paths) return own;
  const { paths: _left, ...rest } = own as Record<string, unknown>;
  return rest;
}

interface Table {
  readonly kind?: string;
  readonly rows?: readonly unknown[];
}

const MASKED = new Set(['uid', 'resourceVersion', 'continue', 'time', 'nodePort', 'gitCommit']);

function masked(value: Json | undefined, name = ''): Json {
  if (value === null || value === undefined) return null;
  if (MASKED.has(name)) return '<*>';
  if (Array.isArray(value)) return (value as Json[]).map((each) => masked(each));
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([key, each]) => [key, masked(each, key)]));
  }
  if (typeof value !== 'string') return value;
  if (/^\d+(s|m|h|d|m\d+s|h\d+m)$/.test(value)) return '<age>';
  return value
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replaceAll(/\b10\.(9[6-9]|1[01]\d)\.(?!0\.1\b)\d+\.\d+/g, '<ip>')
    .replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access-<*>')
    .replaceAll(/too old resource version: \d+ \(\d+\)/g, 'too old resource version: <*>')
    .replaceAll(/:3[0-2]\d{3}\//g, ':<port>/')
    .replaceAll(/\?hash=[0-9A-F]{128}/g, '?hash=<hash>');
}
