import type { AddressInfo } from '../../network/api.ts';
import { broadcastOf, toNumber, toText } from '../../network/address.ts';
import { isInet6 } from '../../network/address6.ts';
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
  if (command === 'delete') return remove(device, prefix, context);
  const errno = network.addAddress(device, toInfo(device, prefix, wanted));
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
): AddressInfo {
  const number = toNumber(prefix.address);
  const automatic = number === undefined ? undefined : toText(broadcastOf(number, prefix.length));
  const broadcast = wanted.broadcast === '+' ? automatic : wanted.broadcast;
  const local = prefix.address.startsWith('127.') || prefix.address === '::1';
  const near = /^fe[89ab]/i.test(prefix.address);
  return {
    address: prefix.address,
    prefix: prefix.length,
    scope: wanted.scope ?? (local ? 'host' : near ? 'link' : 'global'),
    ...(broadcast === undefined || broadcast === '-' ? {} : { broadcast }),
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
      if (text !== 'forever' && !words.missing) return notModelled(`address ${word} ${text}`);
    } else if (FLAGS.includes(word)) wanted.flags.push(word);
    else if (['peer', 'remote', 'anycast', 'metric', 'proto'].includes(word)) {
      return notModelled(`address ${word}`);
    } else {
      const text = word === 'local' ? words.value() : word;
      if (words.missing) return incomplete;
      if (!isPrefix(text)) return badPrefix(text);
      const [address = '', length] = text.split('/');
      const whole = isInet6(address) ? 128 : 32;
      wanted.prefix = { address, length: Number(length ?? whole), bare: length === undefined };
    }
    if (words.missing) return incomplete;
  }
  return wanted;
}

function flush(words: readonly string[], { network, options }: IpContext): IpResult {
  if (words.length === 0) return fail('Flush requires arguments.', 1);
  let name: string | undefined;
  let scope: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') name = words[++i];
    else if (word === 'scope') scope = words[++i];
    else name ??= word;
  }
  const links = network.links();
  if (name !== undefined && !links.some((each) => each.name === name)) return noDevice(name);
  for (const link of links) {
    if (name !== undefined && link.name !== name) continue;
    for (const each of link.addresses) {
      const family = isInet6(each.address) ? 'inet6' : 'inet';
      if (options.family !== undefined && options.family !== family) continue;
      if (scope !== undefined && each.scope !== scope) continue;
      network.removeAddress(link.name, each.address, each.prefix);
    }
  }
  return ok();
}
