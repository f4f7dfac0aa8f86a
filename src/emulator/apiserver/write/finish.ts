import { afterUpdate, type Writer } from '../../apimachinery/managed-fields.ts';
import type { ApiObject, ManagedFieldsEntry } from '../../apimachinery/object.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { equal } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { apiVersionOf } from '../route.ts';
import type { Server } from '../server.ts';

/** Puts managed fields on an object that was created or changed by an ordinary write. */
export function withManagedFields(
  server: Server,
  kind: ResourceKind,
  before: ApiObject | undefined,
  after: ApiObject,
  manager: string,
  subresource?: string,
): ApiObject {
  const writer: Writer = {
    manager,
    operation: 'Update',
    apiVersion: apiVersionOf(kind),
    ...(subresource && { subresource }),
    time: rfc3339(server.world.clock.now),
  };
  return withEntries(after, afterUpdate(server.types, kind.definition, before, after, writer));
}

export function withEntries(object: ApiObject, entries: readonly ManagedFieldsEntry[]): ApiObject {
  const { managedFields: _old, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata,
  };
}

/** Whether two versions of an object differ in anything but the server's own book-keeping. */
export function sameObject(a: ApiObject, b: ApiObject): boolean {
  return equal(bare(a), bare(b));
}

function bare(object: ApiObject): ApiObject {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ApiObject['metadata'] };
}

/** Raises the generation where anything but metadata and status changed. */
export function withGeneration(kind: ResourceKind, before: ApiObject, after: ApiObject): ApiObject {
  if (!kind.hasGeneration) return after;
  const wish = ({ metadata: _metadata, status: _status, ...rest }: ApiObject) => rest;
  const changed = !equal(wish(before), wish(after));
  const generation = (before.metadata.generation ?? 1) + (changed ? 1 : 0);
  return { ...after, metadata: { ...after.metadata, generation } };
}
