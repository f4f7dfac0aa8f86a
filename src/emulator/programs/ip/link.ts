import type { LinkInfo } from '../../network/api.ts';
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
  if (!['add', 'set', 'change', 'delete'].includes(command)) return notModelled(`link ${command}`);
  if (!context.root) return denied;
  if (command === 'add') return add(rest, context);
  return command === 'delete' ? remove(rest, context) : set(rest, context);
}

function remove(words: readonly string[], { network }: IpContext): IpResult {
  const names = words[0] === 'dev' ? words.slice(1) : words;
  const [name] = names;
  if (name === undefined) return fail('Not enough information: "dev" argument is required.', 255);
  const errno = network.removeLink(name);
  if (errno === undefined) return ok();
  return errno === 'ENOENT' || errno === 'ENODEV' ? cannotFind(name) : answers(errno);
}

function set(words: readonly string[], context: IpContext): IpResult {
  const { network } = context;
  const change: {
    -readonly [K in keyof Parameters<typeof network.setLink>[1]]: Parameters<
      typeof network.setLink
    >[1][K];
  } = {};
  let name: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const argument = () => words[++i] ?? '';
    if (word === 'up') change.up = true;
    else if (word === 'down') change.up = false;
    else if (word === 'dev') name = argument();
    else if (word === 'mtu') {
      const mtu = argument();
      if (!/^\d+$/.test(mtu))
        return fail(`Error: argument "${mtu}" is wrong: Invalid "mtu" value\n`, 255);
      change.mtu = Number(mtu);
    } else if (word === 'address') change.mac = argument();
    else if (word === 'name') change.name = argument();
    else if (word === 'nomaster') change.master = null;
    else if (word === 'master') {
      const master = argument();
      if (!network.links().some((each) => each.name === master)) return noDevice(master);
      change.master = master;
    } else if (word === 'type') i += 1;
    else if (word === 'hairpin') change.hairpin = argument() === 'on';
    else if (
      [
        'netns',
        'alias',
        'promisc',
        'arp',
        'multicast',
        'txqueuelen',
        'qlen',
        'group',
        'vrf',
      ].includes(word)
    ) {
      return notModelled(`link set ${word}`);
    } else if (name === undefined) name = word;
    else return fail(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
  }
  if (name === undefined)
    return fail('Not enough of information: "dev" argument is required.', 255);
  if (!network.links().some((each) => each.name === name)) return cannotFind(name);
  const errno = network.setLink(name, change);
  return errno === undefined ? ok() : answers(errno);
}

const kinds: readonly string[] = ['bridge', 'veth', 'dummy', 'vxlan', 'ipip', 'wireguard'];

/** What `add` is told before the kind's own words. */
interface Adding {
  name?: string;
  mac?: string;
  mtu?: number;
  kind?: string;
  rest: readonly string[];
}

function add(words: readonly string[], { network }: IpContext): IpResult {
  const adding = readAdd(words);
  const { name, kind } = adding;
  if (kind === undefined) return fail('Not enough information: "type" argument is required', 255);
  if (name === undefined) return fail('Not enough information: "dev" argument is required.', 255);
  if (!kinds.includes(kind)) return fail('Error: Unknown device type.', 2);
  const options = kindOptions(kind, adding.rest);
  if ('exit' in options) return options;
  const peerName = options.peer ?? `veth${network.links().length}`;
  const errno = network.addLink({
    name,
    kind: kind as LinkInfo['kind'],
    ...(adding.mac === undefined ? {} : { mac: adding.mac }),
    ...(adding.mtu === undefined ? {} : { mtu: adding.mtu }),
    ...(kind === 'veth' ? { peer: { ...network.ref, name: peerName } } : {}),
    // A device that this tool makes gets the usual queue; plugins over netlink leave it out.
    options: { ...options.options, ...(kind === 'veth' ? { txqlen: 1000 } : {}) },
  });
  return errno === undefined ? ok() : answers(errno);
}

function readAdd(words: readonly string[]): Adding {
  const adding: Adding = { rest: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'type') {
      adding.kind = words[i + 1] ?? '';
      return { ...adding, rest: words.slice(i + 2) };
    }
    if (word === 'name' || word === 'dev') adding.name = words[++i] ?? '';
    else if (word === 'address') adding.mac = words[++i] ?? '';
    else if (word === 'mtu') adding.mtu = Number(words[++i]);
    else if (word === 'link') i += 1;
    else adding.name ??= word;
  }
  return adding;
}

type KindOptions = { readonly peer?: string; readonly options: Record<string, string | number> };

function kindOptions(kind: string, words: readonly string[]): KindOptions | IpResult {
  const options: Record<string, string | number> = {};
  let peer: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (kind === 'veth' && word === 'peer') {
      if (words[i + 1] === 'name') i += 1;
      peer = words[++i] ?? '';
    } else if (kind === 'vxlan' && (word === 'id' || word === 'vni'))
      options['id'] = Number(words[++i]);
    else if (kind === 'vxlan' && word === 'dstport') options['port'] = Number(words[++i]);
    else if (kind === 'vxlan' && (word === 'local' || word === 'dev'))
      options[word] = words[++i] ?? '';
    else if (kind === 'vxlan' && word === 'nolearning') options['learning'] = 0;
    else if (kind === 'vxlan' && word === 'learning') options['learning'] = 1;
    else if ((kind === 'ipip' || kind === 'vxlan') && word === 'remote')
      options['remote'] = words[++i] ?? '';
    else if (kind === 'ipip' && word === 'local') options['local'] = words[++i] ?? '';
    else if (kind === 'bridge' || kind === 'ipip' || kind === 'vxlan' || kind === 'veth') {
      return notModelled(`link add type ${kind} ${word}`);
    } else return fail(`Garbage instead of arguments "${word} ...". Try "ip link help".`, 255);
  }
  if (kind === 'vxlan' && options['id'] === undefined)
    return fail('vxlan: missing virtual network identifier', 255);
  return { ...(peer === undefined ? {} : { peer }), options };
}
