import type { ApiOptions, DaemonSys } from '../../host/syscalls.ts';
import type { Json, Micros } from '../../world/index.ts';
import type { EndpointSliceObject, ServiceObject } from '../../proxy/services.ts';
import type { Pending, Seen } from './metrics/record.ts';
import type { ProxyConfig } from '../../proxy/config/config.ts';

/** The kinds that kube-proxy watches. */
export type Watched = 'service' | 'slice' | 'node' | 'cidr';

/** What kube-proxy remembers besides the objects: one small record. */
export interface ProxyState {
  readonly config: ProxyConfig;
  readonly api?: ApiOptions;
  readonly nodeIP: string;
  /** The node's address of IPv6, where it has one of each family. */
  readonly nodeIP6?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Watches that are open, by descriptor. */
  readonly watches: Readonly<Record<string, Watched>>;
  readonly listed: readonly Watched[];
  readonly lastSync: Micros;
  readonly syncPlanned: boolean;
  /** Services (`namespace/name`) that changed since the last sync. */
  readonly dirty: readonly string[] | 'all';
  /** What happened since the last sync, and so far, for the metrics. */
  readonly pending?: Pending;
  readonly seen?: Seen;
  /** When a sync was last asked for. */
  readonly queued?: Micros;
  /** Sockets: what each listening descriptor serves. */
  readonly servers: Readonly<Record<string, string>>;
}

export function readState(sys: DaemonSys): ProxyState | undefined {
  return sys.memory<Json>('state') as unknown as ProxyState | undefined;
}

export function writeState(sys: DaemonSys, state: ProxyState): void {
  sys.remember('state', state as unknown as Json);
}

/** All Services or slices that were seen, each a record of its own. */
export function remembered(sys: DaemonSys): {
  readonly services: readonly ServiceObject[];
  readonly slices: readonly EndpointSliceObject[];
} {
  const all = <T>(prefix: string) => sys.memories(prefix).map(([, value]) => value as unknown as T);
  return { services: all<ServiceObject>('service/'), slices: all<EndpointSliceObject>('slice/') };
}

type Stored = ServiceObject | EndpointSliceObject;

/** Remembers an object, or its removal; tells whether that changed anything for the rules. */
export function rememberObject(
  sys: DaemonSys,
  kind: 'service' | 'slice',
  object: Stored,
  removed: boolean,
): boolean {
  const name = `${kind}/${object.metadata.namespace}/${object.metadata.name}`;
  const kept = removed ? undefined : trimmed(kind, object);
  const before = sys.memory<Json>(name);
  if (before === kept || textOf(before) === textOf(kept)) return false;
  sys.remember(name, kept);
  return true;
}

/** What is kept of an object, and its text: all nodes' kube-proxies are told of the same one. */
const parts = new WeakMap<object, Json>();
const texts = new WeakMap<object, string>();

function trimmed(kind: 'service' | 'slice', object: Stored): Json {
  const made = parts.get(object) ?? (trim(kind, object) as unknown as Json);
  parts.set(object, made);
  return made;
}

function textOf(kept: Json | undefined): string | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const text = texts.get(kept) ?? JSON.stringify(kept);
  texts.set(kept, text);
  return text;
}

/** Only what rules depend on, so that records stay small. */
function trim(kind: 'service' | 'slice', object: Stored): Stored {
  const { name, namespace, labels } = object.metadata;
  const metadata = { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) };
  if (kind === 'slice') {
    const { addressType, endpoints, ports } = object as EndpointSliceObject;
    const kept = (endpoints ?? []).map(({ addresses, conditions, nodeName, hints }) => ({
      addresses,
      ...(conditions ? { conditions } : {}),
      ...(nodeName ? { nodeName } : {}),
      ...(hints ? { hints } : {}),
    }));
    return { metadata, addressType, endpoints: kept, ports: ports ?? [] };
  }
  const { spec, status } = object as ServiceObject;
  const ingress = status?.loadBalancer?.ingress;
  return { metadata, spec, ...(ingress ? { status: { loadBalancer: { ingress } } } : {}) };
}
