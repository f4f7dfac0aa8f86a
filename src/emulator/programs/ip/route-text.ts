import { isInet6, parse6, parseCidr6 } from '../../network/address6.ts';
import { parseCidr, toNumber } from '../../network/address.ts';
import type { RouteInfo } from '../../network/api.ts';
import { tableName, type IpContext } from './options.ts';

/** Numbers that a route may have, in the order of the kernel's RTAX_ numbers. */
export const METRICS: readonly string[] = [
  'mtu',
  'window',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'initrwnd',
  'quickack',
];

/** What `show` and `flush` are narrowed to; what a filter names is not repeated in a line. */
export interface RouteFilter {
  device?: string;
  protocol?: string;
  via?: string;
  source?: string;
  scope?: string;
  kind?: string;
  metric?: number;
  table: string;
  match?: string;
  exact?: string;
  root?: string;
}

const NUMBERS = {
  protocol: { unspec: 0, redirect: 1, kernel: 2, boot: 3, static: 4, ra: 9, zebra: 11, bird: 12 },
  scope: { global: 0, link: 253, host: 254 },
} as const;

/** The destination as it is printed: single addresses without their length. */
export function destinationText({ destination }: RouteInfo): string {
  if (destination === '::/0' || destination === '0.0.0.0/0') return 'default';
  return destination.replace(isInet6(destination) ? /\/128$/ : /\/32$/, '');
}

interface Range {
  readonly bits: readonly number[];
  readonly prefix: number;
}

/** A prefix as numbers of 16 bits, for comparing; undefined for what is none. */
export function rangeOf(text: string): Range | undefined {
  if (isInet6(text)) {
    const six = parseCidr6(text);
    return six && { bits: six.network, prefix: six.prefix };
  }
  const four = parseCidr(text);
  if (!four) return undefined;
  return { bits: [four.network >>> 16, four.network & 0xffff], prefix: four.prefix };
}

/** Whether one prefix lies within another one. */
export function covers(outer: Range, inner: Range): boolean {
  if (outer.bits.length !== inner.bits.length || outer.prefix > inner.prefix) return false;
  return outer.bits.every((group, index) => {
    const bits = Math.max(0, Math.min(16, outer.prefix - index * 16));
    const mask = (0xffff << (16 - bits)) & 0xffff;
    return (group & mask) === ((inner.bits[index] ?? 0) & mask);
  });
}

/** A route as a line, or several where it has several next hops. */
export function printRoute(each: RouteInfo, filter: RouteFilter, context: IpContext): string {
  const { options, tables, network } = context;
  const kind = each.kind ?? 'unicast';
  const six = isInet6(each.destination);
  const shown = (text: string, hidden: boolean) => (hidden ? '' : text);
  const protocol = each.protocol ?? 'boot';
  const scope = each.scope ?? 'global';
  const special = six && ['blackhole', 'unreachable', 'prohibit', 'throw'].includes(kind);
  const device = each.device || (special ? 'lo' : '');
  const all = filter.table === 'all' && each.table !== undefined && each.table !== 'main';
  const numbered = (name: string, numbers: Readonly<Record<string, number>>) =>
    options.numeric ? (numbers[name] ?? name) : name;
  const line = [
    kind === 'unicast' && !options.details ? '' : `${kind} `,
    `${destinationText(each)} `,
    each.tos ? `tos 0x${each.tos.toString(16)} ` : '',
    each.via === undefined ? '' : shown(`via ${each.via} `, filter.via !== undefined),
    device === '' || each.nexthops ? '' : shown(`dev ${device} `, filter.device !== undefined),
    all ? `table ${tableName(each.table as string, tables)} ` : '',
    protocol === 'boot' && !options.details
      ? ''
      : shown(`proto ${numbered(protocol, NUMBERS.protocol)} `, filter.protocol !== undefined),
    (scope === 'global' || six) && !options.details
      ? ''
      : shown(
          `scope ${numbered(six ? 'global' : scope, NUMBERS.scope)} `,
          filter.scope !== undefined,
        ),
    each.source === undefined ? '' : shown(`src ${each.source} `, filter.source !== undefined),
    !six && (each.metric === undefined || each.metric === 0) ? '' : `metric ${each.metric ?? 0} `,
    each.onlink ? 'onlink ' : '',
    kind !== 'local' && isDown(device, network) ? 'linkdown ' : '',
    metricsText(each),
  ].join('');
  const separator = options.oneline ? '\\' : '\n';
  const hops = (each.nexthops ?? []).map(
    (hop) =>
      `${separator}\tnexthop ${hop.via === undefined ? '' : `via ${hop.via} `}dev ${hop.device} ` +
      `weight ${hop.weight ?? 1} ${hop.onlink ? 'onlink ' : ''}` +
      `${isDown(hop.device, network) ? 'linkdown ' : ''}`,
  );
  return `${line}${hops.join('')}${six ? 'pref medium' : ''}`;
}

/** The numbers of a route in the kernel's order, the MTU first. */
function metricsText({ mtu, metrics, locked = [] }: RouteInfo): string {
  const all: Readonly<Record<string, number>> = {
    ...(mtu === undefined ? {} : { mtu }),
    ...metrics,
  };
  return METRICS.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [`${name} ${locked.includes(name) ? 'lock ' : ''}${value} `];
  }).join('');
}

function isDown(device: string, network: IpContext['network']): boolean {
  if (device === '' || device === 'lo') return false;
  return network.links().some((link) => link.name === device && !network.hasCarrier(device));
}

/** A route as `-j` shows it. */
export function jsonRoute(each: RouteInfo, { options, tables }: IpContext) {
  const kind = each.kind ?? 'unicast';
  const six = isInet6(each.destination);
  const special = six && ['blackhole', 'unreachable', 'prohibit', 'throw'].includes(kind);
  const device = each.device || (special ? 'lo' : '');
  const protocol = each.protocol ?? 'boot';
  const scope = each.scope ?? 'global';
  return {
    ...(kind === 'unicast' && !options.details ? {} : { type: kind }),
    dst: destinationText(each),
    ...(each.tos ? { tos: `0x${each.tos.toString(16)}` } : {}),
    ...(each.via === undefined ? {} : { gateway: each.via }),
    ...(device === '' || each.nexthops ? {} : { dev: device }),
    ...(each.table === undefined || each.table === 'main' || each.table === 'local'
      ? {}
      : { table: tableName(each.table, tables) }),
    ...(protocol === 'boot' && !options.details ? {} : { protocol }),
    ...((scope === 'global' || six) && !options.details ? {} : { scope: six ? 'global' : scope }),
    ...(each.source === undefined ? {} : { prefsrc: each.source }),
    ...(!six && (each.metric === undefined || each.metric === 0) ? {} : { metric: each.metric }),
    flags: each.onlink ? ['onlink'] : [],
    ...metricsJson(each),
    ...(each.nexthops
      ? {
          nexthops: each.nexthops.map(({ via, device: dev, weight, onlink }) => ({
            ...(via === undefined ? {} : { gateway: via }),
            dev,
            weight: weight ?? 1,
            flags: onlink ? ['onlink'] : [],
          })),
        }
      : {}),
    ...(six ? { pref: 'medium' } : {}),
  };
}

function metricsJson({ mtu, metrics }: RouteInfo) {
  const all: Readonly<Record<string, number>> = {
    ...(mtu === undefined ? {} : { mtu }),
    ...metrics,
  };
  const names = METRICS.filter((name) => all[name] !== undefined);
  if (names.length === 0) return {};
  return { metrics: [{ ...Object.fromEntries(names.map((name) => [name, all[name]])) }] };
}

/** Whether a text is an address of either family. */
export const isHost = (text: string) =>
  isInet6(text) ? parse6(text) !== undefined : toNumber(text) !== undefined;
