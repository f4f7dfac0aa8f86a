import type { Counters, LinkInfo, LinkStatistics } from '../../network/api.ts';
import { detailsText, limitsText } from './link-details.ts';
import {
  flagsOf,
  fullName,
  hardware,
  linkType,
  netnsId,
  ownInet6,
  peerText,
  qdiscOf,
  queueOf,
  stateOf,
} from './link-text.ts';
import { json, noDevice, notModelled, ok, type IpContext, type IpResult } from './options.ts';

/** What `show` is narrowed to. */
interface Filter {
  readonly device?: string;
  readonly up?: boolean;
  readonly type?: string;
  readonly master?: string;
  readonly scope?: string;
  readonly to?: string;
}

/** `ip link show` and `ip addr show` with their filters. */
export function show(
  words: readonly string[],
  context: IpContext,
  what: 'link' | 'addr',
): IpResult {
  const filter = readFilter(words);
  if ('exit' in filter) return filter;
  const all = context.network.links();
  if (filter.device !== undefined && !all.some((link) => link.name === filter.device)) {
    return noDevice(filter.device);
  }
  if (filter.master !== undefined && !all.some((link) => link.name === filter.master)) {
    return noDevice(filter.master);
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

function readFilter(words: readonly string[]): Filter | IpResult {
  const filter: { -readonly [K in keyof Filter]: Filter[K] } = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'up') filter.up = true;
    else if (word === 'dev') filter.device = words[++i] ?? '';
    else if (word === 'type') filter.type = words[++i] ?? '';
    else if (word === 'master') filter.master = words[++i] ?? '';
    else if (word === 'scope') filter.scope = words[++i] ?? '';
    else if (word === 'to') filter.to = words[++i] ?? '';
    else if (
      ['label', 'group', 'vrf', 'primary', 'secondary', 'permanent', 'dynamic'].includes(word)
    ) {
      return notModelled(`show ${word}`);
    } else if (filter.device === undefined) filter.device = word;
    else
      return {
        stderr: `Error: either "dev" is duplicate, or "${word}" is a garbage.\n`,
        exit: 255,
      };
  }
  return filter;
}

const typeNames: Readonly<Record<string, LinkInfo['kind']>> = {
  bridge: 'bridge',
  veth: 'veth',
  dummy: 'dummy',
  vxlan: 'vxlan',
  ipip: 'ipip',
  wireguard: 'wireguard',
};

function wanted(link: LinkInfo, filter: Filter): boolean {
  if (filter.device !== undefined && link.name !== filter.device) return false;
  if (filter.up && !link.up) return false;
  if (filter.master !== undefined && link.master !== filter.master) return false;
  return filter.type === undefined || typeNames[filter.type] === link.kind;
}

/** Asking for a family, a scope or an address leaves out devices that have none such. */
function onlyWithAddress(filter: Filter, { options }: IpContext): boolean {
  const family = options.family === 'inet' || options.family === 'inet6';
  return family || filter.scope !== undefined || filter.to !== undefined;
}

interface Shown {
  readonly family: 'inet' | 'inet6';
  readonly address: string;
  readonly prefix: number;
  readonly scope: string;
  readonly broadcast?: string;
  readonly label?: string;
}

function addresses(link: LinkInfo, filter: Filter, context: IpContext): readonly Shown[] {
  const { family } = context.options;
  const set = link.addresses.map((each): Shown => ({
    ...each,
    family: each.address.includes(':') ? 'inet6' : 'inet',
  }));
  const own = ownInet6(link, context)
    .filter(({ address }) => !set.some((each) => each.address === address))
    .map((each): Shown => ({ ...each, family: 'inet6' }));
  return [
    ...set.filter((each) => each.family === 'inet'),
    ...set.filter((each) => each.family === 'inet6'),
    ...own,
  ]
    .filter((each) => family === undefined || family === each.family)
    .filter((each) => filter.scope === undefined || filter.scope === each.scope)
    .filter((each) => filter.to === undefined || filter.to.split('/')[0] === each.address);
}

function printLink(
  link: LinkInfo,
  all: readonly LinkInfo[],
  filter: Filter,
  context: IpContext,
  what: 'link' | 'addr',
): string {
  const { options } = context;
  if (options.brief) return briefLine(link, all, filter, context, what);
  const separator = options.oneline ? '\\' : '\n';
  const list = what === 'addr' ? addresses(link, filter, context) : [];
  if (what === 'addr' && options.oneline) {
    return list
      .map((each) => `${link.index}: ${link.name} ${addressText(link, each, separator)}`)
      .join('');
  }
  const peer = peerText(link, all, context);
  const short = what === 'addr' && (options.family === 'inet' || options.family === 'inet6');
  const head = headLine(link, all, context, what);
  const lines = [head + (short ? peer : `${separator}${hardwareLine(link, all, context)}`)];
  if (options.details && !short) lines.push(detailsText(link, all).replaceAll('\n', separator));
  let text = `${lines.join('')}\n`;
  if (options.oneline) text = `${lines.join('')}\n`;
  text += list.map((each) => addressText(link, each, separator)).join('');
  return options.stats ? text + statistics(context.network.statistics(link.name)) : text;
}

function headLine(
  link: LinkInfo,
  all: readonly LinkInfo[],
  context: IpContext,
  what: 'link' | 'addr',
): string {
  const queue = queueOf(link);
  return [
    `${link.index}: ${fullName(link, context)}: <${flagsOf(link, all).join(',')}>`,
    ` mtu ${link.mtu} qdisc ${qdiscOf(link)} `,
    link.master === undefined ? '' : `master ${link.master} `,
    `state ${stateOf(link, all)} `,
    what === 'link' ? 'mode DEFAULT ' : '',
    'group default ',
    queue > 0 ? `qlen ${queue}` : '',
  ].join('');
}

function hardwareLine(link: LinkInfo, all: readonly LinkInfo[], context: IpContext): string {
  const [address, broadcast] = hardware(link);
  const brd = broadcast === '' ? '' : ` brd ${broadcast}`;
  const limits = context.options.details ? limitsText(link) : '';
  return `    link/${linkType(link)} ${address}${brd}${peerText(link, all, context)}${limits}`;
}

function addressText(link: LinkInfo, each: Shown, separator: string): string {
  const broadcast = each.broadcast === undefined ? '' : `brd ${each.broadcast} `;
  const label = each.family === 'inet' ? (each.label ?? link.name) : '';
  const prefix = `${each.address}/${each.prefix} ${broadcast}`;
  const first = `    ${each.family} ${prefix}scope ${each.scope} ${label}`;
  const oneline = separator === '\\';
  const start = oneline ? first.replace(/^ {4}/, '   ') : first;
  return `${start}${separator}       valid_lft forever preferred_lft forever\n`;
}

function briefLine(
  link: LinkInfo,
  all: readonly LinkInfo[],
  filter: Filter,
  context: IpContext,
  what: 'link' | 'addr',
): string {
  const head = `${fullName(link, context).padEnd(16)} ${stateOf(link, all).padEnd(14)} `;
  if (what === 'link') {
    return `${head}${hardware(link)[0]} <${flagsOf(link, all).join(',')}> \n`;
  }
  const list = addresses(link, filter, context);
  return `${head}${list.map((each) => `${each.address}/${each.prefix} `).join('')}\n`;
}

/** The two blocks of `-s`. */
function statistics({ received, sent }: LinkStatistics): string {
  const row = ({ packets, bytes }: Counters) => {
    const cells = [bytes, packets, 0, 0, 0, 0];
    const widths = [10, 7, 6, 7, 7, 7];
    const columns = cells.map((cell, i) => `${String(cell).padStart(widths[i] as number)} `);
    return `    ${columns.join('')}\n`;
  };
  return (
    `    RX:  bytes packets errors dropped  missed   mcast           \n${row(received)}` +
    `    TX:  bytes packets errors dropped carrier collsns           \n${row(sent)}`
  );
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
    prefixlen: each.prefix,
    ...(each.broadcast === undefined ? {} : { broadcast: each.broadcast }),
    scope: each.scope,
    ...(each.family === 'inet' ? { label: each.label ?? link.name } : {}),
    valid_life_time: 4294967295,
    preferred_life_time: 4294967295,
  }));
  return {
    ifindex: link.index,
    ...(peer && id !== undefined ? { link_index: peer.index } : {}),
    ...(peer && id === undefined ? { link: peer.name } : {}),
    ifname: link.name,
    flags: flagsOf(link, all),
    mtu: link.mtu,
    qdisc: qdiscOf(link),
    ...(link.master === undefined ? {} : { master: link.master }),
    operstate: stateOf(link, all),
    ...(what === 'link' ? { linkmode: 'DEFAULT' } : {}),
    group: 'default',
    ...(queue > 0 ? { txqlen: queue } : {}),
    link_type: linkType(link),
    address,
    broadcast,
    ...(id === undefined ? {} : { link_netnsid: id }),
    ...(what === 'addr' ? { addr_info: list } : {}),
  };
}
