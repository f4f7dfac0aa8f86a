import type { Micros } from '../../world/json.ts';
import type { Call, Sys } from '../syscalls.ts';
import { readResolverConfig } from './config.ts';
import { hostsEntries, readHosts } from './hosts-file.ts';
import { absolute, reverseName, type DnsMessage } from './message.ts';
import { sortAddresses } from './sort.ts';
import { searchName } from './stub.ts';

/** How a look-up ended; `why` is what gai_strerror speaks of. */
export type AddressInfo =
  | {
      readonly ok: true;
      readonly addresses: readonly string[];
      /** The official name: the end of the chain of aliases. */
      readonly canonical: string;
      readonly aliases: readonly string[];
    }
  | { readonly ok: false; readonly why: keyof typeof gaiText };

/** Texts of gai_strerror. */
export const gaiText = {
  'not-found': 'Name or service not known',
  'no-data': 'No address associated with hostname',
  'try-again': 'Temporary failure in name resolution',
  /** Only where the caller gave a time: it is no error of the resolver. */
  'too-late': 'Interrupted by a signal',
} as const;

export type Family = 'any' | 'v4' | 'v6';

/** Whether a text is an IPv4 address in dotted form. */
export function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** Whether a text is an IPv6 address (inet_pton): `::` once at most, an IPv4 address at its end. */
export function isIPv6(text: string): boolean {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0 || !text.includes(':')) return false;
  const groups = [head, tail ?? ''].flatMap((part) => (part === '' ? [] : part.split(':')));
  const mapped = groups.at(-1)?.includes('.') ?? false;
  if (mapped && !isIPv4(groups.pop() ?? '')) return false;
  const count = groups.length + (mapped ? 2 : 0);
  const whole = tail === undefined ? count === 8 : count < 8;
  return whole && groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
}

/**
 * getaddrinfo of glibc (nsswitch `files dns`): numbers, /etc/hosts, then DNS with A and AAAA from
 * one socket; sorted as RFC 3484 wants it.
 */
export function* getaddrinfo(
  sys: Sys,
  name: string,
  family: Family = 'any',
  until: Micros = Infinity,
): Call<AddressInfo> {
  if (isIPv4(name) || isIPv6(name)) {
    const fits = family === 'any' || (family === 'v4') === isIPv4(name);
    if (!fits) return { ok: false, why: 'not-found' };
    return { ok: true, addresses: [name], canonical: name, aliases: [] };
  }
  const local = fromHosts(sys, name, family);
  if (local) return local;
  const config = readResolverConfig(sys);
  const types = family === 'v4' ? ['A'] : family === 'v6' ? ['AAAA'] : ['A', 'AAAA'];
  const asked = config.noAaaa ? types.filter((type) => type !== 'AAAA') : types;
  const found = yield* searchName(sys, config, name, asked, until);
  if (!found.found) return { ok: false, why: found.why };
  const chains = found.answers.map((message) => chainOf(message));
  const first = chains.find(({ addresses }) => addresses.length > 0);
  const addresses = chains.flatMap((chain) => chain.addresses);
  if (addresses.length === 0) return { ok: false, why: 'no-data' };
  return {
    ok: true,
    addresses: sortAddresses(sys, addresses),
    canonical: first?.canonical ?? found.name.replace(/\.$/, ''),
    aliases: first?.aliases ?? [],
  };
}

function fromHosts(sys: Sys, name: string, family: Family): AddressInfo | undefined {
  const lines = hostsEntries(sys, name).filter(
    ({ address }) => family === 'any' || (family === 'v4') === isIPv4(address),
  );
  const [first] = lines;
  if (!first) return undefined;
  const addresses = [...new Set(lines.map(({ address }) => address))];
  const [canonical = name, ...aliases] = first.names;
  return { ok: true, addresses: sortAddresses(sys, addresses), canonical, aliases };
}

/** Follows the aliases of an answer from the name that was asked for. */
export function chainOf({ question, answers }: DnsMessage): {
  readonly addresses: readonly string[];
  readonly canonical: string;
  readonly aliases: readonly string[];
} {
  let name = question.name;
  const aliases: string[] = [];
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  for (let hops = 0; hops < answers.length; hops++) {
    const alias = answers.find((each) => each.type === 'CNAME' && same(each.name, name));
    if (!alias) break;
    aliases.push(name.replace(/\.$/, ''));
    name = absolute(alias.data);
  }
  const addresses = answers
    .filter((each) => each.type === question.type && same(each.name, name))
    .map(({ data }) => data);
  return { addresses, canonical: name.replace(/\.$/, ''), aliases };
}

/** getnameinfo: the name of an address, from /etc/hosts or by a PTR question. */
export function* getnameinfo(sys: Sys, address: string): Call<string | undefined> {
  const line = readHosts(sys).find((each) => each.address === address);
  if (line) return line.names[0];
  const found = yield* searchName(sys, readResolverConfig(sys), reverseName(address), ['PTR']);
  if (!found.found) return undefined;
  const record = found.answers[0]?.answers.find(({ type }) => type === 'PTR');
  return record?.data.replace(/\.$/, '');
}
