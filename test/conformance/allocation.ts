// What the Service registry gives and refuses (suite conformance/allocation), through the real API
// server's requests. The recording begins below API defaulting, so the Service kind goes without.
// Each test has a server of its own. What a test deleted between its steps is not recorded: a
// creation that went well finds nothing in its way. Addresses and ports that the client did not ask
// for are compared by their family and range alone.
import { createApiServer } from '../../src/emulator/apiserver/server.ts';
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import type { ApiResponse, ApiServer } from '../../src/emulator/apiserver/request.ts';
import { kinds, mergeTypes } from '../../src/emulator/resources/catalog.ts';
import * as texts from '../../src/emulator/resources/descriptions.generated.ts';
import { canonical, type Json } from '../../src/emulator/world/json.ts';
import { createWorld, type World } from '../../src/emulator/world/world.ts';
import type { CaseResult } from './run.ts';

interface Case {
  readonly id: string;
  readonly test: string;
  readonly operation: 'create' | 'update';
  readonly clusterIPFamilies: readonly string[];
  readonly dryRun?: boolean;
  readonly before?: ApiObject;
  readonly input: ApiObject;
  readonly output?: ApiObject;
  readonly error?: { readonly code?: number; readonly message?: string; readonly details?: Json };
}

interface Place {
  readonly world: World;
  readonly api: ApiServer;
}

export const handles = (path: string) => /allocation\/service-storage\.json$/.test(path);

const user = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const ranges: Readonly<Record<string, string>> = { IPv4: '10.0.0.0/16', IPv6: '2000::/108' };
const namespaces = ['default', 'test', 'bar', 'bar1', 'bar2', 'bar3', 'bar4', 'bar5'];
const START = Date.parse('2026-11-23T00:15:00Z') * 1_000;

export function* run(file: { readonly cases: readonly Case[] }): Generator<CaseResult> {
  const places = new Map<string, Place>();
  for (const each of file.cases) {
    const name = `${each.test} ${each.clusterIPFamilies.join()}`;
    const place = places.get(name) ?? start(each.clusterIPFamilies);
    places.set(name, place);
    prepare(place, each);
    const problem = compare(each, send(place.api, each));
    yield problem === ''
      ? { id: each.id, outcome: 'pass' }
      : { id: each.id, outcome: 'fail', detail: problem };
  }
}

function start(families: readonly string[]): Place {
  const world = createWorld({ seed: 1, start: START });
  const api = createApiServer(world, {
    kinds: kinds.map((kind) =>
      kind.names.kind === 'Service' ? { ...kind, defaults: (object) => object } : kind,
    ),
    types: mergeTypes,
    texts: () => texts,
    settings: {
      serviceCidrs: families.map((family) => ranges[family] as string),
      podCidrs: ['10.244.0.0/16'],
      nodePortRange: [30_000, 32_767],
      clusterDomain: 'cluster.local',
      version: 'v1.36.2',
    },
  });
  return { world, api };
}

function prepare({ world, api }: Place, { operation, before, output, input }: Case): void {
  const put = (key: string, value: Json | undefined) =>
    world.store.commit(world.cause('recording'), [{ key, value }]);
  const stored = world.store.list<ApiObject>('/registry/services/');
  const make = (name: string) => {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    api.handle({ method: 'POST', url: '/api/v1/namespaces', body }, user);
  };
  for (const name of namespaces) make(name);
  if (operation === 'create') {
    for (const [key, other] of stored) if (output && inTheWay(other, input)) put(key, undefined);
    return;
  }
  const { namespace, name } = (before ?? input).metadata;
  const key = `/registry/services/${namespace}/${name}`;
  const metadata = { uid: 'u', creationTimestamp: '2026-11-23T00:15:00Z', ...before?.metadata };
  put(key, { ...before, metadata } as unknown as Json);
}

function inTheWay(other: ApiObject, input: ApiObject): boolean {
  const numbers = (object: ApiObject) => {
    const { clusterIPs = [], ports = [], healthCheckNodePort } = specOf(object) as Spec;
    return [...clusterIPs, ...ports.map(({ nodePort }) => nodePort), healthCheckNodePort];
  };
  const asked = new Set(numbers(input).filter((each) => each && each !== 'None'));
  return other.metadata.name === input.metadata.name || numbers(other).some((x) => asked.has(x));
}

interface Spec {
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly { readonly nodePort?: number }[];
  readonly healthCheckNodePort?: number;
}

function send(api: ApiServer, each: Case): ApiResponse {
  const { operation, before, input, dryRun } = each;
  const { namespace, name } = (before ?? input).metadata;
  // The generic tests' requests are all of the namespace `test`.
  const space = namespaces.includes(namespace ?? '') ? namespace : 'test';
  const base = `/api/v1/namespaces/${space}/services`;
  const query = dryRun ? '?dryRun=All' : '';
  const body = input as unknown as Json;
  if (operation === 'create') {
    return api.handle({ method: 'POST', url: base + query, body }, user);
  }
  const same = canonical(specOf(input)) === canonical(specOf(before as ApiObject));
  const changed = canonical(statusOf(input)) !== canonical(statusOf(before as ApiObject));
  const url = `${base}/${name}${same && changed ? '/status' : ''}${query}`;
  const { resourceVersion: _version, uid: _uid, ...metadata } = input.metadata;
  return api.handle({ method: 'PUT', url, body: { ...input, metadata } as unknown as Json }, user);
}

const specOf = (object: ApiObject) => object['spec'] as Json & Spec;
const statusOf = (object: ApiObject) => object['status'] as Json;

function compare({ output, error, input }: Case, response: ApiResponse): string {
  const got = response.body as unknown as ApiObject;
  if (error) {
    const { code, message, details } = response.body as Case['error'] & object;
    const left = canonical([error.code, error.message, error.details ?? null] as Json);
    const right = canonical([code, message, details ?? null] as Json);
    return left === right ? '' : `expected ${left}\n     got ${right}`;
  }
  if (response.status >= 300 || !output) return `expected success, got ${canonical(got as never)}`;
  const asked = canonical(input as unknown as Json);
  const left = canonical(shape(output, asked));
  const right = canonical(shape(got, asked));
  return left === right ? '' : `expected ${left}\n     got ${right}`;
}

/** Spec, status and what the client set of the metadata, without what was drawn. */
function shape(object: ApiObject, asked: string): Json {
  const { labels, annotations, finalizers } = object.metadata;
  const metadata = Object.fromEntries(
    Object.entries({ labels, annotations, finalizers }).filter(([, value]) => value),
  );
  const status = { loadBalancer: {}, ...(statusOf(object) as object) };
  return drawn({ metadata, spec: specOf(object), status } as unknown as Json, asked);
}

function drawn(value: Json | undefined, asked: string, name = ''): Json {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return (value as Json[]).map((each) => drawn(each, asked, name));
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([key, each]) => [key, drawn(each, asked, key)]));
  }
  const text = String(value);
  if (/odePort$/.test(name) && !asked.includes(text)) {
    return Number(text) >= 30_000 && Number(text) <= 32_767 ? '<port>' : value;
  }
  if (!/^clusterIPs?$/.test(name) || asked.includes(text)) return value;
  return text.startsWith('10.0.') ? '<IPv4>' : text.startsWith('2000::') ? '<IPv6>' : value;
}
