import type { ApiObject } from '../apimachinery/object.ts';
import { formatSelector } from '../apimachinery/selector.ts';
import type { LabelSelector } from '../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../resources/columns.ts';
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
    status: {
      replicas: status?.replicas ?? 0,
      ...(spec?.selector && { selector: formatSelector(spec.selector) }),
    },
  };
}

/** A kind with the columns that its Scale is shown in (`printScale`). */
export function scaleTabled(kind: ResourceKind): ResourceKind {
  return {
    ...kind,
    definition: 'io.k8s.api.autoscaling.v1.Scale',
    columns: [
      nameColumn,
      column(
        'Desired',
        'integer',
        'replicas is the desired number of instances for the scaled object.',
      ),
      column(
        'Available',
        'integer',
        'replicas is the actual number of observed instances of the scaled object.',
      ),
      ageColumn,
    ],
    cells: (object, now) => {
      const { spec, status } = object as Scalable;
      const { name = '' } = object.metadata;
      return [name, spec?.replicas ?? 0, status?.replicas ?? 0, ageOf(object, now)];
    },
  };
}
