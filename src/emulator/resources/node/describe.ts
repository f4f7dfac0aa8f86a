import { formatQuantity, parseQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { since } from '../columns.ts';
import { quantityText } from '../describe/containers.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import type { Pod } from '../pod-template/shapes.ts';
import { add, podAmounts, type Amounts } from './pod-resources.ts';
import { roles, type Node } from './shapes.ts';

/** `kubectl describe node` (`describeNode` of kubectl's describe.go). */
export function describe(node: Node, related: Related): string {
  const { metadata, spec, status } = node;
  const writer = createWriter();
  // Asked in the order of the real describer: pods, events, and the lease when it is printed.
  podsOf(node, related);
  if (related.showEvents) eventsOf(node, related);
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Roles:\t${roles(node) || '<none>'}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  taintLines(writer, node);
  writer.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  leaseLines(writer, node, related);
  conditionLines(writer, node);
  writer.line(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) writer.line(1, `${type}:\t${address}`);
  for (const [title, list] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length === 0) continue;
    writer.line(0, `${title}:`);
    for (const name of names) writer.line(1, `${name}:\t${quantityText(list?.[name])}`);
  }
  if (related.minor >= 36) sliceLines(writer, node, related);
  infoLines(writer, node, related);
  podLines(writer, node, related);
  // Controllers name a node by its uid, its kubelet by its name.
  eventLines(writer, node, related, () => eventsOf(node, related));
  return writer.text();
}

function podsOf({ metadata }: Node, related: Related): readonly Pod[] {
  const selector = `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  return related.list('pods', undefined, undefined, selector) as readonly Pod[];
}

function eventsOf(node: Node, related: Related): readonly ApiObject[] {
  const byName = { ...node, metadata: { ...node.metadata, uid: node.metadata.name } };
  return [...related.events(node), ...related.events(byName)];
}

/** Taints in order of effect, then key, as upstream sorts them. */
function taintLines(writer: Writer, { spec }: Node): void {
  const taints = (spec.taints ?? [])
    .toSorted((a, b) => compare(a.effect, b.effect) || compare(a.key, b.key))
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  writer.line(0, `Taints:\t${taints.join('\n\t') || '<none>'}`);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

interface Lease extends ApiObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly acquireTime?: string;
    readonly renewTime?: string;
  };
}

function leaseLines(writer: Writer, { metadata }: Node, related: Related): void {
  const found = related.get('leases.coordination.k8s.io', 'kube-node-lease', metadata.name);
  if (!found) {
    const why = `leases.coordination.k8s.io "${metadata.name}" not found`;
    writer.line(0, `Lease:\tFailed to get lease: ${why}`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = (found as Lease).spec ?? {};
  const time = (each: string | undefined) => (each ? rfc1123z(each) : '<unset>');
  writer.line(0, 'Lease:');
  writer.line(1, `HolderIdentity:\t${holderIdentity ?? '<unset>'}`);
  writer.line(1, `AcquireTime:\t${time(acquireTime)}`);
  writer.line(1, `RenewTime:\t${time(renewTime)}`);
}

function conditionLines(writer: Writer, { status }: Node): void {
  if (!status?.conditions?.length) return;
  const titles = 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage';
  writer.line(0, `Conditions:\n  ${titles}`);
  writer.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const each of status.conditions) {
    const heartbeat = rfc1123z(each.lastHeartbeatTime);
    const transition = rfc1123z(each.lastTransitionTime);
    writer.line(
      1,
      `${each.type} \t${each.status} \t${heartbeat} \t${transition} \t` +
        `${each.reason ?? ''} \t${each.message ?? ''}`,
    );
  }
}

interface ResourceSlice extends ApiObject {
  readonly spec: {
    readonly driver: string;
    readonly nodeName?: string;
    readonly pool: { readonly name: string };
    readonly devices?: readonly object[];
  };
}

/** Devices of the node's own resource slices, by driver and pool. */
function sliceLines(writer: Writer, { metadata }: Node, related: Related): void {
  const selector = `spec.nodeName=${metadata.name}`;
  const all = related.list('resourceslices.resource.k8s.io', undefined, undefined, selector);
  const own = (all as readonly ResourceSlice[]).filter(
    (each) => each.spec.nodeName === metadata.name,
  );
  if (own.length === 0) return;
  const pools = new Map<string, ResourceSlice[]>();
  for (const slice of own) {
    const name = `${slice.spec.driver}\t${slice.spec.pool.name}`;
    pools.set(name, [...(pools.get(name) ?? []), slice]);
  }
  writer.line(0, 'Node-Local ResourceSlices:');
  writer.line(1, 'Driver\tPool\tSlices\tDevices');
  writer.line(1, '------\t----\t------\t-------');
  for (const name of [...pools.keys()].sort()) {
    const slices = pools.get(name) ?? [];
    const devices = slices.reduce((sum, { spec }) => sum + (spec.devices?.length ?? 0), 0);
    writer.line(1, `${name}\t${slices.length}\t${devices}`);
  }
}

function infoLines(writer: Writer, { spec, status }: Node, { minor }: Related): void {
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
  for (const [title, key] of rows) {
    if (key === 'kubeProxyVersion' && minor >= 36) continue;
    writer.line(1, `${title}:\t${info[key] ?? ''}`);
  }
  if (spec.podCIDR) writer.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if (spec.podCIDRs?.length) writer.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
  if (spec.providerID) writer.line(0, `ProviderID:\t${spec.providerID}`);
}

function podLines(writer: Writer, node: Node, related: Related): void {
  const pods = podsOf(node, related);
  const room = allocatable(node);
  writer.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  const titles = 'CPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge';
  // The empty column between name and requests is upstream's.
  writer.line(1, `Namespace\tName\t\t${titles}`);
  writer.line(1, `---------\t----\t\t${titles.replaceAll(/[^\t]/g, '-')}`);
  let requests: Amounts = {};
  let limits: Amounts = {};
  for (const pod of pods) {
    const [asked, most] = [podAmounts(pod, 'requests'), podAmounts(pod, 'limits')];
    [requests, limits] = [add(requests, asked), add(limits, most)];
    const cells = [
      share(asked, 'cpu', room),
      share(most, 'cpu', room),
      share(asked, 'memory', room),
      share(most, 'memory', room),
      since(pod.metadata.creationTimestamp, related.now),
    ];
    writer.line(1, `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${cells.join('\t')}`);
  }
  const note = '(Total limits may be over 100 percent, i.e., overcommitted.)';
  writer.line(0, `Allocated resources:\n  ${note}`);
  writer.line(1, 'Resource\tRequests\tLimits');
  writer.line(1, '--------\t--------\t------');
  const hugePages = Object.keys(room).filter((name) => name.startsWith('hugepages-'));
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...hugePages.sort()]) {
    writer.line(1, `${name}\t${share(requests, name, room)}\t${share(limits, name, room)}`);
  }
  const extended = Object.keys(room).filter((name) => name.includes('/'));
  for (const name of extended.sort()) {
    const text = (list: Amounts) => (list[name] ? formatQuantity(list[name]) : '0');
    writer.line(1, `${name}\t${text(requests)}\t${text(limits)}`);
  }
}

function allocatable({ status }: Node): Readonly<Record<string, string>> {
  const own = status?.allocatable ?? {};
  return Object.keys(own).length > 0 ? own : (status?.capacity ?? {});
}

/** `512Mi (25%)`: an amount, and its part of what the node has. */
function share(list: Amounts, name: string, room: Readonly<Record<string, string>>): string {
  const amount: Quantity = list[name] ?? { nano: 0n, format: 'DecimalSI' };
  const whole = parseQuantity(String(room[name] ?? '0'))?.nano ?? 0n;
  return `${formatQuantity(amount)} (${whole > 0n ? (100n * amount.nano) / whole : 0n}%)`;
}
