import type { ApiObject, LabelSelector } from '../apimachinery/object.ts';
import { formatSelector, matches } from '../apimachinery/selector.ts';
import { wide } from './columns.ts';
import type { Related } from './kind.ts';
import type {
  Condition,
  Pod,
  PodSpec as PodTemplateSpec,
  PodTemplate,
  Workload,
} from './pod-template/shapes.ts';
import { containerLines } from './describe/containers.ts';
import { spreadLines, tolerationLines } from './describe/pod-template.ts';
import { volumeLines } from './describe/volumes.ts';
import { annotationLines, mapLines, type Writer } from './describe/writer.ts';

/** Wide columns of workloads, and their cells. */
export const templateColumns = [wide('Containers'), wide('Images'), wide('Selector')];

export function templateCells(
  template: { readonly spec?: Partial<PodTemplateSpec> } | undefined,
): [string, string] {
  const containers = template?.spec?.containers ?? [];
  return [
    containers.map(({ name }) => name).join(','),
    containers.map(({ image }) => image).join(','),
  ];
}

/** `Pod Template:` of a description (`DescribePodTemplate`). */
export function templateLines(writer: Writer, { spec }: Workload): void {
  const { template } = spec as { readonly template?: PodTemplate };
  const inner = (template?.spec ?? {}) as Partial<PodTemplateSpec>;
  writer.line(0, 'Pod Template:');
  if (!template) return writer.raw('  <unset>');
  mapLines(writer, 1, 'Labels', template?.metadata?.labels);
  const annotations = template?.metadata?.annotations;
  if (annotations && Object.keys(annotations).length > 0) annotationLines(writer, annotations, 1);
  if (inner.serviceAccountName) writer.line(1, `Service Account:\t${inner.serviceAccountName}`);
  if (inner.initContainers?.length) {
    const containers = inner.initContainers;
    containerLines(writer, { label: 'Init Containers', containers, template: true });
  }
  containerLines(writer, { label: 'Containers', containers: inner.containers, template: true });
  volumeLines(writer, inner.volumes, true);
  spreadLines(writer, 1, inner.topologySpreadConstraints);
  if (inner.priorityClassName) writer.line(1, `Priority Class Name:\t${inner.priorityClassName}`);
  mapLines(writer, 1, 'Node-Selectors', inner.nodeSelector);
  tolerationLines(writer, 1, inner.tolerations);
}

/** `Pods Status:`: pods of a controller by phase (`getPodStatusForController`). */
export function podStatusLine(
  writer: Writer,
  { metadata }: ApiObject,
  selector: LabelSelector | undefined,
  related: Related,
): void {
  const text = selector && formatSelector(selector);
  const pods = (related.list('pods', metadata.namespace, text) as readonly Pod[]).filter(
    (pod) =>
      matches(selector, pod.metadata.labels) &&
      pod.metadata.ownerReferences?.some(
        ({ controller, uid }) => controller && uid === metadata.uid,
      ),
  );
  const count = (phase: string) => pods.filter((pod) => pod.status?.phase === phase).length;
  writer.line(
    0,
    `Pods Status:\t${count('Running')} Running / ${count('Pending')} Waiting / ` +
      `${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
  );
}

/** `Conditions:` with their reasons; nothing where there are none. */
export function reasonLines(writer: Writer, conditions: readonly Condition[] | undefined): void {
  if (!conditions || conditions.length === 0) return;
  writer.line(0, 'Conditions:\n  Type\tStatus\tReason');
  writer.line(1, '----\t------\t------');
  for (const { type, status, reason } of conditions)
    writer.line(1, `${type} \t${status}\t${reason ?? ''}`);
}
