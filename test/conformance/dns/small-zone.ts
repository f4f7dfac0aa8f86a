// The zone that answered in dns.jsonl and dns-query-order.jsonl (topologies/dns-zone.json).
import type { DnsMessage, DnsRecord } from '../../../src/emulator/host/resolver/message.ts';
import type { Answer } from './zone-server.ts';

type Names<T> = { readonly [name: string]: T };

export interface Zone {
  readonly a: Names<readonly string[]>;
  readonly srv: Names<readonly (readonly [weight: number, port: number, target: string])[]>;
  readonly ptr: Names<string | readonly string[]>;
  readonly cname: Names<string>;
  readonly ext: Names<readonly string[]>;
  readonly extc: Names<string>;
  readonly mode: Names<'drop' | 'servfail' | 'refused'>;
  readonly serial: number;
}

const CLUSTER = 'cluster.local.';
const NS = 'kube-dns.kube-system.svc.cluster.local.';

/** Answers as the server of the records did; `order` turns lists of addresses round. */
export function answerFrom(zone: Zone, request: DnsMessage, order: number): Answer {
  const name = request.question.name.toLowerCase();
  const { type } = request.question;
  const mode = zone.mode[name];
  if (mode === 'drop') return 'drop';
  if (mode) return { rcode: mode === 'servfail' ? 'SERVFAIL' : 'REFUSED' };
  const local = inside(zone, name, type, order);
  if (local) return { authoritative: true, ...local };
  return { recursionAvailable: true, ...outside(zone, name, type) };
}

const record = (name: string, type: string, data: string): DnsRecord => ({
  name,
  type,
  ttl: 30,
  data,
});

function inside(
  zone: Zone,
  name: string,
  type: string,
  order: number,
): Partial<DnsMessage> | undefined {
  const soa = record(
    CLUSTER,
    'SOA',
    `ns.dns.${CLUSTER} hostmaster.${CLUSTER} ${zone.serial} 7200 1800 86400 30`,
  );
  const pointer = zone.ptr[name];
  if (pointer !== undefined) {
    const targets = typeof pointer === 'string' ? [pointer] : pointer;
    if (type !== 'PTR') return { authority: [soa] };
    return { answers: targets.map((each) => record(name, 'PTR', each)) };
  }
  if (name !== CLUSTER && !name.endsWith(`.${CLUSTER}`)) return undefined;
  const target = zone.cname[name];
  if (target !== undefined) {
    const alias = record(name, 'CNAME', target);
    const found = type === 'A' ? (zone.ext[target] ?? []) : [];
    return { answers: [alias, ...found.map((each) => record(target, 'A', each))] };
  }
  const found = answersOf(zone, name, type, order, soa);
  if (found) return found;
  const known =
    name === CLUSTER || zone.a[name] || zone.srv[name] || name === `dns-version.${CLUSTER}`;
  return known ? { authority: [soa] } : { rcode: 'NXDOMAIN', authority: [soa] };
}

function answersOf(
  zone: Zone,
  name: string,
  type: string,
  order: number,
  soa: DnsRecord,
): Partial<DnsMessage> | undefined {
  const addresses = zone.a[name];
  if (type === 'A' && addresses) {
    return { answers: permuted(addresses, order).map((each) => record(name, 'A', each)) };
  }
  if (type === 'SRV') {
    const services = zone.srv[name] ?? unnamed(zone, name);
    if (!services) return undefined;
    const targets = [...new Set(services.map(([, , target]) => target))];
    return {
      answers: services.map(([weight, port, target]) =>
        record(name, 'SRV', `0 ${weight} ${port} ${target}`),
      ),
      additional: targets.flatMap((target) =>
        (zone.a[target] ?? []).map((each) => record(target, 'A', each)),
      ),
    };
  }
  if (type === 'TXT' && name === `dns-version.${CLUSTER}`)
    return { answers: [record(name, 'TXT', '"1.1.0"')] };
  if (name !== CLUSTER) return undefined;
  if (type === 'SOA') return { answers: [soa] };
  if (type !== 'NS') return undefined;
  const additional = (zone.a[NS] ?? []).map((each) => record(NS, 'A', each));
  return { answers: [record(name, 'NS', NS)], additional };
}

/** A Service's own name has the SRV records of all its ports. */
function unnamed(zone: Zone, name: string): Zone['srv'][string] | undefined {
  const all = Object.entries(zone.srv)
    .filter(([key]) => /^_[^.]+\._(tcp|udp)\./.test(key) && key.endsWith(`.${name}`))
    .flatMap(([, services]) => services);
  return all.length > 0 ? all : undefined;
}

function permuted(list: readonly string[], order: number): readonly string[] {
  const left = [...list];
  const result: string[] = [];
  for (let rest = order; left.length > 0; rest = Math.floor(rest / (left.length + 1))) {
    result.push(...left.splice(rest % left.length, 1));
  }
  return result;
}

function outside(zone: Zone, name: string, type: string): Partial<DnsMessage> {
  const alias = zone.extc[name];
  const target = alias ?? name;
  const addresses = zone.ext[target];
  const serial = '2026112200';
  const soa = record(
    '.',
    'SOA',
    `a.root-servers.net. nstld.verisign-grs.com. ${serial} 1800 900 604800 86400`,
  );
  if (!addresses) return { rcode: 'NXDOMAIN', authority: [soa] };
  const answers = [
    ...(alias === undefined ? [] : [record(name, 'CNAME', alias)]),
    ...(type === 'A' ? addresses.map((each) => record(target, 'A', each)) : []),
  ];
  return answers.length > 0 ? { answers } : { authority: [soa] };
}
