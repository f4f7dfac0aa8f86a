import { formatSelector } from '../../apimachinery/selector.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { annotationLines, createWriter, eventLines, mapLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import type { Condition, Workload } from '../pod-template/shapes.ts';
import {
  podStatusLine,
  reasonLines,
  templateCells,
  templateColumns,
  templateLines,
} from '../workload.ts';
import { workloadWarnings } from '../pod-template/warnings.ts';
import { validate, validateStatus } from './validate.ts';

interface ReplicaSet extends Workload {
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** ReplicaSet: as many pods of one template as are wanted. */
export default defineKind<ReplicaSet>({
  names: kindNames('ReplicaSet', 'replicasets', {
    group: 'apps',
    shortNames: ['rs'],
    categories: ['all'],
  }),
  definition: 'V1ReplicaSet',
  hasGeneration: true,
  warnings: workloadWarnings,
  subresources: ['scale', 'status'],
  defaults: (object) => ({
    ...object,
    spec: {
      ...object.spec,
      replicas: object.spec.replicas ?? 1,
      template: defaultTemplate(object.spec.template),
    },
  }),
  prepare: (object, old) => ({ ...object, status: old?.status ?? { replicas: 0 } }),
  validate,
  validateStatus,
  columns: [
    nameColumn,
    column('Desired', 'integer'),
    column('Current', 'integer'),
    column('Ready', 'integer'),
    ageColumn,
    ...templateColumns,
  ],
  cells(object, now) {
    const { spec, status } = object;
    const [names, images] = templateCells(spec.template);
    return [
      object.metadata.name,
      spec.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
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
    writer.line(0, `Selector:\t${formatSelector(spec.selector)}`);
    mapLines(writer, 0, 'Labels', metadata.labels);
    annotationLines(writer, metadata.annotations);
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    if (owner) writer.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
    writer.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
    podStatusLine(writer, object, spec.selector, related);
    templateLines(writer, object);
    reasonLines(writer, status?.conditions);
    eventLines(writer, object, related);
    return writer.text();
  },
});
