import { humanDuration } from '../../apimachinery/duration.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { containerLines, resourceLines, seccompLines } from '../describe/containers.ts';
import { spreadLines, tolerationLines } from '../describe/pod-template.ts';
import { volumeLines } from '../describe/volumes.ts';
import {
  createWriter,
  annotationLines,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import { qosClass } from '../pod-template/qos.ts';
import type { Pod } from '../pod-template/shapes.ts';

/** `kubectl describe pod` (`describePod` of kubectl's describe.go). */
export function describe(pod: Pod, related: Related): string {
  const { spec, status } = pod;
  const writer = createWriter();
  head(writer, pod, related);
  const fields = fieldReader(pod);
  for (const [label, containers, statuses] of [
    ['Init Containers', spec.initContainers, status?.initContainerStatuses],
    ['Containers', spec.containers ?? [], status?.containerStatuses],
    ['Ephemeral Containers', spec.ephemeralContainers, status?.ephemeralContainerStatuses],
  ] as const) {
    if (label !== 'Containers' && !containers?.length) continue;
    containerLines(writer, { label, containers, statuses, fields });
  }
  conditions(writer, pod);
  volumeLines(writer, spec.volumes);
  writer.line(0, `QoS Class:\t${status?.qosClass || qosClass(spec)}`);
  mapLines(writer, 0, 'Node-Selectors', spec.nodeSelector);
  tolerationLines(writer, 0, spec.tolerations);
  spreadLines(writer, 0, spec.topologySpreadConstraints);
  eventLines(writer, pod, related);
  return writer.text();
}

function head(writer: Writer, { metadata, spec, status }: Pod, related: Related): void {
  writer.line(0, `Name:\t${metadata.name ?? ''}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  if (typeof spec.priority === 'number') writer.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) writer.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.runtimeClassName) writer.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec.serviceAccountName) writer.line(0, `Service Account:\t${spec.serviceAccountName}`);
  const node = spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>';
  writer.line(0, `Node:\t${node}`);
  if (status?.startTime) writer.line(0, `Start Time:\t${rfc1123z(status.startTime)}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  if (metadata.deletionTimestamp && !['Failed', 'Succeeded'].includes(status?.phase ?? '')) {
    const lasts = related.now - (parseRfc3339(metadata.deletionTimestamp) ?? related.now);
    writer.line(0, `Status:\tTerminating (lasts ${humanDuration(lasts)})`);
    writer.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else writer.line(0, `Status:\t${status?.phase ?? ''}`);
  if (status?.reason) writer.line(0, `Reason:\t${status.reason}`);
  if (status?.message) writer.line(0, `Message:\t${status.message}`);
  seccompLines(writer, 0, spec.securityContext);
  writer.line(0, `IP:\t${status?.podIP ?? ''}`);
  const ips = status?.podIPs ?? [];
  writer.line(0, `IPs:${ips.length === 0 ? '\t<none>' : ''}`);
  for (const { ip } of ips) writer.line(1, `IP:\t${ip}`);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) writer.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
  if (status?.nominatedNodeName) writer.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
  if (spec.resources) {
    writer.line(0, 'Resources:');
    resourceLines(writer, spec.resources, 1);
  }
}

function conditions(writer: Writer, { status, spec }: Pod): void {
  const gates = spec.readinessGates ?? [];
  if (gates.length > 0) {
    writer.line(0, 'Readiness Gates:\n  Type\tStatus');
    for (const { conditionType } of gates) {
      const found = status?.conditions?.find(({ type }) => type === conditionType);
      writer.line(1, `${conditionType} \t${found?.status ?? '<none>'} `);
    }
  }
  if (!status?.conditions?.length) return;
  writer.line(0, 'Conditions:\n  Type\tStatus');
  for (const { type, status: value } of status.conditions) writer.line(1, `${type} \t${value} `);
}

/**
 * What `fieldRef` of a variable stands for (`fieldpath.ExtractFieldPathAsString`). kubectl reads
 * metadata alone: `status.podIP` and what else the kubelet knows stays empty.
 */
function fieldReader({ metadata }: Pod): (path: string) => string {
  const known: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
  };
  const maps: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
    'metadata.labels': metadata.labels,
    'metadata.annotations': metadata.annotations,
  };
  return (path) => {
    const [, map = '', key = ''] = /^(metadata\.\w+)\['(.*)'\]$/.exec(path) ?? [];
    if (map) return maps[map]?.[key] ?? '';
    return known[path] ?? '';
  };
}
