import type { DaemonSys, Fd, Syscall } from '../../host/syscalls.ts';
import type { EndpointSliceObject, ServiceObject } from '../../proxy/services.ts';
import { parseRfc3339, SECOND } from '../../world/index.ts';
import type { ObjectMeta } from '../../apimachinery/object.ts';
import { log } from './log.ts';
import { nothingPending, nothingSeen, type Pending } from './metrics/record.ts';
import { rememberObject, writeState, type ProxyState, type Watched } from './state.ts';

const SELECTOR =
  'labelSelector=%21service.kubernetes.io%2Fheadless' +
  '%2C%21service.kubernetes.io%2Fservice-proxy-name';

/** Paths of the three collections; the headless ones and those of another proxy are left out. */
function url(kind: Watched, node: string, query: string): string {
  if (kind === 'service') return `/api/v1/services?${SELECTOR}&${query}`;
  if (kind === 'cidr') return `/apis/networking.k8s.io/v1/servicecidrs?${query}`;
  if (kind === 'slice') return `/apis/discovery.k8s.io/v1/endpointslices?${SELECTOR}&${query}`;
  return `/api/v1/nodes?fieldSelector=metadata.name%3D${node}&${query}`;
}

const GO_TYPES: Readonly<Record<Watched, string>> = {
  service: '*v1.Service',
  slice: '*v1.EndpointSlice',
  node: '*v1.Node',
  cidr: '*v1.ServiceCIDR',
};

/** How long a failed list waits before the next try. */
const RETRY = 1 * SECOND;

interface Listed {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly (ServiceObject & EndpointSliceObject & NodeObject)[];
}

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/** Lists a kind and opens a watch from there; on failure tries again after a while. */
export function* listAndWatch(
  sys: DaemonSys,
  before: ProxyState,
  kind: Watched,
): Generator<Syscall, ProxyState, unknown> {
  const node = before.config.nodeName;
  const list = yield* sys.api(
    { method: 'GET', url: url(kind, node, 'limit=500&resourceVersion=0') },
    before.api,
  );
  if (typeof list === 'string' || list.status !== 200) {
    const why = typeof list === 'string' ? list : (list.body as { message?: string }).message;
    return retry(sys, before, kind, String(why));
  }
  const listed = list.body as unknown as Listed;
  const state = takeList(sys, before, kind, listed);
  const { resourceVersion } = listed.metadata;
  const from = `allowWatchBookmarks=true&resourceVersion=${resourceVersion}&watch=true`;
  const fd = yield* sys.watch({ method: 'GET', url: url(kind, node, from) }, before.api);
  if (typeof fd !== 'number') {
    return retry(sys, state, kind, typeof fd === 'string' ? fd : String(fd.status));
  }
  const listedKinds = state.listed.includes(kind) ? state.listed : [...state.listed, kind];
  return { ...state, watches: { ...state.watches, [fd]: kind }, listed: listedKinds };
}

function retry(sys: DaemonSys, state: ProxyState, kind: Watched, why: string): ProxyState {
  const type = GO_TYPES[kind];
  log(
    sys,
    'E',
    'reflector.go:204',
    `"Failed to watch" err="failed to list ${type}: ${why}" ` +
      'logger="UnhandledError" reflector="k8s.io/client-go/informers/factory.go:161" ' +
      `type="${type}"`,
  );
  sys.setTimer(`watch-${kind}`, RETRY, kind);
  return state;
}

/** Takes a whole list: what is no longer in it is forgotten. */
function takeList(sys: DaemonSys, state: ProxyState, kind: Watched, list: Listed): ProxyState {
  if (kind === 'node') return list.items[0] ? takeNode(state, list.items[0]) : state;
  const names = new Set<string>();
  if (kind === 'cidr') {
    for (const item of list.items) rememberRange(sys, item as unknown as RangeObject, false);
    return state;
  }
  const dirty = new Set<string>();
  for (const item of list.items) {
    names.add(`${kind}/${item.metadata.namespace}/${item.metadata.name}`);
    if (rememberObject(sys, kind, item, false)) dirty.add(serviceOf(item));
  }
  for (const [name, known] of sys.memories(`${kind}/`)) {
    if (names.has(name)) continue;
    sys.remember(name, undefined);
    dirty.add(serviceOf(known as unknown as ServiceObject));
  }
  const all = state.dirty === 'all' ? 'all' : [...state.dirty, ...dirty];
  return { ...withSeen(state, kind, list.items.length), dirty: all };
}

interface RangeObject {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly cidrs?: readonly string[] };
}

function rememberRange(sys: DaemonSys, { metadata, spec }: RangeObject, removed: boolean): void {
  sys.remember(`cidr/${metadata.name}`, removed ? undefined : (spec?.cidrs ?? []));
}

/** The Service that an object is, or belongs to. */
function serviceOf({ metadata }: ServiceObject | EndpointSliceObject): string {
  const name = metadata.labels?.['kubernetes.io/service-name'] ?? metadata.name;
  return `${metadata.namespace ?? ''}/${name}`;
}

function takeNode(state: ProxyState, node: NodeObject): ProxyState {
  const addresses = node.status?.addresses ?? [];
  const internal = (six: boolean) =>
    addresses.find(({ type, address }) => type === 'InternalIP' && address.includes(':') === six)
      ?.address;
  const second = internal(true) ?? state.nodeIP6;
  return {
    ...state,
    nodeIP: internal(false) ?? state.nodeIP,
    ...(second === undefined ? {} : { nodeIP6: second }),
    labels: node.metadata.labels ?? {},
  };
}

/** Takes one event; tells whether rules may have to change. */
export function takeEvent(
  sys: DaemonSys,
  state: ProxyState,
  fd: Fd,
  event: { readonly type: string; readonly object: unknown },
): { readonly state: ProxyState; readonly changed: boolean } {
  const kind = state.watches[fd];
  if (kind === undefined || event.type === 'BOOKMARK' || event.type === 'ERROR') {
    return { state, changed: false };
  }
  if (kind === 'node') {
    const next = takeNode(state, event.object as NodeObject);
    const changed =
      next.nodeIP !== state.nodeIP ||
      next.nodeIP6 !== state.nodeIP6 ||
      JSON.stringify(next.labels) !== JSON.stringify(state.labels);
    return { state: changed ? { ...next, dirty: 'all' } : next, changed };
  }
  const removed = event.type === 'DELETED';
  if (kind === 'cidr') {
    rememberRange(sys, event.object as RangeObject, removed);
    return { state: { ...state, dirty: 'all' }, changed: true };
  }
  const object = event.object as ServiceObject & EndpointSliceObject;
  const counted = withSeen(state, kind);
  if (!rememberObject(sys, kind, object, removed)) return { state: counted, changed: false };
  const { dirty } = state;
  const own = dirty === 'all' ? 'all' : [...dirty, serviceOf(object)];
  const pending = withPending(state.pending ?? nothingPending, kind, object);
  return { state: { ...counted, dirty: own, pending }, changed: true };
}

/** Counts events; each Service is told to the proxiers of both families. */
function withSeen(state: ProxyState, kind: 'service' | 'slice', count = 1): ProxyState {
  const { endpoints, services } = state.seen ?? nothingSeen;
  const seen =
    kind === 'slice'
      ? { endpoints: endpoints + count, services }
      : { endpoints, services: services + 2 * count };
  return { ...state, seen };
}

const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time';

function withPending(
  { endpoints, services, triggers }: Pending,
  kind: 'service' | 'slice',
  { metadata }: { readonly metadata: Pick<ObjectMeta, 'annotations'> },
): Pending {
  if (kind === 'service') return { endpoints, services: services + 1, triggers };
  const since = parseRfc3339(metadata.annotations?.[TRIGGER] ?? '');
  const known = since === undefined ? triggers : [...triggers, since];
  return { endpoints: endpoints + 1, services, triggers: known };
}

/** A watch that the server ended is opened anew. */
export function* reopen(
  sys: DaemonSys,
  before: ProxyState,
  fd: Fd,
): Generator<Syscall, ProxyState, unknown> {
  const kind = before.watches[fd];
  if (kind === undefined) return before;
  const watches = Object.fromEntries(
    Object.entries(before.watches).filter(([open]) => open !== String(fd)),
  );
  const state = { ...before, watches };
  writeState(sys, state);
  return yield* listAndWatch(sys, state, kind);
}
