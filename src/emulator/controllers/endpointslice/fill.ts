import type { Service } from '../../resources/service/shapes.ts';
import { canonical, equal } from '../../world/json.ts';
import type { SliceEndpoint, SlicePort } from '../endpoint-builder.ts';
import { labelsOf, newSlice, type NewSlice, type Slice } from './slice.ts';

/** What is to be written. Slices to update have their names; those to create have none yet. */
export interface Writes {
  readonly create: NewSlice[];
  readonly update: Slice[];
  readonly remove: Slice[];
}

/** What an endpoint is known by; everything else about it may change in place. */
export function identityOf({ addresses, hostname, targetRef }: SliceEndpoint): string {
  return canonical([
    addresses.toSorted(),
    hostname ?? '',
    targetRef?.namespace ?? '',
    targetRef?.name ?? '',
  ]);
}

const sameBesides = (a: SliceEndpoint, b: SliceEndpoint) => {
  const { hints: _a, ...left } = a;
  const { hints: _b, ...right } = b;
  return equal(left, right);
};

/**
 * Puts endpoints of the same ports into slices with as few writes as upstream makes
 * (`reconcileByPortMapping`): what is there stays in its slice; what is new goes to slices that
 * are written anyway, then to one that has room, then to new ones.
 */
export function fill(
  service: Service,
  group: {
    readonly addressType: string;
    readonly ports: readonly SlicePort[];
    readonly endpoints: readonly SliceEndpoint[];
  },
  existing: readonly Slice[],
  most: number,
): Writes {
  const wanted = new Map(group.endpoints.map((each) => [identityOf(each), each]));
  const { update, remove, unchanged } = keep(service, existing, wanted);
  const rest = [...wanted.values()];
  const filled = update
    .toSorted((a, b) => lengthOf(b) - lengthOf(a))
    .map((slice) => add(slice, rest, most));
  const create: NewSlice[] = [];
  while (rest.length > 0) {
    const room = rest.length < most ? closestToFull(unchanged, rest.length, most) : undefined;
    if (room) {
      unchanged.splice(unchanged.indexOf(room), 1);
      filled.push(add(room, rest, most));
    } else create.push(add(newSlice(service, group.addressType, group.ports), rest, most));
  }
  return { create, update: filled, remove };
}

/** Goes through the slices that there are; takes what they hold out of the wanted. */
function keep(
  service: Service,
  existing: readonly Slice[],
  wanted: Map<string, SliceEndpoint>,
): { update: Slice[]; remove: Slice[]; unchanged: Slice[] } {
  const result = { update: [] as Slice[], remove: [] as Slice[], unchanged: [] as Slice[] };
  for (const slice of existing) {
    const before = slice.endpoints ?? [];
    let updated = false;
    const endpoints = before.flatMap((each) => {
      const id = identityOf(each);
      const found = wanted.get(id);
      if (!found) return [];
      wanted.delete(id);
      if (sameBesides(found, each)) return [each];
      updated = true;
      return [found];
    });
    const { labels, changed } = labelsOf(slice, service);
    const next = { ...slice, endpoints, metadata: { ...slice.metadata, labels } };
    if (updated || endpoints.length !== before.length) {
      if (endpoints.length === 0) result.remove.push(slice);
      else result.update.push(next);
    } else if (changed) result.update.push(next);
    else result.unchanged.push(slice);
  }
  return result;
}

const lengthOf = ({ endpoints }: Slice) => endpoints?.length ?? 0;

/** Moves endpoints from the front of the rest into a slice, as many as it takes. */
function add<T extends NewSlice | Slice>(slice: T, rest: SliceEndpoint[], most: number): T {
  const endpoints = slice.endpoints ?? [];
  const more = rest.splice(0, Math.max(0, most - endpoints.length));
  return more.length === 0 ? slice : { ...slice, endpoints: [...endpoints, ...more] };
}

/** The slice that will be closest to full with so many more; undefined if none has the room. */
function closestToFull(slices: readonly Slice[], count: number, most: number): Slice | undefined {
  let closest: Slice | undefined;
  let room = most;
  for (const slice of slices) {
    const left = most - count - lengthOf(slice);
    if (left >= 0 && left < room) {
      room = left;
      closest = slice;
    }
  }
  return closest;
}
