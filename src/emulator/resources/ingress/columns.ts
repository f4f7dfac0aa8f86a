import type { Json, Micros } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import type { Ingress } from './shapes.ts';

const SHOWN_HOSTS = 3;

export const columns = [
  nameColumn,
  column('Class'),
  column('Hosts'),
  column('Address'),
  column('Ports'),
  ageColumn,
];

/** `printIngress`. */
export function cells(ingress: Ingress, now: Micros): Json[] {
  const { metadata, spec } = ingress;
  return [
    metadata.name,
    spec.ingressClassName ?? '<none>',
    hostsText(ingress),
    addressText(ingress),
    spec.tls?.length ? '80, 443' : '80',
    ageOf(ingress, now),
  ];
}

/** The first hosts, and how many more rules there are. */
function hostsText({ spec: { rules = [] } }: Ingress): string {
  const named: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (named.length === SHOWN_HOSTS) more = true;
    if (!more && host) named.push(host);
  }
  if (named.length === 0) return '*';
  return more ? `${named.join(',')} + ${rules.length - SHOWN_HOSTS} more...` : named.join(',');
}

/** Addresses of the load balancer, sorted. */
export function addressText({ status }: Ingress): string {
  const all = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => {
    const address = ip || hostname;
    return address ? [address] : [];
  });
  return [...new Set(all)].sort().join(',');
}
