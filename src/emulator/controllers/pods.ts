import type { Pod, PodTemplate } from '../resources/pod-template/shapes.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import type { Api } from './controller.ts';
import { controlledBy } from './controller.ts';
import type { Call } from '../host/syscalls.ts';
import { canonical } from '../world/json.ts';

export const isActive = ({ status, metadata }: Pod) =>
  !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

export function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
  );
}

/** Creates a pod of a template for its owner, and tells of it as upstream's RealPodControl. */
export function* createPod(
  api: Api,
  owner: ApiObject,
  template: PodTemplate,
  more: { readonly labels?: Readonly<Record<string, string>>; readonly spec?: object } = {},
): Call<boolean> {
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
    return false;
  }
  yield* api.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${body.metadata.name}`);
  return true;
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

/** Of several pods those that are deleted first: not ready, younger, more restarts. */
export function byDeletionCost(pods: readonly Pod[]): Pod[] {
  const rank = (pod: Pod) => (pod.spec.nodeName ? 2 : 0) + (isReady(pod) ? 1 : 0);
  return pods.toSorted(
    (a, b) =>
      rank(a) - rank(b) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1),
  );
}

/** `25%` or a number of a whole. */
export function scaled(value: number | string | undefined, whole: number, up: boolean): number {
  const text = String(value ?? 0);
  if (!text.endsWith('%')) return Number(text);
  const part = (Number.parseInt(text) * whole) / 100;
  return up ? Math.ceil(part) : Math.floor(part);
}
