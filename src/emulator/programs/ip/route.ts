import { isInet6 } from '../../network/address6.ts';
import type { RouteInfo } from '../../network/api.ts';
import { help } from './help.ts';
import { get } from './route-get.ts';
import { changeRoute } from './route-change.ts';
import { covers, jsonRoute, printRoute, rangeOf, type RouteFilter } from './route-text.ts';
import {
  abbreviated,
  badArgument,
  badPrefix,
  cannotFind,
  denied,
  fail,
  incomplete,
  isPrefix,
  json,
  notModelled,
  ok,
  readWords,
  tableKey,
  tableNumber,
  type IpContext,
  type IpResult,
  type Words,
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
  if (command === 'help' || (rest.length === 0 && command !== 'flush')) return help('route');
  if (['test', 'save', 'restore', 'showdump'].includes(command)) {
    return notModelled(`route ${command}`);
  }
  return command === 'flush' ? flush(rest, context) : changeRoute(command, rest, context);
}

const kinds = [
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'anycast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
];

function readFilter(list: readonly string[], context: IpContext): RouteFilter | IpResult {
  const filter: RouteFilter = { table: 'main' };
  const words = readWords(list);
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
  filter: RouteFilter,
  { tables }: IpContext,
): IpResult | undefined {
  if (word === 'dev' || word === 'oif') filter.device = words.value();
  else if (word === 'proto' || word === 'protocol') filter.protocol = words.value();
  else if (word === 'via') filter.via = words.value();
  else if (word === 'src') filter.source = words.value();
  else if (word === 'scope') filter.scope = words.value();
  else if (word === 'type') filter.kind = words.value();
  else if (word === 'table') {
    const text = words.value();
    if (text === 'all' || text === 'cache') filter.table = text;
    else {
      const number = tableNumber(text, tables);
      if (number === undefined && !words.missing) {
        return badArgument(text, 'table id value is invalid\n');
      }
      filter.table = tableKey(number ?? 'main');
    }
  } else if (['metric', 'priority', 'preference'].includes(word)) {
    filter.metric = Number(words.value());
  } else if (kinds.includes(word)) filter.kind = word;
  else if (word === 'cache' || word === 'cached') filter.table = 'cache';
  else return readRange(word === 'to' ? words.value() : word, words, filter);
  return undefined;
}

function readRange(word: string, words: Words, filter: RouteFilter): IpResult | undefined {
  const named = ['match', 'root', 'exact'].find((each) => word !== '' && each.startsWith(word));
  const text = named === undefined ? word : words.value();
  if (words.missing) return undefined;
  if (text !== 'default' && text !== 'all' && text !== 'any' && !isPrefix(text)) {
    return badPrefix(text);
  }
  filter[(named ?? 'exact') as 'exact'] = text;
  return undefined;
}

function passes(each: RouteInfo, filter: RouteFilter): boolean {
  if (filter.device !== undefined && (each.device !== filter.device || each.nexthops)) return false;
  if (filter.protocol !== undefined && (each.protocol ?? 'boot') !== filter.protocol) return false;
  if (filter.metric !== undefined && (each.metric ?? 0) !== filter.metric) return false;
  if (filter.via !== undefined && each.via !== filter.via) return false;
  if (filter.source !== undefined && each.source !== filter.source) return false;
  if (filter.scope !== undefined && (each.scope ?? 'global') !== filter.scope) return false;
  if (filter.kind !== undefined && (each.kind ?? 'unicast') !== filter.kind) return false;
  const six = isInet6(each.destination);
  const own = rangeOf(each.destination);
  const range = (text: string | undefined) => {
    if (text === undefined || text === 'all' || text === 'any') return undefined;
    return rangeOf(text === 'default' && six ? '::/0' : text);
  };
  const [exact, match, root] = [filter.exact, filter.match, filter.root].map(range);
  if (exact && !(own && exact.prefix === own.prefix && covers(exact, own))) return false;
  if (match && !(own && covers(own, match))) return false;
  return !root || (own !== undefined && covers(root, own));
}

function tablesOf(filter: RouteFilter, family: 'inet' | 'inet6', { network }: IpContext) {
  if (filter.table !== 'all') {
    return network.routes(filter.table, family).map((each) => ({ ...each, table: filter.table }));
  }
  const of = (table: string) =>
    network.routes(table, family).map((each): RouteInfo => ({ ...each, table }));
  const main = of('main');
  const local = of('local');
  const others = network
    .routes('all', family)
    .filter(({ table = 'main' }) => table !== 'main' && table !== 'local');
  return [...others, ...main, ...local];
}

function show(words: readonly string[], context: IpContext): IpResult {
  const { options, network } = context;
  const filter = readFilter(words, context);
  if ('exit' in filter) return filter;
  if (filter.table === 'cache') return ok();
  const { device } = filter;
  if (device !== undefined && !network.links().some(({ name }) => name === device)) {
    return cannotFind(device);
  }
  const asked = [filter.exact, filter.match, filter.root].find((each) => each?.includes(':'));
  const family = options.family === 'inet6' || asked !== undefined ? 'inet6' : 'inet';
  const both = filter.table === 'all' && options.family === undefined && asked === undefined;
  const families: readonly ('inet' | 'inet6')[] = both ? ['inet', 'inet6'] : [family];
  const found = families.flatMap((each) =>
    tablesOf(filter, each, context).filter((one) => passes(one, filter)),
  );
  const known = ['main', 'local', 'default', 'all'].includes(filter.table);
  if (!known && network.routes(filter.table, family).length === 0) {
    const six = family === 'inet6' ? 'ipv6' : 'ipv4';
    return fail(`Error: ${six}: FIB table does not exist.\nDump terminated`, 2);
  }
  if (options.json)
    return ok(
      json(
        found.map((each) => jsonRoute(each, context)),
        options,
      ),
    );
  return ok(found.map((each) => `${printRoute(each, filter, context)}\n`).join(''));
}

function flush(words: readonly string[], context: IpContext): IpResult {
  const { network, options } = context;
  if (words.length === 0) return fail('"ip route flush" requires arguments.', 1);
  const filter = readFilter(words, context);
  if ('exit' in filter) return filter;
  if (!context.root) return denied;
  if (words[0] === 'cache' || filter.table === 'cache') return ok();
  const known = ['main', 'local', 'default', 'all'].includes(filter.table);
  if (!known && network.routes(filter.table).length === 0 && options.family !== 'inet6') {
    return fail('Error: ipv4: FIB table does not exist.\nFlush terminated', 2);
  }
  const family = options.family === 'inet6' ? 'inet6' : 'inet';
  for (const each of tablesOf(filter, family, context)) {
    if (passes(each, filter)) network.removeRoute(each);
  }
  return ok();
}
