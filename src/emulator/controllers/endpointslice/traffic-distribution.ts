import type { SliceEndpoint } from '../endpoint-builder.ts';
import { equal } from '../../world/json.ts';

interface WithEndpoints {
  readonly endpoints: readonly SliceEndpoint[] | null;
}

const close: ReadonlySet<string | undefined> = new Set([
  'PreferClose',
  'PreferSameZone',
  'PreferSameNode',
]);

/**
 * The hints of slices by a Service's `trafficDistribution`: each ready endpoint is for its own zone
 * (and node). Slices that would otherwise stay as they are come to the updates where their hints
 * are wrong. Follows `endpointslice/trafficdist`.
 */
export function withHints<Made extends WithEndpoints, Kept extends WithEndpoints>(
  trafficDistribution: string | undefined,
  slices: { readonly create: readonly Made[]; readonly update: readonly Kept[] },
  unchanged: readonly Kept[],
): { readonly create: Made[]; readonly update: Kept[]; readonly unchanged: Kept[] } {
  const wrong = unchanged.filter((slice) => !equal(hinted(slice, trafficDistribution), slice));
  const hint = <T extends WithEndpoints>(slice: T) => hinted(slice, trafficDistribution);
  return {
    create: slices.create.map(hint),
    update: [...slices.update, ...wrong].map(hint),
    unchanged: unchanged.filter((slice) => !wrong.includes(slice)),
  };
}

function hinted<T extends WithEndpoints>(slice: T, trafficDistribution: string | undefined): T {
  if (!slice.endpoints) return slice;
  return { ...slice, endpoints: slice.endpoints.map((each) => hint(each, trafficDistribution)) };
}

function hint(endpoint: SliceEndpoint, trafficDistribution: string | undefined): SliceEndpoint {
  const { hints: _hints, ...bare } = endpoint;
  if (!close.has(trafficDistribution)) return bare;
  // An endpoint that is not ready keeps what it has, so that a flapping pod writes no slices.
  if (endpoint.conditions?.ready !== true) return endpoint;
  const { zone, nodeName } = endpoint;
  const forNode = trafficDistribution === 'PreferSameNode' && nodeName !== undefined;
  if (zone === undefined && !forNode) return bare;
  return {
    ...bare,
    hints: {
      ...(zone !== undefined && { forZones: [{ name: zone }] }),
      ...(forNode && { forNodes: [{ name: nodeName }] }),
    },
  };
}
