import {
  createWriter,
  annotationLines,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import { containerLines, tolerationText, volumeLines } from '../describe/pod-template.ts';
import { humanDuration } from '../../apimachinery/duration.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { labelText } from '../columns.ts';
import type { Related } from '../kind.ts';
import type { Pod } from '../pod-template/shapes.ts';

/** `kubectl describe pod`. */
export function describe(pod: Pod, related: Related): string {
  const { metadata, spec, status } = pod;
  const writer = createWriter();
  head(writer, pod, related);
  const facts = {
    ...(status?.podIP && { podIP: status.podIP }),
    name: metadata.name,
    ...(metadata.namespace && { namespace: metadata.namespace }),
  };
  if (spec.initContainers?.length) {
    containerLines(
      writer,
      'Init Containers',
      spec.initContainers,
      status?.initContainerStatuses,
      0,
      facts,
    );
  }
  containerLines(writer, 'Containers', spec.containers, status?.containerStatuses, 0, facts);
  if (spec.ephemeralContainers?.length) {
    containerLines(
      writer,
      'Ephemeral Containers',
      spec.ephemeralContainers,
      status?.ephemeralContainerStatuses,
      0,
      facts,
    );
  }
  conditions(writer, pod);
  volumeLines(writer, spec.volumes, 0);
  if (status?.qosClass) writer.line(0, `QoS Class:\t${status.qosClass}`);
  writer.line(0, `Node-Selectors:\t${labelText(spec.nodeSelector).replaceAll(',', '\n\t')}`);
  const tolerations = (spec.tolerations ?? []).map(tolerationText).sort();
  if (tolerations.length === 0) writer.line(0, 'Tolerations:\t<none>');
  tolerations.forEach((text, index) =>
    writer.line(0, `${index === 0 ? 'Tolerations:' : ''}\t${text}`),
  );
  eventLines(writer, pod, related);
  return writer.text();
}

function head(writer: Writer, { metadata, spec, status }: Pod, related: Related): void {
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace}`);
  const priority = (spec as { priority?: number }).priority;
  if (priority !== undefined) writer.line(0, `Priority:\t${priority}`);
  if (spec.priorityClassName) writer.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.serviceAccountName) writer.line(0, `Service Account:\t${spec.serviceAccountName}`);
  writer.line(
    0,
    spec.nodeName ? `Node:\t${spec.nodeName}/${status?.hostIP ?? ''}` : 'Node:\t<none>',
  );
  if (status?.startTime) writer.line(0, `Start Time:\t${rfc1123z(status.startTime)}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  if (metadata.deletionTimestamp) {
    const lasts = related.now - (parseRfc3339(metadata.deletionTimestamp) ?? related.now);
    writer.line(0, `Status:\tTerminating (lasts ${humanDuration(lasts)})`);
    writer.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else writer.line(0, `Status:\t${status?.phase ?? ''}`);
  if (status?.reason) writer.line(0, `Reason:\t${status.reason}`);
  if (status?.message) writer.line(0, `Message:\t${status.message}`);
  writer.line(0, `IP:\t${status?.podIP ?? ''}`);
  const ips = status?.podIPs ?? [];
  if (ips.length === 0) writer.line(0, 'IPs:\t<none>');
  else {
    writer.line(0, 'IPs:');
    for (const { ip } of ips) writer.line(1, `IP:\t${ip}`);
  }
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) writer.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
}

function conditions(writer: Writer, { status, spec }: Pod): void {
  const gates = spec.readinessGates ?? [];
  if (gates.length > 0) {
    writer.line(0, 'Readiness Gates:\n  Type\tStatus');
    for (const { conditionType } of gates) {
      const found = status?.conditions?.find(({ type }) => type === conditionType);
      writer.line(1, `${conditionType}\t${found?.status ?? '<none>'}`);
    }
  }
  if (!status?.conditions?.length) return;
  writer.line(0, 'Conditions:\n  Type\tStatus');
  for (const { type, status: value } of status.conditions) writer.line(1, `${type}\t${value} `);
}
