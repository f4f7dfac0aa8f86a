import { toNumber } from '../../network/address.ts';
import type { LinkInfo } from '../../network/api.ts';
import { bridgeOption, isBridgeOption } from './link-bridge.ts';
import { kindUsage } from './link-usage.ts';
import {
  answers,
  badArgument,
  cannotFind,
  denied,
  fail,
  garbage,
  incomplete,
  isAddress,
  notModelled,
  ok,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

const kinds: readonly string[] = [
  'bridge',
  'veth',
  'dummy',
  'vxlan',
  'ipip',
  'sit',
  'gre',
  'gretap',
  'wireguard',
  'macvlan',
  'ipvlan',
  'vlan',
];

/** Kinds that iproute2 knows and this kernel would make, but that are not modelled. */
const OTHERS = ['bond', 'ifb', 'vrf', 'geneve', 'ip6tnl', 'macvtap'];

/** Kinds that put packets into packets for one other end. */
export const TUNNELS: readonly string[] = ['ipip', 'sit', 'gre', 'gretap'];

/** What `add` is told before the kind's own words. */
interface Adding {
  name?: string;
  mac?: string;
  mtu?: number;
  index?: number;
  queue?: number;
  below?: string;
  netns?: string;
  kind?: string;
}

/** `ip link add`. */
export function addLink(words: Words, context: IpContext): IpResult {
  const { network, root } = context;
  const adding = readAdd(words, context);
  if ('exit' in adding) return adding;
  const { kind, below } = adding;
  if (kind === undefined) return fail('Not enough information: "type" argument is required', 1);
  if (below !== undefined && !network.links().some(({ name }) => name === below)) {
    return cannotFind(below);
  }
  if (adding.name !== undefined && adding.name.length > 15) {
    return fail('Error: Attribute failed policy validation.', 2);
  }
  if (OTHERS.includes(kind) && words.peek() === 'help') return unknownWord(kind, 'help');
  const options = kinds.includes(kind) ? kindOptions(kind, words, context) : { options: {} };
  if ('exit' in options) return options;
  if (!root) return denied;
  const name = adding.name ?? freeName(kind, context);
  const { netns } = adding;
  const home = netns === undefined ? network : network.namespace(netns);
  if (home?.links().some((each) => each.name === name)) return answers('EEXIST');
  if (OTHERS.includes(kind)) return notModelled(`link add type ${kind}`);
  if (!kinds.includes(kind)) return fail('Error: Unknown device type.', 2);
  if (kind === 'vxlan' && options.options['id'] === undefined) {
    return fail('Error: Required attributes not provided to perform the operation.', 2);
  }
  if (kind === 'vlan' && options.options['id'] === undefined) {
    return fail('Error: 8021q: VLAN properties not specified.', 2);
  }
  if (kind === 'vlan' && Number(options.options['id']) > 4095) {
    return fail('Error: 8021q: Invalid VLAN id.', 2);
  }
  const stands = ['macvlan', 'ipvlan', 'vlan'].includes(kind);
  if (stands && below === undefined) return answers('EINVAL');
  return make(name, adding, options, context);
}

function make(
  name: string,
  adding: Adding,
  { options, peer, notice }: KindOptions,
  context: IpContext,
): IpResult {
  const { kind = '', below, mac, mtu, index, queue, netns } = adding;
  const network = homeOf(netns, context);
  const stands = ['macvlan', 'ipvlan', 'vlan'].includes(kind);
  // A device that this tool makes gets the usual queue; plugins over netlink leave it out.
  const length = queue ?? (kind === 'veth' || stands ? 1000 : undefined);
  // Without a card below, nobody knows what the wrapping leaves of a packet.
  const unknown = kind === 'vxlan' && options['dev'] === undefined;
  const keyed = options['okey'] === undefined ? undefined : kind === 'gre' ? 1472 : 1458;
  const free = unknown ? { mtu: 1500 } : keyed === undefined ? {} : { mtu: keyed };
  const other = homeOf(peer?.netns ?? netns, context);
  const peerName = peer?.name ?? freeName('veth', { ...context, network: other }, name);
  const end = { ...other.ref, name: peerName, ...(peer?.mac ? { mac: peer.mac } : {}) };
  const errno = network.addLink({
    name,
    kind: kind as LinkInfo['kind'],
    ...free,
    ...(mac === undefined ? {} : { mac }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(index === undefined ? {} : { index }),
    ...(kind === 'veth' ? { peer: end } : {}),
    ...(stands ? { lower: { ...context.network.ref, name: below ?? '' } } : {}),
    options: {
      ...options,
      ...(kind === 'bridge' && mac === undefined ? { floating: 1 } : {}),
      ...(length === undefined ? {} : { txqlen: length }),
    },
  });
  if (errno === 'EOPNOTSUPP') return fail('Error: Unknown device type.', 2);
  if (errno !== undefined) return answers(errno);
  if (kind === 'veth' && length !== undefined) {
    other.setLink(peerName, {
      options: { txqlen: length },
      ...(peer?.mtu === undefined ? {} : { mtu: peer.mtu }),
    });
  }
  if (kind === 'wireguard') network.setWireguard(name, { listenPort: 0, peers: [] });
  return notice === undefined ? ok() : { stderr: notice, exit: 0 };
}

/** The configuration of a namespace that was named, or that the command runs in. */
const homeOf = (netns: string | undefined, { network }: IpContext) =>
  (netns === undefined ? undefined : network.namespace(netns)) ?? network;

/** The first free name of a kind, as the kernel counts them. */
function freeName(kind: string, { network }: IpContext, besides?: string): string {
  const taken = new Set([...network.links().map(({ name }) => name), besides]);
  let number = 0;
  while (taken.has(`${kind}${number}`)) number += 1;
  return `${kind}${number}`;
}

function readAdd(words: Words, context: IpContext): Adding | IpResult {
  const adding: Adding = {};
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'type') {
      adding.kind = words.value();
      return words.missing ? incomplete : adding;
    }
    if (word === 'address') adding.mac = words.value();
    else if (word === 'mtu') adding.mtu = Number(words.value());
    else if (word === 'index') adding.index = Number(words.value());
    else if (word === 'txqueuelen' || word === 'qlen') adding.queue = Number(words.value());
    else if (word === 'link') adding.below = words.value();
    else if (word === 'netns') {
      const text = words.value();
      if (!context.netnsNames.includes(text) && !words.missing) {
        return badArgument(text, 'Invalid "netns" value\n');
      }
      adding.netns = text;
    } else {
      const name = word === 'name' || word === 'dev' ? words.value() : word;
      if (adding.name !== undefined) return garbage(name);
      if (!words.missing && /[/\s]/.test(name)) {
        return badArgument(name, '"dev" not a valid ifname');
      }
      adding.name = name;
    }
    if (words.missing) return incomplete;
  }
  return adding;
}

interface KindOptions {
  /** The other end of a veth pair. */
  readonly peer?: Adding;
  readonly options: Record<string, string | number>;
  readonly notice?: string;
}

const NO_PORT =
  'vxlan: destination port not specified\n' +
  'Will use Linux kernel default (non-standard value)\n' +
  "Use 'dstport 4789' to get the IANA assigned value\n" +
  "Use 'dstport 0' to get default and quiet this message\n";

/** Words of each kind that have a value. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  vxlan: ['id', 'vni', 'dstport', 'local', 'dev', 'remote', 'ttl'],
  ipip: ['remote', 'local', 'ttl', 'hoplimit', 'dev', 'mode'],
  sit: ['remote', 'local', 'ttl', 'hoplimit', 'dev', 'mode'],
  gre: ['remote', 'local', 'ttl', 'hoplimit', 'dev', 'key', 'ikey', 'okey'],
  gretap: ['remote', 'local', 'ttl', 'hoplimit', 'dev', 'key', 'ikey', 'okey'],
  macvlan: ['mode'],
  ipvlan: ['mode'],
  vlan: ['id'],
};
const MODES: Readonly<Record<string, readonly string[]>> = {
  macvlan: ['private', 'vepa', 'bridge', 'passthru', 'source'],
  ipvlan: ['l2', 'l3', 'l3s'],
};

function kindOptions(kind: string, words: Words, context: IpContext): KindOptions | IpResult {
  const options: Record<string, string | number> = kind === 'vxlan' ? { learning: 1 } : {};
  let peer: Adding | undefined;
  const told = words.peek() !== undefined;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (kind === 'veth' && word === 'peer') {
      const end = readAdd(words, context);
      if ('exit' in end) return end;
      peer = end;
    } else if (VALUES[kind]?.includes(word)) {
      const text = words.value();
      const failed = keep(kind, word, text, options);
      if (failed && !words.missing) return failed;
    } else if (kind === 'vxlan' && word === 'nolearning') options['learning'] = 0;
    else if (kind === 'vxlan' && word === 'learning') options['learning'] = 1;
    else if (TUNNELS.includes(kind) && /^(no)?pmtudisc$/.test(word)) {
      options['pmtudisc'] = word === 'pmtudisc' ? 1 : 0;
    } else if (kind === 'ipvlan' && FLAGS.includes(word)) options['flag'] = word;
    else if (kind === 'vlan' && word === 'protocol') {
      const failed = vlanProtocol(words.value());
      if (failed && !words.missing) return failed;
    } else if (kind === 'bridge' && isBridgeOption(word)) {
      const failed = bridgeOption(word, words.value(), options);
      if (failed && !words.missing) return failed;
    } else return unknownWord(kind, word);
    if (words.missing) return incomplete;
  }
  if (kind === 'macvlan') options['mode'] ??= 'vepa';
  if (kind === 'ipvlan') options['mode'] ??= 'l3';
  // iproute2 sends these with the first word; a device without words has the kernel's own.
  if (TUNNELS.includes(kind) && told) Object.assign(options, { pmtudisc: 1, any: 1, ...options });
  const silent = kind !== 'vxlan' || options['port'] !== undefined || options['id'] === undefined;
  return {
    ...(peer === undefined ? {} : { peer }),
    options,
    ...(silent ? {} : { notice: NO_PORT }),
  };
}

/** Ways of an ipvlan besides its mode. */
const FLAGS = ['bridge', 'private', 'vepa'];

/** A word that a kind does not have: its usage, behind what each kind's parser says first. */
function unknownWord(kind: string, word: string): IpResult {
  const known = KNOWN_WORDS[kind];
  if (known?.includes(word)) return notModelled(`link add type ${kind} ${word}`);
  const usage = kindUsage[kind];
  if (kind === 'dummy') return ok();
  if (usage === undefined) {
    return fail(`Garbage instead of arguments "${word} ...". Try "ip link help".`, 255);
  }
  if (kind === 'veth') return { stdout: usage, exit: 1 };
  const options = ['macvlan', 'macvtap', 'ipvlan', 'vrf', 'bridge_slave'].includes(kind);
  const silent = TUNNELS.includes(kind) || word === 'help';
  const first = silent ? '' : `${kind}: unknown ${options ? 'option' : 'command'} "${word}"?\n`;
  return { stderr: `${first}${usage}`, exit: 1 };
}

/** Words that iproute2 would take and that are not modelled, by kind. */
const KNOWN_WORDS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(kindUsage).map(([kind, usage]) => [
    kind,
    [...usage.matchAll(/\[ (?:\[no\])?([a-z0-9_-]+)|^\t\t([a-z]+) ADDR/gm)].flatMap(([, a, b]) => {
      const word = a ?? b ?? '';
      return [word, `no${word}`];
    }),
  ]),
);

function vlanProtocol(text: string): IpResult | undefined {
  const name = { '802.1q': '802.1Q', '802.1ad': '802.1ad' }[text.toLowerCase()];
  if (name === undefined) return badArgument(text, 'protocol is invalid');
  if (name === '802.1ad') return notModelled('vlan protocol 802.1ad');
  return undefined;
}

function keep(
  kind: string,
  word: string,
  text: string,
  options: Record<string, string | number>,
): IpResult | undefined {
  if (TUNNELS.includes(kind)) return keepEnd(kind, word, text, options);
  if (word === 'mode') {
    const modes = MODES[kind] ?? [];
    if (!modes.includes(text)) {
      const quoted = modes.map((each) => `"${each}"`);
      const list = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
      return fail(`Error: argument of "mode" must be ${list}, not "${text}"`, 1);
    }
    if (text === 'l3s') return notModelled(`ipvlan mode ${text}`);
    if (text === 'source' || text === 'passthru') return notModelled(`macvlan mode ${text}`);
    options['mode'] = text;
  } else if (['id', 'vni', 'dstport', 'ttl'].includes(word)) {
    const most = kind === 'vxlan' && (word === 'id' || word === 'vni') ? 2 ** 24 - 1 : Infinity;
    if (!/^\d+$/.test(text) || Number(text) > most) return badArgument(text, `invalid ${word}`);
    options[word === 'vni' ? 'id' : word === 'dstport' ? 'port' : word] = Number(text);
  } else options[word] = text;
  return undefined;
}

/** A word of a tunnel: one of its ends, how far its packets go, its key. */
function keepEnd(
  kind: string,
  word: string,
  text: string,
  options: Record<string, string | number>,
): IpResult | undefined {
  if (word === 'remote' || word === 'local') {
    if (text === 'any') return undefined;
    if (!isAddress(text)) {
      return fail(`Error: inet address is expected rather than "${text}".`, 1);
    }
    options[word] = text;
  } else if (word === 'ttl' || word === 'hoplimit') {
    if (text === 'inherit') return undefined;
    if (!/^\d+$/.test(text) || Number(text) > 255) {
      return badArgument(text, 'invalid TTL\n');
    }
    options['ttl'] = Number(text);
  } else if (word.endsWith('key')) {
    const number = /^\d+$/.test(text) ? Number(text) : toNumber(text);
    if (number === undefined) return badArgument(text, `invalid value for "${word}": "${text}"`);
    for (const end of word === 'key' ? ['ikey', 'okey'] : [word]) options[end] = number;
  } else if (word === 'mode') {
    const own = kind === 'ipip' ? ['ipip', 'ipv4/ipv4', 'ip4ip4'] : ['ip6ip', 'ipv6/ipv4'];
    if (text === 'any' || text === 'any/ipv4') options['any'] = 1;
    else if (own.includes(text)) options['any'] = 0;
    else return badArgument(text, 'Cannot guess tunnel mode\n');
  } else options[word] = text;
  return undefined;
}
