import type { ApiObject } from '../../apimachinery/object.ts';
import { required, type FieldError } from '../../apimachinery/field-error.ts';
import { ageColumn, ageOf, column, labelText, nameColumn } from '../columns.ts';
import { annotationLines, createWriter, eventLines, mapLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { nonNegative } from '../checks.ts';
import { validateEndless, validateMatch } from '../workload-validate.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import { validateTemplate } from '../pod-template/validate.ts';
import type { Condition, PodTemplate, Workload } from '../pod-template/shapes.ts';
import { podStatusLine, reasonLines, templateColumns, templateLines } from '../workload.ts';
import { workloadWarnings } from '../pod-template/warnings.ts';

type Map = Readonly<Record<string, string>>;

interface ReplicationController extends ApiObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Map;
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** ReplicationController: what ReplicaSets were before they had selectors of their own kind. */
export default defineKind<ReplicationController>({
  names: kindNames('ReplicationController', 'replicationcontrollers', {
    shortNames: ['rc'],
    categories: ['all'],
  }),
  definition: 'V1ReplicationController',
  hasGeneration: true,
  warnings: workloadWarnings,
  subresources: ['scale', 'status'],
  defaults,
  prepare: (object, old) => ({ ...object, status: old?.status ?? { replicas: 0 } }),
  validate,
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
    const containers = spec.template?.spec?.containers ?? [];
    return [
      object.metadata.name,
      spec.replicas ?? 0,
      status?.replicas ?? 0,
      status?.readyReplicas ?? 0,
      ageOf(object, now),
      containers.map(({ name }) => name).join(','),
      containers.map(({ image }) => image ?? '').join(','),
      labelText(spec.selector),
    ];
  },
  describe(object, related) {
    const { metadata, spec, status } = object;
    const writer = createWriter();
    writer.line(0, `Name:\t${metadata.name}`);
    writer.line(0, `Namespace:\t${metadata.namespace}`);
    writer.line(0, `Selector:\t${labelText(spec.selector)}`);
    mapLines(writer, 0, 'Labels', metadata.labels);
    annotationLines(writer, metadata.annotations);
    writer.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
    podStatusLine(writer, object, { matchLabels: spec.selector ?? {} }, related);
    templateLines(writer, object as unknown as Workload);
    reasonLines(writer, status?.conditions);
    eventLines(writer, object, related);
    return writer.text();
  },
});

/** `SetDefaults_ReplicationController`: labels and selector come from the template's labels. */
function defaults(object: ReplicationController): ReplicationController {
  const { metadata, spec } = object;
  const labels = spec.template?.metadata?.labels;
  const missing = (map: Map | undefined) => Object.keys(map ?? {}).length === 0;
  return {
    ...object,
    metadata: { ...metadata, ...(labels && missing(metadata.labels) && { labels }) },
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      ...(labels && missing(spec.selector) && { selector: labels }),
      ...(spec.template && { template: defaultTemplate(spec.template) }),
    },
  };
}

/** `ValidateReplicationControllerSpec`. */
function validate({ spec }: ReplicationController): FieldError[] {
  const { selector, template } = spec;
  const { minReadySeconds } = spec as { readonly minReadySeconds?: number };
  const some = Object.keys(selector ?? {}).length > 0;
  const errors = [
    ...nonNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...(some ? [] : [required('spec.selector', '')]),
    ...nonNegative(spec.replicas, 'spec.replicas'),
  ];
  if (!template) return [...errors, required('spec.template', '')];
  return [
    ...errors,
    ...(some ? validateMatch({ matchLabels: selector ?? {} }, template) : []),
    ...validateTemplate(template, 'spec.template'),
    ...validateEndless(template, 'ReplicationController'),
  ];
}
