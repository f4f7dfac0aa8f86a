import { parseCidr, toNumber } from '../../network/address.ts';
import type { RouteInfo } from '../../network/api.ts';
import { inet6Routes } from './route6.ts';
import {
  abbreviated,
  answers,
  cannotFind,
  denied,
  fail,
  json,
  notModelled,
  ok,
  type IpContext,
  type IpResult,
} from './options.ts';

const commands = [
  'list',
  'lst',
  'show',
  'get',
  'add',
  'change',
  'replace',
  'prepend',
  'append',
  'test',
  'delete',
  'flush',
  'save',
  'restore',
  'showdump',
  'help',
];

/** `ip route …`. */
export function route(words: readonly string[], context: IpContext): IpResult {
  const [first, ...rest] = words;
  if (first === undefined) return show([], context);
  const command = abbreviated(first, commands);
  if (command === 'list' || command === 'lst' || command === 'show') return show(rest, context);
  if (command === 'get') return get(rest, context);
  if (command === undefined)
    return fail(`Command "${first}" is unknown, try "ip route help".`, 255);
  if (!['add', 'append', 'replace', 'change', 'delete', 'flush'].includes(command))
    return notModelled(`route ${command}`);
  if (!context.root) return denied;
  return command === 'flush' ? flush(rest, context) : modify(command, rest, context);
}

/** What `show` and `flush` are narrowed to. */
interface Filter {
  device?: string;
  protocol?: string;
  via?: string;
  source?: string;
  scope?: string;
  kind?: string;
  table: string;
  match?: string;
  exact?: string;
  root?: string;
}

const kinds = ['unicast', 'local', 'broadcast', 'blackhole', 'unreachable', 'prohibit'];

function readFilter(words: readonly string[]): Filter {
  const filter: Filter = { table: 'main' };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const argument = () => words[++i] ?? '';
    if (word === 'dev' || word === 'oif') filter.device = argument();
    else if (word === 'proto' || word === 'protocol') filter.protocol = argument();
    else if (word === 'via') filter.via = argument();
    else if (word === 'src') filter.source = argument();
    else if (word === 'scope') filter.scope = argument();
    else if (word === 'type') filter.kind = argument();
    else if (word === 'table') filter.table = argument();
    else if (word === 'match') filter.match = argument();
    else if (word === 'root') filter.root = argument();
    else if (word === 'exact' || word === 'to') filter.exact = argument();
    else if (kinds.includes(word)) filter.kind = word;
    else filter.exact = word;
  }
  if (filter.table === '254') filter.table = 'main';
  if (filter.table === '255') filter.table = 'local';
  return filter;
}

const network = (destination: string) =>
  destination === 'default' || destination === 'all'
    ? { address: 0, prefix: 0 }
    : cidr(destination.includes('/') ? destination : `${destination}/32`);

function cidr(text: string): { address: number; prefix: number } | undefined {
  const [head = '', tail = '32'] = text.split('/');
  const address = toNumber(head);
  return address === undefined || !/^\d+$/.test(tail)
    ? undefined
    : { address, prefix: Number(tail) };
}

function covers(
  outer: { address: number; prefix: number },
  inner: { address: number; prefix: number },
): boolean {
  if (outer.prefix > inner.prefix) return false;
  const shift = 2 ** (32 - outer.prefix);
  return Math.floor(outer.address / shift) === Math.floor(inner.address / shift);
}

function passes(each: RouteInfo, filter: Filter): boolean {
  if (filter.device !== undefined && each.device !== filter.device) return false;
  if (filter.protocol !== undefined && (each.protocol ?? 'boot') !== filter.protocol) return false;
  if (filter.via !== undefined && each.via !== filter.via) return false;
  if (filter.source !== undefined && each.source !== filter.source) return false;
  if (filter.scope !== undefined && (each.scope ?? 'global') !== filter.scope) return false;
  if (filter.kind !== undefined && (each.kind ?? 'unicast') !== filter.kind) return false;
  const own = network(each.destination);
  if (!own) return filter.exact === undefined && filter.match === undefined;
  const exact =
    filter.exact === undefined || filter.exact === 'all' ? undefined : network(filter.exact);
  if (exact && (exact.address !== own.address || exact.prefix !== own.prefix)) return false;
  const match = filter.match === undefined ? undefined : network(filter.match);
  if (match && !covers(own, match)) return false;
  const root = filter.root === undefined ? undefined : network(filter.root);
  return !root || covers(root, own);
}

/** In the order of the kernel's trie: by address, longer prefixes first, then by metric. */
function inOrder(list: readonly RouteInfo[]): readonly RouteInfo[] {
  const key = (each: RouteInfo) => network(each.destination) ?? { address: 0, prefix: 0 };
  return [...list].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x.address - y.address || x.prefix - y.prefix || (a.metric ?? 0) - (b.metric ?? 0);
  });
}

function show(words: readonly string[], context: IpContext): IpResult {
  const { options } = context;
  const filter = readFilter(words);
  const six = () =>
    inet6Routes(context, filter.table)
      .map((line) => `${line}\n`)
      .join('');
  if (options.family === 'inet6') return ok(options.json ? json([], options) : six());
  if (
    filter.device !== undefined &&
    !context.network.links().some(({ name }) => name === filter.device)
  ) {
    return cannotFind(filter.device);
  }
  const tables = filter.table === 'all' ? ['main', 'local'] : [filter.table];
  const found = tables.flatMap((table) =>
    inOrder(context.network.routes(table))
      .filter((each) => passes(each, filter))
      .map((each) => ({ ...each, table })),
  );
  const noTable = tables.length === 1 && !['main', 'local', 'default'].includes(filter.table);
  if (noTable && found.length === 0) {
    return fail('Error: ipv4: FIB table does not exist.\nDump terminated', 2);
  }
  if (options.json)
    return ok(
      json(
        found.map((each) => jsonRoute(each, context)),
        options,
      ),
    );
  const lines = found.map((each) => `${printRoute(each, filter, context)}\n`).join('');
  return ok(filter.table === 'all' && options.family === undefined ? lines + six() : lines);
}

/** A route as a line; what the filter names is not repeated. */
function printRoute(each: RouteInfo, filter: Filter, context: IpContext): string {
  const kind = each.kind ?? 'unicast';
  const shown = (text: string, hidden: boolean) => (hidden ? '' : text);
  const linkdown =
    each.device !== '' &&
    context.network.links().some((link) => link.name === each.device && !link.up);
  return [
    kind === 'unicast' ? '' : `${kind} `,
    `${each.destination.replace(/\/32$/, '')} `,
    each.via === undefined ? '' : shown(`via ${each.via} `, filter.via !== undefined),
    each.device === '' ? '' : shown(`dev ${each.device} `, filter.device !== undefined),
    filter.table === 'all' && each.table === 'local' ? 'table local ' : '',
    each.protocol === undefined || each.protocol === 'boot'
      ? ''
      : shown(`proto ${each.protocol} `, filter.protocol !== undefined),
    each.scope === undefined || each.scope === 'global'
      ? ''
      : shown(`scope ${each.scope} `, filter.scope !== undefined),
    each.source === undefined ? '' : shown(`src ${each.source} `, filter.source !== undefined),
    each.metric === undefined || each.metric === 0 ? '' : `metric ${each.metric} `,
    each.onlink ? 'onlink ' : '',
    linkdown ? 'linkdown ' : '',
  ].join('');
}

function jsonRoute(each: RouteInfo, context: IpContext) {
  const kind = each.kind ?? 'unicast';
  return {
    ...(kind === 'unicast' ? {} : { type: kind }),
    dst: each.destination.replace(/\/32$/, ''),
    ...(each.via === undefined ? {} : { gateway: each.via }),
    ...(each.device === '' ? {} : { dev: each.device }),
    ...(each.protocol === undefined || each.protocol === 'boot'
      ? context.options.details
        ? { protocol: 'boot' }
        : {}
      : { protocol: each.protocol }),
    ...(each.scope === undefined || each.scope === 'global' ? {} : { scope: each.scope }),
    ...(each.source === undefined ? {} : { prefsrc: each.source }),
    ...(each.metric === undefined || each.metric === 0 ? {} : { metric: each.metric }),
    flags: each.onlink ? ['onlink'] : [],
  };
}

function get(words: readonly string[], context: IpContext): IpResult {
  let to: string | undefined;
  let from: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'from') from = words[++i];
    else if (word === 'to') to = words[++i];
    else if (['iif', 'oif', 'mark', 'uid', 'tos', 'fibmatch'].includes(word))
      return notModelled(`route get ${word}`);
    else to ??= word;
  }
  if (to === undefined) return fail('need at least a destination address', 255);
  const address = to.split('/')[0] as string;
  if (toNumber(address) === undefined) {
    return fail(`Error: any valid prefix is expected rather than "${to}".`, 1);
  }
  const found = context.network.routeTo(address, from);
  if (!found) return answers('ENETUNREACH');
  if (found.kind === 'blackhole') return answers('EINVAL');
  if (found.kind === 'unreachable') return answers('EHOSTUNREACH');
  if (found.kind === 'prohibit') return answers('EACCES');
  return ok(printGot(address, from, found, context));
}

function printGot(
  to: string,
  from: string | undefined,
  found: RouteInfo,
  context: IpContext,
): string {
  const local = found.kind === 'local';
  const source = found.source ?? (local ? to : undefined);
  const tunnel = context.network
    .links()
    .find(({ name, kind }) => name === found.device && kind === 'ipip');
  const line = [
    found.kind === 'local' || found.kind === 'broadcast' ? `${found.kind} ` : '',
    `${to} `,
    from === undefined ? '' : `from ${from} `,
    found.via === undefined ? '' : `via ${found.via} `,
    `dev ${local ? 'lo' : found.device} `,
    source === undefined || from !== undefined ? '' : `src ${source} `,
    'uid 0 ',
  ].join('');
  const cache = [
    local ? ' <local>' : '',
    found.kind === 'broadcast' ? ' <local,brd>' : '',
    tunnel ? ` mtu ${tunnel.mtu}` : '',
  ];
  return `${line}\n    cache${cache.join('')} \n`;
}

function readRoute(words: readonly string[]): { route: RouteInfo } | IpResult {
  const made: { -readonly [K in keyof RouteInfo]: RouteInfo[K] } = { destination: '', device: '' };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const argument = () => words[++i] ?? '';
    if (word === 'dev' || word === 'oif') made.device = argument();
    else if (word === 'via') {
      made.via = argument();
      if (toNumber(made.via) === undefined)
        return fail(`Error: inet address is expected rather than "${made.via}".`, 1);
    } else if (word === 'src') made.source = argument();
    else if (word === 'proto' || word === 'protocol')
      made.protocol = argument() as NonNullable<RouteInfo['protocol']>;
    else if (word === 'scope') made.scope = argument() as NonNullable<RouteInfo['scope']>;
    else if (word === 'metric' || word === 'preference') made.metric = Number(argument());
    else if (word === 'table') made.table = argument();
    else if (word === 'onlink') made.onlink = true;
    else if (kinds.includes(word)) made.kind = word as NonNullable<RouteInfo['kind']>;
    else if (['mtu', 'nexthop', 'advmss', 'window', 'rtt', 'encap', 'nhid'].includes(word))
      return notModelled(`route ${word}`);
    else {
      const text = word === 'to' ? argument() : word;
      if (made.destination !== '')
        return fail(`Error: either "to" is duplicate, or "${text}" is a garbage.`, 255);
      if (text !== 'default' && !parseCidr(text.includes('/') ? text : `${text}/32`)) {
        return fail(`Error: any valid prefix is expected rather than "${text}".`, 1);
      }
      made.destination = text;
    }
  }
  if (made.table === '254') made.table = 'main';
  return { route: made };
}

function modify(
  command: string,
  words: readonly string[],
  { network: config }: IpContext,
): IpResult {
  const read = readRoute(words);
  if ('exit' in read) return read;
  const wanted = read.route;
  if (wanted.device !== '' && !config.links().some(({ name }) => name === wanted.device)) {
    return cannotFind(wanted.device);
  }
  if (command === 'delete') {
    const { device, ...rest } = wanted;
    const errno = config.removeRoute(device === '' ? rest : wanted);
    return errno === undefined ? ok() : answers('ESRCH');
  }
  if (
    wanted.device === '' &&
    wanted.via === undefined &&
    (wanted.kind ?? 'unicast') === 'unicast'
  ) {
    return answers('ENODEV');
  }
  if (command !== 'add' && command !== 'append')
    config.removeRoute({
      destination: wanted.destination,
      ...(wanted.table ? { table: wanted.table } : {}),
    });
  const errno = config.addRoute(wanted);
  if (errno === undefined) return ok();
  if (errno === 'ENETUNREACH') return fail('Error: Nexthop has invalid gateway.', 2);
  if (errno === 'ENETDOWN') return fail('Error: Device for nexthop is not up.', 2);
  return errno === 'EINVAL'
    ? fail('Error: Invalid prefix for given prefix length.', 2)
    : answers(errno);
}

function flush(words: readonly string[], { network: config }: IpContext): IpResult {
  if (words.length === 0) return fail('"ip route flush" requires arguments.', 255);
  if (words[0] === 'cache') return ok();
  const filter = readFilter(words);
  for (const each of config.routes(filter.table)) {
    if (passes(each, filter)) config.removeRoute({ ...each, table: filter.table });
  }
  return ok();
}
