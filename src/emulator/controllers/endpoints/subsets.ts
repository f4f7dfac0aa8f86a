import type { ApiObject } from '../../apimachinery/object.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { canonical } from '../../world/json.ts';
import {
  addressesOf,
  findPort,
  hasClusterIP,
  hostnameOf,
  mayBeEndpoint,
} from '../endpoint-builder.ts';
import { isReady } from '../pods.ts';

export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: {
    readonly kind: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
  };
}

export interface EndpointPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

export interface Subset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly EndpointPort[];
}

export interface Endpoints extends ApiObject {
  readonly subsets?: readonly Subset[];
}

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** More addresses than these are cut off. */
const CAPACITY = 1000;

/** Labels of a Service's Endpoints: the Service's and the controller's own. */
export function labelsOf(service: Service): Record<string, string> {
  const { [HEADLESS]: _headless, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    [MANAGED_BY]: 'endpoint-controller',
    ...(!hasClusterIP(service) && { [HEADLESS]: '' }),
  };
}

/** Subsets of a Service whose selector matches these pods, and whether some were cut off. */
export function subsetsOf(service: Service, pods: readonly Pod[]) {
  const rows: Row[] = [];
  for (const pod of pods) {
    const tolerant = service.spec.publishNotReadyAddresses === true;
    if (!mayBeEndpoint(pod, tolerant)) continue;
    const address = addressOf(pod, service);
    if (!address) continue;
    const ready = tolerant || isReady(pod);
    for (const port of portsOf(service, pod)) rows.push({ address, ready, port });
  }
  return truncate(repack(rows));
}

interface Row {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  /** None for a headless Service without ports. */
  readonly port: EndpointPort | undefined;
}

function portsOf(service: Service, pod: Pod): (EndpointPort | undefined)[] {
  const { ports = [], clusterIP } = service.spec;
  if (ports.length === 0) return clusterIP === 'None' ? [undefined] : [];
  return ports.flatMap((port) => {
    const number = findPort(pod, port);
    if (number === undefined) return [];
    const { name, protocol, appProtocol } = port;
    return [
      {
        ...(name && { name }),
        port: number,
        ...(protocol && { protocol }),
        ...(appProtocol && { appProtocol }),
      },
    ];
  });
}

function addressOf(pod: Pod, service: Service): EndpointAddress | undefined {
  const { ipFamilies, clusterIP } = service.spec;
  const hint = clusterIP && clusterIP !== 'None' ? clusterIP : (pod.status?.podIP ?? '');
  const family = ipFamilies?.[0] ?? (hint.includes(':') ? 'IPv6' : 'IPv4');
  const [ip] = addressesOf(pod, family);
  if (ip === undefined) return undefined;
  const hostname = hostnameOf(pod, service);
  const { namespace, name, uid } = pod.metadata;
  return {
    ip,
    ...(hostname && { hostname }),
    nodeName: pod.spec.nodeName ?? '',
    targetRef: { kind: 'Pod', ...(namespace && { namespace }), name, ...(uid && { uid }) },
  };
}

/**
 * Ports that the same addresses answer on share a subset (`RepackSubsets`); addresses are sorted as
 * text. Upstream orders ports and subsets by a hash; here they keep the order of the Service.
 */
function repack(rows: readonly Row[]): Subset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; rows: Map<string, Row> }>();
  for (const row of rows) {
    const id = canonical(row.port ?? null);
    const entry = byPort.get(id) ?? { port: row.port, rows: new Map<string, Row>() };
    byPort.set(id, entry);
    const who = `${row.address.ip}/${row.address.targetRef?.uid ?? ''}`;
    // What is not ready once is not ready.
    if (entry.rows.get(who)?.ready !== false) entry.rows.set(who, row);
  }
  const subsets = new Map<string, { rows: readonly Row[]; ports: EndpointPort[] }>();
  for (const { port, rows: own } of byPort.values()) {
    const sorted = [...own.values()].toSorted(byAddress);
    const id = canonical(sorted.map(({ address, ready }) => [address, ready]));
    const subset = subsets.get(id) ?? { rows: sorted, ports: [] };
    subsets.set(id, subset);
    // Port 0 stands for none.
    if (port && port.port > 0) subset.ports.push(port);
  }
  return [...subsets.values()].map(({ rows: own, ports }) => {
    const ready = own.filter((row) => row.ready).map(({ address }) => address);
    const notReady = own.filter((row) => !row.ready).map(({ address }) => address);
    return {
      ...(ready.length > 0 && { addresses: ready }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady }),
      ...(ports.length > 0 && { ports }),
    };
  });
}

function byAddress({ address: a }: Row, { address: b }: Row): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
  return (a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1;
}

/** Ready addresses come first when there are too many; each subset gives up its share. */
function truncate(subsets: readonly Subset[]): { subsets: readonly Subset[]; cut: boolean } {
  const count = (of: 'addresses' | 'notReadyAddresses') =>
    subsets.reduce((sum, subset) => sum + (subset[of]?.length ?? 0), 0);
  const ready = count('addresses');
  const total = ready + count('notReadyAddresses');
  if (total <= CAPACITY) return { subsets, cut: false };
  const readyLeft = Math.min(CAPACITY, ready);
  const share = (list: readonly EndpointAddress[] | undefined, left: number, of: number) =>
    (list ?? []).slice(0, of === 0 ? 0 : Math.floor(((list ?? []).length * left) / of));
  const shrunk = subsets.map((subset) => {
    const addresses = share(subset.addresses, readyLeft, ready);
    const others = share(subset.notReadyAddresses, CAPACITY - readyLeft, total - ready);
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(others.length > 0 && { notReadyAddresses: others }),
      ...(subset.ports && { ports: subset.ports }),
    };
  });
  return { subsets: shrunk, cut: true };
}

/** Annotations of what is written: the time of the change, and a word where some were cut off. */
export function annotationsOf(
  current: Endpoints | undefined,
  time: string | undefined,
  cut: boolean,
): Record<string, string> {
  const { [OVER_CAPACITY]: _over, ...others } = current?.metadata.annotations ?? {};
  const { 'endpoints.kubernetes.io/last-change-trigger-time': _time, ...rest } = others;
  return {
    ...rest,
    ...(time && { 'endpoints.kubernetes.io/last-change-trigger-time': time }),
    ...(cut && { [OVER_CAPACITY]: 'truncated' }),
  };
}

/** Whether Endpoints are this controller's own. */
export const isManaged = ({ metadata }: ApiObject) =>
  metadata.labels?.[MANAGED_BY] === 'endpoint-controller';
