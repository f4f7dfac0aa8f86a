import { describe, expect, it } from 'vitest';
import { makeQuestion, type DnsRecord } from '../../host/resolver/message.ts';
import type { Json } from '../../world/json.ts';
import { serve } from './chain.ts';
import type { ClusterData, EndpointsData, ServiceData } from './cluster-data.ts';
import { readServers } from './servers.ts';

const SECOND = 1_000_000;
const http = { name: 'http', port: 80, protocol: 'TCP' };
const service = (name: string, clusterIPs: readonly string[], more = {}): ServiceData => ({
  namespace: 'default',
  name,
  type: 'ClusterIP',
  clusterIPs,
  externalIPs: [],
  ports: [http],
  ...more,
});
const services = [
  service('web', ['10.96.10.10']),
  service('db', ['None']),
  service('ext', [], { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
];
const slices: EndpointsData[] = [
  {
    namespace: 'default',
    service: 'db',
    addresses: [{ address: '10.244.1.2', hostname: 'db-0' }, { address: '10.244.2.2' }],
    ports: [http],
  },
];
const cluster: ClusterData = {
  synced: true,
  serial: 1_795_000_000,
  service: (namespace, name) =>
    services.find((each) => each.namespace === namespace && each.name === name),
  endpoints: (namespace, name) =>
    slices.filter((each) => each.namespace === namespace && each.service === name),
  servicesByAddress: (address) => services.filter((each) => each.clusterIPs.includes(address)),
  endpointsByAddress: (address) =>
    slices.filter(({ addresses }) => addresses.some((each) => each.address === address)),
  namespace: (name) => (name === 'default' ? { labels: {} } : undefined),
  podsByAddress: () => [],
};

/** A server that keeps its memory from one question to the next. */
function start(corefile: string) {
  const read = readServers('Corefile', corefile, { env: {} });
  if ('error' in read) throw new Error(read.error);
  const memory = new Map<string, Json>();
  const remember = (name: string, value: Json | undefined) => {
    if (value === undefined) memory.delete(name);
    else memory.set(name, value);
  };
  let now = 0;
  const ask = (name: string, type = 'A') => {
    const query = {
      request: makeQuestion(1, name, type),
      client: { address: '10.244.1.3', port: 40_000 },
      local: { address: '10.244.0.2', port: 53 },
      protocol: 'udp',
      number: 1,
      started: now,
    } as const;
    const step = serve(read.servers, query, (server, again) => ({
      now,
      server,
      files: undefined,
      cluster,
      localAddresses: ['10.244.0.2'],
      chance: () => 0,
      memory: <T extends Json>(key: string) => memory.get(key) as T | undefined,
      memories: (prefix) => [...memory].filter(([key]) => key.startsWith(prefix)),
      remember,
      rememberNow: remember,
      log: () => undefined,
      lookup: (from, target, asked) => again({ ...from, request: makeQuestion(1, target, asked) }),
    })).next();
    if (!step.done) throw new Error('it asks another server');
    const line = ({ name: owner, ttl, type: own, data }: DnsRecord) =>
      `${owner} ${ttl} ${own} ${data}`;
    const { rcode, answers = [], authority = [] } = step.value ?? {};
    return [rcode, ...answers.map(line), ...authority.map(line)];
  };
  return { ask, wait: (seconds: number) => void (now += seconds * SECOND) };
}

const SOA = (ttl: number) =>
  `cluster.local. ${ttl} SOA ns.dns.cluster.local. hostmaster.cluster.local. ` +
  '1795000000 7200 1800 86400 30';

describe('the kubernetes plugin', () => {
  const { ask } = start(
    '.:53 {\nkubernetes cluster.local in-addr.arpa {\npods insecure\nttl 30\n}\n}\n',
  );

  it('knows Services, endpoints, ports, pods and addresses', () => {
    const zone = 'default.svc.cluster.local.';
    expect(ask(`web.${zone}`)).toEqual(['NOERROR', `web.${zone} 30 A 10.96.10.10`]);
    expect(ask(`WEB.${zone}`)).toEqual(['NOERROR', `WEB.${zone} 30 A 10.96.10.10`]);
    expect(ask(`db.${zone}`).slice(1)).toEqual([
      `db.${zone} 30 A 10.244.1.2`,
      `db.${zone} 30 A 10.244.2.2`,
    ]);
    expect(ask(`db-0.db.${zone}`)).toEqual(['NOERROR', `db-0.db.${zone} 30 A 10.244.1.2`]);
    expect(ask(`_http._tcp.db.${zone}`, 'SRV').slice(1)).toEqual([
      `_http._tcp.db.${zone} 30 SRV 0 50 80 db-0.db.${zone}`,
      `_http._tcp.db.${zone} 30 SRV 0 50 80 10-244-2-2.db.${zone}`,
    ]);
    expect(ask('10-1-2-3.default.pod.cluster.local.').slice(1)).toEqual([
      '10-1-2-3.default.pod.cluster.local. 30 A 10.1.2.3',
    ]);
    expect(ask('10.10.96.10.in-addr.arpa.', 'PTR').slice(1)).toEqual([
      `10.10.96.10.in-addr.arpa. 30 PTR web.${zone}`,
    ]);
  });

  it('follows an alias to its address', () => {
    expect(ask('ext.default.svc.cluster.local.')).toEqual([
      'NOERROR',
      'ext.default.svc.cluster.local. 30 CNAME web.default.svc.cluster.local.',
      'web.default.svc.cluster.local. 30 A 10.96.10.10',
    ]);
  });

  it('tells a missing name from a missing type', () => {
    expect(ask('no.default.svc.cluster.local.')).toEqual(['NXDOMAIN', SOA(30)]);
    expect(ask('web.nowhere.svc.cluster.local.')).toEqual(['NXDOMAIN', SOA(30)]);
    expect(ask('web.default.svc.cluster.local.', 'AAAA')).toEqual(['NOERROR', SOA(30)]);
  });
});

describe('the cache plugin', () => {
  it('counts times to live down, keeps the first spelling, and asks anew at the end', () => {
    const { ask, wait } = start('.:53 {\nkubernetes cluster.local {\nttl 30\n}\ncache 20\n}\n');
    const name = 'web.default.svc.cluster.local.';
    expect(ask(name)).toEqual(['NOERROR', `${name} 20 A 10.96.10.10`]);
    wait(12);
    expect(ask(name.toUpperCase())).toEqual(['NOERROR', `${name} 8 A 10.96.10.10`]);
    expect(ask('no.default.svc.cluster.local.')).toEqual(['NXDOMAIN', SOA(20)]);
    wait(8);
    expect(ask(name)).toEqual(['NOERROR', `${name} 20 A 10.96.10.10`]);
    expect(ask('no.default.svc.cluster.local.')).toEqual(['NXDOMAIN', SOA(12)]);
  });
});

it('a question goes to the block of its longest zone, and to none is refused', () => {
  const { ask } = start('a.test {\nwhoami\n}\nb.a.test {\nerrors\n}\n');
  expect(ask('x.a.test.')).toEqual(['NOERROR']);
  expect(ask('x.b.a.test.')).toEqual(['SERVFAIL']);
  expect(ask('c.test.')).toEqual(['REFUSED']);
});
