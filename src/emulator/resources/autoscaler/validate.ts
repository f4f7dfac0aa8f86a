import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidPathSegmentName } from '../path-segment.ts';
import type { Autoscaler, Metric, MetricSource, ScalingRules } from './shapes.ts';

/** `validateHorizontalPodAutoscalerSpec` (`pkg/apis/autoscaling/validation`). */
export function validateAutoscaler({ spec }: Pick<Autoscaler, 'spec'>): FieldError[] {
  const { minReplicas: low, maxReplicas: high = 0 } = spec;
  const errors: FieldError[] = [];
  if (low !== undefined && low < 1) {
    errors.push(invalid('spec.minReplicas', low, 'must be greater than or equal to 1'));
  }
  if (high < 1) errors.push(invalid('spec.maxReplicas', high, 'must be greater than 0'));
  if (low !== undefined && high < low) {
    const why = 'must be greater than or equal to `minReplicas`';
    errors.push(invalid('spec.maxReplicas', high, why));
  }
  for (const field of ['kind', 'name'] as const) {
    const value = spec.scaleTargetRef?.[field] ?? '';
    const path = at('spec', 'scaleTargetRef', field);
    if (value === '') errors.push(required(path, ''));
    else errors.push(...isValidPathSegmentName(value).map((each) => invalid(path, value, each)));
  }
  (spec.metrics ?? []).forEach((metric, index) =>
    errors.push(...validateMetric(metric, at('spec', 'metrics', index))),
  );
  errors.push(...validateRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp'));
  return [...errors, ...validateRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown')];
}

const members = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
} as const;

function validateMetric(metric: Metric, path: string): FieldError[] {
  const { type = '' } = metric;
  const place = at(path, 'type');
  if (type === '') return [required(place, 'must specify a metric source type')];
  if (!(type in members)) return [notSupported(place, type, Object.keys(members))];
  const member = members[type as keyof typeof members];
  const source = metric[member];
  const errors: FieldError[] = [];
  for (const name of Object.values(members)) {
    if (name === member || !metric[name]) continue;
    const why = 'must populate the given metric source only';
    errors.push(forbidden(at(path, name), why));
  }
  if (!source) {
    const why = 'must populate information for the given metric source';
    return [...errors, required(at(path, member), why)];
  }
  return [...errors, ...validateSource(source, member, at(path, member))];
}

function validateSource(source: MetricSource, member: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { target } = source;
  const place = at(path, 'target');
  if (member === 'resource' || member === 'containerResource') {
    if (!source.name) errors.push(required(at(path, 'name'), 'must specify a resource name'));
    if (member === 'containerResource' && !source.container) {
      errors.push(required(at(path, 'container'), 'must specify a container'));
    }
    const { averageUtilization: percent, averageValue } = target ?? {};
    if (percent === undefined && averageValue === undefined) {
      const why = 'must set either a target raw value or a target utilization';
      errors.push(required(at(place, 'averageUtilization'), why));
    } else if (percent !== undefined && averageValue !== undefined) {
      const why = 'may not set both a target raw value and a target utilization';
      errors.push(forbidden(at(place, 'averageValue'), why));
    }
  } else {
    if (!source.metric?.name) {
      errors.push(required(at(path, 'metric', 'name'), 'must specify a metric name'));
    }
    if (target?.value === undefined && target?.averageValue === undefined) {
      const field = member === 'pods' ? 'averageValue' : 'averageValue';
      const why = member === 'pods' ? 'must specify a positive target averageValue' : EITHER;
      errors.push(required(at(place, field), why));
    }
  }
  if ((target?.averageUtilization ?? 1) < 1) {
    const path = at(place, 'averageUtilization');
    errors.push(invalid(path, target?.averageUtilization, 'must be greater than 0'));
  }
  if (!target?.type) errors.push(required(at(place, 'type'), 'must specify a metric target type'));
  return errors;
}

const EITHER = 'must set either a target value for metric or a per-pod target';
const WINDOW_MAX = 3600;
const PERIOD_MAX = 1800;

function validateRules(rules: ScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies } = rules;
  const place = at(path, 'stabilizationWindowSeconds');
  if (window < 0) errors.push(invalid(place, window, 'must be greater than or equal to zero'));
  if (window > WINDOW_MAX) {
    errors.push(invalid(place, window, `must be less than or equal to ${WINDOW_MAX}`));
  }
  const known = ['Disabled', 'Max', 'Min'];
  if (selectPolicy !== undefined && !known.includes(selectPolicy)) {
    errors.push(notSupported(at(path, 'selectPolicy'), selectPolicy, known));
  }
  if (policies?.length === 0) {
    errors.push(required(at(path, 'policies'), 'must specify at least one Policy'));
  }
  (policies ?? []).forEach(({ type, value, periodSeconds: period }, index) => {
    const each = at(path, 'policies', index);
    const types = ['Percent', 'Pods'];
    if (!types.includes(type)) errors.push(notSupported(at(each, 'type'), type, types));
    if (value <= 0) errors.push(invalid(at(each, 'value'), value, 'must be greater than zero'));
    const wrong =
      period <= 0
        ? 'must be greater than zero'
        : period > PERIOD_MAX
          ? `must be less than or equal to ${PERIOD_MAX}`
          : '';
    if (wrong) errors.push(invalid(at(each, 'periodSeconds'), period, wrong));
  });
  return errors;
}
