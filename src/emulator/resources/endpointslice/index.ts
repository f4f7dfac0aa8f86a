import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { headLines } from '../describe/simple.ts';
import { createWriter, eventLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { validate } from './validate.ts';

export interface EndpointSlice extends ApiObject {
  readonly addressType: string;
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly SlicePort[] | null;
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[];
    readonly forNodes?: readonly { readonly name: string }[];
  };
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly targetRef?: { readonly kind?: string; readonly name?: string };
}

export interface SlicePort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** EndpointSlice: who stands behind a Service, a hundred at a time. */
export default defineKind<EndpointSlice>({
  names: kindNames('EndpointSlice', 'endpointslices', { group: 'discovery.k8s.io' }),
  definition: 'V1EndpointSlice',
  hasGeneration: true,
  subresources: [],
  defaults: (slice) => ({
    ...slice,
    endpoints:
      slice.endpoints?.map((endpoint) => ({
        ...endpoint,
        conditions: endpoint.conditions ?? {},
      })) ?? null,
    ports:
      slice.ports?.map((port) => ({
        ...port,
        name: port.name ?? '',
        protocol: port.protocol || 'TCP',
      })) ?? null,
  }),
  prepare: (slice) => slice,
  validate,
  warnings: (slice, old) =>
    slice.addressType === 'FQDN' && slice !== old
      ? ['spec.addressType: FQDN endpoints are deprecated']
      : [],
  columns: [nameColumn, column('AddressType'), column('Ports'), column('Endpoints'), ageColumn],
  cells: (slice, now) => [
    slice.metadata.name,
    slice.addressType,
    portText(slice.ports),
    endpointText(slice.endpoints),
    ageOf(slice, now),
  ],
  describe(slice, related) {
    const writer = createWriter();
    headLines(writer, slice);
    writer.line(0, `AddressType:\t${slice.addressType}`);
    const ports = slice.ports ?? [];
    if (ports.length === 0) writer.line(0, 'Ports: <unset>');
    else {
      writer.line(0, 'Ports:');
      writer.line(1, 'Name\tPort\tProtocol');
      writer.line(1, '----\t----\t--------');
      for (const { name, port, protocol } of ports)
        writer.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`);
    }
    const endpoints = slice.endpoints ?? [];
    if (endpoints.length === 0) writer.line(0, 'Endpoints: <none>');
    else {
      writer.line(0, 'Endpoints:');
      for (const endpoint of endpoints) {
        const { ready } = endpoint.conditions ?? {};
        writer.line(1, `- Addresses:\t${endpoint.addresses.join(', ') || '<none>'}`);
        writer.line(2, 'Conditions:');
        writer.line(3, `Ready:\t${ready ?? '<unset>'}`);
        writer.line(2, `Hostname:\t${endpoint.hostname ?? '<unset>'}`);
        if (endpoint.targetRef)
          writer.line(2, `TargetRef:\t${endpoint.targetRef.kind}/${endpoint.targetRef.name}`);
        writer.line(2, `NodeName:\t${endpoint.nodeName ?? '<unset>'}`);
        writer.line(2, `Zone:\t${endpoint.zone ?? '<unset>'}`);
      }
    }
    eventLines(writer, slice, related);
    return writer.text();
  },
});

function portText(ports: readonly SlicePort[] | null | undefined): string {
  if (!ports || ports.length === 0) return '<unset>';
  return limited(ports.map(({ port, name }) => (port !== undefined ? String(port) : name || '*')));
}

function endpointText(endpoints: readonly SliceEndpoint[] | null | undefined): string {
  if (!endpoints || endpoints.length === 0) return '<unset>';
  return limited(endpoints.flatMap(({ addresses }) => addresses));
}

function limited(list: readonly string[]): string {
  return list.length <= 3
    ? list.join(',')
    : `${list.slice(0, 3).join(',')} + ${list.length - 3} more...`;
}
