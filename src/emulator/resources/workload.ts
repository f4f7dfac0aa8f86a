import { invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import type { LabelSelector } from '../apimachinery/object.ts';
import { matches } from '../apimachinery/selector.ts';
import { wide } from './columns.ts';
import { immutable } from './metadata.ts';
import { validateTemplate } from './pod-template/validate.ts';
import type { Container, Workload } from './pod-template/shapes.ts';
import { containerLines, tolerationText, volumeLines } from './describe/pod-template.ts';
import { mapLines, type Writer } from './describe/writer.ts';
import { labelText } from './columns.ts';

/** Selector, template and their fit: what all workloads check. */
export function validateWorkload(object: Workload, old: Workload | undefined): FieldError[] {
  const { selector, template, replicas } = object.spec;
  const errors: FieldError[] = [];
  if (!selector) errors.push(required('spec.selector', ''));
  else if (isEmpty(selector))
    errors.push(
      invalid(
        'spec.selector',
        {},
        'empty selector is invalid for deployment'.replace(
          'deployment',
          object.kind === 'DaemonSet'
            ? 'daemonset'
            : object.kind === 'ReplicaSet'
              ? 'replicaset'
              : object.kind === 'StatefulSet'
                ? 'statefulset'
                : 'deployment',
        ),
      ),
    );
  if ((replicas ?? 0) < 0)
    errors.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
  if (selector && !isEmpty(selector) && !matches(selector, template.metadata?.labels)) {
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        { ...template.metadata?.labels },
        '`selector` does not match template `labels`',
      ),
    );
  }
  errors.push(...validateTemplate(template, 'spec.template'));
  const policy = template.spec.restartPolicy;
  if (policy && policy !== 'Always') {
    errors.push({
      path: 'spec.template.spec.restartPolicy',
      type: 'NotSupported',
      value: policy,
      detail: 'supported values: "Always"',
    });
  }
  if (old) errors.push(...immutable('spec.selector', selector, old.spec.selector));
  return errors;
}

function isEmpty(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  );
}

/** Wide columns of workloads, and their cells. */
export const templateColumns = [wide('Containers'), wide('Images'), wide('Selector')];

export function templateCells(containers: readonly Container[]): [string, string] {
  return [
    containers.map(({ name }) => name).join(','),
    containers.map(({ image }) => image).join(','),
  ];
}

/** `Pod Template:` of a description. */
export function templateLines(writer: Writer, { spec }: Workload): void {
  const { template } = spec;
  writer.line(0, 'Pod Template:');
  mapLines(writer, 1, 'Labels', template.metadata?.labels);
  const annotations = template.metadata?.annotations ?? {};
  Object.entries(annotations)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .forEach(([key, value], index) =>
      writer.line(1, `${index === 0 ? 'Annotations:' : ''}\t${key}: ${value}`),
    );
  if (template.spec.serviceAccountName)
    writer.line(1, `Service Account:\t${template.spec.serviceAccountName}`);
  if (template.spec.initContainers?.length) {
    containerLines(writer, 'Init Containers', template.spec.initContainers, undefined, 1);
  }
  containerLines(writer, 'Containers', template.spec.containers, undefined, 1);
  volumeLines(writer, template.spec.volumes, 1);
  if (template.spec.priorityClassName)
    writer.line(1, `Priority Class Name:\t${template.spec.priorityClassName}`);
  writer.line(
    1,
    `Node-Selectors:\t${labelText(template.spec.nodeSelector).replaceAll(',', '\n\t')}`,
  );
  const tolerations = (template.spec.tolerations ?? []).map(tolerationText).sort();
  if (tolerations.length === 0) writer.line(1, 'Tolerations:\t<none>');
  tolerations.forEach((text, index) =>
    writer.line(1, `${index === 0 ? 'Tolerations:' : ''}\t${text}`),
  );
}
