import type { Autoscaler, ScalingRules } from './shapes.ts';

const CPU = 80;
const UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN: ScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/** `SetDefaults_HorizontalPodAutoscaler`; behaviour that is given is filled up. */
export function defaultAutoscaler(object: Autoscaler): Autoscaler {
  const { spec } = object;
  const target = { type: 'Utilization', averageUtilization: CPU };
  const { metrics = [], behavior } = spec ?? {};
  return {
    ...object,
    spec: {
      ...spec,
      minReplicas: spec?.minReplicas ?? 1,
      metrics:
        metrics.length > 0 ? metrics : [{ type: 'Resource', resource: { name: 'cpu', target } }],
      ...(behavior && {
        behavior: {
          scaleUp: { ...UP, ...behavior.scaleUp },
          scaleDown: { ...DOWN, ...behavior.scaleDown },
        },
      }),
    },
  };
}
