import { qosClass } from '../pod-template/qos.ts';
import type { PodSpec } from '../pod-template/shapes.ts';
import type { QuotaPod } from './pods.ts';

export interface ScopeRequirement {
  readonly scopeName?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** Whether a pod is in a scope (`podMatchesScopeFunc`). */
export function isInScope(pod: QuotaPod, requirement: ScopeRequirement): boolean {
  const { spec } = pod;
  switch (requirement.scopeName) {
    case 'Terminating':
      return (spec.activeDeadlineSeconds ?? -1) >= 0;
    case 'NotTerminating':
      return !((spec.activeDeadlineSeconds ?? -1) >= 0);
    case 'BestEffort':
      return qosClass(spec as unknown as PodSpec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(spec as unknown as PodSpec) !== 'BestEffort';
    case 'PriorityClass':
      return meetsClass(spec.priorityClassName ?? '', requirement);
    case 'CrossNamespacePodAffinity':
      return reachesElsewhere(spec.affinity);
    default:
      return false;
  }
}

function meetsClass(name: string, { operator = 'Exists', values = [] }: ScopeRequirement): boolean {
  switch (operator) {
    case 'Exists':
      return name !== '';
    case 'DoesNotExist':
      return name === '';
    case 'In':
      return name !== '' && values.includes(name);
    default:
      return name === '' || !values.includes(name);
  }
}

interface Term {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
}

/** Whether some term of affinity to pods looks into other namespaces. */
function reachesElsewhere(affinity: QuotaPod['spec']['affinity']): boolean {
  type Rules = Readonly<Record<string, readonly (Term & { readonly podAffinityTerm?: Term })[]>>;
  return [affinity?.['podAffinity'], affinity?.['podAntiAffinity']].some((rules) =>
    Object.values((rules ?? {}) as Rules)
      .flat()
      .map((each) => each.podAffinityTerm ?? each)
      .some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined),
  );
}
