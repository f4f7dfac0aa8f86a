import { afterUpdate, type Writer } from '../../apimachinery/managed-fields.ts';
import type { ApiObject, ManagedFieldsEntry } from '../../apimachinery/object.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { equal } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { apiVersionOf } from '../route.ts';
import type { Server } from '../server.ts';

/**
 * Managed fields after an ordinary write. They are told from the object as the client sent it, with
 * its defaults: what admission and allocation add later belongs to nobody. The status is nobody's
 * either, unless it is what is written.
 */
export function entriesAfter(
  server: Server,
  kind: ResourceKind,
  before: ApiObject | undefined,
  sent: ApiObject,
  manager: string,
  subresource?: string,
): readonly ManagedFieldsEntry[] {
  const writer: Writer = {
    manager,
    operation: 'Update',
    apiVersion: apiVersionOf(kind),
    ...(subresource && { subresource }),
    // The real server notes no time for writes of the scale.
    ...(subresource !== 'scale' && { time: rfc3339(server.world.clock.now) }),
  };
  const resets = subresource === undefined && kind.subresources.includes('status');
  const after = resets ? withStatus(sent, before?.['status']) : sent;
  return afterUpdate(server.types, kind.definition, before, after, writer);
}

function withStatus(object: ApiObject, status: unknown): ApiObject {
  const { status: _own, ...rest } = object;
  return (status === undefined ? rest : { ...rest, status }) as ApiObject;
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

/** The object with its `spec`, where the kind has one: in Go it is a struct, and always there. */
export function whole(server: Server, kind: ResourceKind, object: ApiObject): ApiObject {
  const { spec } = server.types.schemas[kind.definition] ?? {};
  const given: unknown = object['spec'];
  return !spec?.startsWith('ref:') || given ? object : ({ ...object, spec: {} } as ApiObject);
}
