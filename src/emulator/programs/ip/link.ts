import type { LinkInfo, NetworkConfig } from '../../network/api.ts';
import { help } from './help.ts';
import { addLink } from './link-add.ts';
import { show } from './link-show.ts';
import {
  abbreviated,
  answers,
  badArgument,
  cannotFind,
  denied,
  fail,
  garbage,
  incomplete,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

const commands = [
  'add',
  'set',
  'change',
  'delete',
  'show',
  'list',
  'lst',
  'xstats',
  'afstats',
  'property',
  'help',
];

/** `ip link …`. */
export function link(words: readonly string[], context: IpContext): IpResult {
  const [first, ...rest] = words;
  if (first === undefined) return show([], context, 'link');
  const command = abbreviated(first, commands);
  if (command === 'show' || command === 'list' || command === 'lst')
    return show(rest, context, 'link');
  if (command === undefined) {
    return fail(`Command "${first}" is unknown, try "ip link help".`, 255);
  }
  if (command === 'help') return help('link');
  if (!['add', 'set', 'change', 'delete'].includes(command)) return notModelled(`link ${command}`);
  if (command === 'add') return addLink(readWords(rest), context);
  return command === 'delete' ? remove(rest, context) : set(rest, context);
}

function remove(words: readonly string[], { network, root }: IpContext): IpResult {
  const names = words[0] === 'dev' ? words.slice(1) : words;
  const [name] = names;
  if (name === undefined) return fail('Not enough information: "dev" argument is required.', 255);
  const found = network.links().find((each) => each.name === name);
  if (!found) return cannotFind(name);
  if (!root) return denied;
  const errno = network.removeLink(name);
  if (errno === undefined) return ok();
  return answers(errno === 'EPERM' ? 'EOPNOTSUPP' : errno);
}

type Change = {
  -readonly [K in keyof Parameters<NetworkConfig['setLink']>[1]]: Parameters<
    NetworkConfig['setLink']
  >[1][K];
};

interface Setting {
  name?: string;
  netns?: string;
  change: Change;
  options: Record<string, string | number | boolean>;
}

function set(list: readonly string[], context: IpContext): IpResult {
  const { network, root } = context;
  const setting: Setting = { change: {}, options: {} };
  const words = readWords(list);
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const failed = readSetting(word, words, setting, context);
    if (words.missing) return incomplete;
    if (failed) return failed;
  }
  const { name, netns, change, options } = setting;
  if (name === undefined) return fail('Not enough information: "dev" argument is required.', 255);
  const found = network.links().find((each) => each.name === name);
  if (!found) return cannotFind(name);
  if (!root) return denied;
  const failed = limits(found, change);
  if (failed) return failed;
  const all = Object.keys(options).length > 0 ? { ...change, options } : change;
  const errno = network.setLink(name, all);
  if (errno !== undefined) {
    return answers(errno === 'EINVAL' && change.master !== undefined ? 'EOPNOTSUPP' : errno);
  }
  if (netns === undefined) return ok();
  const moved = network.moveLink(change.name ?? name, { host: network.ref.host, netns });
  return moved === undefined ? ok() : answers(moved);
}

/** Sizes that a device can have: those that `-d` shows. */
function limits({ kind }: LinkInfo, { mtu }: Change): IpResult | undefined {
  if (mtu === undefined || ['loopback', 'dummy', 'ipip', 'wireguard'].includes(kind)) {
    return undefined;
  }
  if (mtu < 68) return fail('Error: mtu less than device minimum.', 2);
  return mtu > 65535 ? fail('Error: mtu greater than device maximum.', 2) : undefined;
}

const SWITCHES = ['promisc', 'arp', 'multicast', 'allmulticast', 'dynamic', 'trailers'];

function readSetting(
  word: string,
  words: Words,
  setting: Setting,
  context: IpContext,
): IpResult | undefined {
  const { change, options } = setting;
  if (word === 'up') change.up = true;
  else if (word === 'down') change.up = false;
  else if (word === 'mtu') return readMtu(words, change);
  else if (word === 'address') return readMac(words, change);
  else if (word === 'name') change.name = words.value();
  else if (word === 'nomaster') change.master = null;
  else if (word === 'master') return readMaster(words, change, context);
  else if (word === 'type') return readType(words, change, options);
  else if (word === 'alias') options['alias'] = words.value();
  else if (word === 'txqueuelen' || word === 'qlen' || word === 'txqlen') {
    options['txqlen'] = Number(words.value());
  } else if (word === 'group') {
    const text = words.value();
    options['group'] = text === 'default' ? 0 : Number(text);
  } else if (SWITCHES.includes(word)) {
    const text = words.value();
    if (text !== 'on' && text !== 'off' && !words.missing) {
      return fail(`Error: argument of "${word}" must be "on" or "off", not "${text}"`, 1);
    }
    options[word] = text === 'on';
  } else if (word === 'netns') {
    const text = words.value();
    if (!context.netnsNames.includes(text) && !words.missing) {
      return badArgument(text, 'Invalid "netns" value\n');
    }
    setting.netns = text;
  } else if (['vrf', 'xdp', 'vf', 'addrgenmode', 'carrier', 'broadcast'].includes(word)) {
    return notModelled(`link set ${word}`);
  } else return readName(word === 'dev' ? words.value() : word, setting);
  return undefined;
}

function readName(name: string, setting: Setting): IpResult | undefined {
  if (setting.name !== undefined) return garbage(name);
  setting.name = name;
  return undefined;
}

function readMtu(words: Words, change: Change): IpResult | undefined {
  const text = words.value();
  if (!/^\d+$/.test(text)) {
    return words.missing ? undefined : badArgument(text, 'Invalid "mtu" value\n');
  }
  change.mtu = Number(text);
  return undefined;
}

function readMac(words: Words, change: Change): IpResult | undefined {
  const text = words.value();
  const bytes = text.split(':');
  const fine = bytes.every((each) => /^[0-9a-f]{1,2}$/i.test(each));
  const length = fine ? bytes.length : 1;
  if (length !== 6 && !words.missing) {
    return fail(`Invalid address length ${length} - must be 6 bytes`, 1);
  }
  change.mac = bytes.map((each) => each.toLowerCase().padStart(2, '0')).join(':');
  return undefined;
}

function readMaster(words: Words, change: Change, { network }: IpContext): IpResult | undefined {
  const master = words.value();
  if (!network.links().some((each) => each.name === master) && !words.missing) {
    return badArgument(master, 'Device does not exist\n');
  }
  change.master = master;
  return undefined;
}

/** `type bridge_slave hairpin on` and `type bridge stp_state 0`. */
function readType(words: Words, change: Change, options: Setting['options']): IpResult | undefined {
  const type = words.value();
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const value = words.value();
    if (type === 'bridge_slave' && word === 'hairpin') change.hairpin = value === 'on';
    else if (type === 'bridge' && ['stp_state', 'ageing_time', 'forward_delay'].includes(word)) {
      options[word] = Number(value);
    } else if (type === 'bridge' && word === 'vlan_filtering') return answers('EOPNOTSUPP');
    else return notModelled(`link set type ${type} ${word}`);
  }
  return undefined;
}
