import { copy, type Obj } from './object.ts';
import { podSpecOf } from './workload.ts';

/** Members that a Go struct always shows, at the top and in `spec`, by kind. */
const zeros: Readonly<Record<string, { readonly spec?: object; readonly status?: object }>> = {
  Pod: { status: {} },
  Deployment: { spec: { strategy: {} }, status: {} },
  ReplicaSet: { status: { replicas: 0 } },
  ReplicationController: { status: { replicas: 0 } },
  StatefulSet: {
    spec: { serviceName: '', updateStrategy: {} },
    status: { replicas: 0, availableReplicas: 0 },
  },
  DaemonSet: {
    spec: { updateStrategy: {} },
    status: {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    },
  },
  Job: { status: {} },
  CronJob: { status: {} },
  Service: { status: { loadBalancer: {} } },
};

/**
 * An object as it comes out of its Go struct: what is not given but is no pointer is shown empty.
 * Kinds that are not built in come back as they are.
 */
export function typedZero(object: Obj): Obj {
  const zero = zeros[object.kind ?? ''];
  if (!zero) return object;
  const result = copy(object) as Obj & { spec?: object; status?: object };
  result.spec = { ...zero.spec, ...result.spec };
  result.status = { ...zero.status, ...result.status };
  const templates = [result.spec as Templated, (result.spec as Templated).jobTemplate?.spec];
  for (const holder of templates) {
    if (holder?.template) holder.template.metadata ??= {};
  }
  const job = (result.spec as Templated).jobTemplate;
  if (job) job.metadata ??= {};
  const { ports } = result.spec as { ports?: { targetPort?: unknown }[] };
  if (result.kind === 'Service') for (const port of ports ?? []) port.targetPort ??= 0;
  const pod = podSpecOf(result);
  for (const container of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
    container.resources ??= {};
    for (const { valueFrom } of container.env ?? []) {
      const amount = valueFrom?.resourceFieldRef as { divisor?: string } | undefined;
      if (amount) amount.divisor ??= '0';
    }
  }
  return result;
}

interface Templated {
  template?: { metadata?: object };
  jobTemplate?: { metadata?: object; spec?: Templated };
}
