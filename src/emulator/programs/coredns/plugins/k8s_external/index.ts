import type { DnsRcode, DnsRecord } from '../../../../host/resolver/message.ts';
import { isIPv4 } from '../../../../host/resolver/getaddrinfo.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { atoi } from '../../go.ts';
import type { Context, DnsPlugin } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';
import { isInZone, matchZone, originsOf } from '../../zones.ts';

interface Config {
  readonly [name: string]: string | number | readonly string[] | null;
  readonly zones: readonly string[];
  /** The name below the zone that its name servers have. */
  readonly apex: string;
  readonly ttl: number;
  readonly fall: readonly string[] | null;
}

/** An external address of a Service, at one of its ports. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** k8s_external: external addresses of Services as names in a zone outside the cluster's own. */
const plugin: DnsPlugin<Config> = {
  name: 'k8s_external',
  setup: readExternal,
  *serve(config, query, next, context) {
    const name = nameOf(query);
    const zone = matchZone(config.zones, name);
    if (zone === undefined) return yield* next(query);
    const { question } = query.request;
    const soa: DnsRecord = {
      name: zone,
      type: 'SOA',
      ttl: config.ttl,
      data:
        `ns1.${config.apex}.${zone} hostmaster.${config.apex}.${zone} ` +
        `0 7200 1800 86400 ${config.ttl}`,
    };
    const say = (rcode: DnsRcode, answers: readonly DnsRecord[], more?: readonly DnsRecord[]) => {
      const authority = answers.length === 0 ? [soa] : [];
      const parts = { rcode, answers, authority, additional: more ?? [], authoritative: true };
      return { rcode: 'NOERROR', message: reply(query.request, parts) } as const;
    };
    const line = (type: string, data: string, owner = question.name): DnsRecord => ({
      name: owner,
      type,
      ttl: config.ttl,
      data,
    });
    if (name === zone) {
      if (question.type === 'SOA') return say('NOERROR', [soa]);
      if (question.type !== 'NS') return say('NOERROR', []);
      return say('NOERROR', [line('NS', `ns1.${config.apex}.${zone}`)]);
    }
    const found = places(context, name.slice(0, -zone.length - 1));
    if (typeof found === 'string') {
      const falls = config.fall?.some((each) => isInZone(each, name)) ?? false;
      return found === 'NXDOMAIN' && falls ? yield* next(query) : say(found, []);
    }
    const hosts = [...new Set(found.places.map(({ host }) => host))];
    const typeOf = (host: string) => (isIPv4(host) ? 'A' : 'AAAA');
    if (question.type !== 'SRV') {
      const own = hosts.filter((host) => typeOf(host) === question.type);
      return say(
        'NOERROR',
        own.map((host) => line(question.type, host)),
      );
    }
    const target = `${found.service}.${zone}`;
    const weight = Math.max(1, Math.floor(100 / found.places.length));
    return say(
      'NOERROR',
      found.places.map(({ port }) => line('SRV', `0 ${weight} ${port} ${target}`)),
      hosts.map((host) => line(typeOf(host), host, target)),
    );
  },
};

export default plugin;

/** What the labels below the zone stand for: `[_port._protocol.]service.namespace`. */
function places(
  { cluster }: Context,
  below: string,
): { readonly service: string; readonly places: readonly Place[] } | DnsRcode {
  const labels = below.split('.');
  const namespace = labels.pop() ?? '';
  if (!cluster.namespace(namespace)) return 'NXDOMAIN';
  const name = labels.pop();
  if (name === undefined) return 'NOERROR';
  if (labels.length > 2) return 'NXDOMAIN';
  const [port = '', protocol = ''] =
    labels.length === 2 ? labels.map((each) => each.replace(/^_/, '')) : [];
  const service = cluster.service(namespace, name);
  const fits = (own: { readonly name: string; readonly protocol: string }) =>
    (port === '' || own.name.toLowerCase() === port) &&
    (protocol === '' || own.protocol.toLowerCase() === protocol);
  const ports = service?.ports.filter(fits) ?? [];
  const found = (service?.externalIPs ?? []).flatMap((host) =>
    ports.map((each) => ({ host, port: each.port })),
  );
  if (found.length === 0) return 'NXDOMAIN';
  return { service: `${name}.${namespace}`, places: found };
}

function readExternal(c: Controller): Config | ConfigError {
  let zones: readonly string[] = [];
  let [apex, ttl]: [string, number] = ['dns', 5];
  let fall: readonly string[] | null = null;
  while (c.next()) {
    zones = originsOf(c.remainingArgs(), c.keys);
    while (c.nextBlock()) {
      const word = c.val();
      const rest = c.remainingArgs();
      if (word === 'fallthrough') fall = rest.length === 0 ? ['.'] : originsOf(rest, []);
      else if (word === 'headless') return { error: 'headless is not modelled here' };
      else if (word !== 'ttl' && word !== 'apex') return c.err(`unknown property '${word}'`);
      else if (rest[0] === undefined) return c.argErr();
      else if (word === 'apex') apex = rest[0];
      else {
        const value = atoi(rest[0]);
        if (isError(value)) return value;
        if (value < 0 || value > 3_600) return c.err(`ttl must be in range [0, 3600]: ${value}`);
        ttl = value;
      }
    }
  }
  return { zones, apex, ttl, fall };
}
