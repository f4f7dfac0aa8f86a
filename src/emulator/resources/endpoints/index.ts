import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { headLines } from '../describe/simple.ts';
import { createWriter, eventLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { validateEndpoints } from './validate.ts';

export interface Endpoints extends ApiObject {
  readonly subsets?: readonly Subset[];
}

export interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly protocol?: string;
    readonly appProtocol?: string;
  }[];
}

export interface Address {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
  };
}

/** Endpoints: the older form of EndpointSlice, deprecated since 1.33. */
export default defineKind<Endpoints>({
  names: kindNames('Endpoints', 'endpoints', { singular: 'endpoints', shortNames: ['ep'] }),
  definition: 'V1Endpoints',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => ({
    ...object,
    ...(object.subsets && {
      subsets: object.subsets.map((subset) => ({
        ...subset,
        ...(subset.ports && {
          ports: subset.ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP' })),
        }),
      })),
    }),
  }),
  prepare: (object) => object,
  validate: (object, old) => validateEndpoints(object, old),
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: [nameColumn, column('Endpoints'), ageColumn],
  cells: (object, now) => [object.metadata.name, text(object), ageOf(object, now)],
  describe(object, related) {
    const writer = createWriter();
    headLines(writer, object);
    writer.line(0, 'Subsets:');
    for (const { addresses = [], notReadyAddresses = [], ports = [] } of object.subsets ?? []) {
      const list = (items: readonly Address[]) => items.map(({ ip }) => ip).join(',') || '<none>';
      writer.line(1, `Addresses:\t${list(addresses)}`);
      writer.line(1, `NotReadyAddresses:\t${list(notReadyAddresses)}`);
      if (ports.length > 0) {
        writer.line(1, 'Ports:');
        writer.line(2, 'Name\tPort\tProtocol');
        writer.line(2, '----\t----\t--------');
        for (const { name, port, protocol } of ports)
          writer.line(2, `${name || '<unset>'}\t${port}\t${protocol}`);
      }
      writer.line(0, '');
    }
    eventLines(writer, object, related);
    return writer.text();
  },
});

/** `10.244.1.5:80,10.244.2.4:80 + 1 more...`; `<none>` without subsets. */
function text({ subsets }: Endpoints): string {
  if (!subsets || subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) =>
      addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
    );
  });
  if (all.length <= 3) return all.join(',');
  return `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`;
}
