import { toNumber, networkOf } from '../../network/address.ts';
import { isInet6 } from '../../network/address6.ts';
import type { LinkInfo } from '../../network/api.ts';
import { jsonStatistics, statistics } from './link-statistics.ts';
import { rangeOf, covers } from './route-text.ts';
import { detailsJson, detailsText, limitsText } from './link-details.ts';
import {
  flagsOf,
  fullName,
  groupOf,
  hardware,
  hasPeerEnd,
  inet6Of,
  linkType,
  netnsId,
  peerText,
  qdiscOf,
  queueOf,
  stateOf,
} from './link-text.ts';
import {
  badArgument,
  badPrefix,
  garbage,
  incomplete,
  isPrefix,
  json,
  noDevice,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

/** What `show` is narrowed to. */
interface Filter {
  device?: string;
  up?: boolean;
  type?: string;
  master?: string;
  free?: boolean;
  scope?: string;
  to?: string;
  label?: string;
  group?: string;
  /** `primary` or `secondary`, `permanent` or `dynamic`. */
  only?: string;
}

/** `ip link show` and `ip addr show` with their filters. */
export function show(
  words: readonly string[],
  context: IpContext,
  what: 'link' | 'addr',
): IpResult {
  const filter = readFilter(readWords(words), context);
  if ('exit' in filter) return filter;
  const all = context.network.links();
  if (filter.device !== undefined && !all.some((link) => link.name === filter.device)) {
    return noDevice(filter.device);
  }
  const links = [...all]
    .sort((a, b) => a.index - b.index)
    .filter((link) => wanted(link, filter))
    .filter(
      (link) =>
        what === 'link' ||
        addresses(link, filter, context).length > 0 ||
        !onlyWithAddress(filter, context),
    );
  const { options } = context;
  if (options.json) {
    return ok(
      json(
        links.map((link) => jsonLink(link, all, filter, context, what)),
        options,
      ),
    );
  }
  return ok(links.map((link) => printLink(link, all, filter, context, what)).join(''));
}

const SCOPES = ['global', 'link', 'host', 'site', 'nowhere'];

function readFilter(words: Words, context: IpContext): Filter | IpResult {
  const filter: Filter = {};
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const failed = readFilterWord(word, words, filter, context);
    if (words.missing) return incomplete;
    if (failed) return failed;
  }
  return filter;
}

function readFilterWord(
  word: string,
  words: Words,
  filter: Filter,
  { network }: IpContext,
): IpResult | undefined {
  if (word === 'up') filter.up = true;
  else if (word === 'type') filter.type = words.value();
  else if (word === 'master') {
    const name = words.value();
    if (!network.links().some((link) => link.name === name) && !words.missing) {
      return badArgument(name, 'Device does not exist\n');
    }
    filter.master = name;
  } else if (word === 'nomaster') filter.free = true;
  else if (word === 'scope') {
    const text = words.value();
    if (text !== 'all' && !SCOPES.includes(text) && !words.missing) {
      return badArgument(text, 'invalid "scope"\n');
    }
    if (text !== 'all') filter.scope = text;
  } else if (word === 'to') {
    const text = words.value();
    if (!isPrefix(text) && !words.missing) return badPrefix(text);
    filter.to = text;
  } else if (word === 'vrf') {
    const name = words.value();
    return words.missing ? undefined : badArgument(name, 'Not a valid VRF name\n');
  } else if (word === 'label') filter.label = words.value();
  else if (word === 'group') filter.group = words.value();
  else if (['primary', 'secondary', 'permanent', 'dynamic'].includes(word)) filter.only = word;
  else if (['deprecated', 'tentative', 'dadfailed', 'temporary'].includes(word)) {
    return notModelled(`show ${word}`);
  } else {
    const name = word === 'dev' ? words.value() : word;
    if (filter.device !== undefined) return garbage(name);
    filter.device = name;
  }
  return undefined;
}

const typeNames: Readonly<Record<string, LinkInfo['kind']>> = {
  bridge: 'bridge',
  veth: 'veth',
  dummy: 'dummy',
  vxlan: 'vxlan',
  ipip: 'ipip',
  sit: 'sit',
  gre: 'gre',
  gretap: 'gretap',
  wireguard: 'wireguard',
  macvlan: 'macvlan',
  ipvlan: 'ipvlan',
  vlan: 'vlan',
};

function wanted(link: LinkInfo, filter: Filter): boolean {
  if (filter.device !== undefined && link.name !== filter.device) return false;
  if (filter.up && !link.up) return false;
  if (filter.master !== undefined && link.master !== filter.master) return false;
  if (filter.free && link.master !== undefined) return false;
  if (filter.group !== undefined && groupOf(link) !== filter.group) return false;
  if (filter.type === 'bridge_slave') return link.master !== undefined;
  return filter.type === undefined || typeNames[filter.type] === link.kind;
}

/** Asking for a family, a scope or an address leaves out devices that have none such. */
function onlyWithAddress(filter: Filter, { options }: IpContext): boolean {
  const { scope, to, label, only } = filter;
  const family = options.family === 'inet' || options.family === 'inet6';
  const some = [scope, to, label].some((each) => each !== undefined);
  return family || some || only === 'secondary' || only === 'dynamic';
}

interface Shown {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly prefix: number;
  readonly scope: string;
  readonly broadcast?: string;
  readonly label?: string;
  readonly flags: readonly string[];
  readonly peer?: string;
  readonly metric?: number;
  readonly valid?: number;
  readonly preferred?: number;
  readonly since?: number;
}

function addresses(link: LinkInfo, filter: Filter, context: IpContext): readonly Shown[] {
  const { family } = context.options;
  const four = link.addresses.filter(({ address }) => !isInet6(address));
  const all = [
    ...four.map((each, index): Shown => {
      const second = four.slice(0, index).some((other) => sameNetwork(other, each));
      const timed = each.valid === undefined ? [] : ['dynamic'];
      const flags = [...(second ? ['secondary'] : []), ...timed, ...(each.flags ?? [])];
      return { ...each, family: 'inet', flags };
    }),
    ...inet6Of(link, context).map((each): Shown => ({
      ...each,
      family: 'inet6',
      flags: each.flags ?? [],
    })),
  ];
  return all
    .filter((each) => family === undefined || family === each.family)
    .filter((each) => filter.scope === undefined || filter.scope === each.scope)
    .filter((each) => filter.label === undefined || filter.label === (each.label ?? link.name))
    .filter((each) => filter.only !== 'secondary' || each.flags.includes('secondary'))
    .filter((each) => filter.only !== 'primary' || !each.flags.includes('secondary'))
    .filter((each) => filter.only !== 'dynamic' || each.flags.includes('dynamic'))
    .filter((each) => filter.only !== 'permanent' || !each.flags.includes('dynamic'))
    .filter((each) => filter.to === undefined || lies(each.address, filter.to));
}

type Placed = { readonly address: string; readonly prefix: number };

function sameNetwork(a: Placed, b: Placed): boolean {
  const [x, y] = [toNumber(a.address) ?? 0, toNumber(b.address) ?? 0];
  return a.prefix === b.prefix && networkOf(x, a.prefix) === networkOf(y, b.prefix);
}

function lies(address: string, to: string): boolean {
  const [outer, inner] = [rangeOf(to), rangeOf(address)];
  return outer !== undefined && inner !== undefined && covers(outer, inner);
}

function printLink(
  link: LinkInfo,
  all: readonly LinkInfo[],
  filter: Filter,
  context: IpContext,
  what: 'link' | 'addr',
): string {
  const { options } = context;
  if (options.brief) return briefLine(link, filter, context, what);
  const separator = options.oneline ? '\\' : '\n';
  const list = what === 'addr' ? addresses(link, filter, context) : [];
  if (what === 'addr' && options.oneline) {
    return list
      .map(
        (each) => `${link.index}: ${link.name} ${addressText(link, each, separator, context.now)}`,
      )
      .join('');
  }
  const peer = peerText(link, all, context);
  if (filter.label !== undefined) {
    return list.map((each) => addressText(link, each, separator, context.now)).join('');
  }
  const families = options.family === 'inet' || options.family === 'inet6';
  const short = what === 'addr' && (families || filter.to !== undefined);
  const head = headLine(link, context, what, filter.device !== undefined);
  const six = what === 'addr' && options.family === 'inet6' && filter.device === undefined;
  const lines = [
    head + (short ? (six ? '' : peer) : `${separator}${hardwareLine(link, all, context)}`),
  ];
  if (options.details && !short) lines.push(detailsText(link, all).replaceAll('\n', separator));
  const alias = link.options?.['alias'];
  if (typeof alias === 'string' && !short) lines.push(`${separator}    alias ${alias}`);
  let text = `${lines.join('')}\n`;
  text += list.map((each) => addressText(link, each, separator, context.now)).join('');
  if (options.stats === 0 || families) return text;
  return text + statistics(context.network.statistics(link.name), options.stats > 1);
}

function headLine(
  link: LinkInfo,
  context: IpContext,
  what: 'link' | 'addr',
  named: boolean,
): string {
  const queue = queueOf(link);
  // Over IPv6 the kernel tells less of a link.
  const six = what === 'addr' && context.options.family === 'inet6' && !named;
  return [
    `${link.index}: ${six ? link.name : fullName(link, context)}: `,
    `<${flagsOf(link, context).join(',')}>`,
    ` mtu ${link.mtu} `,
    six ? '' : `qdisc ${qdiscOf(link, context)} `,
    link.master === undefined ? '' : `master ${link.master} `,
    `state ${stateOf(link, context)} `,
    what === 'link' ? 'mode DEFAULT ' : '',
    six ? '' : `group ${groupOf(link)} `,
    queue > 0 ? `qlen ${queue}` : '',
  ].join('');
}

function hardwareLine(link: LinkInfo, all: readonly LinkInfo[], context: IpContext): string {
  const [address, broadcast] = hardware(link);
  const brd = broadcast === '' ? '' : ` ${hasPeerEnd(link) ? 'peer' : 'brd'} ${broadcast}`;
  const limits = context.options.details ? limitsText(link) : '';
  return `    link/${linkType(link)} ${address}${brd}${peerText(link, all, context)}${limits}`;
}

/** Seconds for which an address is still good, and preferred. */
function lifeOf({ valid, preferred, since = 0 }: Shown, now: number) {
  const gone = Math.floor((now - since) / 1_000_000);
  return [valid, preferred].map((left) =>
    left === undefined ? undefined : Math.max(0, left - gone),
  );
}

function addressText(link: LinkInfo, each: Shown, separator: string, now: number): string {
  const broadcast = each.broadcast === undefined ? '' : `brd ${each.broadcast} `;
  const label = each.family === 'inet' ? (each.label ?? link.name) : '';
  const flags = each.flags.map((flag) => `${flag} `).join('');
  const far = each.peer === undefined ? '' : ` peer ${each.peer}`;
  const metric = each.metric === undefined ? '' : `metric ${each.metric} `;
  const prefix = `${each.address}${far}/${each.prefix} ${metric}${broadcast}`;
  const first = `    ${each.family} ${prefix}scope ${each.scope} ${flags}${label}`;
  const oneline = separator === '\\';
  const start = oneline ? first.replace(/^ {4}/, '   ') : first;
  const [valid, preferred] = lifeOf(each, now).map((left) =>
    left === undefined ? 'forever' : `${left}sec`,
  );
  return `${start}${separator}       valid_lft ${valid} preferred_lft ${preferred}\n`;
}

function briefLine(
  link: LinkInfo,
  filter: Filter,
  context: IpContext,
  what: 'link' | 'addr',
): string {
  // Over IPv6 the kernel does not tell what is below.
  const six = what === 'addr' && context.options.family === 'inet6' && filter.device === undefined;
  const name = six ? link.name : fullName(link, context);
  const head = `${name.padEnd(16)} ${stateOf(link, context).padEnd(14)} `;
  if (what === 'link') {
    return `${head}${hardware(link)[0]} <${flagsOf(link, context).join(',')}> \n`;
  }
  const list = addresses(link, filter, context);
  return `${head}${list.map((each) => `${each.address}/${each.prefix} `).join('')}\n`;
}

function jsonLink(
  link: LinkInfo,
  all: readonly LinkInfo[],
  filter: Filter,
  context: IpContext,
  what: 'link' | 'addr',
) {
  const [address, broadcast] = hardware(link);
  const peer = link.peer;
  const id = netnsId(link, all, context);
  const queue = queueOf(link);
  const list = addresses(link, filter, context).map((each) => ({
    family: each.family,
    local: each.address,
    ...(each.peer === undefined ? {} : { address: each.peer }),
    prefixlen: each.prefix,
    ...(each.metric === undefined ? {} : { metric: each.metric }),
    ...(each.broadcast === undefined ? {} : { broadcast: each.broadcast }),
    scope: each.scope,
    ...Object.fromEntries(each.flags.map((flag) => [flag, true])),
    ...(each.family === 'inet' ? { label: each.label ?? link.name } : {}),
    valid_life_time: lifeOf(each, context.now)[0] ?? 4294967295,
    preferred_life_time: lifeOf(each, context.now)[1] ?? 4294967295,
  }));
  return {
    ifindex: link.index,
    ...(peer && id !== undefined ? { link_index: peer.index } : {}),
    ...(peer && id === undefined ? { link: peer.name } : {}),
    ...belowJson(link),
    ifname: link.name,
    flags: flagsOf(link, context),
    mtu: link.mtu,
    qdisc: qdiscOf(link, context),
    ...(link.master === undefined ? {} : { master: link.master }),
    operstate: stateOf(link, context),
    ...(what === 'link' ? { linkmode: 'DEFAULT' } : {}),
    group: groupOf(link),
    ...(queue > 0 ? { txqlen: queue } : {}),
    link_type: linkType(link),
    address,
    ...(hasPeerEnd(link) ? { link_pointtopoint: true } : {}),
    broadcast,
    ...(id === undefined ? {} : { link_netnsid: id }),
    ...(context.options.details ? detailsJson(link, all) : {}),
    ...(context.options.stats > 0 ? jsonStatistics(context.network.statistics(link.name)) : {}),
    ...(what === 'addr' ? { addr_info: list } : {}),
  };
}

/** What is behind the @ of a name, where it is no peer. */
function belowJson({ kind, lower, options }: LinkInfo) {
  if (lower) return { link: lower.name };
  const tunnel = ['ipip', 'sit', 'gre', 'gretap'].includes(kind);
  return tunnel ? { link: typeof options?.['dev'] === 'string' ? options['dev'] : null } : {};
}
