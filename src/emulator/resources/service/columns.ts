import type { Json, Micros } from '../../world/json.ts';
import { ageColumn, ageOf, column, labelText, nameColumn, wide } from '../columns.ts';
import type { Column } from '../kind.ts';
import type { Service, ServicePort, ServiceSpec } from './shapes.ts';

export const columns: readonly Column[] = [
  nameColumn,
  column('Type'),
  column('Cluster-IP'),
  column('External-IP'),
  column('Port(s)'),
  ageColumn,
  wide('Selector'),
];

export function cells(service: Service, now: Micros): readonly Json[] {
  const { spec } = service;
  return [
    service.metadata.name ?? '',
    spec.type ?? '',
    spec.type === 'ExternalName' ? '<none>' : (spec.clusterIPs?.[0] ?? spec.clusterIP ?? '<none>'),
    externalIP(service),
    ports(spec.ports) || '<none>',
    ageOf(service, now),
    labelText(spec.selector),
  ];
}

/** As the server has it (`getServiceExternalIP`): addresses of a balancer come sorted. */
function externalIP({ spec, status }: Service): string {
  const own = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.join(',') || '<none>';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(
        ({ ip, hostname }) => ip || hostname || '',
      );
      const sorted = [...new Set(ingress.filter(Boolean))].sort();
      return [...sorted, ...own].join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function ports(list: ServiceSpec['ports']): string {
  return (list ?? []).map(portText).join(',');
}

function portText({ port, nodePort, protocol }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}
