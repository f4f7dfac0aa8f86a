import { keep, recall } from './memo.ts';
import {
  allServicePorts,
  endpointsOfSlice,
  mergedEndpoints,
  type EndpointSliceObject,
  type Family,
  type ProxyEndpoint,
  type ServiceObject,
  type ServicePort,
} from './services.ts';

/** What a proxy has to write rules for, in one family. */
export interface Tracked {
  /** In the order of their keys. */
  readonly ports: readonly ServicePort[];
  /** By the keys of service ports, each list in the order of `address:port` as text. */
  readonly endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>;
}

type List = readonly ProxyEndpoint[];

interface Last {
  readonly services: readonly ServiceObject[];
  readonly slices: readonly EndpointSliceObject[];
  readonly tracked: Tracked;
  /** Which lists those of several slices were merged from. */
  readonly merged: ReadonlyMap<string, { readonly parts: readonly List[]; readonly list: List }>;
  readonly ofSlice: WeakMap<EndpointSliceObject, ReadonlyMap<string, List>>;
}

/**
 * Service ports and endpoints of a family (upstream's change trackers, `ServicePortMap.Update` and
 * `EndpointsMap.Update`). What comes of objects that are the same as the last time is the same
 * object again; `owner` is the proxy's configuration.
 */
export function track(
  owner: object,
  family: Family,
  nodeName: string,
  services: readonly ServiceObject[],
  slices: readonly EndpointSliceObject[],
): Tracked {
  const name = `track/${family}/${nodeName}`;
  const last = recall<Last>(owner, name);
  const sameServices = last !== undefined && same(last.services, services);
  const sameSlices = last !== undefined && same(last.slices, slices);
  if (sameServices && sameSlices) return last.tracked;
  const ofSlice: Last['ofSlice'] = last?.ofSlice ?? new WeakMap();
  const listsOf = (slice: EndpointSliceObject) => {
    if (slice.addressType !== family) return noLists;
    let lists = ofSlice.get(slice);
    if (!lists) ofSlice.set(slice, (lists = endpointsOfSlice(slice, nodeName)));
    return lists;
  };
  const kept = last && { endpoints: last.tracked.endpoints, merged: last.merged };
  const found =
    kept && sameSlices
      ? kept
      : ((last && mended(last, slices, listsOf)) ?? gather(slices, listsOf, last?.merged));
  const ports = sameServices && last ? last.tracked.ports : allServicePorts(services, family);
  const tracked = { ports, endpoints: found.endpoints };
  keep(owner, name, { services, slices, tracked, merged: found.merged, ofSlice } satisfies Last);
  return tracked;
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

type Lists = ReadonlyMap<string, List>;
const noLists: Lists = new Map();

interface Gathered {
  readonly endpoints: ReadonlyMap<string, List>;
  readonly merged: Last['merged'];
}

/**
 * The lists after slices changed that stand where they stood, and whose service ports have no
 * other slice; undefined where more than that changed.
 */
function mended(
  { slices: before, tracked, merged }: Last,
  slices: readonly EndpointSliceObject[],
  listsOf: (slice: EndpointSliceObject) => Lists,
): Gathered | undefined {
  if (before.length !== slices.length) return undefined;
  let endpoints: Map<string, List> | undefined;
  for (let at = 0; at < slices.length; at++) {
    const [old, slice] = [before[at] as EndpointSliceObject, slices[at] as EndpointSliceObject];
    if (old === slice) continue;
    endpoints ??= new Map(tracked.endpoints);
    const [gone, came] = [listsOf(old), listsOf(slice)];
    for (const [key, list] of gone) {
      if (endpoints.get(key) !== list || merged.has(key) || !came.has(key)) return undefined;
    }
    for (const [key, list] of came) {
      if (!gone.has(key)) return undefined;
      endpoints.set(key, list);
    }
  }
  return { endpoints: endpoints ?? tracked.endpoints, merged };
}

function gather(
  slices: readonly EndpointSliceObject[],
  listsOf: (slice: EndpointSliceObject) => Lists,
  before: Last['merged'] | undefined,
): Gathered {
  const endpoints = new Map<string, List>();
  const several = new Map<string, List[]>();
  for (const slice of slices) {
    for (const [key, list] of listsOf(slice)) {
      const other = endpoints.get(key);
      if (other === undefined) endpoints.set(key, list);
      else if (!several.get(key)?.push(list)) several.set(key, [other, list]);
    }
  }
  const merged = new Map<string, { parts: readonly List[]; list: List }>();
  for (const [key, parts] of several) {
    const known = before?.get(key);
    const list =
      known && same(known.parts, parts)
        ? known.list
        : parts.reduce((all, part) => mergedEndpoints(all, part));
    merged.set(key, { parts, list });
    endpoints.set(key, list);
  }
  return { endpoints, merged };
}
