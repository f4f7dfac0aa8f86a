import { humanDuration } from '../../apimachinery/duration.ts';
import {
  formatQuantity,
  milliValue,
  parseQuantity,
  wholeValue,
} from '../../apimachinery/quantity.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
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
import type { Condition, Pod } from '../pod-template/shapes.ts';

interface Node extends ApiObject {
  readonly spec: {
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly unschedulable?: boolean;
    readonly taints?: readonly {
      readonly key: string;
      readonly value?: string;
      readonly effect: string;
    }[];
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

/** Node: a machine that pods run on. */
export default defineKind<Node>({
  names: kindNames('Node', 'nodes', { shortNames: ['no'], namespaced: false }),
  definition: 'V1Node',
  hasGeneration: false,
  subresources: ['status', 'proxy'],
  defaults: (node) => ({ ...node, spec: node.spec ?? {}, ...withAllocatable(node) }),
  prepare: (node, old) => (old?.status ? { ...node, status: old.status } : node),
  validate: () => [],
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
    const kernel = info['kernelVersion']
      ? `${info['kernelVersion']} (${info['architecture'] ?? ''})`
      : '<unknown>';
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

function roles({ metadata }: Node): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice(24)];
    return key === 'kubernetes.io/role' && value ? [value] : [];
  });
  return [...new Set(found.filter(Boolean))].sort().join(',');
}

function describe(node: Node, related: Related): string {
  const { metadata, spec, status } = node;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Roles:\t${roles(node) || '<none>'}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  const taints = (spec.taints ?? []).map(
    ({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`,
  );
  writer.line(0, `Taints:\t${taints.length === 0 ? '<none>' : taints.join('\n\t')}`);
  writer.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  leaseLines(writer, node, related);
  if (status?.conditions?.length) {
    writer.line(
      0,
      'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage',
    );
    writer.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
    for (const each of status.conditions) {
      writer.line(
        1,
        `${each.type} \t${each.status} \t` +
          `${rfc1123z(each.lastHeartbeatTime ?? '')} \t` +
          `${rfc1123z(each.lastTransitionTime ?? '')} \t` +
          `${each.reason ?? ''} \t${each.message ?? ''}`,
      );
    }
  }
  writer.line(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) writer.line(1, `${type}:\t${address}`);
  for (const [title, list] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length === 0) continue;
    writer.line(0, `${title}:`);
    for (const name of names) writer.line(1, `${name}:\t${list?.[name]}`);
  }
  infoLines(writer, node);
  podLines(writer, node, related);
  eventLines(writer, node, related);
  return writer.text();
}

function leaseLines(writer: Writer, node: Node, related: Related): void {
  const lease = related.get('leases.coordination.k8s.io', 'kube-node-lease', node.metadata.name) as
    | (ApiObject & {
        readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string };
      })
    | undefined;
  writer.line(0, 'Lease:');
  if (!lease) {
    writer.line(
      1,
      `Failed to get lease: leases.coordination.k8s.io "${node.metadata.name}" not found`,
    );
    return;
  }
  writer.line(1, `HolderIdentity:\t${lease.spec?.holderIdentity ?? '<unset>'}`);
  writer.line(1, 'AcquireTime:\t<unset>');
  writer.line(
    1,
    `RenewTime:\t${lease.spec?.renewTime ? rfc1123z(lease.spec.renewTime) : '<unset>'}`,
  );
}

function infoLines(writer: Writer, { spec, status }: Node): void {
  const info = status?.nodeInfo ?? {};
  writer.line(0, 'System Info:');
  const rows = [
    ['Machine ID', 'machineID'],
    ['System UUID', 'systemUUID'],
    ['Boot ID', 'bootID'],
    ['Kernel Version', 'kernelVersion'],
    ['OS Image', 'osImage'],
    ['Operating System', 'operatingSystem'],
    ['Architecture', 'architecture'],
    ['Container Runtime Version', 'containerRuntimeVersion'],
    ['Kubelet Version', 'kubeletVersion'],
    ['Kube-Proxy Version', 'kubeProxyVersion'],
  ] as const;
  for (const [title, key] of rows) writer.line(1, `${title}:\t${info[key] ?? ''}`);
  if (spec.podCIDR) writer.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if (spec.podCIDRs) writer.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
}

function podLines(writer: Writer, node: Node, related: Related): void {
  const pods = (
    related.list(
      'pods',
      undefined,
      undefined,
      `spec.nodeName=${node.metadata.name}`,
    ) as readonly Pod[]
  ).filter(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase ?? ''));
  writer.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  writer.line(1, 'Namespace\tName\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  writer.line(1, '---------\t----\t------------\t----------\t---------------\t-------------\t---');
  const cpu = milliValue(node.status?.allocatable?.['cpu']);
  const memory = wholeValue(node.status?.allocatable?.['memory']);
  const totals = { cpuRequests: 0, cpuLimits: 0, memoryRequests: 0, memoryLimits: 0 };
  for (const pod of pods) {
    const sum = (
      list: 'requests' | 'limits',
      name: string,
      of: (text: string | undefined) => number,
    ) =>
      pod.spec.containers.reduce(
        (total, { resources }) => total + of(resources?.[list]?.[name]),
        0,
      );
    const own = {
      cpuRequests: sum('requests', 'cpu', milliValue),
      cpuLimits: sum('limits', 'cpu', milliValue),
      memoryRequests: sum('requests', 'memory', wholeValue),
      memoryLimits: sum('limits', 'memory', wholeValue),
    };
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += own[key];
    const age = humanDuration(
      related.now - (parseRfc3339(pod.metadata.creationTimestamp) ?? related.now),
    );
    writer.line(
      1,
      `${pod.metadata.namespace}\t${pod.metadata.name}\t` +
        `${cpuText(own.cpuRequests)} (${percent(own.cpuRequests, cpu)}` +
        `%)\t${cpuText(own.cpuLimits)} (${percent(own.cpuLimits, cpu)}` +
        `%)\t${memoryText(own.memoryRequests)} (` +
        `${percent(own.memoryRequests, memory)}%)\t` +
        `${memoryText(own.memoryLimits)} (` +
        `${percent(own.memoryLimits, memory)}%)\t${age}`,
    );
  }
  writer.line(
    0,
    'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)',
  );
  writer.line(1, 'Resource\tRequests\tLimits');
  writer.line(1, '--------\t--------\t------');
  writer.line(
    1,
    `cpu\t${cpuText(totals.cpuRequests)} (` +
      `${percent(totals.cpuRequests, cpu)}%)\t` +
      `${cpuText(totals.cpuLimits)} (` +
      `${percent(totals.cpuLimits, cpu)}%)`,
  );
  writer.line(
    1,
    `memory\t${memoryText(totals.memoryRequests)} (` +
      `${percent(totals.memoryRequests, memory)}%)\t` +
      `${memoryText(totals.memoryLimits)} (` +
      `${percent(totals.memoryLimits, memory)}%)`,
  );
  writer.line(1, 'ephemeral-storage\t0 (0%)\t0 (0%)');
}

const percent = (part: number, whole: number) => (whole > 0 ? Math.trunc((100 * part) / whole) : 0);
const cpuText = (milli: number) =>
  formatQuantity({ nano: BigInt(milli) * 1_000_000n, format: 'DecimalSI' });
const memoryText = (bytes: number) =>
  formatQuantity(parseQuantity(`${bytes / 1024}Ki`) ?? { nano: 0n, format: 'BinarySI' });
