import type { ApiObject } from '../../apimachinery/object.ts';
import { annotationLines, createWriter, eventLines, mapLines } from '../describe/writer.ts';
import { labelText } from '../columns.ts';
import type { Related } from '../kind.ts';
import type { Service, ServicePort } from './shapes.ts';

interface Slice extends ApiObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
}

/** `kubectl describe service`. */
export function describe(service: Service, related: Related): string {
  const { metadata, spec, status } = service;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name ?? ''}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, `Selector:\t${labelText(spec.selector)}`);
  writer.line(0, `Type:\t${spec.type ?? ''}`);
  if (spec.ipFamilyPolicy) writer.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  writer.line(0, `IP Families:\t${spec.ipFamilies?.join(',') || '<none>'}`);
  writer.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  writer.line(0, `IPs:\t${spec.clusterIPs?.join(',') || '<none>'}`);
  if (spec.externalIPs?.length) writer.line(0, `External IPs:\t${spec.externalIPs.join(',')}`);
  if (spec.loadBalancerIP) writer.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) writer.line(0, `External Name:\t${spec.externalName}`);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) {
    const list = ingress.map((each) => {
      if (!each.ip) return each.hostname ?? '';
      const mode = (each as { ipMode?: string }).ipMode;
      return each.ip + (mode ? ` (${mode})` : '');
    });
    writer.line(0, `LoadBalancer Ingress:\t${list.join(', ')}`);
  }
  const slices = related.list(
    'endpointslices.discovery.k8s.io',
    metadata.namespace,
    `kubernetes.io/service-name=${metadata.name}`,
  ) as readonly Slice[];
  for (const port of spec.ports ?? []) {
    writer.line(0, `Port:\t${port.name || '<unset>'}\t${port.port}/${port.protocol}`);
    writer.line(0, `TargetPort:\t${port.targetPort ?? 0}/${port.protocol}`);
    if (related.minor >= 36 && port.appProtocol)
      writer.line(0, `AppProtocol:\t${port.appProtocol}`);
    if (port.nodePort)
      writer.line(0, `NodePort:\t${port.name || '<unset>'}\t${port.nodePort}/${port.protocol}`);
    writer.line(0, `Endpoints:\t${endpointText(slices, port)}`);
  }
  writer.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
  if (spec.externalTrafficPolicy)
    writer.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy)
    writer.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.healthCheckNodePort)
    writer.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  if (spec.loadBalancerSourceRanges?.length)
    writer.line(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges.join(',')}`);
  if (spec.trafficDistribution)
    writer.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
  eventLines(writer, service, related);
  return writer.text();
}

/** Ready endpoints of a port, at most three; `<none>` only where there is no slice. */
function endpointText(slices: readonly Slice[], port: ServicePort): string {
  if (slices.length === 0) return '<none>';
  const found: string[] = [];
  for (const slice of slices) {
    const own = (slice.ports ?? []).find(({ name }) => (name ?? '') === (port.name ?? ''));
    if (slice.ports && slice.ports.length > 0 && !own) continue;
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      if (conditions?.ready === false) continue;
      for (const address of addresses) {
        const shown = address.includes(':') ? `[${address}]` : address;
        found.push(own?.port ? `${shown}:${own.port}` : address);
      }
    }
  }
  if (found.length <= 3) return found.join(',');
  return `${found.slice(0, 3).join(',')} + ${found.length - 3} more...`;
}
