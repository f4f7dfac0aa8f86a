import { applyIntent } from '../../apimachinery/apply.ts';
import type { ApiObject, ManagedFieldsEntry } from '../../apimachinery/object.ts';
import { isFields, jsonPatch, mergePatch } from '../../apimachinery/patch/merge.ts';
import { strategicMerge } from '../../apimachinery/patch/strategic.ts';
import {
  badRequestStatus,
  conflictStatus,
  invalidStatus,
  MODIFIED,
  notFoundStatus,
  unsupportedMediaTypeStatus,
  unsupportedPatchStatus,
  type ApiStatus,
  type Outcome,
} from '../../apimachinery/status.ts';
import { invalid, required } from '../../apimachinery/field-error.ts';
import { validateMetadataUpdate } from '../../resources/metadata.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { canonical, type Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { admit, validateAdmission } from '../admission-order.ts';
import { checkWriteOptions } from '../options.ts';
import { present } from '../read.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { refuse } from '../responses.ts';
import { apiVersionOf, header, type Target } from '../route.ts';
import type { Server } from '../server.ts';
import { bodyData, isDryRun, managerOf, objectData, readObject } from './body.ts';
import { checkName } from './check-name.ts';
import { allocate, createObject } from './create.ts';
import { entriesAfter, sameObject, whole, withEntries, withGeneration } from './finish.ts';
import { withLastApplied } from './last-applied.ts';
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
  const wrong = checkWriteOptions('UpdateOptions', query);
  if (wrong) return refuse(wrong);
  if (subresource === 'scale') return putScale(server, target, request, user);
  const data = objectData(request, kind);
  if (!data.ok) return refuse(data.status);
  const body = readObject(server, kind, data.value, query);
  if (!body.ok) return refuse(body.status);
  const { object, warnings } = body.value;
  const misnamed = checkName(object, name, namespace);
  if (misnamed) return refuse(misnamed);
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
  const all = [...warnings, ...warningsOf(target, written.value, old)];
  return present(server, kind, written.value, request, all, 200);
}

/** What custom kinds take: nobody knows how their lists would merge strategically. */
const customPatches = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];

/** PATCH in all its four forms. */
export function patch(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const { kind, namespace, name = '', query } = target;
  const type = header(request, 'content-type').split(';')[0] || 'application/merge-patch+json';
  const wrong = checkWriteOptions('PatchOptions', query);
  if (wrong) return refuse(wrong);
  if (type.includes('strategic') && kind.custom) {
    return refuse(unsupportedMediaTypeStatus(customPatches));
  }
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
    const wanted = kind.custom
      ? /(json: cannot|strict decoding error).*$/
      : /json: cannot unmarshal.*$/;
    const decoding = wanted.exec(body.status.message ?? '')?.[0];
    if (!decoding) return refuse(body.status);
    const error =
      type === 'application/strategic-merge-patch+json'
        ? invalid('patch', goMap(data.value), converterWords(decoding))
        : invalid('patch', canonical(patched.value), decoding);
    // Upstream names neither the kind nor the object here.
    return refuse(invalidStatus({ group: '', kind: '' }, '', [error]));
  }
  const misnamed = checkName(body.value.object, name, namespace);
  if (misnamed) return refuse(misnamed);
  const written = updateObject(
    server,
    target,
    old,
    body.value.object,
    user,
    managerOf(request, query),
  );
  if (!written.ok) return refuse(written.status, body.value.warnings);
  const warnings = [...body.value.warnings, ...warningsOf(target, written.value, old)];
  return present(server, kind, written.value, request, warnings, 200);
}

/** What a change of the object itself is told of; its status is not looked at. */
function warningsOf({ kind, subresource }: Target, object: ApiObject, old: ApiObject) {
  return subresource === undefined ? (kind.warnings?.(object, old) ?? []) : [];
}

/** What the converter says that strategic patches go through, instead of the JSON decoder. */
function converterWords(decoding: string): string {
  const [, from = '', to = ''] = /cannot unmarshal (\w+).* of type (\S+)$/.exec(decoding) ?? [];
  const given = { array: 'slice', object: 'map', number: 'int64' }[from] ?? from;
  if (to.startsWith('[]')) return `cannot restore slice from ${given}`;
  if (to.startsWith('map[')) return `cannot restore map from ${given}`;
  if (to.startsWith('intstr.')) return decoding;
  return to.includes('.') ? `cannot restore struct from: ${given}` : `unrecognized type: ${to}`;
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
    case 'application/merge-patch+json': {
      if (!isFields(data)) {
        const found = Array.isArray(data) ? 'array' : typeof data;
        const message =
          `json: cannot unmarshal ${found} into Go value of type ` + 'map[string]interface {}';
        return { ok: false, status: badRequestStatus(message) };
      }
      const strategic = type === 'application/strategic-merge-patch+json';
      const merged = strategic
        ? strategicMerge(server.types, kind.definition, live, data)
        : mergePatch(live, data);
      return { ok: true, value: merged };
    }
    case 'application/json-patch+json': {
      if (!Array.isArray(data)) {
        const why = 'json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp';
        return { ok: false, status: badRequestStatus(`error decoding patch: ${why}`) };
      }
      const odd = (data as Json[]).find((each) => each !== null && !isFields(each));
      if (odd !== undefined) {
        const form = Array.isArray(odd) ? 'array' : typeof odd === 'boolean' ? 'bool' : typeof odd;
        const why = `json: cannot unmarshal ${form} into Go value of type handlers.jsonPatchOp`;
        return { ok: false, status: badRequestStatus(`error decoding patch: ${why}`) };
      }
      const result = jsonPatch(live, data as never);
      if (result.ok) return result;
      const message = 'the server rejected our request due to an error in our request';
      const status = { ...invalidStatus(kind.names, '', []), message, details: {} };
      return { ok: false, status };
    }
    default:
      return { ok: false, status: unsupportedPatchStatus() };
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
    const options = { group: 'meta.k8s.io', kind: 'PatchOptions' };
    const missing = required('fieldManager', 'is required for apply patch');
    return refuse(invalidStatus(options, '', [missing]));
  }
  const intentBody = readObject(server, kind, data, query);
  if (!intentBody.ok) return refuse(applyDecodeError(target, intentBody.status));
  const intent = intentBody.value.object;
  const misnamed = checkName(intent, name, namespace);
  if (misnamed) return refuse(misnamed);
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
  const { managedFields } = merged.value;
  const object = withLastApplied(merged.value.object, data, manager);
  if (!old) {
    const made = createObject(server, target, object, user, manager, managedFields);
    return made.ok ? present(server, kind, made.value, request, [], 201) : refuse(made.status);
  }
  const written = updateObject(server, target, old, object, user, manager, managedFields);
  return written.ok
    ? present(server, kind, written.value, request, [], 200)
    : refuse(written.status);
}

/** Server-side apply words unknown fields by its own schema. */
function applyDecodeError({ kind, namespace, name = '' }: Target, status: ApiStatus): ApiStatus {
  const unknown = [...(status.message ?? '').matchAll(/unknown field "([^"]+)"/g)];
  if (unknown.length === 0) return status;
  const text = unknown.map(([, path]) => `.${path}: field not declared in schema`).join('\n');
  const { group, version } = kind.names;
  const what = `${namespace ?? ''}/${name}; ${group}/${version}, Kind=${kind.names.kind}`;
  const message = `failed to create typed patch object (${what}): ${text}`;
  const { reason: _reason, ...rest } = status;
  return { ...rest, message, code: 500 };
}

/** The whole way of a change to an object that is there. */
export function updateObject(
  server: Server,
  target: Target,
  old: ApiObject,
  given: ApiObject,
  user: User,
  manager: string,
  applied?: readonly ManagedFieldsEntry[],
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
  const sent = kind.defaults(whole(server, kind, keepServerFields(old, given, subresource)));
  const written = target.as ?? subresource;
  const base = withSentEntries(old, given);
  const entries = applied ?? entriesAfter(server, kind, base, sent, manager, written);
  const operation = 'UPDATE' as const;
  const admission = { kind, object: sent, old, user, operation, subresource };
  const admitted = admit(server, admission);
  if (!admitted.ok) return admitted;
  const filled = kind.defaults(admitted.value);
  const allocated = subresource
    ? { ok: true as const, value: filled }
    : allocate(kind, filled, old, around);
  if (!allocated.ok) return allocated;
  const prepared = subresource ? filled : kind.prepare(allocated.value, old, around);
  const own =
    subresource === 'status'
      ? (kind.validateStatus?.(prepared, old) ?? [])
      : kind.validate(prepared, old, around);
  const errors = [...validateMetadataUpdate(prepared, old), ...own];
  if (errors.length > 0) {
    return { ok: false, status: invalidStatus(kind.names, old.metadata.name, errors) };
  }
  const verdict = validateAdmission(server, { ...admission, object: prepared });
  if (!verdict.ok) return verdict;
  if (!isDryRun(query)) verdict.charge?.();
  const next = withGeneration(kind, old, prepared);
  return store(server, target, old, next, manager, entries);
}

function store(
  server: Server,
  { kind, query }: Target,
  old: ApiObject,
  next: ApiObject,
  manager: string,
  entries: readonly ManagedFieldsEntry[],
): Outcome<ApiObject> {
  const owned = withEntries(next, entries);
  if (sameObject(old, next) && sameEntries(old, owned)) return { ok: true, value: old };
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
  const { managedFields: old = [] } = a.metadata;
  const { managedFields: now = [] } = b.metadata;
  const text = ({ time: _time, ...rest }: ManagedFieldsEntry) => JSON.stringify(rest);
  return (
    old.length === now.length &&
    old.every((entry, index) => {
      const other = now[index] as ManagedFieldsEntry;
      return entry === other || text(entry) === text(other);
    })
  );
}

/**
 * The old object with the owners that a client has sent, as the field manager takes them: a single
 * empty entry takes all owners away, an empty list changes nothing.
 */
function withSentEntries(old: ApiObject, { metadata }: ApiObject): ApiObject {
  const sent = metadata?.managedFields;
  if (!sent?.length || sent === old.metadata.managedFields) return old;
  const whole = sent.every(({ operation, fieldsV1 }) => operation && fieldsV1);
  return withEntries(old, whole ? sent : []);
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
    // Annotations may come along with a status: the deployment controller notes revisions so.
    const { annotations = old.metadata.annotations } = given.metadata ?? {};
    const metadata = annotations ? { ...old.metadata, annotations } : old.metadata;
    return { ...old, metadata, ...('status' in given && { status: given['status'] }) };
  }
  if (subresource === 'approval') {
    // Approving says yes or no to a request; the certificate is the signer's.
    const { conditions } = (given['status'] ?? {}) as { readonly conditions?: unknown };
    return { ...old, status: { ...(old['status'] as object), conditions } };
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
