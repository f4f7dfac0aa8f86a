import type { DnsMessage, DnsRecord } from '../../../../host/resolver/message.ts';
import { absolute } from '../../../../host/resolver/message.ts';
import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import { isError } from '../../corefile/parse.ts';
import { isHeadless } from '../../cluster-data.ts';
import type { Context, DnsPlugin, Next, Outcome, Query, Steps } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';
import { isInZone, matchZone } from '../../zones.ts';
import { endpointName, findRecords, findReverse, type Records } from './records.ts';
import { readKubernetes, type KubernetesConfig } from './setup.ts';

/** kubernetes: names and addresses of Services, endpoints and pods. */
const plugin: DnsPlugin<KubernetesConfig> = {
  name: 'kubernetes',
  setup(c) {
    const config = readKubernetes(c);
    return isError(config) ? config : config;
  },
  serve,
};

export default plugin;

interface Answer {
  readonly records: readonly DnsRecord[];
  readonly extra?: readonly DnsRecord[];
  readonly truncated?: boolean;
}

/** Everything that the functions below have in common. */
interface Asked {
  readonly config: KubernetesConfig;
  readonly query: Query;
  readonly context: Context;
  readonly zone: string;
  /** The zone as it stands in the question: answers keep its letters. */
  readonly shown: string;
}

function* serve(
  config: KubernetesConfig,
  query: Query,
  next: Next,
  context: Context,
): Steps<Outcome> {
  const name = nameOf(query);
  const zone = matchZone(config.zones, name);
  if (zone === undefined) return yield* next(query);
  const asked = query.request.question.name;
  const shown = zone === '.' ? '.' : asked.slice(asked.length - zone.length);
  const of: Asked = { config, query, context, zone, shown };
  if (/^[AI]XFR$/.test(query.request.question.type)) return { rcode: 'REFUSED' };
  const answer = yield* answerType(of, name);
  if (answer === 'missing') {
    if (config.fall?.some((each) => isInZone(each, name))) return yield* next(query);
    // Until the first lists have come in nobody can say that a name does not exist.
    if (!context.cluster.synced) return negative(of, 'SERVFAIL');
    return negative(of, 'NXDOMAIN');
  }
  if (answer.records.length === 0) return negative(of, 'NOERROR');
  const message = reply(query.request, {
    authoritative: true,
    ...(answer.truncated && { truncated: true }),
    answers: answer.records,
    additional: answer.extra ?? [],
  });
  return { rcode: 'NOERROR', message };
}

function* answerType(of: Asked, name: string): Steps<Answer | 'missing'> {
  const { type } = of.query.request.question;
  switch (type) {
    case 'A':
    case 'AAAA':
      return yield* addresses(of, name, type, []);
    case 'TXT':
      return text(of, name);
    case 'CNAME': {
      const found = services(of, name, type);
      if (found === 'missing') return found;
      const alias = found[0] && !isAddress(found[0].host) ? found[0] : undefined;
      return { records: alias ? [record(of, 'CNAME', absolute(alias.host))] : [] };
    }
    case 'PTR': {
      const names = findReverse(of.config, of.context.cluster, name);
      if (names === 'missing') return 'missing';
      if (names === undefined) {
        const found = findRecords(of.config, of.context.cluster, name, of.zone);
        return found === 'missing' ? found : { records: [] };
      }
      return { records: [...new Set(names)].map((each) => record(of, 'PTR', each)) };
    }
    case 'SRV':
      return yield* srv(of, name);
    case 'MX': {
      const found = services(of, name, type);
      return found === 'missing' ? found : { records: [] };
    }
    case 'SOA':
      return { records: name === of.zone ? [soa(of)] : [] };
    case 'NS':
      if (name === of.zone) return nameServers(of);
      break;
    default:
  }
  // A look-up for its own sake: it tells "no data" from "no such name".
  const fake = yield* addresses(of, name, 'A', []);
  return fake === 'missing' ? fake : { records: [] };
}

const isAddress = (host: string) => isIPv4(host) || isIPv6(host);

function record(
  of: Asked,
  type: string,
  data: string,
  name = of.query.request.question.name,
): DnsRecord {
  return { name, type, ttl: of.config.ttl, data };
}

/** Kubernetes.Services: what the backend has for a name and a type. */
function services(of: Asked, name: string, type: string): Records {
  if (type !== 'NS' && isDefaultNs(of, name)) {
    return serverNames(of)
      .filter(({ address }) =>
        type === 'A' ? isIPv4(address) : type === 'AAAA' && isIPv6(address),
      )
      .map(({ address }) => ({ host: address, key: name, port: 0 }));
  }
  const found = findRecords(of.config, of.context.cluster, name, of.zone);
  if (type !== 'SRV' || found === 'missing') return found;
  return found.filter(({ host }) => isAddress(host));
}

const isDefaultNs = ({ zone }: Asked, name: string) => name === `ns.dns.${zone}`;

/** A or AAAA records, following aliases inside the zone, and outside of it by asking again. */
function* addresses(
  of: Asked,
  name: string,
  type: 'A' | 'AAAA',
  previous: readonly string[],
  owner = of.query.request.question.name,
): Steps<Answer | 'missing'> {
  const found = name === of.zone ? apex(of, name, type) : services(of, name, type);
  if (found === 'missing') return found;
  const records: DnsRecord[] = [];
  const seen = new Set<string>();
  let truncated = false;
  for (const { host } of found) {
    if (isAddress(host)) {
      const fits = type === 'A' ? isIPv4(host) : isIPv6(host);
      if (fits && !seen.has(host)) records.push(record(of, type, host, owner));
      seen.add(host);
      continue;
    }
    const target = absolute(host);
    if (isInZone(name, target) || previous.length > 7 || previous.includes(target)) continue;
    const alias = record(of, 'CNAME', target, owner);
    if (isInZone(of.zone, target)) {
      const inner = yield* addresses(of, target.toLowerCase(), type, [...previous, target], target);
      if (inner !== 'missing' && inner.records.length > 0) records.push(alias, ...inner.records);
      continue;
    }
    const message = yield* of.context.lookup(of.query, target, type);
    if (!message) continue;
    truncated ||= message.truncated ?? false;
    records.push(alias, ...message.answers);
  }
  return { records, truncated };
}

/** The zone itself has addresses only if somebody calls a Service "apex" of a namespace "dns". */
function apex(of: Asked, name: string, type: string): Records {
  const special = services(of, `apex.dns.${of.zone}`, type);
  return special === 'missing' ? services(of, name, type) : special;
}

/** The only TXT record is the version of the schema; other names have none, or do not exist. */
function text(of: Asked, name: string): Answer | 'missing' {
  if (name === `dns-version.${of.zone}`) {
    return { records: [{ ...record(of, 'TXT', '"1.1.0"'), ttl: 28_800 }] };
  }
  const found = findRecords(of.config, of.context.cluster, name, of.zone);
  return found !== 'missing' && found.length > 0 ? { records: [] } : 'missing';
}

function* srv(of: Asked, name: string): Steps<Answer | 'missing'> {
  const found = services(of, name, 'SRV');
  if (found === 'missing') return found;
  const weight = Math.max(1, Math.floor(100 / Math.max(1, found.length)));
  const records: DnsRecord[] = [];
  const extra: DnsRecord[] = [];
  const [ports, hosts] = [new Set<string>(), new Set<string>()];
  for (const { host, key, port } of found) {
    if (port === -1) continue;
    const target = shownName(of, key);
    if (!ports.has(`${key}:${port}`))
      records.push(record(of, 'SRV', `0 ${weight} ${port} ${target}`));
    if (!hosts.has(`${key} ${host}`))
      extra.push(record(of, isIPv4(host) ? 'A' : 'AAAA', host, target));
    ports.add(`${key}:${port}`);
    hosts.add(`${key} ${host}`);
  }
  return { records, extra };
}

/** A name of the zone with the letters of the question's zone. */
function shownName({ zone, shown }: Asked, name: string): string {
  return `${name.slice(0, name.length - zone.length)}${shown}`;
}

/** The Services that this server itself is an endpoint of, or ns.dns and its own addresses. */
function serverNames(of: Asked): { readonly name: string; readonly address: string }[] {
  const { cluster, localAddresses } = of.context;
  const names = localAddresses.flatMap((local) =>
    cluster.endpointsByAddress(local).flatMap((slice) => {
      const service = cluster.service(slice.namespace, slice.service);
      if (!service) return [];
      const name = `${service.name}.${service.namespace}.svc.${of.shown}`;
      if (!isHeadless(service))
        return service.clusterIPs.slice(0, 1).map((address) => ({ name, address }));
      return slice.addresses.map((each) => ({
        name: `${endpointName(each, of.config.podNames)}.${name}`,
        address: each.address,
      }));
    }),
  );
  if (names.length > 0) return names;
  return localAddresses.map((address) => ({ name: `ns.dns.${of.shown}`, address }));
}

function nameServers(of: Asked): Answer {
  const names = serverNames(of);
  const servers = [...new Set(names.map(({ name }) => name))];
  return {
    records: servers.map((name) => record(of, 'NS', name)),
    extra: names.map(({ name, address }) =>
      record(of, isIPv4(address) ? 'A' : 'AAAA', address, name),
    ),
  };
}

function soa({ config, context, shown }: Asked): DnsRecord {
  const { ttl } = config;
  const data =
    `ns.dns.${shown} hostmaster.${shown} ${context.cluster.serial} ` + `7200 1800 86400 ${ttl}`;
  return { name: shown, type: 'SOA', ttl: Math.min(300, ttl), data: data.replaceAll('..', '.') };
}

function negative(of: Asked, rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL'): Outcome {
  const message: DnsMessage = reply(of.query.request, {
    rcode,
    authoritative: true,
    authority: [soa(of)],
  });
  return { rcode: 'NOERROR', message };
}
