import type { Json, Micros } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { fromV1 } from './convert.ts';
import type { Autoscaler, AutoscalerV1, Metric, MetricSource } from './shapes.ts';

const UNKNOWN = '<unknown>';
/** Metrics that are shown before the rest is only counted. */
const SHOWN = 2;

/** Columns of both versions: tables are made from the form that is stored. */
export const autoscalerColumns = [
  nameColumn,
  column('Reference'),
  column('Targets'),
  column('MinPods'),
  column('MaxPods'),
  column('Replicas'),
  ageColumn,
];

export function autoscalerCells(given: Autoscaler | AutoscalerV1, now: Micros): Json[] {
  const object =
    given.apiVersion === 'autoscaling/v1' ? fromV1(given as AutoscalerV1) : (given as Autoscaler);
  const { metadata, spec, status } = object;
  const { kind = '', name = '' } = spec.scaleTargetRef ?? {};
  return [
    metadata.name,
    `${kind}/${name}`,
    metricsText(spec.metrics ?? [], status?.currentMetrics ?? []),
    spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    ageOf(object, now),
  ];
}

/** `formatHPAMetrics`. */
function metricsText(metrics: readonly Metric[], statuses: readonly Metric[]): string {
  if (metrics.length === 0) return '<none>';
  const texts = metrics.map((metric, index) => metricText(metric, statuses[index]));
  const shown = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${shown} + ${texts.length - SHOWN} more...` : shown;
}

function metricText(metric: Metric, status: Metric | undefined): string {
  switch (metric.type) {
    case 'External':
      return valueText(metric.external, status?.external);
    case 'Object':
      return valueText(metric.object, status?.object);
    case 'Pods':
      return averageText(metric.pods, status?.pods);
    case 'Resource':
      return resourceText(metric.resource, status?.resource);
    case 'ContainerResource':
      return resourceText(metric.containerResource, status?.containerResource);
    default:
      return '<unknown type>';
  }
}

function averageText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const current = status ? (status.current?.averageValue ?? '0') : UNKNOWN;
  return `${current}/${spec?.target?.averageValue ?? '0'}`;
}

function valueText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const { averageValue, value } = spec?.target ?? {};
  if (averageValue !== undefined) {
    return `${status?.current?.averageValue ?? UNKNOWN}/${averageValue} (avg)`;
  }
  return `${status ? (status.current?.value ?? '0') : UNKNOWN}/${value ?? '0'}`;
}

function resourceText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const { averageValue, averageUtilization: percent } = spec?.target ?? {};
  if (averageValue !== undefined) return `${spec?.name}: ${averageText(spec, status)}`;
  const now = status?.current?.averageUtilization;
  const wanted = percent === undefined ? '<auto>' : `${percent}%`;
  return `${spec?.name}: ${now === undefined ? UNKNOWN : `${now}%`}/${wanted}`;
}
