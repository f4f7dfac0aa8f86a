import type { ApiObject, ManagedFieldsEntry } from '../../apimachinery/object.ts';
import {
  conflictStatus,
  invalidStatus,
  MODIFIED,
  type Outcome,
} from '../../apimachinery/status.ts';
import type { ResourceKind, Surroundings } from '../../resources/kind.ts';
import { validateMetadataUpdate } from '../../resources/metadata.ts';
import { admit, validateAdmission } from '../admission-order.ts';
import type { User } from '../request.ts';
import type { Target } from '../route.ts';
import type { Server } from '../server.ts';
import { isDryRun } from './body.ts';
import { allocate } from './create.ts';
import { pendingFinalizers } from './delete.ts';
import { entriesAfter, sameObject, whole, withEntries, withGeneration } from './finish.ts';
import { keepServerFields } from './keep.ts';

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
  const prepared = prepare(kind, subresource, allocated.value, old, around);
  const own =
    subresource === 'status'
      ? (kind.validateStatus?.(prepared, old) ?? [])
      : kind.validate(prepared, old, around);
  const errors = [...validateMetadataUpdate(prepared, old, kind.custom), ...own];
  if (errors.length > 0) {
    return { ok: false, status: invalidStatus(kind.names, old.metadata.name, errors) };
  }
  const verdict = validateAdmission(server, { ...admission, object: prepared });
  if (!verdict.ok) return verdict;
  if (!isDryRun(query)) verdict.charge?.();
  const next = withGeneration(kind, old, prepared);
  return store(server, target, old, next, manager, entries);
}

function prepare(
  kind: ResourceKind,
  subresource: string | undefined,
  object: ApiObject,
  old: ApiObject,
  around: Surroundings,
): ApiObject {
  if (!subresource) return kind.prepare(object, old, around);
  if (subresource !== 'status') return object;
  return kind.prepareStatus?.(object, old) ?? object;
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
