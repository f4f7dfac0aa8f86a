import type { Call } from '../../host/syscalls.ts';
import type { Job } from '../../resources/job-shapes.ts';
import type { Container, Pod } from '../../resources/pod-template/shapes.ts';
import { controlledBy, type Api } from '../controller.ts';

/** What keeps a pod until its Job has counted it. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';
const INDEX = 'batch.kubernetes.io/job-completion-index';

/** The index of a pod of an Indexed Job. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[INDEX];
  return text === undefined ? undefined : Number(text);
}

export const isTracked = ({ metadata }: Pod) => metadata.finalizers?.includes(TRACKING) ?? false;

/** Makes one pod of a Job; whether it was made. */
export function* makePod(api: Api, job: Job, index: number | undefined): Call<boolean> {
  const { metadata, spec } = job;
  const { template } = spec;
  const indexed = index !== undefined;
  const suffix = indexed ? `-${index}` : '';
  const mark = indexed ? { [INDEX]: String(index) } : {};
  const annotations = { ...template.metadata?.annotations, ...mark };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${metadata.name}${suffix}-`,
      labels: { ...template.metadata?.labels, ...mark },
      ...(Object.keys(annotations).length > 0 && { annotations }),
      finalizers: [TRACKING],
      ownerReferences: [controlledBy(job)],
    },
    spec: indexed ? withIndex(job, index) : template.spec,
  };
  const made = yield* api.create('pods', pod, metadata.namespace);
  const body = made.body as unknown as Pod & { readonly message?: string };
  if (made.status >= 400) {
    yield* api.event(job, 'Warning', 'FailedCreate', `Error creating: ${body.message}`);
    return false;
  }
  yield* api.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${body.metadata.name}`);
  return true;
}

/** A pod of an Indexed Job has its index in its name and in a variable of each container. */
function withIndex({ metadata, spec }: Job, index: number): object {
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } },
  };
  const fill = (list: readonly Container[]) =>
    list.map((container) => ({
      ...container,
      env: container.env?.some(({ name }) => name === variable.name)
        ? container.env
        : [...(container.env ?? []), variable],
    }));
  const { containers, initContainers } = spec.template.spec;
  return {
    ...spec.template.spec,
    hostname: `${metadata.name}-${index}`,
    containers: fill(containers),
    ...(initContainers && { initContainers: fill(initContainers) }),
  };
}

/** Lets go of a pod that was counted, or whose Job is gone. */
export function* release(api: Api, pod: Pod): Call<void> {
  const { namespace, name } = pod.metadata;
  const now = yield* api.get<Pod>('pods', namespace, name);
  if (!now || !isTracked(now)) return;
  const metadata = { uid: now.metadata.uid, '$deleteFromPrimitiveList/finalizers': [TRACKING] };
  yield* api.patch('pods', namespace, name, { metadata });
}

/** Deletes a pod that is not needed any more. */
export function* removePod(api: Api, job: Job, pod: Pod): Call<void> {
  const done = yield* api.delete('pods', pod.metadata.namespace, pod.metadata.name);
  if (done.status >= 400) return;
  yield* api.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}
