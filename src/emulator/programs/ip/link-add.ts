import type { LinkInfo } from '../../network/api.ts';
import {
  answers,
  badArgument,
  cannotFind,
  denied,
  fail,
  garbage,
  incomplete,
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
  'wireguard',
  'macvlan',
  'ipvlan',
  'vlan',
];

/** Kinds that iproute2 knows and this kernel would make, but that are not modelled. */
const OTHERS = ['bond', 'gre', 'gretap', 'sit', 'ifb', 'vrf', 'geneve', 'ip6tnl', 'macvtap', 'tun'];

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
  const options = kinds.includes(kind) ? kindOptions(kind, words) : { options: {} };
  if ('exit' in options) return options;
  if (!root) return denied;
  const name = adding.name ?? freeName(kind, context);
  if (network.links().some((each) => each.name === name)) return answers('EEXIST');
  if (OTHERS.includes(kind)) return notModelled(`link add type ${kind}`);
  if (!kinds.includes(kind)) return fail('Error: Unknown device type.', 2);
  if (kind === 'vxlan' && options.options['id'] === undefined) {
    return fail('Error: Required attributes not provided to perform the operation.', 2);
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
  const { network } = context;
  const { kind = '', below, mac, mtu, index, queue } = adding;
  const peerName = peer ?? freeName('veth', context, name);
  const stands = ['macvlan', 'ipvlan', 'vlan'].includes(kind);
  // A device that this tool makes gets the usual queue; plugins over netlink leave it out.
  const length = queue ?? (kind === 'veth' || stands ? 1000 : undefined);
  // Without a card below, nobody knows what the wrapping leaves of a packet.
  const free = kind === 'vxlan' && options['dev'] === undefined ? { mtu: 1500 } : {};
  const errno = network.addLink({
    name,
    kind: kind as LinkInfo['kind'],
    ...free,
    ...(mac === undefined ? {} : { mac }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(index === undefined ? {} : { index }),
    ...(kind === 'veth' ? { peer: { ...network.ref, name: peerName } } : {}),
    ...(stands ? { lower: { ...network.ref, name: below ?? '' } } : {}),
    options: { ...options, ...(length === undefined ? {} : { txqlen: length }) },
  });
  if (errno === 'EOPNOTSUPP') return fail('Error: Unknown device type.', 2);
  if (errno !== undefined) return answers(errno);
  if (kind === 'veth' && length !== undefined) {
    network.setLink(peerName, { options: { txqlen: length } });
  }
  if (kind === 'wireguard') network.setWireguard(name, { listenPort: 0, peers: [] });
  return notice === undefined ? ok() : { stderr: notice, exit: 0 };
}

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
      if (!context.netnsNames.includes(text)) return badArgument(text, 'Invalid "netns" value\n');
      return notModelled('link add netns');
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
  readonly peer?: string;
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
  ipip: ['remote', 'local', 'ttl'],
  macvlan: ['mode'],
  ipvlan: ['mode'],
  vlan: ['id'],
};
const MODES: Readonly<Record<string, readonly string[]>> = {
  macvlan: ['private', 'vepa', 'bridge', 'passthru', 'source'],
  ipvlan: ['l2', 'l3', 'l3s'],
};

function kindOptions(kind: string, words: Words): KindOptions | IpResult {
  const options: Record<string, string | number> = kind === 'vxlan' ? { learning: 1 } : {};
  let peer: string | undefined;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (kind === 'veth' && word === 'peer') {
      if (words.peek() === 'name') words.next();
      peer = words.value();
    } else if (VALUES[kind]?.includes(word)) {
      const text = words.value();
      const failed = keep(kind, word, text, options);
      if (failed && !words.missing) return failed;
    } else if (kind === 'vxlan' && word === 'nolearning') options['learning'] = 0;
    else if (kind === 'vxlan' && word === 'learning') options['learning'] = 1;
    else if (['dummy', 'wireguard'].includes(kind)) {
      return fail(`Garbage instead of arguments "${word} ...". Try "ip link help".`, 255);
    } else return notModelled(`link add type ${kind} ${word}`);
    if (words.missing) return incomplete;
  }
  if (kind === 'macvlan' && options['mode'] === undefined) options['mode'] = 'vepa';
  const silent = kind !== 'vxlan' || options['port'] !== undefined || options['id'] === undefined;
  return {
    ...(peer === undefined ? {} : { peer }),
    options,
    ...(silent ? {} : { notice: NO_PORT }),
  };
}

function keep(
  kind: string,
  word: string,
  text: string,
  options: Record<string, string | number>,
): IpResult | undefined {
  if (word === 'mode') {
    const modes = MODES[kind] ?? [];
    if (!modes.includes(text)) {
      const quoted = modes.map((each) => `"${each}"`);
      const list = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
      return fail(`Error: argument of "mode" must be ${list}, not "${text}"`, 1);
    }
    if (text === 'l3' || text === 'l3s') return notModelled(`ipvlan mode ${text}`);
    if (text === 'source' || text === 'passthru') return notModelled(`macvlan mode ${text}`);
    options['mode'] = text;
  } else if (['id', 'vni', 'dstport', 'ttl'].includes(word)) {
    if (!/^\d+$/.test(text)) return badArgument(text, `invalid ${word}`);
    options[word === 'vni' ? 'id' : word === 'dstport' ? 'port' : word] = Number(text);
  } else options[word] = text;
  return undefined;
}
