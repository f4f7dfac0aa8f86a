import type { ApiObject } from '../../apimachinery/object.ts';

/** What no client may change; for a subresource, all that is not its own. */
export function keepServerFields(
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
