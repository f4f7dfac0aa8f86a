import { isInet6 } from '../../network/address6.ts';
import { normalDestination } from '../../network/route.ts';
import type { Nexthop, RouteInfo } from '../../network/api.ts';
import { isHost, METRICS } from './route-text.ts';
import {
  answers,
  badArgument,
  badPrefix,
  cannotFind,
  denied,
  fail,
  incomplete,
  isPrefix,
  notModelled,
  ok,
  plainPrefix,
  readWords,
  tableKey,
  tableNumber,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

type Made = { -readonly [K in keyof RouteInfo]: RouteInfo[K] };

const kinds = ['unicast', 'local', 'broadcast', 'blackhole', 'unreachable', 'prohibit', 'throw'];
const SPECIAL = ['blackhole', 'unreachable', 'prohibit', 'throw'];

/** `ip route add`, `append`, `prepend`, `replace`, `change` and `delete`. */
export function changeRoute(
  command: string,
  words: readonly string[],
  context: IpContext,
): IpResult {
  const read = readRoute(readWords(words), context);
  if ('exit' in read) return read;
  const wanted = read.route;
  const { network, root } = context;
  const names = [wanted.device, ...(wanted.nexthops ?? []).map(({ device }) => device)];
  for (const name of names) {
    if (name !== '' && !network.links().some((link) => link.name === name)) return cannotFind(name);
  }
  if (!root) return denied;
  const six = isInet6(wanted.destination);
  const partial = !six && !isWhole(wanted.destination);
  if (partial) return fail('Error: Invalid prefix for given prefix length.', 2);
  if (command === 'delete') return remove(wanted, context);
  const special = SPECIAL.includes(wanted.kind ?? '');
  if (!special && wanted.device === '' && wanted.via === undefined && !wanted.nexthops) {
    return answers('ENODEV');
  }
  const target = wanted.via !== undefined || wanted.nexthops || wanted.device !== '';
  if (!six && special && target) {
    const what = 'Gateway, device and multipath';
    return fail(`Error: ${what} can not be specified for this route type.`, 2);
  }
  if (six && wanted.via !== undefined && /^fe[89ab]/i.test(wanted.via) && wanted.device === '') {
    return fail('Error: Egress device not specified.', 2);
  }
  return add(command, wanted, six, context);
}

/** Whether no bit of an address is set beyond the prefix. */
function isWhole(destination: string): boolean {
  if (destination === 'default') return true;
  const [address] = destination.split('/');
  const normal = normalDestination(destination);
  return normal === undefined || normal === 'default' || normal.split('/')[0] === address;
}

function add(command: string, wanted: RouteInfo, six: boolean, context: IpContext): IpResult {
  const { network } = context;
  if (command === 'append' || command === 'prepend') {
    return refusal(network.addRoute(wanted, command), six);
  }
  if (command === 'replace' || command === 'change') {
    const same = (each: RouteInfo) =>
      normalDestination(each.destination) === normalDestination(wanted.destination) &&
      (each.metric ?? 0) === (wanted.metric ?? (six ? 1024 : 0));
    const before = network.routes(wanted.table ?? 'main', six ? 'inet6' : 'inet').find(same);
    if (command === 'change' && !before) return answers('ENOENT');
    if (before) network.removeRoute(before);
    const errno = network.addRoute(wanted);
    if (errno !== undefined && before) network.addRoute(before);
    return refusal(errno, six);
  }
  return refusal(network.addRoute(wanted), six);
}

function refusal(errno: string | undefined, six: boolean): IpResult {
  if (errno === undefined) return ok();
  if (errno === 'ENETUNREACH') {
    return six ? answers('EHOSTUNREACH') : fail('Error: Nexthop has invalid gateway.', 2);
  }
  if (errno === 'ENETDOWN') return fail('Error: Device for nexthop is not up.', 2);
  return errno === 'EINVAL'
    ? fail('Error: Invalid prefix for given prefix length.', 2)
    : answers(errno);
}

function remove(wanted: RouteInfo, { network }: IpContext): IpResult {
  const { device, nexthops: _hops, mtu: _mtu, onlink: _onlink, ...more } = wanted;
  const { metrics: _metrics, locked: _locked, ...rest } = more;
  const errno = network.removeRoute(device === '' ? rest : { ...rest, device });
  return errno === undefined ? ok() : answers('ESRCH');
}

function readRoute(words: Words, context: IpContext): { route: RouteInfo } | IpResult {
  const made: Made = { destination: '', device: '' };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const failed = readWord(word, words, made, context);
    if (words.missing) return incomplete;
    if (failed) return failed;
  }
  const six =
    context.options.family === 'inet6' || isInet6(made.via ?? made.nexthops?.[0]?.via ?? '');
  if (six && (made.destination === 'default' || made.destination === '')) {
    made.destination = '::/0';
  }
  return { route: made };
}

function readWord(
  word: string,
  words: Words,
  made: Made,
  context: IpContext,
): IpResult | undefined {
  if (word === 'dev' || word === 'oif') made.device = words.value();
  else if (word === 'via') return readVia(words, made);
  else if (word === 'src') made.source = words.value();
  else if (word === 'proto' || word === 'protocol') {
    const text = words.value();
    if (!words.missing && !isProtocol(text)) {
      return badArgument(text, '"protocol" value is invalid\n');
    }
    made.protocol = text;
  } else if (word === 'scope') {
    const text = words.value();
    if (!words.missing && !/^(global|link|host|site|nowhere|\d+)$/.test(text)) {
      return badArgument(text, 'invalid "scope" value\n');
    }
    made.scope = text as 'link';
  } else if (['metric', 'priority', 'preference'].includes(word)) {
    const text = words.value();
    if (!/^\d+$/.test(text)) return badArgument(text, '"metric" value is invalid\n');
    made.metric = Number(text);
  } else if (METRICS.includes(word)) return readMetric(word, words, made);
  else if (word === 'tos' || word === 'dsfield') {
    const text = words.value();
    if (!/^(0x)?[0-9a-f]+$/i.test(text)) return badArgument(text, '"tos" value is invalid\n');
    made.tos = Number.parseInt(text, 16);
  } else if (word === 'pref') {
    const text = words.value();
    if (!['low', 'medium', 'high'].includes(text) && !words.missing) {
      return badArgument(text, '"pref" value is invalid\n');
    }
  } else if (word === 'table') {
    const text = words.value();
    const number = tableNumber(text, context.tables);
    if (number === undefined) {
      return words.missing ? undefined : badArgument(text, '"table" value is invalid\n');
    }
    if (tableKey(number) !== 'main') made.table = tableKey(number);
  } else if (word === 'onlink') made.onlink = true;
  else if (word === 'nexthop') return readHops(words, made);
  else if (kinds.includes(word)) made.kind = word as 'unicast';
  else if (['encap', 'nhid', 'realms', 'rtt', 'rttvar', 'features', 'rto_min'].includes(word)) {
    return notModelled(`route ${word}`);
  } else return readDestination(word === 'to' ? words.value() : word, words, made);
  return undefined;
}

const PROTOCOLS =
  'kernel boot static redirect gated ra mrt zebra bird dnrouted xorp ntk dhcp keepalived babel ' +
  'openr bgp isis ospf rip eigrp unspec';
const isProtocol = (text: string) => /^\d+$/.test(text) || PROTOCOLS.split(' ').includes(text);

function readMetric(word: string, words: Words, made: Made): IpResult | undefined {
  const locked = words.peek() === 'lock';
  if (locked) words.next();
  const text = words.value();
  if (words.missing) return undefined;
  if (!/^\d+$/.test(text)) return badArgument(text, `"${word}" value is invalid\n`);
  if (word === 'mtu') made.mtu = Number(text);
  else made.metrics = { ...made.metrics, [word]: Number(text) };
  if (locked) made.locked = [...(made.locked ?? []), word];
  return undefined;
}

function readVia(words: Words, made: Made): IpResult | undefined {
  const family = words.peek();
  if (family === 'inet' || family === 'inet6') words.next();
  const text = words.value();
  if (!isHost(text) && !words.missing) {
    return fail(`Error: inet address is expected rather than "${text}".`, 1);
  }
  made.via = text;
  return undefined;
}

function readDestination(text: string, words: Words, made: Made): IpResult | undefined {
  if (words.missing) return undefined;
  if (made.destination !== '') {
    return fail(`Error: either "to" is duplicate, or "${text}" is a garbage.`, 255);
  }
  if (text !== 'default' && text !== 'all' && text !== 'any' && !isPrefix(text)) {
    return badPrefix(text);
  }
  made.destination = text === 'all' || text === 'any' ? 'default' : plainPrefix(text);
  return undefined;
}

/** `nexthop via … dev … weight …`, until the end. */
function readHops(words: Words, made: Made): IpResult | undefined {
  const hops: { -readonly [K in keyof Nexthop]: Nexthop[K] }[] = [{ device: '' }];
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const hop = hops.at(-1) as (typeof hops)[number];
    if (word === 'nexthop') hops.push({ device: '' });
    else if (word === 'via') {
      const text = words.value();
      if (!isHost(text) && !words.missing) {
        return fail(`Error: inet address is expected rather than "${text}".`, 1);
      }
      hop.via = text;
    } else if (word === 'dev') hop.device = words.value();
    else if (word === 'weight') {
      const text = words.value();
      if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 256) {
        return badArgument(text, '"weight" is invalid\n');
      }
      hop.weight = Number(text);
    } else if (word === 'onlink') hop.onlink = true;
    else return fail('Error: "nexthop" or end of line is expected instead of "' + word + '"', 255);
  }
  made.nexthops = hops;
  return undefined;
}
