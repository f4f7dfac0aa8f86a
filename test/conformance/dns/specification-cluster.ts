// The Services that an example of the specification speaks of.
import { addressFromReverse } from '../../../src/emulator/programs/coredns/zones.ts';
import type { ClusterData } from '../../../src/emulator/programs/coredns/cluster-data.ts';
import { fixtureCluster, type Fixture } from './fixture-cluster.ts';

interface Example {
  readonly section: string;
  readonly question: string;
  readonly answer: readonly string[];
}

/** A cluster in which an example holds, and how names outside are answered. */
export function specificationCluster(example: Example): {
  readonly cluster: ClusterData;
  readonly upstream: string;
} {
  const [name = '', , type = ''] = example.question.split(' ');
  const data = example.answer.map((line) => line.split(' ').slice(3));
  const values = data.map(([, ...words]) => words.at(-1) ?? '');
  const owner = type === 'PTR' ? (values[0] ?? '') : name;
  const labels = owner.split('.');
  const at = labels.indexOf('svc');
  const [service = '', namespace = ''] = labels.slice(at - 2, at);
  const hostname = at === 3 && !labels[0]?.startsWith('_') ? labels[0] : undefined;
  const addresses = type === 'PTR' ? [addressFromReverse(name) ?? ''] : values;
  const headless = /2\.4/.test(example.section);
  const alias = data.find(([kind]) => kind === 'CNAME')?.[1];
  const [, , port = '443'] = type === 'SRV' ? (data[0]?.slice(1) ?? []) : [];
  const ports = [{ name: 'https', port: Number(port), protocol: 'TCP' }];
  const external = alias === undefined ? {} : { type: 'ExternalName', externalName: alias };
  const clusterIPs = headless ? ['None'] : type === 'SRV' ? ['10.3.0.1'] : addresses;
  const fixture: Fixture = {
    services: at < 0 ? [] : [{ name: service, namespace, clusterIPs, ports, ...external }],
    endpoints: headless
      ? {
          [`${service}.${namespace}`]: [
            {
              subsets: [
                {
                  addresses: addresses.map((ip) => ({ ip, ...(hostname && { hostname }) })),
                  ports,
                },
              ],
            },
          ],
        }
      : {},
  };
  const outside = example.answer.at(-1) ?? '';
  const upstream =
    alias === undefined ? '' : `template IN ${type} ${alias} {\nanswer "${outside}"\n}\n`;
  return { cluster: fixtureCluster(fixture, true), upstream };
}
