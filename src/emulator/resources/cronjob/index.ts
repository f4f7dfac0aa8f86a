import { isDns1123Label } from '../../apimachinery/names.ts';
import { formatSelector } from '../../apimachinery/selector.ts';
import { ageColumn, ageOf, column, nameColumn, since } from '../columns.ts';
import type { CronJob } from '../job-shapes.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import { storedKind } from '../stored.ts';
import { nameWarning, templateWarnings } from '../pod-template/warnings.ts';
import { templateCells, templateColumns } from '../workload.ts';
import { describe } from './describe.ts';
import { validate } from './validate.ts';

const NAME_USE = 'this is used in Job names, Pod names, and hostnames';

/** CronJob: Jobs made by the clock. */
export default storedKind<CronJob>({
  names: kindNames('CronJob', 'cronjobs', {
    group: 'batch',
    shortNames: ['cj'],
    categories: ['all'],
  }),
  definition: 'V1CronJob',
  generation: true,
  status: true,
  warnings: ({ metadata, spec }, old) => [
    ...nameWarning(old ? [] : isDns1123Label(metadata.name), NAME_USE),
    ...templateWarnings(spec?.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template'),
  ],
  defaults(object) {
    const { spec } = object;
    const job = spec?.jobTemplate;
    return {
      ...object,
      spec: {
        ...spec,
        concurrencyPolicy: spec?.concurrencyPolicy || 'Allow',
        suspend: spec?.suspend ?? false,
        successfulJobsHistoryLimit: spec?.successfulJobsHistoryLimit ?? 3,
        failedJobsHistoryLimit: spec?.failedJobsHistoryLimit ?? 1,
        jobTemplate: {
          ...job,
          metadata: job?.metadata ?? {},
          spec: { ...job?.spec, template: defaultTemplate(job?.spec?.template) },
        },
      },
    };
  },
  prepare: (object, old) => (old ? object : { ...object, status: {} }),
  validate,
  columns: [
    nameColumn,
    column('Schedule'),
    column('Timezone'),
    column('Suspend', 'boolean'),
    column('Active', 'integer'),
    column('Last Schedule'),
    ageColumn,
    ...templateColumns,
  ],
  cells(object, now) {
    const { metadata, spec, status } = object;
    const job = spec.jobTemplate.spec;
    const last = status?.lastScheduleTime;
    const suspend = spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False';
    return [
      metadata.name,
      spec.schedule ?? '',
      spec.timeZone ?? '<none>',
      suspend,
      status?.active?.length ?? 0,
      last ? since(last, now) : '<none>',
      ageOf(object, now),
      ...templateCells(job.template),
      job.selector ? formatSelector(job.selector) : '<none>',
    ];
  },
  describe,
});
