import {
  at,
  forbidden,
  invalid,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import type { LabelSelector } from '../../apimachinery/object.ts';
import { dnsLabel, qualifiedName } from '../checks.ts';
import { validateLabelSelector } from '../label-selector.ts';
import { validateNodeSelector, validateNodeTerm, type NodeTerm } from '../node-selector.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const WEIGHT = 'must be in the range 1-100';

/** A pod that another one is to be near to, or far from. */
export interface PodTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey?: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

interface PodAffinity {
  readonly [REQUIRED]?: readonly PodTerm[];
  readonly [PREFERRED]?: readonly {
    readonly weight?: number;
    readonly podAffinityTerm?: PodTerm;
  }[];
}

/** Where a pod wants to be. */
export interface Affinity {
  readonly nodeAffinity?: {
    readonly [REQUIRED]?: { readonly nodeSelectorTerms?: readonly NodeTerm[] };
    readonly [PREFERRED]?: readonly { readonly weight?: number; readonly preference?: NodeTerm }[];
  };
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
}

/** `validateAffinity`. */
export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const errors: FieldError[] = [];
  if (nodeAffinity) {
    const place = at(path, 'nodeAffinity');
    const must = nodeAffinity[REQUIRED];
    if (must) errors.push(...validateNodeSelector(must, at(place, REQUIRED)));
    (nodeAffinity[PREFERRED] ?? []).forEach(({ weight, preference = {} }, index) => {
      const own = at(place, PREFERRED, index);
      errors.push(...weightErrors(weight, own));
      // A preference may name values that no label can have.
      errors.push(...validateNodeTerm(preference, at(own, 'preference'), true));
    });
  }
  return [
    ...errors,
    ...podAffinityErrors(podAffinity, at(path, 'podAffinity')),
    ...podAffinityErrors(podAntiAffinity, at(path, 'podAntiAffinity')),
  ];
}

function weightErrors(weight: number | undefined, path: string): FieldError[] {
  const given = weight ?? 0;
  return given > 0 && given <= 100 ? [] : [invalid(at(path, 'weight'), given, WEIGHT)];
}

function podAffinityErrors(affinity: PodAffinity | undefined, path: string): FieldError[] {
  const must = (affinity?.[REQUIRED] ?? []).flatMap((term, index) =>
    termErrors(term, at(path, REQUIRED, index)),
  );
  const preferred = (affinity?.[PREFERRED] ?? []).flatMap(
    ({ weight, podAffinityTerm = {} }, index) => {
      const own = at(path, PREFERRED, index);
      const place = at(own, 'podAffinityTerm');
      return [...weightErrors(weight, own), ...termErrors(podAffinityTerm, place)];
    },
  );
  return [...must, ...preferred];
}

/** `validatePodAffinityTerm`. */
function termErrors(term: PodTerm, path: string): FieldError[] {
  const { topologyKey = '', namespaces = [] } = term;
  const place = at(path, 'topologyKey');
  return [
    ...validateLabelSelector(term.labelSelector, at(path, 'labelSelector')),
    ...validateLabelSelector(term.namespaceSelector, at(path, 'namespaceSelector')),
    ...namespaces.flatMap((name) => dnsLabel(name, at(path, 'namespace'))),
    ...labelKeyErrors(term, path),
    ...(topologyKey ? [] : [required(place, 'can not be empty')]),
    ...qualifiedName(topologyKey, place),
  ];
}

/** Keys whose values come from the pod itself. */
function labelKeyErrors(term: PodTerm, path: string): FieldError[] {
  const { matchLabelKeys: same = [], mismatchLabelKeys: other = [], labelSelector } = term;
  const keys = (list: readonly string[], place: string): FieldError[] => {
    if (list.length === 0) return [];
    const why = 'must not be specified when labelSelector is not set';
    if (!labelSelector) return [forbidden(place, why)];
    return list.flatMap((key, index) => qualifiedName(key, at(place, index)));
  };
  const place = at(path, 'matchLabelKeys');
  const errors = [...keys(same, place), ...keys(other, at(path, 'mismatchLabelKeys'))];
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = same.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      const why = 'exists in both matchLabelKeys and labelSelector';
      errors.push(invalid(at(path, index), key, why));
    }
    seen.add(key);
  }
  same.forEach((key, index) => {
    const why = 'exists in both matchLabelKeys and mismatchLabelKeys';
    if (other.includes(key)) errors.push(invalid(at(place, index), key, why));
  });
  return errors;
}
