import type { ApiObject, Labels } from '../../apimachinery/object.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { canonical, equal } from '../../world/json.ts';
import {
  addressTypesOf,
  endpointOf,
  mayBeEndpoint,
  portsOf,
  type SliceEndpoint,
  type SlicePort,
} from '../endpoint-builder.ts';
import { fill, type Writes } from './fill.ts';
import { newSlice, ownedBy, type NewSlice, type Slice } from './slice.ts';
import { topologyHints, type HintEvent, type Hinted } from './topology-hints.ts';
import { withHints } from './traffic-distribution.ts';

/** What a Service's slices are made from. */
export interface Sources {
  readonly service: Service;
  /** Pods that its selector matches. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly ApiObject[];
  /** Slices of this controller for the Service's name. */
  readonly existing: readonly Slice[];
  readonly maxEndpointsPerSlice: number;
}

export interface Plan extends Writes {
  /** Pods that were left out, as upstream's log tells it; the Service is tried again then. */
  readonly errors: readonly string[];
  /** What became of the hints, for the Service's events. */
  readonly events: readonly HintEvent[];
}

/** What to write so that a Service's slices are right (`endpointslice/reconciler.go`). */
export function plan(sources: Sources): Plan {
  const { service, existing } = sources;
  const types = addressTypesOf(service);
  const writes: Writes = { create: [], update: [], remove: [] };
  const errors: string[] = [];
  const events: HintEvent[] = [];
  for (const type of types) {
    const own = existing.filter(({ addressType }) => addressType === type);
    const part = planType(sources, type, own);
    writes.create.push(...part.create);
    writes.update.push(...part.update);
    writes.remove.push(...part.remove);
    errors.push(...part.errors);
    events.push(...part.events);
  }
  writes.remove.push(
    ...existing.filter(({ addressType }) => !(types as string[]).includes(addressType)),
  );
  return { ...writes, errors, events };
}

interface Group {
  readonly ports: readonly SlicePort[];
  readonly endpoints: SliceEndpoint[];
}

function planType(sources: Sources, addressType: string, existing: readonly Slice[]): Plan {
  const { service, maxEndpointsPerSlice } = sources;
  const { groups, errors } = groupByPorts(sources, addressType);
  const byPorts = new Map<string, Slice[]>();
  const writes: Writes = { create: [], update: [], remove: [] };
  for (const slice of existing) {
    const id = idOf(slice.ports ?? []);
    if (!ownedBy(slice, service)) writes.remove.push(slice);
    else byPorts.set(id, [...(byPorts.get(id) ?? []), slice]);
  }
  for (const [id, group] of groups) {
    const slices = byPorts.get(id) ?? [];
    const part = fill(service, { addressType, ...group }, slices, maxEndpointsPerSlice);
    writes.create.push(...part.create);
    writes.update.push(...part.update);
    writes.remove.push(...part.remove);
  }
  for (const [id, slices] of byPorts) if (!groups.has(id)) writes.remove.push(...slices);
  placeholder(service, addressType, existing, writes);
  const { event, ...hinted } = hint(sources, existing, writes);
  const events = event
    ? [{ ...event, message: `${event.message}, addressType: ${addressType}` }]
    : [];
  return { ...recycle(service, { ...hinted, remove: writes.remove }), errors, events };
}

/** Endpoints that answer on the same ports belong together. */
function groupByPorts({ service, pods, nodes }: Sources, addressType: string) {
  const groups = new Map<string, Group>();
  const errors: string[] = [];
  for (const pod of pods) {
    if (!mayBeEndpoint(pod, true)) continue;
    const ports = portsOf(service, pod);
    const id = idOf(ports);
    const group = groups.get(id) ?? { ports, endpoints: [] };
    groups.set(id, group);
    const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
    if (!node && !service.spec.publishNotReadyAddresses) {
      const { namespace, name } = service.metadata;
      const { nodeName = '' } = pod.spec;
      const what = `skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}`;
      errors.push(`${what}: Node ${nodeName} Not Found`);
      continue;
    }
    const endpoint = endpointOf(pod, node, service, addressType);
    if (endpoint.addresses.length > 0) group.endpoints.push(endpoint);
  }
  return { groups, errors };
}

/** Ports as a set: their order does not tell slices apart. */
function idOf(ports: readonly SlicePort[]): string {
  const each = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) =>
    canonical([name, port ?? null, protocol, appProtocol ?? null]),
  );
  return each.toSorted().join();
}

/** A Service without endpoints has one empty slice, so that watchers know that it was seen. */
function placeholder(
  service: Service,
  addressType: string,
  existing: readonly Slice[],
  { create, remove }: Writes,
): void {
  if (existing.length !== remove.length || create.length > 0) return;
  const empty = newSlice(service, addressType, []);
  const [only] = remove;
  if (remove.length === 1 && only && isPlaceholder(only, empty)) remove.length = 0;
  else create.push(empty);
}

function isPlaceholder(slice: Slice, empty: NewSlice): boolean {
  return (
    (slice.endpoints ?? []).length === 0 &&
    (slice.ports ?? []).length === 0 &&
    equal(slice.metadata.labels, empty.metadata.labels)
  );
}

/**
 * Whether a Service asks for hints by its zones' processors; then `trafficDistribution` counts for
 * nothing.
 */
export function hintsEnabled(annotations: Labels | undefined): boolean {
  const value =
    annotations?.['service.kubernetes.io/topology-aware-hints'] ??
    annotations?.['service.kubernetes.io/topology-mode'];
  return value === 'Auto' || value === 'auto';
}

function hint({ service, nodes }: Sources, existing: readonly Slice[], writes: Writes): Hinted {
  const changed = new Set(
    [...writes.update, ...writes.remove].map(({ metadata }) => metadata.name),
  );
  const unchanged = existing.filter(({ metadata }) => !changed.has(metadata.name));
  if (hintsEnabled(service.metadata.annotations)) return topologyHints(writes, unchanged, nodes);
  return withHints(service.spec.trafficDistribution, writes, unchanged);
}

/** A slice to remove takes up what a new one would hold, where its address type is the same. */
function recycle(service: Service, { create, update, remove }: Writes): Writes {
  const left: NewSlice[] = [...create];
  const result: Writes = { create: left, update: [...update], remove: [] };
  for (const slice of remove) {
    const next = left.at(-1);
    if (!next || next.addressType !== slice.addressType || !ownedBy(slice, service)) {
      result.remove.push(slice);
      continue;
    }
    left.pop();
    result.update.push({
      ...slice,
      ...next,
      metadata: { ...slice.metadata, ...pick(next.metadata) },
    } as Slice);
  }
  // A Service that is going gets no new slices.
  return service.metadata.deletionTimestamp ? { ...result, create: [] } : result;
}

function pick({ labels, ownerReferences }: NewSlice['metadata']) {
  return { ...(labels && { labels }), ...(ownerReferences && { ownerReferences }) };
}
