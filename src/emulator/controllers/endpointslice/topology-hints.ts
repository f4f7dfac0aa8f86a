import type { ApiObject } from '../../apimachinery/object.ts';
import { milliValue } from '../../apimachinery/quantity.ts';
import type { SliceEndpoint } from '../endpoint-builder.ts';
import type { Writes } from './fill.ts';
import type { NewSlice, Slice } from './slice.ts';
import { withHints } from './traffic-distribution.ts';

/** How much more traffic than its share an endpoint may get before hints are given up. */
const OVERLOAD = 0.2;
const ZONE = 'topology.kubernetes.io/zone';
const EXCLUDED = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

const NO_NODES =
  'Insufficient Node information: ' + 'allocatable CPU or zone not specified on one or more nodes';

/** What the Service's events tell of its hints. */
export interface HintEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled';
  readonly message: string;
}

export interface Hinted {
  readonly create: NewSlice[];
  readonly update: Slice[];
  readonly event?: HintEvent;
}

/** How many endpoints a zone should have, and may have at most. */
interface Share {
  readonly desired: number;
  readonly most: number;
}

/**
 * Hints of a Service with `service.kubernetes.io/topology-mode: Auto`: endpoints are shared out to
 * zones as their nodes have processors (`endpointslice/topologycache`). Where that cannot be done
 * fairly, all hints go, and an event says why. `unchanged` are the slices that would stay.
 */
export function topologyHints(
  { create, update }: Pick<Writes, 'create' | 'update'>,
  unchanged: readonly Slice[],
  nodes: readonly ApiObject[],
): Hinted {
  const had = [...update, ...unchanged].some(({ endpoints }) => endpoints?.some(hasHints));
  const none = (message: string): Hinted => {
    const bare = withHints(undefined, { create, update }, unchanged);
    return { ...bare, event: { type: 'Warning', reason: 'TopologyAwareHintsDisabled', message } };
  };
  const ready = [...create, ...update, ...unchanged].flatMap(readyOf);
  const shares = sharesOf(ready.length, ratiosOf(nodes));
  if (typeof shares === 'string') return none(shares);
  const { counts, stale } = countHints(unchanged, shares);
  const changing: readonly (NewSlice | Slice)[] = [...create, ...update, ...stale];
  const zones = new Map<SliceEndpoint, string>();
  for (const endpoint of changing.flatMap(readyOf)) {
    if (!endpoint.zone) return none('One or more endpoints do not have a zone specified');
    zones.set(endpoint, endpoint.zone);
    counts.set(endpoint.zone, (counts.get(endpoint.zone) ?? 0) + 1);
  }
  if (counts.size === 0) return none('No hints allocated for zones');
  redistribute(zones, shares, counts);
  const hint = <T extends NewSlice | Slice>(slice: T): T => ({
    ...slice,
    endpoints: slice.endpoints?.map((each) => hintedFor(each, zones.get(each))) ?? null,
  });
  const enabled = 'TopologyAwareHintsEnabled';
  const message = 'Topology Aware Hints has been enabled';
  return {
    create: create.map(hint),
    update: [...update, ...stale].map(hint),
    ...(!had && { event: { type: 'Normal', reason: enabled, message } }),
  };
}

const hasHints = ({ hints }: SliceEndpoint) => (hints?.forZones ?? []).length > 0;

const readyOf = ({ endpoints }: { readonly endpoints: readonly SliceEndpoint[] | null }) =>
  (endpoints ?? []).filter(({ conditions }) => conditions?.ready === true);

function hintedFor(endpoint: SliceEndpoint, zone: string | undefined): SliceEndpoint {
  const { hints: _hints, ...bare } = endpoint;
  return zone === undefined ? endpoint : { ...bare, hints: { forZones: [{ name: zone }] } };
}

interface NodeStatus {
  readonly allocatable?: { readonly cpu?: string };
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** The share of all processors that each zone has; undefined where a node does not tell. */
export function ratiosOf(nodes: readonly ApiObject[]): ReadonlyMap<string, number> | undefined {
  const cpus = new Map<string, number>();
  for (const { metadata, ...rest } of nodes) {
    const { allocatable, conditions = [] } = (rest as { status?: NodeStatus }).status ?? {};
    const { labels = {} } = metadata;
    if (EXCLUDED.some((label) => labels[label] !== undefined)) continue;
    if (!conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) continue;
    const cpu = milliValue(allocatable?.cpu);
    const zone = labels[ZONE];
    if (!zone || cpu === 0) return undefined;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
  }
  if (cpus.size < 2) return undefined;
  const total = [...cpus.values()].reduce((sum, each) => sum + each, 0);
  return new Map([...cpus].map(([zone, cpu]) => [zone, cpu / total]));
}

/** What each zone should have of so many endpoints, or why they cannot be shared out. */
function sharesOf(
  endpoints: number,
  ratios: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, Share> | string {
  if (!ratios) return NO_NODES;
  const size = `(${endpoints} endpoints, ${ratios.size} zones)`;
  if (ratios.size > endpoints) return `Insufficient number of endpoints ${size}`;
  const least = new Map(
    [...ratios].map(([zone, ratio]) => [zone, Math.ceil((ratio * endpoints) / (1 + OVERLOAD))]),
  );
  const spare = endpoints - [...least.values()].reduce((sum, each) => sum + each, 0);
  if (spare < 0) {
    const what = 'Unable to allocate minimum required endpoints to each zone';
    return `${what} without exceeding overload threshold ${size}`;
  }
  return new Map(
    [...ratios].map(([zone, ratio]) => {
      const minimum = least.get(zone) ?? 0;
      return [zone, { desired: Math.max(ratio * endpoints, minimum), most: minimum + spare }];
    }),
  );
}

/** Hints that slices already have, and the slices whose hints will not do. */
function countHints(unchanged: readonly Slice[], shares: ReadonlyMap<string, Share>) {
  const counts = new Map<string, number>();
  const stale: Slice[] = [];
  for (const slice of unchanged) {
    const own = new Map<string, number>();
    const ready = readyOf(slice);
    for (const { hints } of ready) {
      for (const { name } of hints?.forZones ?? []) own.set(name, (own.get(name) ?? 0) + 1);
    }
    const fits = [...own].every(
      ([zone, count]) => count + (counts.get(zone) ?? 0) <= (shares.get(zone)?.most ?? -1),
    );
    if (!fits || !ready.every(hasHints)) stale.push(slice);
    else for (const [zone, count] of own) counts.set(zone, (counts.get(zone) ?? 0) + count);
  }
  return { counts, stale };
}

/** Moves endpoints' zones from those that have too many to those that have too few. */
function redistribute(
  zones: Map<SliceEndpoint, string>,
  shares: ReadonlyMap<string, Share>,
  counts: ReadonlyMap<string, number>,
): void {
  const surplus = new Map(
    [...shares].map(([zone, { desired }]) => [zone, (counts.get(zone) ?? 0) - desired]),
  );
  const giving = new Map<string, number>();
  const receiving: string[] = [];
  for (;;) {
    const from = [...surplus].reduce((a, b) => (b[1] > a[1] ? b : a));
    const to = [...surplus].reduce((a, b) => (b[1] < a[1] ? b : a));
    const [give, take] = [from[1], -to[1]];
    if (give < 0.5 || take < 0.5 || (give < 1 && take < 1)) break;
    giving.set(from[0], (giving.get(from[0]) ?? 0) + 1);
    receiving.push(to[0]);
    surplus.set(from[0], give - 1);
    surplus.set(to[0], 1 - take);
  }
  for (const [endpoint, zone] of zones) {
    const left = giving.get(zone) ?? 0;
    if (left === 0 || receiving.length === 0) continue;
    giving.set(zone, left - 1);
    zones.set(endpoint, receiving.shift() as string);
  }
}
