import { fromV1, toV1 } from '../autoscaler/convert.ts';
import { describeAutoscaler } from '../autoscaler/describe.ts';
import { autoscalerCells, autoscalerColumns } from '../autoscaler/print.ts';
import type { AutoscalerV1 } from '../autoscaler/shapes.ts';
import { validateAutoscaler } from '../autoscaler/validate.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

/** HorizontalPodAutoscaler of autoscaling/v1. */
export default storedKind<AutoscalerV1>({
  names: kindNames('HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    group: 'autoscaling',
    version: 'v1',
    shortNames: ['hpa'],
    categories: ['all'],
  }),
  definition: 'V1HorizontalPodAutoscaler',
  view: {
    of: 'horizontalpodautoscalers.autoscaling',
    read: (stored) => toV1(stored as never),
    write: (object) => fromV1(object as never),
  },
  status: true,
  defaults: (object) => ({
    ...object,
    spec: { ...object.spec, minReplicas: object.spec?.minReplicas ?? 1 },
  }),
  prepare: (object, old) =>
    old ? object : { ...object, status: { currentReplicas: 0, desiredReplicas: 0 } },
  validate: (object) => validateAutoscaler(fromV1(object)),
  columns: autoscalerColumns,
  cells: autoscalerCells,
  describe: describeAutoscaler,
});
