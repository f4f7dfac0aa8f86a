import { formatSelector } from '../../apimachinery/selector.ts';
import { equal } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import { defineKind, type Related } from '../kind.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import type { Workload } from '../pod-template/shapes.ts';
import { reasonLines, templateCells, templateColumns, templateLines } from '../workload.ts';
import { workloadWarnings } from '../pod-template/warnings.ts';
import type { Deployment } from './shapes.ts';
import { validate, validateStatus } from './validate.ts';

/** Deployment: replicas that are replaced step by step. */
export default defineKind<Deployment>({
  names: kindNames('Deployment', 'deployments', {
    group: 'apps',
    shortNames: ['deploy'],
    categories: ['all'],
  }),
  definition: 'V1Deployment',
  hasGeneration: true,
  warnings: workloadWarnings,
  subresources: ['scale', 'status'],
  defaults(object) {
    const { spec } = object;
    const type = spec.strategy?.type || 'RollingUpdate';
    const rolling = { maxSurge: '25%', maxUnavailable: '25%', ...spec.strategy?.rollingUpdate };
    return {
      ...object,
      spec: {
        ...spec,
        replicas: spec.replicas ?? 1,
        template: defaultTemplate(spec.template),
        strategy:
          type === 'RollingUpdate' ? { type, rollingUpdate: rolling } : { ...spec.strategy, type },
        revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
        progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
      },
    };
  },
  prepare: (object, old) => ({ ...object, status: old?.status ?? {} }),
  validate,
  validateStatus,
  columns: [
    nameColumn,
    column('Ready'),
    column('Up-to-date', 'string'),
    column('Available', 'string'),
    ageColumn,
    ...templateColumns,
  ],
  cells(object, now) {
    const { spec, status } = object;
    const [names, images] = templateCells(spec.template);
    return [
      object.metadata.name,
      `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      ageOf(object, now),
      names,
      images,
      formatSelector(spec.selector),
    ];
  },
  describe,
});

function describe(object: Deployment, related: Related): string {
  const { metadata, spec, status } = object;
  const writer = createWriter();
  // The real describer asks for the events before it looks for ReplicaSets.
  if (related.showEvents) related.events(object);
  writer.line(0, `Name:\t${metadata.name ?? ''}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `Selector:\t${formatSelector(spec.selector)}`);
  writer.line(
    0,
    `Replicas:\t${spec.replicas} desired | ` +
      `${status?.updatedReplicas ?? 0} updated | ` +
      `${status?.replicas ?? 0} total | ` +
      `${status?.availableReplicas ?? 0} available | ` +
      `${status?.unavailableReplicas ?? 0} unavailable`,
  );
  writer.line(0, `StrategyType:\t${spec.strategy?.type ?? ''}`);
  writer.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling) {
    writer.line(
      0,
      `RollingUpdateStrategy:\t${rolling.maxUnavailable} max ` +
        `unavailable, ${rolling.maxSurge} max surge`,
    );
  }
  templateLines(writer, object);
  reasonLines(writer, status?.conditions);
  replicaSets(writer, object, related);
  eventLines(writer, object, related);
  return writer.text();
}

/** Old and new ReplicaSets, with how many replicas each has. */
function replicaSets(writer: Writer, object: Deployment, related: Related): void {
  const selector = formatSelector(object.spec.selector);
  const { namespace } = object.metadata;
  const all = (related.list('replicasets.apps', namespace, selector) as readonly Workload[]).filter(
    ({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid),
  );
  if (all.length === 0) return;
  const now = all.find((each) => equal(plain(each), plain(object)));
  // They come in the order of their making.
  const made = ({ metadata }: Workload) => `${metadata.creationTimestamp} ${metadata.name}`;
  const older = all.filter((each) => each !== now).sort((a, b) => (made(a) < made(b) ? -1 : 1));
  const text = (each: Workload) => {
    const seen = (each.status as { replicas?: number } | undefined)?.replicas ?? 0;
    return `${each.metadata.name} (${seen}/${each.spec.replicas ?? 0} replicas created)`;
  };
  writer.line(0, `OldReplicaSets:\t${older.map(text).join(', ') || '<none>'}`);
  writer.line(0, `NewReplicaSet:\t${now ? text(now) : '<none>'}`);
}

/** The template without the label that the deployment's controller adds to it. */
function plain({ spec }: Workload): unknown {
  const { 'pod-template-hash': _hash, ...labels } = spec.template.metadata?.labels ?? {};
  return { ...spec.template, metadata: { ...spec.template.metadata, labels } };
}
