import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { describe } from './describe.ts';
import { roles, type Node } from './shapes.ts';
import { validate, validateStatus } from './validate.ts';

/** Node: a machine that pods run on. */
export default defineKind<Node>({
  names: kindNames('Node', 'nodes', { shortNames: ['no'], namespaced: false }),
  definition: 'V1Node',
  hasGeneration: false,
  subresources: ['status', 'proxy'],
  defaults: (node) => ({ ...node, spec: node.spec ?? {}, ...withAllocatable(node) }),
  prepare: (node, old) => (old?.status ? { ...node, status: old.status } : node),
  validate,
  validateStatus,
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
  columns: [
    nameColumn,
    column('Status'),
    column('Roles'),
    ageColumn,
    column('Version'),
    wide('Internal-IP'),
    wide('External-IP'),
    wide('OS-Image'),
    wide('Kernel-Version'),
    wide('Container-Runtime'),
  ],
  cells(node, now) {
    const info = node.status?.nodeInfo ?? {};
    const address = (type: string) =>
      node.status?.addresses?.find((each) => each.type === type)?.address ?? '<none>';
    const architecture = info['architecture'] ? ` (${info['architecture']})` : '';
    const kernel = info['kernelVersion'] ? info['kernelVersion'] + architecture : '<unknown>';
    return [
      node.metadata.name,
      statusText(node),
      roles(node) || '<none>',
      ageOf(node, now),
      info['kubeletVersion'] ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info['osImage'] || '<unknown>',
      kernel,
      info['containerRuntimeVersion'] || '<unknown>',
    ];
  },
  describe,
});

/** What a node has is what pods may have of it, unless it says otherwise. */
function withAllocatable({ status }: Node): Pick<Node, 'status'> {
  if (!status?.capacity || status.allocatable) return {};
  return { status: { ...status, allocatable: status.capacity } };
}

function statusText({ status, spec }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec.unschedulable ? `${text},SchedulingDisabled` : text;
}
