import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import type { Autoscaler, AutoscalerV1, Metric, MetricSource, ScalingRules } from './shapes.ts';

const UNKNOWN = '<unknown>';

/** `HorizontalPodAutoscalerDescriber`; each version has lines of its own for what it measures. */
export function describeAutoscaler(object: Autoscaler | AutoscalerV1, related: Related): string {
  const { metadata, spec, status } = object;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  const { kind = '', name = '' } = spec.scaleTargetRef ?? {};
  writer.line(0, `Reference:\t${kind}/${name}`);
  if (object.apiVersion === 'autoscaling/v1') cpuLines(writer, object as AutoscalerV1);
  else metricLines(writer, object as Autoscaler);
  writer.line(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}`);
  writer.line(0, `Max replicas:\t${spec.maxReplicas ?? 0}`);
  const { behavior } = spec as Autoscaler['spec'];
  if (behavior) {
    writer.line(0, 'Behavior:');
    ruleLines(writer, 'Scale Up', behavior.scaleUp);
    ruleLines(writer, 'Scale Down', behavior.scaleDown);
  }
  const { currentReplicas = 0, desiredReplicas = 0 } = status ?? {};
  writer.line(0, `${kind} pods:\t${currentReplicas} current / ${desiredReplicas} desired`);
  conditionLines(writer, object as Autoscaler);
  eventLines(writer, object, related);
  return writer.text();
}

function cpuLines(writer: Writer, { spec, status }: AutoscalerV1): void {
  if (spec.targetCPUUtilizationPercentage === undefined) return;
  writer.line(0, `Target CPU utilization:\t${spec.targetCPUUtilizationPercentage}%`);
  const now = status?.currentCPUUtilizationPercentage;
  writer.line(0, `Current CPU utilization:\t${now === undefined ? UNKNOWN : `${now}%`}`);
}

function metricLines(writer: Writer, { spec, status }: Autoscaler): void {
  writer.line(0, 'Metrics:\t( current / target )');
  (spec.metrics ?? []).forEach((metric, index) =>
    writer.line(1, metricText(metric, status?.currentMetrics?.[index])),
  );
}

function metricText(metric: Metric, seen: Metric | undefined): string {
  const { external, pods, object, resource, containerResource } = metric;
  switch (metric.type) {
    case 'External':
      return `"${external?.metric?.name}" ${valueText(external, seen?.external)}`;
    case 'Pods': {
      const now = seen?.pods?.current?.averageValue ?? UNKNOWN;
      return `"${pods?.metric?.name}" on pods:\t${now} / ${pods?.target?.averageValue ?? '0'}`;
    }
    case 'Object': {
      const about = object?.describedObject;
      const what = `"${object?.metric?.name}" on ${about?.kind}/${about?.name}`;
      return `${what} ${valueText(object, seen?.object)}`;
    }
    case 'Resource':
      return `resource ${resource?.name} on pods${resourceText(resource, seen?.resource)}`;
    case 'ContainerResource': {
      const { name, container } = containerResource ?? {};
      const what = `resource ${name} of container "${container}" on pods`;
      return what + resourceText(containerResource, seen?.containerResource);
    }
    default:
      return `<unknown metric type ${JSON.stringify(metric.type ?? '')}>`;
  }
}

function valueText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const { averageValue, value = '0' } = spec?.target ?? {};
  if (averageValue !== undefined) {
    const now = status?.current?.averageValue ?? UNKNOWN;
    return `(target average value):\t${now} / ${averageValue}`;
  }
  return `(target value):\t${status?.current?.value ?? UNKNOWN} / ${value}`;
}

function resourceText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const { averageValue, averageUtilization: percent } = spec?.target ?? {};
  const { averageValue: amount, averageUtilization: share } = status?.current ?? {};
  if (averageValue !== undefined) return `:\t${amount ?? UNKNOWN} / ${averageValue}`;
  const now = share === undefined ? UNKNOWN : `${share}% (${amount ?? '<nil>'})`;
  const wanted = percent === undefined ? '<auto>' : `${percent}%`;
  return `  (as a percentage of request):\t${now} / ${wanted}`;
}

function ruleLines(writer: Writer, direction: string, rules: ScalingRules | undefined): void {
  if (!rules) return;
  const { stabilizationWindowSeconds: window, policies = [] } = rules;
  writer.line(1, `${direction}:`);
  if (window !== undefined) writer.line(2, `Stabilization Window: ${window} seconds`);
  if (policies.length === 0) return;
  writer.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`);
  writer.line(2, 'Policies:');
  for (const { type, value, periodSeconds } of policies) {
    writer.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
  }
}

function conditionLines(writer: Writer, { status }: Autoscaler): void {
  if (!status?.conditions?.length) return;
  writer.line(0, 'Conditions:');
  writer.line(1, 'Type\tStatus\tReason\tMessage');
  writer.line(1, '----\t------\t------\t-------');
  for (const { type, status: state, reason = '', message = '' } of status.conditions) {
    writer.line(1, `${type}\t${state}\t${reason}\t${message}`);
  }
}
