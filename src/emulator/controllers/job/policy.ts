import type { FailureRule, Job } from '../../resources/job-shapes.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';

/** What a failed pod means by the Job's rules. */
export interface Verdict {
  /** Whether it counts towards the backoff limit. */
  readonly counts: boolean;
  readonly action?: string;
  readonly message?: string;
}

/** `matchPodFailurePolicy`: the first rule that fits says what becomes of a failed pod. */
export function verdictOf({ spec }: Job, pod: Pod): Verdict {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = rule.onExitCodes ? byExitCode(rule, pod, index) : byCondition(rule, pod, index);
    if (why === undefined) continue;
    const action = rule.action ?? '';
    return { counts: action !== 'Ignore', action, message: why };
  }
  return { counts: true };
}

function byExitCode(rule: FailureRule, pod: Pod, index: number): string | undefined {
  const { containerName, operator, values = [] } = rule.onExitCodes ?? {};
  const { status, metadata } = pod;
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  for (const { name, state } of all) {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) continue;
    if (values.includes(code) !== (operator === 'In')) continue;
    const where = `Container ${name} for pod ${metadata.namespace}/${metadata.name}`;
    return `${where} failed with exit code ${code} matching ${rule.action} rule at index ${index}`;
  }
  return undefined;
}

function byCondition(rule: FailureRule, pod: Pod, index: number): string | undefined {
  const held = (rule.onPodConditions ?? []).find((wanted) =>
    pod.status?.conditions?.some(
      ({ type, status }) => type === wanted.type && status === (wanted.status ?? 'True'),
    ),
  );
  if (!held) return undefined;
  const { namespace, name } = pod.metadata;
  const what = `has condition ${held.type} matching ${rule.action} rule at index ${index}`;
  return `Pod ${namespace}/${name} ${what}`;
}
