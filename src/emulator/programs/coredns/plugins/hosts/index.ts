import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import { isErrno } from '../../../../host/errno.ts';
import type { DnsRecord } from '../../../../host/resolver/message.ts';
import type { ConfigError, Controller } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { atoi, parseDuration } from '../../go.ts';
import type { DnsPlugin } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';
import { addressFromReverse, isInZone, matchZone, originsOf } from '../../zones.ts';

interface Config {
  readonly [name: string]: string | number | boolean | readonly string[] | null;
  readonly path: string;
  readonly zones: readonly string[];
  readonly inline: readonly string[];
  readonly ttl: number;
  readonly reverse: boolean;
  /** Zones that fall through; null: none. */
  readonly fall: readonly string[] | null;
}

interface Entry {
  readonly address: string;
  readonly names: readonly string[];
}

/** hosts: answers from a file like /etc/hosts and from lines in the Corefile. */
const plugin: DnsPlugin<Config> = {
  name: 'hosts',
  setup: readHosts,
  *serve(config, query, next, context) {
    const name = nameOf(query);
    const { type, name: asked } = query.request.question;
    const zone = matchZone(config.zones, name);
    const reverse = type === 'PTR';
    if (zone === undefined && !(reverse && config.reverse)) return yield* next(query);
    const found = context.files?.read(config.path);
    const text = found === undefined || isErrno(found) ? '' : found.text;
    const entries = [
      ...parseEntries(text.split('\n'), config),
      ...parseEntries(config.inline, config),
    ];
    const answers = reverse
      ? names(entries, asked, config)
      : addresses(entries, name, type, config.ttl).map((record) => ({ ...record, name: asked }));
    if (answers.length > 0) {
      return { rcode: 'NOERROR', message: reply(query.request, { authoritative: true, answers }) };
    }
    const known = entries.some((each) => each.names.includes(name));
    const falls = config.fall?.some((each) => isInZone(each, name)) ?? false;
    if (!known && falls) return yield* next(query);
    if (!known) {
      return {
        rcode: 'NXDOMAIN',
        message: reply(query.request, { rcode: 'NXDOMAIN', authoritative: true }),
      };
    }
    return { rcode: 'NOERROR', message: reply(query.request, { authoritative: true }) };
  },
};

export default plugin;

/**
 * Entries of hosts lines whose names lie in the zones. Names are in lower case with a final dot.
 */
export function parseEntries(
  lines: readonly string[],
  { zones }: { readonly zones: readonly string[] },
): Entry[] {
  return lines.flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
    if (names.length === 0 || (!isIPv4(plain) && !isIPv6(plain))) return [];
    const own = names
      .map((name) => `${name.toLowerCase().replace(/\.$/, '')}.`)
      .filter((name) => matchZone(zones, name) !== undefined);
    return own.length > 0 ? [{ address: plain.toLowerCase(), names: own }] : [];
  });
}

function addresses(
  entries: readonly Entry[],
  name: string,
  type: string,
  ttl: number,
): DnsRecord[] {
  const fits = type === 'A' ? isIPv4 : type === 'AAAA' ? isIPv6 : () => false;
  return entries
    .filter((each) => each.names.includes(name) && fits(each.address))
    .map(({ address }) => ({ name, type, ttl, data: address }));
}

function names(entries: readonly Entry[], asked: string, { ttl, reverse }: Config): DnsRecord[] {
  const address = addressFromReverse(asked);
  if (address === undefined || !reverse) return [];
  return entries
    .filter((each) => each.address === address)
    .flatMap((each) => each.names)
    .map((data) => ({ name: asked, type: 'PTR', ttl, data }));
}

function readHosts(c: Controller): Config | ConfigError {
  let path = '/etc/hosts';
  let [zones, inline]: [string[], string[]] = [[], []];
  let [ttl, reverse]: [number, boolean] = [3_600, true];
  let fall: string[] | null = null;
  let count = 0;
  while (c.next()) {
    if (count++ > 0) return { error: 'this plugin can only be used once per Server Block' };
    const args = c.remainingArgs();
    if (args[0] !== undefined) {
      path = args[0];
      const stat = c.files?.stat(path);
      if (stat !== undefined && isErrno(stat))
        c.warn(`[WARNING] plugin/hosts: File does not exist: ${path}`);
      else if (stat?.type === 'directory') {
        c.warn(`[WARNING] plugin/hosts: Hosts file ${JSON.stringify(path)} is a directory`);
      }
    }
    zones = originsOf(args.slice(1), c.keys);
    while (c.nextBlock()) {
      const word = c.val();
      if (word === 'fallthrough') fall = fallZones(c.remainingArgs());
      else if (word === 'no_reverse') reverse = false;
      else if (word === 'ttl') {
        const value = readTtl(c);
        if (isError(value)) return value;
        ttl = value;
      } else if (word === 'reload') {
        const rest = c.remainingArgs();
        if (rest.length !== 1) return c.err('reload needs a duration (zero seconds to disable)');
        const duration = parseDuration(rest[0] as string);
        if (isError(duration)) return c.err('invalid duration for reload ' + `'${rest[0]}'`);
        if (duration < 0) return c.err('invalid negative duration for reload ' + `'${rest[0]}'`);
      } else if (word.length > 0 && (isIPv4(word) || isIPv6(word))) {
        inline = [...inline, [word, ...c.remainingArgs()].join(' ')];
      } else return c.err(`unknown property '${word}'`);
    }
  }
  return { path, zones, inline, ttl, reverse, fall };
}

function readTtl(c: Controller): number | ConfigError {
  const rest = c.remainingArgs();
  if (rest.length < 1) return c.err('ttl needs a time in second');
  const value = atoi(rest[0] as string);
  if (isError(value)) return c.err('ttl needs a number of second');
  return value <= 0 || value > 65_535 ? c.err('ttl provided is invalid') : value;
}

const fallZones = (args: readonly string[]) => (args.length === 0 ? ['.'] : originsOf(args, []));
