import type { AddressInfo } from '../../network/api.ts';
import { broadcastOf, toNumber, toText } from '../../network/address.ts';
import { show } from './link-show.ts';
import {
  abbreviated,
  answers,
  cannotFind,
  denied,
  fail,
  noDevice,
  notModelled,
  ok,
  type IpContext,
  type IpResult,
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
  if (['save', 'showdump', 'restore', 'help'].includes(command))
    return notModelled(`address ${command}`);
  if (!context.root) return denied;
  return command === 'flush' ? flush(rest, context) : modify(command, rest, context);
}

interface Wanted {
  device?: string;
  prefix?: { address: string; length: number };
  broadcast?: string;
  scope?: AddressInfo['scope'];
  label?: string;
}

function modify(command: string, words: readonly string[], context: IpContext): IpResult {
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { device, prefix } = wanted;
  if (device === undefined) return fail('Not enough information: "dev" argument is required.', 255);
  const { network } = context;
  if (!network.links().some((link) => link.name === device)) return cannotFind(device);
  if (!prefix) return fail('RTNETLINK answers: Invalid argument', 2);
  if (command === 'delete') {
    const errno = network.removeAddress(device, prefix.address, prefix.length);
    if (errno === undefined) return ok();
    return errno === 'EADDRNOTAVAIL' ? fail('Error: ipv4: Address not found.', 2) : answers(errno);
  }
  const errno = network.addAddress(device, toInfo(device, prefix, wanted));
  if (errno === undefined || (errno === 'EEXIST' && command !== 'add')) return ok();
  return errno === 'EEXIST' ? fail('Error: ipv4: Address already assigned.', 2) : answers(errno);
}

function toInfo(
  device: string,
  prefix: NonNullable<Wanted['prefix']>,
  wanted: Wanted,
): AddressInfo {
  const number = toNumber(prefix.address);
  const automatic = number === undefined ? undefined : toText(broadcastOf(number, prefix.length));
  const broadcast = wanted.broadcast === '+' ? automatic : wanted.broadcast;
  return {
    address: prefix.address,
    prefix: prefix.length,
    scope: wanted.scope ?? (prefix.address.startsWith('127.') ? 'host' : 'global'),
    ...(broadcast === undefined ? {} : { broadcast }),
    label: wanted.label ?? device,
  };
}

function readWanted(words: readonly string[]): Wanted | IpResult {
  const wanted: Wanted = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') wanted.device = words[++i] ?? '';
    else if (word === 'broadcast' || word === 'brd') wanted.broadcast = words[++i] ?? '';
    else if (word === 'scope') wanted.scope = (words[++i] ?? 'global') as AddressInfo['scope'];
    else if (word === 'label') wanted.label = words[++i] ?? '';
    else {
      const text = word === 'local' ? (words[++i] ?? '') : word;
      const [address = '', length = '32'] = text.split('/');
      const fine = address.includes(':') || toNumber(address) !== undefined;
      if (!fine || !/^\d+$/.test(length) || Number(length) > 128) {
        return fail(`Error: any valid prefix is expected rather than "${text}".`, 1);
      }
      wanted.prefix = { address, length: Number(length) };
    }
  }
  return wanted;
}

function flush(words: readonly string[], { network }: IpContext): IpResult {
  const name = words[0] === 'dev' ? words[1] : words[0];
  if (name === undefined) return fail('Flush requires arguments.\n', 1);
  const link = network.links().find((each) => each.name === name);
  if (!link) return noDevice(name);
  for (const each of link.addresses) network.removeAddress(name, each.address, each.prefix);
  return ok();
}
