import { isInet6 } from '../../network/address6.ts';
import type { RouteInfo } from '../../network/api.ts';
import { isLocalSource } from './route-source.ts';
import { covers, destinationText, isHost, printRoute, rangeOf } from './route-text.ts';
import {
  answers,
  badArgument,
  badPrefix,
  cannotFind,
  fail,
  incomplete,
  json,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
} from './options.ts';

interface Asked {
  to?: string;
  from?: string;
  output?: string;
  input?: string;
  /** As it was written: the kernel's tool prints it so. */
  mark?: string;
  uid: string;
  match: boolean;
  protocol?: 'tcp' | 'udp' | 'icmp';
  sourcePort?: number;
  destinationPort?: number;
  warning?: string;
}

/** `ip route get`: the way that a packet to an address would take. */
export function get(list: readonly string[], context: IpContext): IpResult {
  const asked = readAsked(list);
  if ('exit' in asked) return asked;
  const result = answer(asked, context);
  const stderr = `${asked.warning ?? ''}${result.stderr ?? ''}`;
  return stderr === '' ? result : { ...result, stderr };
}

function answer(asked: Asked, context: IpContext): IpResult {
  const { from, output, input, mark } = asked;
  // Nobody's address stands for this machine.
  const to = asked.to;
  if (to === undefined) return fail('need at least a destination address', 1);
  const { network, options } = context;
  for (const name of [output, input]) {
    if (name !== undefined && !network.links().some((link) => link.name === name)) {
      return cannotFind(name);
    }
  }
  if (input !== undefined) {
    if (from === undefined) return answers('EINVAL');
    const on = isInet6(to) ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward';
    const local = network.routeTo(to, undefined, { input })?.kind === 'local';
    if (!local && network.sysctl(on) === '0') return answers('EHOSTUNREACH');
  } else if (from !== undefined && !isLocalSource(network, from)) return answers('ENETUNREACH');
  const flow = {
    ...(mark === undefined ? {} : { mark: Number(mark) }),
    ...(output === undefined ? {} : { output }),
    ...(input === undefined ? {} : { input }),
    ...(asked.protocol === undefined ? {} : { protocol: asked.protocol }),
    ...(asked.sourcePort === undefined ? {} : { sourcePort: asked.sourcePort }),
    ...(asked.destinationPort === undefined ? {} : { destinationPort: asked.destinationPort }),
  };
  const found =
    nowhere(to, context) ?? network.routeTo(to, from, flow) ?? onLink(to, output, context);
  if (!found) return answers('ENETUNREACH');
  if (found.kind === 'blackhole') return answers('EINVAL');
  if (found.kind === 'unreachable') return answers('EHOSTUNREACH');
  if (found.kind === 'prohibit') return answers('EACCES');
  if (asked.match) return ok(matched(to, found, context));
  if (options.json) return ok(json([jsonGot(to, asked, found)], options));
  return ok(
    isInet6(to) ? printGot6(to, asked, found) : printGot(to, asked, found, isSplit(context)),
  );
}

/** 0.0.0.0 is this machine itself. */
const nowhere = (to: string, { network }: IpContext): RouteInfo | undefined =>
  to === '0.0.0.0' && network.links().some(({ kind, up }) => kind === 'loopback' && up)
    ? { destination: to, device: 'lo', source: '127.0.0.1', kind: 'local', table: 'local' }
    : undefined;

/** Without a route, all is thought to be on the device that was named. */
function onLink(
  to: string,
  device: string | undefined,
  { network }: IpContext,
): RouteInfo | undefined {
  if (device === undefined || isInet6(to)) return undefined;
  const own = network
    .links()
    .find(({ name }) => name === device)
    ?.addresses.find(({ address, scope }) => !isInet6(address) && scope === 'global');
  return { destination: to, device, ...(own ? { source: own.address } : {}) };
}

/** With rules of one's own the table of local addresses is no longer a part of the main one. */
function isSplit({ network }: IpContext): boolean {
  const rules = network.rules('inet');
  return rules.length !== 3 || rules.some(({ priority }) => ![0, 32766, 32767].includes(priority));
}

function readAsked(list: readonly string[]): Asked | IpResult {
  const asked: Asked = { uid: '0', match: false };
  const words = readWords(list);
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'fibmatch') asked.match = true;
    else if (word === 'from') asked.from = words.value();
    else if (word === 'oif' || word === 'dev') asked.output = words.value();
    else if (word === 'iif') asked.input = words.value();
    else if (word === 'mark') {
      const text = words.value();
      if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) return badArgument(text, 'Invalid mark value');
      asked.mark = text.startsWith('0x') ? text : Number(text) === 0 ? '0' : text;
    } else if (word === 'uid') asked.uid = words.value();
    else if (word === 'ipproto') {
      const name = { 1: 'icmp', 6: 'tcp', 17: 'udp' }[words.peek() ?? ''] ?? words.peek() ?? '';
      if (!['icmp', 'tcp', 'udp'].includes(name) && words.peek() !== undefined) {
        return badArgument(words.value(), 'Invalid "ipproto" value\n');
      }
      words.value();
      asked.protocol = name as 'tcp';
    } else if (word === 'sport') asked.sourcePort = Number(words.value());
    else if (word === 'dport') asked.destinationPort = Number(words.value());
    else if (word === 'tos' || word === 'dsfield') words.value();
    else if (word === 'vrf') return notModelled(`route get ${word}`);
    else {
      const text = word === 'to' ? words.value() : word;
      const address = text.split('/')[0] as string;
      if (!isHost(address) && !words.missing) return badPrefix(text);
      asked.to ??= address;
      const [, length] = text.split('/');
      const whole = isInet6(address) ? '128' : '32';
      if (length !== undefined && length !== whole) {
        const why = `only /${whole} (or none) is supported`;
        asked.warning = `Warning: /${length} as prefix is invalid, ${why}.\n`;
      }
    }
    if (words.missing) return incomplete;
  }
  return asked;
}

/** The route itself, not the way by it. */
function matched(to: string, found: RouteInfo, context: IpContext): string {
  const routes = context.network.routes('all', isInet6(to) ? 'inet6' : 'inet');
  const wanted = rangeOf(to);
  const holding = routes.filter((each) => {
    const range = rangeOf(each.destination);
    const same = (each.table ?? 'main') === (found.table ?? 'main');
    return same && range !== undefined && wanted !== undefined && covers(range, wanted);
  });
  const length = (each: RouteInfo) => rangeOf(each.destination)?.prefix ?? 0;
  const [route] = holding.toSorted((a, b) => length(b) - length(a));
  return `${printRoute(route ?? found, { table: 'main' }, context)}\n`;
}

const markText = (mark: string | undefined) =>
  mark === undefined || Number(mark) === 0 ? '' : `mark ${mark} `;

function printGot(to: string, asked: Asked, found: RouteInfo, split: boolean): string {
  const kind = found.kind ?? 'unicast';
  const source = found.source ?? (kind === 'local' ? to : undefined);
  const line = [
    kind === 'unicast' ? '' : `${kind} `,
    `${to} `,
    asked.from === undefined ? '' : `from ${asked.from} `,
    found.via === undefined ? '' : `via ${found.via} `,
    `dev ${found.device} `,
    found.table === undefined ||
    found.table === 'main' ||
    (found.table === 'local' && !split) ||
    to === '0.0.0.0'
      ? ''
      : `table ${found.table} `,
    source === undefined || asked.from !== undefined ? '' : `src ${source} `,
    markText(asked.mark),
    asked.input === undefined ? `uid ${asked.uid} ` : '',
  ].join('');
  const flags: Readonly<Record<string, string>> = {
    local: '<local> ',
    broadcast: '<local,brd> ',
    multicast: '<local,mc> ',
  };
  const cache = [
    flags[kind] ?? '',
    found.expires === undefined ? '' : `expires ${found.expires}sec `,
    found.mtu === undefined ? '' : `mtu ${found.mtu} `,
    asked.input === undefined ? '' : `iif ${asked.input} `,
  ];
  return `${line}\n    cache ${cache.join('')}\n`;
}

function printGot6(to: string, asked: Asked, found: RouteInfo): string {
  const local = found.kind === 'local';
  const protocol = found.protocol ?? 'boot';
  return [
    local ? 'local ' : '',
    `${to} `,
    `from ${asked.from ?? '::'} `,
    found.via === undefined ? '' : `via ${found.via} `,
    `dev ${found.device} `,
    local ? 'table local ' : '',
    protocol === 'boot' ? '' : `proto ${protocol} `,
    asked.from === undefined ? `src ${found.source ?? to} ` : '',
    markText(asked.mark),
    `metric ${found.metric ?? 0} `,
    found.expires === undefined ? '' : `expires ${found.expires}sec `,
    found.mtu === undefined ? '' : `mtu ${found.mtu} `,
    'pref medium\n',
  ].join('');
}

function jsonGot(to: string, asked: Asked, found: RouteInfo) {
  const kind = found.kind ?? 'unicast';
  const six = isInet6(to);
  return {
    ...(kind === 'unicast' ? {} : { type: kind }),
    dst: destinationText({ ...found, destination: to }),
    ...(asked.from === undefined ? (six ? { from: '::' } : {}) : { from: asked.from }),
    ...(found.via === undefined ? {} : { gateway: found.via }),
    dev: found.device,
    ...(six && found.protocol !== 'boot' ? { protocol: found.protocol } : {}),
    ...(asked.from === undefined ? { prefsrc: found.source } : {}),
    ...(six ? { metric: found.metric ?? 0 } : {}),
    flags: [],
    ...(six ? { pref: 'medium' } : { uid: Number(asked.uid), cache: cacheOf(kind) }),
  };
}

const cacheOf = (kind: string) =>
  kind === 'local' ? ['local'] : kind === 'broadcast' ? ['local', 'brd'] : [];
