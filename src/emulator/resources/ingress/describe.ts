import type { ApiObject } from '../../apimachinery/object.ts';
import { annotationLines, createWriter, eventLines, mapLines } from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import { addressText } from './columns.ts';
import type { Backend, Ingress } from './shapes.ts';

interface Slice extends ApiObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
}

interface ServiceLike extends ApiObject {
  readonly spec: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
}

/** `IngressDescriber`: rules as a table of hosts and paths, backends with their endpoints. */
export function describe(ingress: Ingress, related: Related): string {
  const { metadata, spec } = ingress;
  const writer = createWriter();
  const show = (backend: Backend) => backendText(backend, metadata.namespace, related);
  const fallback = spec.defaultBackend ? show(spec.defaultBackend) : '<default>';
  writer.line(0, `Name:\t${metadata.name}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  writer.line(0, `Namespace:\t${metadata.namespace}`);
  writer.line(0, `Address:\t${addressText(ingress)}`);
  writer.line(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`);
  writer.line(0, `Default backend:\t${fallback}`);
  if (spec.tls?.length) {
    writer.line(0, 'TLS:');
    for (const { hosts = [], secretName } of spec.tls) {
      const names = hosts.join(',');
      writer.line(1, secretName ? `${secretName} terminates ${names}` : `SNI routes ${names}`);
    }
  }
  writer.line(0, 'Rules:\n  Host\tPath\tBackends');
  writer.line(1, '----\t----\t--------');
  const rules = (spec.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    writer.line(1, `${host || '*'}\t`);
    for (const { path = '', backend = {} } of http?.paths ?? []) {
      writer.line(2, `\t${path} \t${show(backend)}`);
    }
  }
  if (rules.length === 0) writer.line(1, `*\t*\t${fallback}`);
  annotationLines(writer, metadata.annotations);
  eventLines(writer, ingress, related);
  return writer.text();
}

function backendText(backend: Backend, namespace: string | undefined, related: Related): string {
  const { service, resource } = backend;
  if (resource) {
    const { apiGroup = '<none>', kind, name } = resource;
    return `APIGroup: ${apiGroup}, Kind: ${kind}, Name: ${name}`;
  }
  if (!service) return '';
  const { name = '', port } = service;
  const text = `${name}:${port?.name || (port?.number ?? 0)}`;
  const found = related.get('services', namespace, name) as ServiceLike | undefined;
  if (!found) return `${text} (<error: services "${name}" not found>)`;
  const wanted = (found.spec.ports ?? []).find((each) =>
    port?.number ? each.port === port.number : each.name === port?.name,
  );
  const label = `kubernetes.io/service-name=${name}`;
  const slices = related.list('endpointslices.discovery.k8s.io', namespace, label);
  return `${text} (${endpointText(slices as readonly Slice[], wanted?.name ?? '')})`;
}

/** `formatEndpointSlices`: three ready endpoints of a port, and how many more there are. */
function endpointText(slices: readonly Slice[], port: string): string {
  const all = slices.flatMap(({ endpoints, ports }) => {
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    const first = ready.map(({ addresses }) => addresses[0] ?? '');
    if (!ports?.length) return first;
    return ports
      .filter(({ name }) => (name ?? '') === port)
      .flatMap((each) =>
        first.map((ip) => (ip.includes(':') ? `[${ip}]:${each.port}` : `${ip}:${each.port}`)),
      );
  });
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}
