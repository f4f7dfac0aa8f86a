import type { Autoscaler, Metric } from '../../resources/autoscaler/shapes.ts';

/** Why a metric cannot be had. */
export interface Failure {
  readonly reason: string;
  /** What the event of the metric says. */
  readonly message: string;
  /** The same, as the sum of all metrics words it. */
  readonly long: string;
}

const MISSING = 'the server could not find the requested resource';

/** Without a metrics server each metric fails in the way of its type. */
export function failureOf(metric: Metric, { metadata }: Autoscaler): Failure {
  const { namespace } = metadata;
  switch (metric.type) {
    case 'Resource':
      return resourceFailure(metric.resource?.name ?? '', metric, 'Resource');
    case 'ContainerResource':
      return resourceFailure(metric.containerResource?.name ?? '', metric, 'ContainerResource');
    case 'Pods': {
      const name = metric.pods?.metric?.name ?? '';
      const message = `unable to get metric ${name}: ${custom}`;
      return { reason: 'FailedGetPodsMetric', message, long: wrap('pods', message) };
    }
    case 'Object': {
      const { metric: what, describedObject: about } = metric.object ?? {};
      const where = `${about?.kind} on ${namespace} ${about?.name}`;
      const message = `unable to get metric ${what?.name}: ${where}/${custom}`;
      return { reason: 'FailedGetObjectMetric', message, long: wrap('object', message) };
    }
    default: {
      const name = metric.external?.metric?.name ?? '';
      const asked = `unable to get external metric ${namespace}/${name}/nil`;
      const why = `${MISSING} (get ${name}.external.metrics.k8s.io)`;
      const message = `${asked}: unable to fetch metrics from external metrics API: ${why}`;
      return { reason: 'FailedGetExternalMetric', message, long: wrap('external', message) };
    }
  }
}

const custom =
  'unable to fetch metrics from custom metrics API: ' +
  'no custom metrics API (custom.metrics.k8s.io) registered';

const wrap = (what: string, message: string) => `failed to get ${what} metric value: ${message}`;

function resourceFailure(name: string, metric: Metric, type: string): Failure {
  const source = metric.resource ?? metric.containerResource;
  const measured = source?.target?.averageValue === undefined ? 'utilization' : 'usage';
  const why =
    `unable to get metrics for resource ${name}: unable to fetch metrics from resource metrics ` +
    `API: ${MISSING} (get pods.metrics.k8s.io)`;
  const message = `failed to get ${name} ${measured}: ${why}`;
  const long = wrap(type === 'Resource' ? `${name} resource` : `${name} container`, message);
  return { reason: `FailedGet${type}Metric`, message, long };
}
