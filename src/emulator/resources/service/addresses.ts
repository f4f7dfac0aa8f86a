import { parseIP } from '../../apimachinery/ip.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Service } from './shapes.ts';

/** The objects that hold a Service's cluster IPs (`ipallocator.go`): IPAddresses of their names. */
export function addressesOf({ metadata, spec }: Service): readonly ApiObject[] {
  const ips = (spec.clusterIPs ?? []).filter((ip) => ip !== '' && ip !== 'None');
  const { namespace, name } = metadata;
  return ips.map((ip) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: parseIP(ip)?.text ?? ip,
      labels: {
        'ipaddress.kubernetes.io/ip-family': ip.includes(':') ? 'IPv6' : 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    } as unknown as ApiObject['metadata'],
    spec: { parentRef: { group: '', resource: 'services', namespace, name } },
  }));
}
