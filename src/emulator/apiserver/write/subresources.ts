import { invalid } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { mergePatch } from '../../apimachinery/patch/merge.ts';
import {
  badRequestStatus,
  conflictStatus,
  invalidStatus,
  notFoundStatus,
} from '../../apimachinery/status.ts';
import type { Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { answer, refuse } from '../responses.ts';
import { scaleOf } from '../scale.ts';
import type { Target } from '../route.ts';
import type { Server } from '../server.ts';
import { bodyData, managerOf } from './body.ts';
import { updateObject } from './update-object.ts';

interface PodLike extends ApiObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] };
}

/** POST of a Binding: the scheduler's decision becomes `spec.nodeName`. */
export function bind(server: Server, target: Target, request: ApiRequest): ApiResponse {
  const { kind, namespace, name = '' } = target;
  const data = bodyData(request);
  if (!data.ok) return refuse(data.status);
  const node = (data.value as { target?: { name?: string } } | null)?.target?.name;
  const pod = server.storage.get(kind, namespace, name) as PodLike | undefined;
  if (!pod) return refuse(notFoundStatus(kind.names, name));
  if (!node) return refuse(badRequestStatus('target.name: Required value'));
  if (pod.spec.nodeName) {
    const why = `pod ${name} is already assigned to node "${pod.spec.nodeName}"`;
    return refuse(conflictStatus({ group: '', plural: 'pods/binding' }, name, why));
  }
  const condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: rfc3339(server.world.clock.now),
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const bound: ApiObject = {
    ...pod,
    spec: { ...pod.spec, nodeName: node },
    status: { ...pod.status, conditions: [...others, condition] },
  };
  const manager = managerOf(request, target.query);
  // A binding is not a write of the pod: its fields keep their owners.
  server.storage.put(kind, bound, manager);
  return answer(201, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    code: 201,
  });
}

interface ScaleBody {
  readonly spec?: { readonly replicas?: number };
  readonly metadata?: { readonly resourceVersion?: string };
}

/** PUT of a Scale. */
export function putScale(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const data = bodyData(request);
  if (!data.ok) return refuse(data.status);
  const old = server.storage.get(target.kind, target.namespace, target.name ?? '');
  if (!old) return refuse(notFoundStatus(target.kind.names, target.name ?? ''));
  return writeScale(server, target, request, user, old, data.value as ScaleBody);
}

/** PATCH of a Scale, as a merge patch. */
export function patchScale(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
  patch: Json,
): ApiResponse {
  const old = server.storage.get(target.kind, target.namespace, target.name ?? '') as ApiObject;
  const scale = mergePatch(scaleOf(target.kind, old) as unknown as Json, patch) as ScaleBody;
  return writeScale(server, target, request, user, old, scale);
}

function writeScale(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
  old: ApiObject,
  scale: ScaleBody,
): ApiResponse {
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0) {
    const error = invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
    const kind = { group: 'autoscaling', kind: 'Scale' };
    return refuse(invalidStatus(kind, old.metadata.name, [error]));
  }
  const spec = { ...(old['spec'] as object), replicas };
  const version = scale.metadata?.resourceVersion ?? old.metadata.resourceVersion;
  const next: ApiObject = { ...old, spec, metadata: { ...old.metadata, resourceVersion: version } };
  const whole = { ...target, subresource: undefined, as: 'scale' };
  const written = updateObject(server, whole, old, next, user, managerOf(request, target.query));
  return written.ok ? answer(200, scaleOf(target.kind, written.value)) : refuse(written.status);
}
