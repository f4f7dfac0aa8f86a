import type { Json } from '../../world/json.ts';
import type { LinkInfo, NetworkConfig } from '../../network/api.ts';
import { help } from './help.ts';
import { bridgeOption, isBridgeOption, portOption } from './link-bridge.ts';
import { addLink } from './link-add.ts';
import { kindUsage } from './link-usage.ts';
import { MTUS } from './link-details.ts';
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
  if (command === 'help') {
    const usage = kindUsage[rest[0] ?? ''];
    return usage === undefined ? help('link') : ok(usage);
  }
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
  options: Record<string, Json>;
  /** `type KIND`, and what a port was told. */
  type?: string;
  port?: { readonly [name: string]: boolean | number };
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
  const { name, netns, change, options, type, port } = setting;
  if (name === undefined) return fail('Not enough information: "dev" argument is required.', 255);
  const found = network.links().find((each) => each.name === name);
  if (!found) return cannotFind(name);
  if (!root) return denied;
  const failed =
    limits(found, change) ??
    otherMac(found, change) ??
    otherKind(found, type) ??
    master(found, change, context);
  if (failed) return failed;
  if (port) {
    const before = found.options?.['brport'];
    options['brport'] = { ...(typeof before === 'object' ? before : {}), ...port } as Json;
  }
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
  if (mtu === undefined || ['loopback', 'dummy', 'wireguard'].includes(kind)) return undefined;
  const [least, most] = MTUS[kind] ?? [68, 65_535];
  if (mtu < least) return fail('Error: mtu less than device minimum.', 2);
  if (most === 0) return mtu < 68 || mtu > 65_515 ? answers('EINVAL') : undefined;
  return mtu > most ? fail('Error: mtu greater than device maximum.', 2) : undefined;
}

/** `type` must be what the device is, or that it is a port. */
function otherKind(found: LinkInfo, type: string | undefined): IpResult | undefined {
  if (type === undefined) return undefined;
  const fits = type === 'bridge_slave' ? found.master !== undefined : found.kind === type;
  return fits ? undefined : answers('EOPNOTSUPP');
}

/** What cannot be a port of a bridge (`br_add_if`). */
function master(found: LinkInfo, change: Change, { network }: IpContext): IpResult | undefined {
  if (typeof change.master !== 'string') return undefined;
  const bridge = network.links().find(({ name }) => name === change.master);
  if (bridge?.kind !== 'bridge') return undefined;
  if (found.kind === 'bridge') return fail('Error: Can not enslave a bridge to a bridge.', 2);
  return found.kind === 'loopback' ? answers('EINVAL') : undefined;
}

/** Devices whose hardware address is not their own, or has another length. */
function otherMac({ kind }: LinkInfo, { mac }: Change): IpResult | undefined {
  if (mac === undefined) return undefined;
  if (kind === 'ipvlan') return answers('EOPNOTSUPP');
  if (!['ipip', 'sit', 'gre'].includes(kind)) return undefined;
  return fail('Invalid address length 6 - must be 4 bytes', 1);
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
  else if (word === 'type') return readType(words, setting);
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
function readType(words: Words, setting: Setting): IpResult | undefined {
  const { change, options } = setting;
  const type = words.value();
  const usage = kindUsage[type];
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (type === 'bridge' && isBridgeOption(word)) {
      const failed = bridgeOption(word, words.value(), options);
      if (failed && !words.missing) return failed;
    } else if (type === 'bridge_slave') {
      const port: { [name: string]: boolean | number } = {};
      const known = usage?.includes(`[ ${word} `) === true;
      const failed = known ? portOption(word, words.value(), port) : 'unknown';
      if (words.missing) return incomplete;
      if (failed === 'unknown' && known) return notModelled(`link set type ${type} ${word}`);
      if (failed === 'unknown') {
        const first = word === 'help' ? '' : `${type}: unknown option "${word}"?\n`;
        return { stderr: `${first}${usage ?? ''}`, exit: 1 };
      }
      if (failed) return failed;
      const { hairpin, ...others } = port;
      if (hairpin !== undefined) change.hairpin = hairpin === true;
      setting.port = { ...setting.port, ...others };
    } else if (type === 'bridge' && !usage?.includes(`[ ${word} `)) {
      const first = word === 'help' ? '' : `bridge: unknown command "${word}"?\n`;
      return { stderr: `${first}${usage ?? ''}`, exit: 1 };
    } else return notModelled(`link set type ${type} ${word}`);
  }
  setting.type = type;
  return undefined;
}
