import type { ApiObject } from '../../../apimachinery/object.ts';
import { forbiddenStatus } from '../../../apimachinery/status.ts';
import type { LimitItem, LimitRangeShape } from '../../../resources/describe/limits.ts';
import type { Amounts } from '../../../resources/describe/quota.ts';
import type { QuotaContainer, QuotaPod } from '../../../resources/quota/pods.ts';
import type { Admission, AdmissionPlugin } from '../../admission-order.ts';
import type { Server } from '../../server.ts';
import { claimErrors, podErrors } from './limits.ts';
import { shownName } from '../shown-name.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Gives containers what LimitRanges say they get, and refuses what is too little or too much. */
const plugin: AdmissionPlugin = {
  name: 'LimitRanger',
  admit(admission, server) {
    const { object } = admission;
    if (!isLimited(admission) || admission.kind.names.plural !== 'pods') {
      return { ok: true, value: object };
    }
    const items = rangesOf(admission, server).flatMap(({ spec }) => spec?.limits ?? []);
    const value = items
      .filter(({ type }) => type === 'Container')
      .reduce((pod, item) => withDefaults(pod, item), object as QuotaPod);
    return { ok: true, value };
  },
  validate(admission, server) {
    if (!isLimited(admission)) return { ok: true };
    const { kind, object } = admission;
    for (const { spec } of rangesOf(admission, server)) {
      const items = spec?.limits ?? [];
      const errors =
        kind.names.plural === 'pods'
          ? podErrors(object as QuotaPod, items)
          : claimErrors(object, items);
      const texts = [...new Set(errors)];
      if (texts.length === 0) continue;
      const why = texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
      return { ok: false, status: forbiddenStatus(kind.names, shownName(object), why) };
    }
    return { ok: true };
  },
};

/** Pods as they are made, and claims as they are made or changed. */
function isLimited({ kind, operation, subresource }: Admission): boolean {
  if (subresource !== undefined || operation === 'DELETE' || kind.names.group !== '') return false;
  const { plural } = kind.names;
  return plural === 'pods' ? operation === 'CREATE' : plural === 'persistentvolumeclaims';
}

function rangesOf({ object }: Admission, server: Server): readonly LimitRangeShape[] {
  const kind = server.byResource.get('limitranges');
  return (kind ? server.storage.list(kind, object.metadata.namespace) : []) as LimitRangeShape[];
}

/** `mergePodResourceRequirements`: fills in, and notes in an annotation what was filled in. */
function withDefaults(pod: QuotaPod, item: LimitItem): QuotaPod {
  const notes: string[] = [];
  const fill = (what: string) => (container: QuotaContainer) => {
    const requests = missing(item.defaultRequest, container.resources?.requests);
    const limits = missing(item.default, container.resources?.limits);
    const note = (names: Amounts, sort: string) => {
      const list = Object.keys(names).sort().join(', ');
      if (list !== '') notes.push(`${list} ${sort} for ${what} ${container.name}`);
      return list !== '';
    };
    const asked = note(requests, 'request');
    const limited = note(limits, 'limit');
    if (!asked && !limited) return container;
    const resources = {
      ...container.resources,
      ...(limited && { limits: { ...container.resources?.limits, ...limits } }),
      ...(asked && { requests: { ...container.resources?.requests, ...requests } }),
    };
    return { ...container, resources };
  };
  const containers = pod.spec.containers.map(fill('container'));
  const initContainers = pod.spec.initContainers?.map(fill('init container'));
  if (notes.length === 0) return pod;
  const note = { [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  const annotations = { ...pod.metadata.annotations, ...note };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, containers, ...(initContainers && { initContainers }) },
  } as QuotaPod & ApiObject;
}

function missing(wanted: Amounts = {}, given: Amounts = {}): Amounts {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => given[name] === undefined));
}

export default plugin;
