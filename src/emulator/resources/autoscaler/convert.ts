import type { LabelSelector } from '../../apimachinery/object.ts';
import type { Autoscaler, AutoscalerV1, Metric, MetricSource } from './shapes.ts';

/** Annotations in which v1 keeps what it has no fields for. */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

/** A source in the flat form of v1's annotations. */
interface FlatSource {
  readonly name?: string;
  readonly container?: string;
  readonly metricName?: string;
  readonly metricSelector?: LabelSelector;
  readonly selector?: LabelSelector;
  readonly target?: MetricSource['describedObject'];
  readonly targetValue?: string;
  readonly targetAverageValue?: string;
  readonly averageValue?: string;
  readonly targetAverageUtilization?: number;
  readonly currentValue?: string;
  readonly currentAverageValue?: string;
  readonly currentAverageUtilization?: number;
}

type Flat = { readonly type?: string } & Readonly<
  Partial<Record<'resource' | 'containerResource' | 'pods' | 'object' | 'external', FlatSource>>
>;

const members = ['resource', 'containerResource', 'pods', 'object', 'external'] as const;

function read<T>(annotations: Readonly<Record<string, string>>, name: string): T | undefined {
  try {
    return annotations[name] === undefined ? undefined : (JSON.parse(annotations[name]) as T);
  } catch {
    return undefined;
  }
}

/** autoscaling/v1 as autoscaling/v2 (`Convert_v1_HorizontalPodAutoscaler_To_autoscaling`). */
export function fromV1(given: AutoscalerV1): Autoscaler {
  const { targetCPUUtilizationPercentage: cpu, ...spec } = given.spec ?? {};
  const { currentCPUUtilizationPercentage: _now, ...status } = given.status ?? {};
  const annotations = given.metadata.annotations ?? {};
  const current = (read<Flat[]>(annotations, CURRENT) ?? []).map(deep);
  const metrics = (read<Flat[]>(annotations, METRICS) ?? []).map(deep);
  const behavior = read<Autoscaler['spec']['behavior']>(annotations, BEHAVIOR);
  const conditions = read<NonNullable<Autoscaler['status']>['conditions']>(annotations, CONDITIONS);
  if (cpu !== undefined) {
    const target = { type: 'Utilization', averageUtilization: cpu };
    const seen = current.findIndex(({ resource }) => resource?.name === 'cpu');
    // Its place among the others is lost in v1; the current metrics still have it.
    metrics.splice(seen < 0 ? metrics.length : seen, 0, {
      type: 'Resource',
      resource: { name: 'cpu', target },
    });
  }
  const hidden = new Set([METRICS, CURRENT, CONDITIONS, BEHAVIOR]);
  const kept = Object.entries(annotations).filter(([name]) => !hidden.has(name));
  const { annotations: _all, ...metadata } = given.metadata;
  return {
    ...given,
    apiVersion: 'autoscaling/v2',
    metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
    spec: { ...spec, ...(metrics.length > 0 && { metrics }), ...(behavior && { behavior }) },
    ...(given.status && {
      status: {
        ...status,
        ...(current.length > 0 && { currentMetrics: current }),
        ...(conditions && { conditions }),
      },
    }),
  };
}

/** autoscaling/v2 as autoscaling/v1. */
export function toV1(given: Autoscaler): AutoscalerV1 {
  const { metrics = [], behavior, ...spec } = given.spec;
  const { currentMetrics, conditions, ...status } = given.status ?? {};
  const isCpu = ({ resource }: Metric) =>
    resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;
  const cpu = metrics.find(isCpu)?.resource?.target?.averageUtilization;
  const now = currentMetrics?.find(({ resource }) => resource?.name === 'cpu');
  const percent = now?.resource?.current?.averageUtilization;
  const others = metrics.filter((metric) => !isCpu(metric));
  const annotations = {
    ...given.metadata.annotations,
    ...(others.length > 0 && { [METRICS]: JSON.stringify(others.map(flat)) }),
    ...(currentMetrics?.length && { [CURRENT]: JSON.stringify(currentMetrics.map(flat)) }),
    ...(conditions?.length && { [CONDITIONS]: JSON.stringify(conditions) }),
    ...(behavior && { [BEHAVIOR]: JSON.stringify(behavior) }),
  };
  return {
    ...given,
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...given.metadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: { ...spec, ...(cpu !== undefined && { targetCPUUtilizationPercentage: cpu }) },
    ...(given.status && {
      status: {
        ...status,
        ...(percent !== undefined && { currentCPUUtilizationPercentage: percent }),
      },
    }),
  };
}

function deep(metric: Flat): Metric {
  const entries = members.flatMap((name) => {
    const source = metric[name];
    return source ? [[name, deepSource(source)] as const] : [];
  });
  return { ...(metric.type && { type: metric.type }), ...Object.fromEntries(entries) };
}

function deepSource(source: FlatSource): MetricSource {
  const { targetValue: value, targetAverageValue, targetAverageUtilization: percent } = source;
  const average = targetAverageValue ?? source.averageValue;
  const target =
    percent !== undefined
      ? { type: 'Utilization', averageUtilization: percent }
      : average !== undefined
        ? { type: 'AverageValue', averageValue: average }
        : value === undefined
          ? undefined
          : { type: 'Value', value };
  const current = {
    ...(source.currentValue !== undefined && { value: source.currentValue }),
    ...(source.currentAverageValue !== undefined && { averageValue: source.currentAverageValue }),
    ...(source.currentAverageUtilization !== undefined && {
      averageUtilization: source.currentAverageUtilization,
    }),
  };
  const selector = source.metricSelector ?? source.selector;
  return {
    ...(source.name && { name: source.name }),
    ...(source.container !== undefined && { container: source.container }),
    ...(source.metricName && {
      metric: { name: source.metricName, ...(selector && { selector }) },
    }),
    ...(source.target && { describedObject: source.target }),
    ...(target && { target }),
    ...(Object.keys(current).length > 0 && { current }),
  };
}

function flat(metric: Metric): Flat {
  const entries = members.flatMap((name) => {
    const source = metric[name];
    return source ? [[name, flatSource(source, name)] as const] : [];
  });
  return { ...(metric.type && { type: metric.type }), ...Object.fromEntries(entries) };
}

function flatSource(source: MetricSource, member: string): FlatSource {
  const { target, current, metric } = source;
  const label = member === 'external' ? 'metricSelector' : 'selector';
  return {
    ...(source.describedObject && { target: source.describedObject }),
    ...(source.name && { name: source.name }),
    ...(metric && { metricName: metric.name }),
    ...(metric?.selector && { [label]: metric.selector }),
    ...(target?.value !== undefined && { targetValue: target.value }),
    ...(target?.averageValue !== undefined && { targetAverageValue: target.averageValue }),
    ...(target?.averageUtilization !== undefined && {
      targetAverageUtilization: target.averageUtilization,
    }),
    ...(current?.value !== undefined && { currentValue: current.value }),
    ...(current?.averageUtilization !== undefined && {
      currentAverageUtilization: current.averageUtilization,
    }),
    ...(current?.averageValue !== undefined && { currentAverageValue: current.averageValue }),
    ...(source.container !== undefined && { container: source.container }),
  };
}
