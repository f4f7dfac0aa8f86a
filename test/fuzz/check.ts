import type { ApiRequest, ApiResponse } from '../../src/emulator/apiserver/request.ts';
import { createBench, type Bench } from '../../src/emulator/apiserver/testing.ts';
import { kinds } from '../../src/emulator/resources/catalog.ts';
import { knows, validOf } from './manifests.ts';
import { urlOf } from './requests.ts';
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';

/** What came of a run: how many requests were refused why. */
export interface Figures {
  requests: number;
  readonly refusals: Map<string, number>;
}

/** A bench that keeps what a watcher of some resources has heard. */
export interface Watched {
  readonly bench: Bench;
  readonly streams: ReadonlyMap<string, readonly { type: string; object: unknown }[]>;
}

const watched = [
  '/api/v1/services',
  '/api/v1/pods',
  '/api/v1/configmaps',
  '/apis/apps/v1/deployments',
];

export function startWatched(): Watched {
  const bench = createBench({ dual: true });
  const streams = new Map(watched.map((url) => [url, bench.watch(`${url}?watch=true`)]));
  bench.send('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  for (const namespace of ['default', 'other']) {
    bench.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      metadata: { name: 'default' },
    });
  }
  for (const kind of kinds.filter(knows)) {
    for (const name of ['web', 'db']) {
      bench.send('POST', urlOf(kind, 'default'), validOf(kind, 'default', name));
    }
  }
  return { bench, streams };
}

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Sends a request and says what is wrong with the answer: it must be an object, or a Status with a
 * reason that has changed nothing.
 */
export function sendChecked({ bench }: Watched, request: ApiRequest, figures: Figures) {
  const before = bench.world.store.revision;
  const { method, url, body, headers } = request;
  const answer = bench.send(method, url, body, headers as Record<string, string>);
  figures.requests += 1;
  const changed = bench.world.store.revision !== before;
  bench.pass(1_000);
  return complaint(request, answer, changed, figures);
}

function complaint(
  { method, url, body }: ApiRequest,
  answer: ApiResponse,
  changed: boolean,
  figures: Figures,
): string | undefined {
  const told = `${method} ${url}`;
  if (answer.status >= 400) {
    const { kind, reason, message, code } = answer.body as Readonly<Record<string, unknown>>;
    figures.refusals.set(String(reason), (figures.refusals.get(String(reason)) ?? 0) + 1);
    if (kind !== 'Status') return `${told}: refused without a Status`;
    if (!reason || !message || code !== answer.status) return `${told}: a Status without a reason`;
    if (/undefined|\[object Object\]|NaN\b/.test(String(message))) return `${told}: ${message}`;
    if (changed) return `${told}: refused (${message}), yet something has changed`;
    return undefined;
  }
  const dry = /dryRun=All/.test(url) || /"dryRun":\["All"\]/.test(JSON.stringify(body) ?? '');
  if (changed && dry) return `${told}: a dry run has changed something`;
  if (changed && !writes.has(method)) return `${told}: reading has changed something`;
  return undefined;
}

interface Service extends ApiObject {
  readonly spec: {
    readonly clusterIPs?: readonly string[];
    readonly ports?: readonly { readonly nodePort?: number; readonly protocol?: string }[];
  };
}

/** What is wrong with the store after a run. */
export function brokenInvariants({ bench, streams }: Watched): string[] {
  bench.pass(1_000_000);
  const list = (url: string) =>
    (bench.send('GET', url).body as { readonly items: readonly ApiObject[] }).items;
  const services = list('/api/v1/services') as readonly Service[];
  const ips = services.flatMap(({ spec }) => spec.clusterIPs ?? []).filter((ip) => ip !== 'None');
  const ports = services.flatMap(({ spec }) =>
    (spec.ports ?? []).flatMap(({ nodePort, protocol }) =>
      nodePort ? [`node port ${nodePort}/${protocol}`] : [],
    ),
  );
  const found = [...twice(ips), ...twice(ports)].map((what) => `${what} is taken twice`);
  for (const [url, events] of streams) {
    const held = new Map<string, string>();
    let last = 0;
    for (const { type, object } of events) {
      const { metadata } = object as ApiObject;
      const version = Number(metadata.resourceVersion);
      if (version < last) found.push(`${url}: version ${version} after ${last}`);
      last = version;
      if (type === 'ADDED' && held.has(metadata.uid)) found.push(`${url}: added twice`);
      if (type === 'MODIFIED' && !held.has(metadata.uid))
        found.push(`${url}: changed before added`);
      if (type === 'DELETED') held.delete(metadata.uid);
      else held.set(metadata.uid, metadata.resourceVersion ?? '');
    }
    const now = list(url).map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`);
    const heard = [...held].map(([uid, version]) => `${uid} ${version}`);
    if (now.toSorted().join() !== heard.toSorted().join())
      found.push(`${url}: what was heard is not what is there`);
  }
  return found;
}

function twice(all: readonly string[]): string[] {
  return all.filter((each, index) => all.indexOf(each) !== index);
}
