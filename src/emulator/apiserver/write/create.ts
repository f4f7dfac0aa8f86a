import type { ApiObject, ManagedFieldsEntry, ObjectMeta } from '../../apimachinery/object.ts';
import {
  alreadyExistsStatus,
  badRequestStatus,
  invalidStatus,
  type Outcome,
} from '../../apimachinery/status.ts';
import { validateMetadata } from '../../resources/metadata.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { rfc3339 } from '../../world/time.ts';
import { admit, validateAdmission } from '../admission-order.ts';
import { checkWriteOptions } from '../options.ts';
import { present } from '../read.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { refuse } from '../responses.ts';
import { resourceOf, type Target } from '../route.ts';
import type { Server } from '../server.ts';
import { isDryRun, managerOf, objectData, readObject } from './body.ts';
import { entriesAfter, whole, withEntries } from './finish.ts';

/** POST of a new object. */
export function create(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const wrong = checkWriteOptions('CreateOptions', target.query);
  if (wrong) return refuse(wrong);
  const data = objectData(request, target.kind);
  if (!data.ok) return refuse(data.status);
  const body = readObject(server, target.kind, data.value, target.query);
  if (!body.ok) return refuse(body.status);
  const made = createObject(
    server,
    target,
    body.value.object,
    user,
    managerOf(request, target.query),
  );
  const warnings = [...body.value.warnings];
  if (!made.ok) return refuse(made.status, warnings);
  warnings.push(...(target.kind.warnings?.(made.value, undefined) ?? []));
  return present(server, target.kind, made.value, request, warnings, 201);
}

/**
 * The whole way of a new object: defaults, admission, allocation, preparing, validation, storing.
 */
export function createObject(
  server: Server,
  target: Target,
  given: ApiObject,
  user: User,
  manager: string,
  applied?: readonly ManagedFieldsEntry[],
): Outcome<ApiObject> {
  const { kind } = target;
  const dryRun = isDryRun(target.query);
  const around = server.around(dryRun);
  const placed = inNamespace(kind, given, target.namespace);
  if (!placed.ok) return placed;
  const named = withMetadata(server, kind, placed.value);
  const sent = kind.defaults(whole(server, kind, named));
  const entries = applied ?? entriesAfter(server, kind, undefined, sent, manager);
  const admitted = admit(server, {
    kind,
    object: sent,
    old: undefined,
    user,
    operation: 'CREATE',
  });
  if (!admitted.ok) return admitted;
  const called = withName(server, kind, admitted.value);
  const allocated = allocate(kind, kind.defaults(called), undefined, around);
  if (!allocated.ok) return allocated;
  const ready = kind.prepare(allocated.value, undefined, around);
  const prepared = kind.signedBy?.(ready, user) ?? ready;
  const errors = [
    ...validateMetadata(kind, prepared),
    ...kind.validate(prepared, undefined, around),
  ];
  if (errors.length > 0) {
    return { ok: false, status: invalidStatus(kind.names, prepared.metadata.name ?? '', errors) };
  }
  const operation = 'CREATE' as const;
  const verdict = validateAdmission(server, {
    kind,
    object: prepared,
    old: undefined,
    user,
    operation,
  });
  if (!verdict.ok) return verdict;
  if (server.storage.get(kind, prepared.metadata.namespace, prepared.metadata.name)) {
    return { ok: false, status: alreadyExistsStatus(kind.names, prepared.metadata.name) };
  }
  const owned = withEntries(prepared, entries);
  if (dryRun) return { ok: true, value: unstored(owned) };
  verdict.charge?.();
  return { ok: true, value: server.storage.put(kind, owned, manager) };
}

/** A dry run's answer: what was never stored has no version. */
function unstored(object: ApiObject): ApiObject {
  const { resourceVersion: _none, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ObjectMeta };
}

/** Takes addresses and ports, where the kind has any to take. */
export function allocate(
  kind: ResourceKind,
  object: ApiObject,
  old: ApiObject | undefined,
  around: Parameters<NonNullable<ResourceKind['allocate']>>[2],
): Outcome<ApiObject> {
  const result = kind.allocate?.(object, old, around) ?? { object };
  if ('object' in result) return { ok: true, value: result.object };
  if ('status' in result) return { ok: false, status: result.status };
  return {
    ok: false,
    status: invalidStatus(kind.names, object.metadata.name ?? '', result.errors),
  };
}

function inNamespace(
  kind: ResourceKind,
  object: ApiObject,
  namespace: string | undefined,
): Outcome<ApiObject> {
  const own = object.metadata?.namespace;
  if (!kind.names.namespaced) {
    const { namespace: _none, ...metadata } = object.metadata ?? {};
    return { ok: true, value: { ...object, metadata: metadata as ObjectMeta } };
  }
  if (own && namespace && own !== namespace) {
    const message =
      'the namespace of the provided object does not match the namespace sent on the request';
    return { ok: false, status: badRequestStatus(message) };
  }
  const metadata = { ...object.metadata, namespace: namespace ?? own ?? 'default' };
  return { ok: true, value: { ...object, metadata } };
}

/** Fills what the server gives every new object; what a client wrote there is thrown away. */
function withMetadata(server: Server, kind: ResourceKind, object: ApiObject): ApiObject {
  const { world } = server;
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    managedFields: _fields,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    ...given
  } = object.metadata;
  const draw =
    `${resourceOf(kind)}/${given.namespace ?? ''}/` +
    `${given.name ?? given.generateName}/${world.store.revision}`;
  const metadata: ObjectMeta = {
    ...given,
    name: given.name ?? '',
    uid: world.chance.uuid(`uid/${draw}`),
    resourceVersion: '',
    ...(kind.hasGeneration && { generation: 1 }),
    creationTimestamp: rfc3339(world.clock.now),
  };
  return { ...object, metadata };
}

/** Gives an object that has none its name; admission has seen it without (`rest.BeforeCreate`). */
function withName(server: Server, kind: ResourceKind, object: ApiObject): ApiObject {
  const { name, namespace = '', generateName } = object.metadata;
  if (name || !generateName) return object;
  const { world } = server;
  const draw = `${resourceOf(kind)}/${namespace}/${generateName}/${world.store.revision}`;
  const drawn = generateName.slice(0, 58) + world.chance.suffix(`name/${draw}`, 5);
  return { ...object, metadata: { ...object.metadata, name: drawn } };
}
