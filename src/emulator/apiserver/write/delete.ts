import type { ApiObject } from '../../apimachinery/object.ts';
import { conflictStatus, notFoundStatus, successStatus } from '../../apimachinery/status.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { rfc3339, SECOND } from '../../world/time.ts';
import { admit } from '../admission-order.ts';
import { checkDeleteOptions } from '../options.ts';
import { filterOf } from '../read.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { answer, refuse } from '../responses.ts';
import { apiVersionOf, type Target } from '../route.ts';
import type { Server } from '../server.ts';
import { bodyData, managerOf } from './body.ts';

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** Kinds whose deletion answers the object itself, not a Status (`ReturnDeletedObject`). */
const returnsDeleted = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
  'storageclasses',
]);

/** All finalizers that keep an object. */
export function pendingFinalizers(kind: ResourceKind, object: ApiObject): readonly string[] {
  return [...(object.metadata.finalizers ?? []), ...(kind.pendingFinalizers?.(object) ?? [])];
}

/** DELETE of one object: at once, after its grace, or when its finalizers are done. */
export function remove(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const { kind, namespace, name = '' } = target;
  const found = server.storage.get(kind, namespace, name);
  if (!found) return refuse(notFoundStatus(kind.names, name));
  const options = readOptions(target, request);
  const wrong = checkDeleteOptions(options);
  if (wrong) return refuse(wrong);
  const broken = precondition(found, options);
  if (broken) return refuse(conflictStatus(kind.names, name, broken));
  const dryRun = options.dryRun?.includes('All') ?? false;
  const manager = managerOf(request, target.query);
  const admission = { kind, object: found, old: found, user, operation: 'DELETE' as const };
  const admitted = admit(server, admission);
  if (!admitted.ok) return refuse(admitted.status);
  const left = removeObject(server, kind, found, options, manager, dryRun);
  if (left) return answer(200, left);
  if (returnsDeleted.has(kind.names.plural)) {
    const resourceVersion = String(server.world.store.revision);
    return answer(200, { ...found, metadata: { ...found.metadata, resourceVersion } });
  }
  return answer(200, successStatus(kind.names, name, found.metadata.uid));
}

/** DELETE of a collection: each object as by itself; the answer is the list. */
export function removeCollection(
  server: Server,
  target: Target,
  request: ApiRequest,
  _user: User,
): ApiResponse {
  const filter = filterOf(target);
  if (!filter.ok) return refuse(filter.status);
  const options = readOptions(target, request);
  const wrong = checkDeleteOptions(options);
  if (wrong) return refuse(wrong);
  const items = server.storage.list(target.kind, target.namespace).filter(filter.value);
  const manager = managerOf(request, target.query);
  for (const object of items) {
    removeObject(server, target.kind, object, options, manager, options.dryRun?.includes('All'));
  }
  const metadata = { resourceVersion: String(server.world.store.revision) };
  const kind = `${target.kind.names.kind}List`;
  return answer(200, { kind, apiVersion: apiVersionOf(target.kind), metadata, items });
}

function readOptions({ query }: Target, request: ApiRequest): DeleteOptions {
  const data = bodyData(request);
  const body =
    data.ok && typeof data.value === 'object' ? (data.value as DeleteOptions | null) : null;
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  return {
    ...body,
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== undefined && { propagationPolicy: policy }),
    ...(query.all('dryRun').length > 0 && { dryRun: query.all('dryRun') }),
  };
}

function precondition(object: ApiObject, { preconditions }: DeleteOptions): string | undefined {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid && uid !== object.metadata.uid) {
    return (
      `Precondition failed: UID in precondition: ${uid}, UID in ` +
      `object meta: ${object.metadata.uid}`
    );
  }
  if (resourceVersion && resourceVersion !== object.metadata.resourceVersion) {
    return (
      'Precondition failed: ResourceVersion in precondition: ' +
      `${resourceVersion}, ResourceVersion in object meta: ` +
      `${object.metadata.resourceVersion}`
    );
  }
  return undefined;
}

/** Removes an object, and before a definition all that it defined. */
function removeWhole(server: Server, kind: ResourceKind, object: ApiObject, by: string): void {
  const defined = server.byResource.get(kind.instances?.(object) ?? '');
  for (const each of defined ? server.storage.list(defined, undefined) : []) {
    if (defined) server.storage.remove(defined, each, by);
  }
  server.storage.remove(kind, object, by);
}

/** Deletes an object; gives what is left of it while it waits, undefined once it is gone. */
export function removeObject(
  server: Server,
  kind: ResourceKind,
  object: ApiObject,
  options: DeleteOptions,
  manager: string,
  dryRun = false,
): ApiObject | undefined {
  const finalizers = new Set(object.metadata.finalizers ?? []);
  if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion');
  if (options.propagationPolicy === 'Orphan' || options.orphanDependents) finalizers.add('orphan');
  const withFinalizers: ApiObject = {
    ...object,
    metadata: { ...object.metadata, ...(finalizers.size > 0 && { finalizers: [...finalizers] }) },
  };
  const grace = kind.gracePeriod?.(object, options.gracePeriodSeconds) ?? 0;
  const pending = pendingFinalizers(kind, withFinalizers);
  if (grace === 0 && pending.length === 0) {
    if (!dryRun) removeWhole(server, kind, object, manager);
    return undefined;
  }
  const already = object.metadata.deletionTimestamp !== undefined;
  const shorter = grace < (object.metadata.deletionGracePeriodSeconds ?? Infinity);
  if (already && !(kind.gracePeriod && shorter)) return object;
  const marked: ApiObject = {
    ...withFinalizers,
    metadata: {
      ...withFinalizers.metadata,
      ...(kind.hasGeneration && {
        generation: (object.metadata.generation ?? 1) + (already ? 0 : 1),
      }),
      deletionTimestamp: rfc3339(server.world.clock.now + grace * SECOND),
      deletionGracePeriodSeconds: grace,
    },
  };
  const final = kind.terminating?.(marked) ?? marked;
  return dryRun ? final : server.storage.put(kind, final, manager);
}
