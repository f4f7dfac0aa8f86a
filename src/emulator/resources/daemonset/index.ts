import { formatSelector } from '../../apimachinery/selector.ts';
import { equal } from '../../world/json.ts';
import { ageColumn, ageOf, column, labelText, nameColumn } from '../columns.ts';
import { annotationLines, createWriter, eventLines, mapLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import { podStatusLine, templateCells, templateColumns, templateLines } from '../workload.ts';
import { templateWarnings } from '../pod-template/warnings.ts';
import type { DaemonSet } from './shapes.ts';
import { validate, validateStatus } from './validate.ts';

/** DaemonSet: one pod on each node that fits. */
export default defineKind<DaemonSet>({
  names: kindNames('DaemonSet', 'daemonsets', {
    group: 'apps',
    shortNames: ['ds'],
    categories: ['all'],
  }),
  definition: 'V1DaemonSet',
  hasGeneration: true,
  warnings: ({ spec }, old) =>
    old && equal(spec, old.spec) ? [] : templateWarnings(spec.template, 'spec.template'),
  subresources: ['status'],
  defaults(object) {
    const { spec } = object;
    const type = spec.updateStrategy?.type || 'RollingUpdate';
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 1, ...spec.updateStrategy?.rollingUpdate };
    return {
      ...object,
      spec: {
        ...spec,
        template: defaultTemplate(spec.template),
        updateStrategy: type === 'RollingUpdate' ? { type, rollingUpdate } : { type },
        revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      },
    };
  },
  prepare: (object, old) => ({
    ...object,
    metadata: { ...object.metadata, annotations: withTemplateGeneration(object, old) },
    status: old?.status ?? {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    },
  }),
  validate,
  validateStatus,
  columns: [
    nameColumn,
    column('Desired', 'integer'),
    column('Current', 'integer'),
    column('Ready', 'integer'),
    column('Up-to-date', 'integer'),
    column('Available', 'integer'),
    column('Node Selector'),
    ageColumn,
    ...templateColumns,
  ],
  cells(object, now) {
    const { spec, status } = object;
    const [names, images] = templateCells(spec.template);
    return [
      object.metadata.name,
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      labelText(spec.template?.spec?.nodeSelector),
      ageOf(object, now),
      names,
      images,
      formatSelector(spec.selector),
    ];
  },
  describe(object, related) {
    const { metadata, spec, status } = object;
    const writer = createWriter();
    writer.line(0, `Name:\t${metadata.name ?? ''}`);
    writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
    writer.line(0, `Selector:\t${spec.selector ? formatSelector(spec.selector) : ''}`);
    writer.line(0, `Node-Selector:\t${labelText(spec.template?.spec?.nodeSelector)}`);
    mapLines(writer, 0, 'Labels', metadata.labels);
    annotationLines(writer, metadata.annotations);
    writer.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
    writer.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
    writer.line(
      0,
      `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`,
    );
    writer.line(
      0,
      `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`,
    );
    writer.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
    podStatusLine(writer, object, spec.selector, related);
    templateLines(writer, object);
    eventLines(writer, object, related);
    return writer.text();
  },
});

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** The count of templates, which apps/v1 has as an annotation since the field is gone. */
function withTemplateGeneration(object: DaemonSet, old: DaemonSet | undefined) {
  const before = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const same = old && equal(old.spec.template, object.spec.template);
  const count = Math.max(1, same ? before : before + 1);
  return { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(count) };
}
