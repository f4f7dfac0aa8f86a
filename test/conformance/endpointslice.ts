// Cases of the Endpoints and EndpointSlice controllers (suite conformance/endpointslice).
import type { ApiObject, Labels } from '../../src/emulator/apimachinery/object.ts';
import {
  annotationsOf,
  labelsOf as endpointsLabels,
  subsetsOf,
  type Endpoints,
} from '../../src/emulator/controllers/endpoints/subsets.ts';
import {
  addressTypesOf,
  endpointOf,
  findPort,
  portsOf,
  type SliceEndpoint,
  type SlicePort,
} from '../../src/emulator/controllers/endpoint-builder.ts';
import { hintsEnabled, plan } from '../../src/emulator/controllers/endpointslice/reconcile.ts';
import {
  labelsOf,
  newSlice,
  serviceKeyOf,
  type Slice,
} from '../../src/emulator/controllers/endpointslice/slice.ts';
import { withHints } from '../../src/emulator/controllers/endpointslice/traffic-distribution.ts';
import type { Pod } from '../../src/emulator/resources/pod-template/shapes.ts';
import type { Service, ServicePort } from '../../src/emulator/resources/service/shapes.ts';
import { canonical } from '../../src/emulator/world/json.ts';
import type { CaseResult } from './run.ts';

interface Case {
  readonly id: string;
  readonly [field: string]: unknown;
}

const FILES = /\/(reconcile|parts|trafficdist|endpoints)\.json$/;

export const handles = (path: string) => path.includes('endpointslice/') && FILES.test(path);

export function* run(file: {
  readonly file: string;
  readonly cases: readonly Case[];
}): Generator<CaseResult> {
  for (const each of file.cases) {
    const result = judge(file.file, each);
    if (!result) yield { id: each.id, outcome: 'unsupported' };
    else {
      const [expected, got] = [canonical(result[0]), canonical(result[1])];
      const outcome = expected === got ? 'pass' : 'fail';
      yield { id: each.id, outcome, detail: `expected ${expected}\n     got ${got}` };
    }
  }
}

/** What was recorded and what we make of it, both without what is not a fact. */
function judge(file: string, each: Case): [unknown, unknown] | undefined {
  if (file === 'endpoints') return endpoints(each);
  if (file === 'trafficdist') return distribution(each);
  return file === 'reconcile' ? slices(each) : part(each);
}

const bySubset = (a: unknown, b: unknown) => (canonical(a) < canonical(b) ? -1 : 1);

function endpoints(each: Case): [unknown, unknown] {
  const result = each['result'] as Endpoints;
  const current = each['current'] as Endpoints;
  const service = each['service'] as Service;
  const { subsets, cut } = subsetsOf(service, (each['pods'] as Pod[] | null) ?? []);
  // Which change set off a write is not in the cases, so the annotation is taken as recorded.
  const trigger = 'endpoints.kubernetes.io/last-change-trigger-time';
  const annotations = annotationsOf(current, result.metadata.annotations?.[trigger], cut);
  const shape = (list: Endpoints['subsets']) =>
    (list ?? [])
      .map((subset) => ({ ...subset, ports: (subset.ports ?? []).toSorted(bySubset) }))
      .toSorted(bySubset);
  return [
    [shape(result.subsets), result.metadata.labels, result.metadata.annotations ?? {}],
    [shape(subsets), endpointsLabels(service), annotations],
  ];
}

function distribution(each: Case): [unknown, unknown] {
  const list = (name: string) => (each[name] as Slice[] | null) ?? [];
  const { create, update } = withHints(
    (each['trafficDistribution'] as string | null) ?? undefined,
    { create: list('slicesToCreate'), update: list('slicesToUpdate') },
    list('slicesUnchanged'),
  );
  const result = each['result'] as { create: Slice[] | null; update: Slice[] | null };
  return [
    { create: result.create ?? [], update: result.update ?? [] },
    { create, update },
  ];
}

/** Slices afterwards: endpoints together, and how many each slice holds. */
function slices(each: Case): [unknown, unknown] | undefined {
  const { metadata, spec } = each['service'] as Service;
  // Without the cache the annotation only takes `trafficDistribution` its effect.
  const auto = hintsEnabled(metadata.annotations);
  const nodes = auto && !each['topologyCache'] ? [] : (each['nodes'] as ApiObject[] | null);
  // With the gate of 1.34 off, only PreferClose is known; the emulator has it on, as 1.36 has.
  const gated = ['PreferSameZone', 'PreferSameNode'].includes(spec.trafficDistribution ?? '');
  if (gated && !each['preferSameTrafficDistribution']) return undefined;
  const existing = (each['existingSlices'] as Slice[] | null) ?? [];
  const { create, update, remove, errors } = plan({
    service: each['service'] as Service,
    pods: (each['pods'] as Pod[] | null) ?? [],
    nodes: nodes ?? [],
    existing,
    maxEndpointsPerSlice: each['maxEndpointsPerSlice'] as number,
  });
  const name = ({ metadata }: Slice) => metadata.name;
  const kept = existing.filter(
    (slice) => ![...remove, ...update].some((o) => name(o) === name(slice)),
  );
  const after = [...kept, ...update, ...(create as Slice[])];
  const recorded = (each['error'] as string | null) ?? '';
  return [
    {
      slices: gather(each['slicesAfter'] as Slice[], auto),
      errors: recorded.replace(/^\[|\]$/g, ''),
    },
    { slices: gather(after, auto), errors: errors.join(', ') },
  ];
}

/**
 * By ports and address type: sizes and labels of the slices, and all endpoints together. Which of a
 * zone's endpoints is given to another follows the order of a Go map: only how many are counts.
 */
function gather(list: readonly Slice[], auto: boolean) {
  const groups = new Map<string, { slices: unknown[]; endpoints: SliceEndpoint[] }>();
  for (const slice of list) {
    const { labels, ownerReferences } = slice.metadata;
    const owners = (ownerReferences ?? []).map(({ kind, name }) => ({ kind, name }));
    const id = canonical([slice.addressType, (slice.ports ?? []).toSorted(bySubset)]);
    const group = groups.get(id) ?? { slices: [], endpoints: [] };
    groups.set(id, group);
    group.slices.push({ size: slice.endpoints?.length ?? 0, labels: labels ?? {}, owners });
    group.endpoints.push(...(slice.endpoints ?? []));
  }
  return [...groups]
    .map(([id, group]) => ({
      id,
      slices: group.slices.toSorted(bySubset),
      endpoints: (auto ? group.endpoints.map(withoutHints) : group.endpoints).toSorted(bySubset),
      hints: auto ? group.endpoints.map(({ zone, hints }) => [zone, hints]).toSorted(bySubset) : [],
    }))
    .toSorted(bySubset);
}

const withoutHints = ({ hints: _hints, ...endpoint }: SliceEndpoint) => endpoint;

function part(each: Case): [unknown, unknown] | undefined {
  const service = each['service'] as Service;
  const pod = each['pod'] as Pod;
  const { result } = each;
  switch (each['function']) {
    case 'podToEndpoint': {
      const node = (each['node'] as ApiObject | null) ?? undefined;
      return [result, endpointOf(pod, node, service, each['addressType'] as string)];
    }
    case 'getEndpointPorts':
      return [result, portsOf(service, pod)];
    case 'getAddressTypesForService':
      return [result, addressTypesOf(service)];
    case 'FindPort': {
      const port = findPort(pod, each['servicePort'] as ServicePort);
      const error = { error: `no suitable port for manifest: ${pod.metadata.uid ?? ''}` };
      return [result, port === undefined ? [0, error] : [port, null]];
    }
    case 'hintsEnabled':
      return [result, hintsEnabled(each['annotations'] as Labels)];
    case 'setEndpointSliceLabels': {
      const { labels, changed } = labelsOf(each['endpointSlice'] as Slice, service);
      return [result, [labels, changed]];
    }
    case 'newEndpointSlice': {
      const meta = each['endpointMeta'] as { addressType: string; ports: SlicePort[] };
      const made = newSlice(service, meta.addressType, meta.ports);
      return [withoutUid(result as Slice), withoutUid(made as Slice)];
    }
    case 'ServiceControllerKey': {
      const key = serviceKeyOf(each['endpointSlice'] as Slice);
      const error = { error: 'EndpointSlice missing kubernetes.io/service-name label' };
      return [result, key === undefined ? ['', error] : [key, null]];
    }
    default:
      return undefined;
  }
}

/** Services of the cases have no uid; whether that is written as empty or left out is no fact. */
function withoutUid(slice: Slice): unknown {
  const ownerReferences = slice.metadata.ownerReferences?.map(({ uid: _uid, ...rest }) => rest);
  return { ...slice, metadata: { ...slice.metadata, ownerReferences } };
}
