import { humanDuration } from '../../apimachinery/duration.ts';
import type { Labels } from '../../apimachinery/object.ts';
import { formatSelector } from '../../apimachinery/selector.ts';
import type { Micros } from '../../world/json.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import type { Job, JobSpec } from '../job-shapes.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import { storedKind } from '../stored.ts';
import { workloadWarnings } from '../pod-template/warnings.ts';
import { templateCells, templateColumns } from '../workload.ts';
import { describe } from './describe.ts';
import { validate } from './validate.ts';

const BACKOFF = 6;
const MAX_INT32 = 2_147_483_647;

/** Job: pods that run to their end. */
export default storedKind<Job>({
  names: kindNames('Job', 'jobs', { group: 'batch', categories: ['all'] }),
  definition: 'V1Job',
  generation: true,
  status: true,
  warnings: (job, old) => workloadWarnings(job as never, old as never),
  defaults(object) {
    const labels = object.spec?.template?.metadata?.labels;
    const own = object.metadata?.labels ?? {};
    const inherits = labels && Object.keys(labels).length > 0 && Object.keys(own).length === 0;
    const metadata = inherits ? { ...object.metadata, labels } : object.metadata;
    return { ...object, metadata, spec: defaultSpec(object.spec) };
  },
  prepare(object, old) {
    if (old) return object;
    return { ...object, spec: withSelector(object), status: {} };
  },
  validate,
  selectableFields: ({ status }) => ({ 'status.successful': String(status?.succeeded ?? 0) }),
  columns: [
    nameColumn,
    column('Status'),
    column('Completions'),
    column('Duration'),
    ageColumn,
    ...templateColumns,
  ],
  cells: (object, now) => [
    object.metadata.name,
    statusText(object),
    completionText(object),
    durationText(object, now),
    ageOf(object, now),
    ...templateCells(object.spec.template),
    object.spec.selector ? formatSelector(object.spec.selector) : '',
  ],
  describe,
});

/** `SetDefaults_Job`. */
function defaultSpec(spec: JobSpec): JobSpec {
  const { completions, parallelism, podFailurePolicy } = spec ?? {};
  const both = completions === undefined && parallelism === undefined;
  const rules = podFailurePolicy?.rules?.map((rule) => ({
    ...rule,
    ...(rule.onPodConditions && {
      onPodConditions: rule.onPodConditions.map((each) => ({ status: 'True', ...each })),
    }),
  }));
  return {
    ...spec,
    ...(both && { completions: 1 }),
    parallelism: parallelism ?? 1,
    backoffLimit: spec?.backoffLimit ?? (spec?.backoffLimitPerIndex ? MAX_INT32 : BACKOFF),
    completionMode: spec?.completionMode ?? 'NonIndexed',
    suspend: spec?.suspend ?? false,
    manualSelector: spec?.manualSelector ?? false,
    podReplacementPolicy:
      spec?.podReplacementPolicy ?? (podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'),
    ...(podFailurePolicy && { podFailurePolicy: { ...podFailurePolicy, rules: rules ?? [] } }),
    template: defaultTemplate(spec?.template),
  };
}

/** `generateSelector`: a Job's pods are told by its uid, unless its maker said how. */
function withSelector({ metadata, spec }: Job): JobSpec {
  if (spec.manualSelector) return spec;
  const given = spec.template.metadata?.labels ?? {};
  const [uid, name] = [metadata.uid, metadata.name];
  const labels: Labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
    // What stands in the way is refused later.
    ...given,
  };
  const matchLabels = {
    'batch.kubernetes.io/controller-uid': uid,
    ...spec.selector?.matchLabels,
  };
  return {
    ...spec,
    selector: { ...spec.selector, matchLabels },
    template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
  };
}

const shown = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

function statusText({ metadata, status }: Job): string {
  const holds = (name: string) =>
    status?.conditions?.some((each) => each.type === name && each.status === 'True');
  const ended = shown.slice(0, 2).find(holds);
  if (ended) return ended;
  if (metadata.deletionTimestamp) return 'Terminating';
  return shown.find(holds) ?? 'Running';
}

function completionText({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  const parallel = spec.parallelism ?? 0;
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function durationText({ status }: Job, now: Micros): string {
  const start = parseRfc3339(status?.startTime ?? '');
  if (start === undefined) return '';
  return humanDuration((parseRfc3339(status?.completionTime ?? '') ?? now) - start);
}
