import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiStatus } from '../apimachinery/status.ts';
import { kinds, mergeTypes } from '../resources/catalog.ts';
import * as texts from '../resources/descriptions.generated.ts';
import type { Json } from '../world/json.ts';
import { createWorld, type World } from '../world/world.ts';
import type { ApiRequest, ApiResponse, ApiServer, WatchMessage } from './request.ts';
import { createApiServer } from './server.ts';

const admin = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const START = 1_795_000_000_000_000;

/** An API server without any controllers, for tests. */
export interface Bench {
  readonly world: World;
  readonly api: ApiServer;
  /** Sends a request; `agent` is the client's name, which owns what it writes. */
  send(method: ApiRequest['method'], url: string, body?: unknown, more?: Headers): ApiResponse;
  /** The same, of which an object is expected. */
  ask(method: ApiRequest['method'], url: string, body?: unknown, more?: Headers): ApiObject;
  /** The same, of which a refusal is expected. */
  fail(method: ApiRequest['method'], url: string, body?: unknown, more?: Headers): ApiStatus;
  /** Starts a watch; its events come into the list as virtual time passes. */
  watch(url: string): WatchMessage['event'][];
  /** Lets virtual time pass. */
  pass(micros: number): void;
}

type Headers = Readonly<Record<string, string>>;

/** A bench with the namespace `default` in it. `dual` offers both families of cluster IPs. */
export function createBench({ dual = false } = {}): Bench {
  const world = createWorld({ seed: 3, start: START });
  const api = createApiServer(world, {
    kinds,
    types: mergeTypes,
    texts: () => texts,
    settings: {
      serviceCidrs: ['10.96.0.0/16', ...(dual ? ['fd00:10:96::/112'] : [])],
      podCidrs: ['10.244.0.0/16'],
      nodePortRange: [30_000, 32_767],
      clusterDomain: 'cluster.local',
      version: 'v1.36.2',
    },
  });
  const heard = new Map<number, WatchMessage['event'][]>();
  world.route('watcher', (_to, message) => {
    const { watch, event } = message as unknown as WatchMessage;
    heard.get(watch)?.push(event);
  });
  const send: Bench['send'] = (method, url, body, more = {}) => {
    const headers = { 'user-agent': 'tester', ...more };
    return api.handle(
      { method, url, headers, ...(body !== undefined && { body: body as Json }) },
      admin,
    );
  };
  send('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
  return {
    world,
    api,
    send,
    ask: (...request) => send(...request).body as ApiObject,
    fail: (...request) => send(...request).body as unknown as ApiStatus,
    watch(url) {
      const headers = { 'user-agent': 'tester' };
      const started = api.watch({ method: 'GET', url, headers }, admin, 'watcher/1');
      const events: WatchMessage['event'][] = [];
      if (started.ok) heard.set(started.watch, events);
      return events;
    },
    pass: (micros) => void world.clock.runUntil(world.clock.now + micros, 10_000),
  };
}

/** A ConfigMap as a manifest. */
export const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...more },
});
