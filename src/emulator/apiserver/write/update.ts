import { applyIntent } from '../../apimachinery/apply.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { jsonPatch, mergePatch } from '../../apimachinery/patch/merge.ts';
import { strategicMerge } from '../../apimachinery/patch/strategic.ts';
import {
  badRequestStatus,
  conflictStatus,
  invalidStatus,
  MODIFIED,
  notFoundStatus,
  unsupportedMediaTypeStatus,
  type Outcome,
} from '../../apimachinery/status.ts';
import { invalid } from '../../apimachinery/field-error.ts';
import { validateMetadataUpdate } from '../../resources/metadata.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import type { Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { admit } from '../admission-order.ts';
import { present } from '../read.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { refuse } from '../responses.ts';
import { apiVersionOf, header, type Target } from '../route.ts';
import type { Server } from '../server.ts';
import { bodyData, isDryRun, managerOf, readObject } from './body.ts';
import { allocate, createObject } from './create.ts';
import { sameObject, withEntries, withGeneration, withManagedFields } from './finish.ts';
import { pendingFinalizers } from './delete.ts';
import { patchScale, putScale } from './subresources.ts';

/** PUT: the whole object, new. A Service or Lease that is not there yet is created. */
export function replace(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const { kind, namespace, name = '', subresource, query } = target;
  if (subresource === 'scale') return putScale(server, target, request, user);
  const data = bodyData(request);
  if (!data.ok) return refuse(data.status);
  const body = readObject(server, kind, data.value, query);
  if (!body.ok) return refuse(body.status);
  const { object, warnings } = body.value;
  if (object.metadata?.name && object.metadata.name !== name) {
    const message =
      `the name of the object (${object.metadata.name}) does not ` +
      `match the name on the URL (${name})`;
    return refuse(badRequestStatus(message));
  }
  const old = server.storage.get(kind, namespace, name);
  const manager = managerOf(request, query);
  if (!old) {
    const allowed = ['services', 'leases', 'endpoints', 'limitranges'].includes(kind.names.plural);
    if (!allowed || subresource) return refuse(notFoundStatus(kind.names, name));
    const made = createObject(server, target, object, user, manager);
    return made.ok
      ? present(server, kind, made.value, request, warnings, 201)
      : refuse(made.status);
  }
  const written = updateObject(server, target, old, object, user, manager);
  if (!written.ok) return refuse(written.status, warnings);
  const all = [...warnings, ...(kind.warnings?.(written.value, old) ?? [])];
  return present(server, kind, written.value, request, all, 200);
}

/** PATCH in all its four forms. */
export function patch(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const { kind, namespace, name = '', query } = target;
  const type = header(request, 'content-type').split(';')[0] || 'application/merge-patch+json';
  const data = bodyData(request);
  if (!data.ok) return refuse(data.status);
  if (type === 'application/apply-patch+yaml')
    return applyPatch(server, target, request, user, data.value);
  const old = server.storage.get(kind, namespace, name);
  if (!old) return refuse(notFoundStatus(kind.names, name));
  if (target.subresource === 'scale') return patchScale(server, target, request, user, data.value);
  const patched = patchData(server, kind, type, old, data.value);
  if (!patched.ok) return refuse(patched.status);
  const body = readObject(server, kind, patched.value, query);
  if (!body.ok) {
    const decoding = /json: (cannot unmarshal.*)$/.exec(body.status.message ?? '');
    if (!decoding) return refuse(body.status);
    const error = invalid('patch', goMap(data.value), decoding[0] as string);
    return refuse({
      ...invalidStatus(kind.names, name, [error]),
      message:
        `${kind.names.kind} "" is invalid: patch: Invalid value: ` +
        `${JSON.stringify(goMap(data.value))}: ${decoding[0]}`,
    });
  }
  const written = updateObject(
    server,
    target,
    old,
    body.value.object,
    user,
    managerOf(request, query),
  );
  if (!written.ok) return refuse(written.status, body.value.warnings);
  const warnings = [...body.value.warnings, ...(kind.warnings?.(written.value, old) ?? [])];
  return present(server, kind, written.value, request, warnings, 200);
}

/** A patch as Go's `%v` prints a map: `map[spec:map[ports:[map[port:x]]]]`. */
function goMap(value: Json): string {
  if (Array.isArray(value)) return `[${(value as Json[]).map(goMap).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return value === null ? '<nil>' : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, each]) => `${key}:${goMap(each as Json)}`).join(' ')}]`;
}

function patchData(
  server: Server,
  kind: ResourceKind,
  type: string,
  old: ApiObject,
  data: Json,
): Outcome<Json> {
  const live = old as unknown as Json;
  switch (type) {
    case 'application/strategic-merge-patch+json':
      return { ok: true, value: strategicMerge(server.types, kind.definition, live, data) };
    case 'application/merge-patch+json':
      return { ok: true, value: mergePatch(live, data) };
    case 'application/json-patch+json': {
      const result = jsonPatch(live, data as never);
      if (result.ok) return result;
      const status = invalidStatus(kind.names, '', []);
      return {
        ok: false,
        status: {
          ...status,
          message: `the server rejected our request due to an error in our request`,
          details: {},
        },
      };
    }
    default:
      return {
        ok: false,
        status: unsupportedMediaTypeStatus([
          'application/json-patch+json',
          'application/merge-patch+json',
          'application/strategic-merge-patch+json',
          'application/apply-patch+yaml',
          'application/apply-patch+cbor',
        ]),
      };
  }
}

function applyPatch(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
  data: Json,
): ApiResponse {
  const { kind, namespace, name = '', query } = target;
  const manager = query.get('fieldManager');
  if (!manager) {
    const message =
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: ' +
      'Required value: is required for apply patch';
    return refuse({ ...badRequestStatus(message), reason: 'Invalid', code: 422 });
  }
  const intentBody = readObject(server, kind, data, query);
  if (!intentBody.ok) return refuse(applyDecodeError(intentBody.status));
  const intent = intentBody.value.object;
  const old = server.storage.get(kind, namespace, name);
  const writer = {
    manager,
    operation: 'Apply' as const,
    apiVersion: apiVersionOf(kind),
    time: rfc3339(server.world.clock.now),
    ...(target.subresource && { subresource: target.subresource }),
  };
  const merged = applyIntent(
    server.types,
    kind.definition,
    old,
    intent,
    writer,
    query.flag('force'),
  );
  if (!merged.ok) return refuse(merged.status);
  const { object, managedFields } = merged.value;
  const finish = (made: ApiObject) => withEntries(made, managedFields);
  if (!old) {
    const made = createObject(server, target, object, user, manager, finish);
    return made.ok ? present(server, kind, made.value, request, [], 201) : refuse(made.status);
  }
  const written = updateObject(server, target, old, object, user, manager, finish);
  return written.ok
    ? present(server, kind, written.value, request, [], 200)
    : refuse(written.status);
}

/** Server-side apply words unknown fields by its own schema. */
function applyDecodeError(
  status: ReturnType<typeof badRequestStatus>,
): ReturnType<typeof badRequestStatus> {
  const unknown = [...(status.message ?? '').matchAll(/unknown field "([^"]+)"/g)];
  if (unknown.length === 0) return status;
  const text = unknown.map(([, path]) => `.${path}: field not declared in schema`).join('\n');
  const message = `failed to create typed patch object: ${text}`;
  return { ...status, message, reason: 'InternalError', code: 500 };
}

/** The whole way of a change to an object that is there. */
export function updateObject(
  server: Server,
  target: Target,
  old: ApiObject,
  given: ApiObject,
  user: User,
  manager: string,
  finish?: (object: ApiObject) => ApiObject,
): Outcome<ApiObject> {
  const { kind, subresource, query } = target;
  const around = server.around(isDryRun(query));
  const version = given.metadata?.resourceVersion;
  if (version && version !== '0' && version !== old.metadata.resourceVersion) {
    return { ok: false, status: conflictStatus(kind.names, old.metadata.name, MODIFIED) };
  }
  if (given.metadata?.uid && given.metadata.uid !== old.metadata.uid) {
    const why =
      'Precondition failed: UID in precondition: ' +
      `${given.metadata.uid}, UID in object meta: ${old.metadata.uid}`;
    return { ok: false, status: conflictStatus(kind.names, old.metadata.name, why) };
  }
  const merged = keepServerFields(old, given, subresource);
  const admitted = admit(server, {
    kind,
    object: kind.defaults(merged),
    old,
    user,
    operation: 'UPDATE',
    subresource,
  });
  if (!admitted.ok) return admitted;
  const prepared = subresource
    ? kind.defaults(admitted.value)
    : kind.prepare(kind.defaults(admitted.value), old, around);
  const errors =
    subresource === 'status'
      ? []
      : [...validateMetadataUpdate(kind, prepared, old), ...kind.validate(prepared, old, around)];
  if (errors.length > 0) {
    return { ok: false, status: invalidStatus(kind.names, old.metadata.name, errors) };
  }
  const allocated = subresource
    ? { ok: true as const, value: prepared }
    : allocate(kind, prepared, old, around);
  if (!allocated.ok) return allocated;
  const next = withGeneration(kind, old, allocated.value);
  return store(server, target, old, next, manager, finish);
}

function store(
  server: Server,
  { kind, subresource, query }: Target,
  old: ApiObject,
  next: ApiObject,
  manager: string,
  finish?: (object: ApiObject) => ApiObject,
): Outcome<ApiObject> {
  const same = sameObject(old, next);
  const owned = finish
    ? finish(next)
    : withManagedFields(server, kind, old, next, manager, subresource);
  if (same && (!finish || sameEntries(old, owned))) return { ok: true, value: old };
  if (isDryRun(query)) return { ok: true, value: owned };
  if (owned.metadata.deletionTimestamp && isFree(kind, owned)) {
    server.storage.remove(kind, owned, manager);
    return { ok: true, value: owned };
  }
  return { ok: true, value: server.storage.put(kind, owned, manager) };
}

/** A deleted object goes when its last finalizer does, unless its grace still runs. */
function isFree(kind: ResourceKind, object: ApiObject): boolean {
  const waiting = (object.metadata.deletionGracePeriodSeconds ?? 0) > 0;
  return pendingFinalizers(kind, object).length === 0 && !(waiting && kind.gracePeriod);
}

function sameEntries(a: ApiObject, b: ApiObject): boolean {
  const text = (object: ApiObject) =>
    JSON.stringify((object.metadata.managedFields ?? []).map(({ time: _time, ...rest }) => rest));
  return text(a) === text(b);
}

/** What no client may change; for a subresource, all that is not its own. */
function keepServerFields(
  old: ApiObject,
  given: ApiObject,
  subresource: string | undefined,
): ApiObject {
  const kept = {
    uid: old.metadata.uid,
    creationTimestamp: old.metadata.creationTimestamp,
    resourceVersion: old.metadata.resourceVersion,
    ...(old.metadata.generation !== undefined && { generation: old.metadata.generation }),
    ...(old.metadata.deletionTimestamp && {
      deletionTimestamp: old.metadata.deletionTimestamp,
      deletionGracePeriodSeconds: old.metadata.deletionGracePeriodSeconds,
    }),
    ...(old.metadata.managedFields && { managedFields: old.metadata.managedFields }),
    ...(old.metadata.generateName && { generateName: old.metadata.generateName }),
    name: old.metadata.name,
    ...(old.metadata.namespace && { namespace: old.metadata.namespace }),
  };
  if (subresource === 'status') {
    return { ...old, ...('status' in given && { status: given['status'] }) };
  }
  if (subresource === 'finalize') {
    return { ...old, spec: given['spec'] };
  }
  const {
    deletionTimestamp: _d,
    deletionGracePeriodSeconds: _g,
    managedFields: _m,
    generation: _n,
    ...meta
  } = given.metadata;
  return { ...given, metadata: { ...meta, ...kept } };
}
