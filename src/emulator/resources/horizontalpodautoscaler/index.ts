import { defaultAutoscaler } from '../autoscaler/defaults.ts';
import { describeAutoscaler } from '../autoscaler/describe.ts';
import { autoscalerCells, autoscalerColumns } from '../autoscaler/print.ts';
import type { Autoscaler } from '../autoscaler/shapes.ts';
import { validateAutoscaler } from '../autoscaler/validate.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

/** HorizontalPodAutoscaler: how many replicas something should have, by what is measured. */
export default storedKind<Autoscaler>({
  names: kindNames('HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    group: 'autoscaling',
    version: 'v2',
    shortNames: ['hpa'],
    categories: ['all'],
  }),
  definition: 'V2HorizontalPodAutoscaler',
  status: true,
  defaults: defaultAutoscaler,
  prepare: (object, old) =>
    old ? object : { ...object, status: { currentMetrics: null, desiredReplicas: 0 } },
  validate: validateAutoscaler,
  columns: autoscalerColumns,
  cells: autoscalerCells,
  describe: describeAutoscaler,
});
