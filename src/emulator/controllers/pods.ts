import type { Pod, PodTemplate } from '../resources/pod-template/shapes.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import type { Api } from './controller.ts';
import { controlledBy } from './controller.ts';
import type { Call } from '../host/syscalls.ts';
import { canonical, type Micros } from '../world/json.ts';
import { parseRfc3339, SECOND } from '../world/time.ts';

export const isActive = ({ status, metadata }: Pod) =>
  !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

export function isReady({ status }: Pod): boolean {
  for (const { type, status: is } of status?.conditions ?? []) {
    if (type === 'Ready' && is === 'True') return true;
  }
  return false;
}

/**
 * When a pod has been ready for so many seconds (`IsPodAvailable`); undefined while it is not
 * ready.
 */
export function availableFrom(pod: Pod, minReadySeconds = 0): Micros | undefined {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = parseRfc3339(ready.lastTransitionTime ?? '');
  return since === undefined ? undefined : since + minReadySeconds * SECOND;
}

/**
 * Creates a pod of a template for its owner, and tells of it as upstream's RealPodControl. Gives
 * the API server's words where it was refused.
 */
export function* createPod(
  api: Api,
  owner: ApiObject,
  template: PodTemplate,
  more: { readonly labels?: Readonly<Record<string, string>>; readonly spec?: object } = {},
): Call<string | undefined> {
  const labels = { ...template.metadata?.labels, ...more.labels };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      labels,
      ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [controlledBy(owner)],
    },
    spec: { ...template.spec, ...more.spec },
  };
  const made = yield* api.create('pods', pod, owner.metadata.namespace);
  const body = made.body as unknown as ApiObject & { readonly message?: string };
  if (made.status >= 400) {
    yield* api.event(owner, 'Warning', 'FailedCreate', `Error creating: ${body.message}`);
    return body.message ?? '';
  }
  yield* api.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${body.metadata.name}`);
  return undefined;
}

/** Deletes a pod for its owner. */
export function* deletePod(api: Api, owner: ApiObject, pod: Pod): Call<void> {
  const done = yield* api.delete('pods', pod.metadata.namespace, pod.metadata.name);
  if (done.status < 400) {
    yield* api.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }
}

const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** A template's hash in the letters of generated names; equal templates have equal ones. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const letter of canonical(template)) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 0x01000193);
  }
  const digits = String(hash >>> 0);
  return [...digits].map((digit) => SAFE[digit.charCodeAt(0) % SAFE.length]).join('');
}

/** `25%` or a number of a whole. */
export function scaled(value: number | string | undefined, whole: number, up: boolean): number {
  const text = String(value ?? 0);
  if (!text.endsWith('%')) return Number(text);
  const part = (Number.parseInt(text) * whole) / 100;
  return up ? Math.ceil(part) : Math.floor(part);
}
