import type { ApiObject } from '../apimachinery/object.ts';
import { formatSelector } from '../apimachinery/selector.ts';
import type { LabelSelector } from '../apimachinery/object.ts';
import type { ResourceKind } from '../resources/kind.ts';
import { rfc3339 } from '../world/time.ts';

interface Scalable extends ApiObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status?: { readonly replicas?: number };
}

/** autoscaling/v1 Scale of an object: its replicas, wanted and seen, and its selector. */
export function scaleOf(_kind: ResourceKind, object: ApiObject): ApiObject {
  const { spec, status, metadata } = object as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace && { namespace }),
      uid,
      resourceVersion,
      creationTimestamp: creationTimestamp ?? rfc3339(0),
    },
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: formatSelector(spec?.selector) },
  };
}
