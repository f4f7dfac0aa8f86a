import type { AddressInfo } from '../../network/api.ts';
import { broadcastOf, networkOf, toNumber, toText } from '../../network/address.ts';
import { isInet6 } from '../../network/address6.ts';
import { kernelInet6 } from '../../network/netns6.ts';
import { holds } from '../../network/policy-rule.ts';
import { help } from './help.ts';
import { show } from './link-show.ts';
import {
  abbreviated,
  answers,
  badArgument,
  badPrefix,
  cannotFind,
  denied,
  fail,
  incomplete,
  isPrefix,
  plainPrefix,
  noDevice,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

const commands = [
  'add',
  'change',
  'replace',
  'delete',
  'show',
  'list',
  'lst',
  'flush',
  'save',
  'showdump',
  'restore',
  'help',
];

/** `ip address …`. */
export function address(words: readonly string[], context: IpContext): IpResult {
  const [first, ...rest] = words;
  if (first === undefined) return show([], context, 'addr');
  const command = abbreviated(first, commands);
  if (command === 'show' || command === 'list' || command === 'lst')
    return show(rest, context, 'addr');
  if (command === undefined) {
    return fail(`Command "${first}" is unknown, try "ip address help".`, 255);
  }
  if (command === 'help') return help('address');
  if (['save', 'showdump', 'restore'].includes(command)) return notModelled(`address ${command}`);
  if (command === 'flush') return context.root ? flush(rest, context) : denied;
  return modify(command, rest, context);
}

interface Wanted {
  device?: string;
  prefix?: { address: string; length: number; bare: boolean };
  broadcast?: string;
  scope?: AddressInfo['scope'];
  label?: string;
  peer?: string;
  valid?: number;
  preferred?: number;
  metric?: number;
  flags: string[];
}

function modify(command: string, words: readonly string[], context: IpContext): IpResult {
  const wanted = readWanted(readWords(words));
  if ('exit' in wanted) return wanted;
  const { device, prefix } = wanted;
  if (device === undefined) return fail('Not enough information: "dev" argument is required.', 1);
  const { network } = context;
  if (!network.links().some((link) => link.name === device)) return cannotFind(device);
  if (!context.root) return denied;
  if (!prefix) return answers('EOPNOTSUPP');
  const six = isInet6(prefix.address);
  if (command === 'delete') {
    const exact = wanted.peer === undefined ? prefix : { ...prefix, length: 32, bare: false };
    return remove(device, exact, context);
  }
  // Of nobody's address the kernel makes nothing, and says nothing.
  if (prefix.address === '0.0.0.0') return ok();
  if (/^::1$/.test(prefix.address) && device !== 'lo') {
    return fail('Error: ipv6: Cannot assign loopback address on this device.', 2);
  }
  const errno = network.addAddress(device, toInfo(device, prefix, wanted, context.now));
  if (errno === undefined || (errno === 'EEXIST' && command !== 'add')) return ok();
  if (errno === 'EEXIST') {
    return fail(`Error: ${six ? 'ipv6: address' : 'ipv4: Address'} already assigned.`, 2);
  }
  if (!six && errno === 'EINVAL') return fail('Error: ipv4: Invalid scope value.', 2);
  if (six && errno === 'EACCES') return fail('Error: ipv6: IPv6 is disabled on this device.', 2);
  return answers(errno);
}

function remove(
  device: string,
  { address: text, length, bare }: NonNullable<Wanted['prefix']>,
  { network }: IpContext,
): IpResult {
  const six = isInet6(text);
  const own = network.links().find(({ name }) => name === device)?.addresses ?? [];
  // Without a length any will do, with a word about it.
  const found = bare && !six ? own.find((each) => each.address === text) : undefined;
  const warning =
    bare && !six
      ? 'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
        `         Explicitly specify the prefix length (${text}/32) to avoid this warning.\n` +
        '         This special behaviour is likely to disappear in further releases,\n' +
        '         fix your scripts!\n'
      : '';
  const errno = network.removeAddress(device, text, found?.prefix ?? length);
  if (errno === undefined) return { stderr: warning, exit: 0 };
  if (errno !== 'EADDRNOTAVAIL') return answers(errno);
  return fail(`${warning}Error: ${six ? 'ipv6: address' : 'ipv4: Address'} not found.`, 2);
}

function toInfo(
  device: string,
  prefix: NonNullable<Wanted['prefix']>,
  wanted: Wanted,
  now: number,
): AddressInfo {
  const number = toNumber(prefix.address);
  const automatic = number === undefined ? undefined : toText(broadcastOf(number, prefix.length));
  const ones = wanted.broadcast === '+' || wanted.broadcast === 'any';
  const first = number === undefined ? undefined : toText(networkOf(number, prefix.length));
  const broadcast = ones ? automatic : wanted.broadcast === '-' ? first : wanted.broadcast;
  const [peer, length] = wanted.peer?.split('/') ?? [];
  const local = prefix.address.startsWith('127.') || prefix.address === '::1';
  const near = /^fe[89ab]/i.test(prefix.address);
  return {
    address: prefix.address,
    prefix: peer === undefined ? prefix.length : Number(length ?? 32),
    ...(peer === undefined ? {} : { peer }),
    ...(wanted.valid === undefined ? {} : { valid: wanted.valid, since: now }),
    ...(wanted.preferred === undefined ? {} : { preferred: wanted.preferred }),
    ...(wanted.metric === undefined ? {} : { metric: wanted.metric }),
    scope: wanted.scope ?? (local ? 'host' : near ? 'link' : 'global'),
    ...(broadcast === undefined ? {} : { broadcast }),
    label: wanted.label ?? device,
    ...(wanted.flags.length > 0 ? { flags: wanted.flags } : {}),
  };
}

const scopes: Readonly<Record<string, AddressInfo['scope']>> = {
  global: 'global',
  host: 'host',
  link: 'link',
  0: 'global',
  253: 'link',
  254: 'host',
};

/** Flags that are kept and shown, in the order in which they are. */
const FLAGS = ['nodad', 'noprefixroute', 'home', 'mngtmpaddr', 'autojoin'];

function readWanted(words: Words): Wanted | IpResult {
  const wanted: Wanted = { flags: [] };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') wanted.device = words.value();
    else if (word === 'broadcast' || word === 'brd') wanted.broadcast = words.value();
    else if (word === 'scope') {
      const text = words.value();
      const scope = scopes[text];
      if (!scope && !words.missing) return badArgument(text, 'invalid scope value.');
      if (scope) wanted.scope = scope;
    } else if (word === 'label') wanted.label = words.value();
    else if (word === 'valid_lft' || word === 'preferred_lft') {
      const text = words.value();
      if (text !== 'forever' && !words.missing) {
        if (!/^\d+$/.test(text)) return badArgument(text, `${word} value`);
        wanted[word === 'valid_lft' ? 'valid' : 'preferred'] = Number(text);
      }
    } else if (word === 'peer' || word === 'remote') {
      const text = words.value();
      if (!isPrefix(text) && !words.missing) return badPrefix(text);
      wanted.peer = text;
    } else if (['metric', 'priority', 'preference'].includes(word)) {
      wanted.metric = Number(words.value());
    } else if (FLAGS.includes(word)) wanted.flags.push(word);
    else if (word === 'anycast' || word === 'proto') {
      return notModelled(`address ${word}`);
    } else {
      const text = word === 'local' ? words.value() : word;
      if (words.missing) return incomplete;
      if (wanted.prefix !== undefined) {
        return fail(`Error: either "local" is duplicate, or "${text}" is a garbage.`, 255);
      }
      if (!isPrefix(text)) return badPrefix(text);
      const [address = '', length] = plainPrefix(text).split('/');
      const whole = isInet6(address) ? 128 : 32;
      wanted.prefix = { address, length: Number(length ?? whole), bare: length === undefined };
    }
    if (words.missing) return incomplete;
  }
  return wanted;
}

interface Flushed {
  device?: string;
  scope?: string;
  label?: string;
  to?: string;
}

function flush(words: readonly string[], { network, options }: IpContext): IpResult {
  if (words.length === 0) return fail('Flush requires arguments.', 1);
  const filter: Flushed = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') filter.device = words[++i] ?? '';
    else if (word === 'scope' || word === 'label') filter[word] = words[++i] ?? '';
    else if (word === 'to') {
      const text = words[++i] ?? '';
      if (!isPrefix(text)) return badPrefix(text);
      filter.to = plainPrefix(text);
    } else filter.device ??= word;
  }
  const { device, scope, label, to } = filter;
  const links = network.links();
  if (device !== undefined && !links.some((each) => each.name === device)) return noDevice(device);
  let count = 0;
  for (const link of links.filter(({ name }) => device === undefined || name === device)) {
    const made = kernelInet6(link, (name) => network.sysctl(name));
    const own = [...link.addresses];
    const theirs = made.filter(({ address: of }) => !own.some(({ address }) => address === of));
    for (const each of [...own, ...theirs]) {
      const family = isInet6(each.address) ? 'inet6' : 'inet';
      if (options.family !== undefined && options.family !== family) continue;
      if (scope !== undefined && each.scope !== scope) continue;
      if (label !== undefined && (family !== 'inet' || (each.label ?? link.name) !== label))
        continue;
      if (to !== undefined && (isInet6(to) !== isInet6(each.address) || !holds(to, each.address))) {
        continue;
      }
      if (network.removeAddress(link.name, each.address, each.prefix) === undefined) count += 1;
    }
  }
  if (options.stats === 0) return ok();
  if (count === 0) return ok('Nothing to flush.\n');
  const what = count === 1 ? 'address' : 'addresses';
  const end = '*** Flush is complete after 1 round ***';
  return ok(`\n*** Round 1, deleting ${count} ${what} ***\n${end}\n`);
}
