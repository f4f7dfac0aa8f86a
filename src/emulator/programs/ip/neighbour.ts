import { isInet6 } from '../../network/address6.ts';
import type { NeighbourInfo } from '../../network/api.ts';
import { holds } from '../../network/policy-rule.ts';
import { help } from './help.ts';
import {
  abbreviated,
  answers,
  badArgument,
  badPrefix,
  cannotFind,
  denied,
  fail,
  incomplete,
  isAddress,
  isPrefix,
  json,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
} from './options.ts';

const commands = [
  'add',
  'change',
  'replace',
  'delete',
  'get',
  'show',
  'list',
  'lst',
  'flush',
  'help',
];

/** `ip neighbour …`. */
export function neighbour(words: readonly string[], context: IpContext): IpResult {
  const [first, ...rest] = words;
  if (first === undefined) return show([], context);
  const command = abbreviated(first, commands);
  if (command === 'show' || command === 'list' || command === 'lst') return show(rest, context);
  if (command === undefined)
    return fail(`Command "${first}" is unknown, try "ip neigh help".`, 255);
  if (command === 'help') return help('neigh');
  if (command === 'get') return get(rest, context);
  if (command === 'flush') return flush(rest, context);
  return modify(command, rest, context);
}

interface Filter {
  device?: string;
  states: string[];
  proxy?: boolean;
  to?: string;
}

const STATES = [
  'permanent',
  'reachable',
  'noarp',
  'none',
  'stale',
  'incomplete',
  'delay',
  'probe',
  'failed',
];

function stateOf(word: string): string | undefined {
  return STATES.includes(word) ? word.toUpperCase() : undefined;
}

function readFilter(list: readonly string[]): Filter | IpResult {
  const filter: Filter = { states: [] };
  const words = readWords(list);
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') filter.device = words.value();
    else if (word === 'nud') {
      const text = words.value();
      const state = text === 'all' ? 'ALL' : stateOf(text);
      if (state === undefined && !words.missing) return badArgument(text, 'nud state is bad');
      if (state) filter.states.push(state);
    } else if (word === 'unused') filter.states.push('PERMANENT', 'FAILED', 'STALE');
    else if (word === 'proxy') filter.proxy = true;
    else if (word === 'master' || word === 'nomaster' || word === 'vrf') {
      return notModelled(`neigh ${word}`);
    } else if (word !== 'all' || list[0] !== 'all') {
      const text = word === 'to' ? words.value() : word;
      if (!isPrefix(text) && !words.missing) return badPrefix(text);
      filter.to = text;
    }
    if (words.missing) return incomplete;
  }
  return filter;
}

function matching(filter: Filter, { network, options }: IpContext): readonly NeighbourInfo[] {
  const { states, to, device } = filter;
  const family = ({ address }: NeighbourInfo) => (isInet6(address) ? 'inet6' : 'inet');
  const range = (text: string) =>
    text.includes('/') ? text : `${text}/${isInet6(text) ? 128 : 32}`;
  const found = network
    .neighbours()
    .filter((each) => device === undefined || each.device === device)
    .filter((each) => options.family === undefined || family(each) === options.family)
    .filter(({ state }) =>
      states.length === 0
        ? !['NOARP', 'NONE'].includes(state)
        : states.includes('ALL') || states.includes(state),
    )
    .filter(({ address }) => {
      if (to === undefined) return true;
      return isInet6(to) === isInet6(address) && holds(range(to), address);
    });
  return [
    ...found.filter((each) => family(each) === 'inet'),
    ...found.filter((each) => family(each) === 'inet6'),
  ];
}

function show(words: readonly string[], context: IpContext): IpResult {
  const { options } = context;
  const filter = readFilter(words);
  if ('exit' in filter) return filter;
  const { device } = filter;
  if (device !== undefined && !context.network.links().some(({ name }) => name === device)) {
    return cannotFind(device);
  }
  if (filter.proxy) return showProxies(filter, context);
  const found = matching(filter, context);
  if (options.json) {
    const list = found.map(({ address, device: on, mac, state, flags = [] }) => ({
      dst: address,
      ...(device === undefined ? { dev: on } : {}),
      ...(mac === undefined ? {} : { lladdr: mac }),
      ...Object.fromEntries(flags.map((flag) => [flag, null])),
      state: [state],
    }));
    return ok(json(list, options));
  }
  if (options.brief) {
    const line = ({ address, device: on, mac = '' }: NeighbourInfo) =>
      `${address.padEnd(39)} ${on.padEnd(16)} ${mac}\n`;
    return ok(found.map(line).join(''));
  }
  return ok(found.map((each) => print(each, device, options.stats > 0)).join(''));
}

function print(
  { address, device, mac, state, flags = [] }: NeighbourInfo,
  only: string | undefined,
  stats: boolean,
): string {
  const where = only === undefined ? `dev ${device} ` : '';
  const hardware = mac === undefined ? '' : `lladdr ${mac} `;
  const used = stats ? ' used 0/0/0probes 0 ' : '';
  const told = flags.map((flag) => `${flag} `).join('');
  return `${address} ${where}${hardware}${used}${told}${state === 'NONE' ? '' : `${state} `}\n`;
}

interface Wanted {
  device?: string;
  address?: string;
  mac?: string;
  state: string;
  proxy: boolean;
  flags: string[];
}

function readWanted(list: readonly string[]): Wanted | IpResult {
  const wanted: Wanted = { state: 'PERMANENT', proxy: false, flags: [] };
  const words = readWords(list);
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') wanted.device = words.value();
    else if (word === 'lladdr') wanted.mac = words.value();
    else if (word === 'nud') {
      const text = words.value();
      const state = stateOf(text);
      if (state === undefined && !words.missing) return badArgument(text, 'nud state is bad');
      wanted.state = state ?? '';
    } else if (word === 'router' || word === 'extern_learn') wanted.flags.push(word);
    else if (word === 'proxy') {
      wanted.proxy = true;
      wanted.address = words.value();
    } else if (['use', 'managed', 'protocol'].includes(word)) {
      return notModelled(`neigh ${word}`);
    } else {
      const text = word === 'to' ? words.value() : word;
      if (!isAddress(text) && !words.missing) {
        return fail(`Error: any valid address is expected rather than "${text}".`, 1);
      }
      wanted.address = text;
    }
    if (words.missing) return incomplete;
  }
  return wanted;
}

const needsMac = (state: string) => !['FAILED', 'INCOMPLETE', 'NONE'].includes(state);

function modify(command: string, words: readonly string[], context: IpContext): IpResult {
  const { network, root } = context;
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { device, address, mac, state } = wanted;
  if (device === undefined || address === undefined)
    return fail('Device and destination are required arguments.', 255);
  if (!network.links().some(({ name }) => name === device)) return cannotFind(device);
  if (!root) return denied;
  if (wanted.proxy) return proxy(command, address, device, context);
  const exists = network
    .neighbours()
    .some((each) => each.address === address && each.device === device);
  if (command === 'delete') {
    const errno = network.removeNeighbour(address, device);
    return errno === undefined ? ok() : answers('ENOENT');
  }
  if (mac !== undefined && !/^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(mac)) {
    return fail('Error: Invalid link address.', 2);
  }
  if (command === 'add' && exists) return answers('EEXIST');
  if (command === 'change' && !exists) return answers('ENOENT');
  if (mac === undefined && needsMac(state)) return fail('Error: No link layer address given.', 2);
  const flags = wanted.flags.length > 0 ? { flags: wanted.flags } : {};
  const known = { address, device, state: state as NeighbourInfo['state'], ...flags };
  network.setNeighbour(mac === undefined ? known : { ...known, mac });
  return ok();
}

const proxyKey = 'proxy_neigh';

/** Addresses for which a device answers in the name of others, as the device's option. */
function proxiesOf({ network }: IpContext, device: string): readonly string[] {
  const link = network.links().find(({ name }) => name === device);
  return (link?.options?.[proxyKey] ?? []) as readonly string[];
}

function proxy(command: string, address: string, device: string, context: IpContext): IpResult {
  const before = proxiesOf(context, device);
  if (command === 'delete' && !before.includes(address)) return answers('ENOENT');
  const others = before.filter((each) => each !== address);
  const next = command === 'delete' ? others : [...others, address];
  context.network.setLink(device, { options: { [proxyKey]: next } });
  return ok();
}

function showProxies({ device }: Filter, context: IpContext): IpResult {
  const rows = context.network
    .links()
    .filter(({ name }) => device === undefined || name === device)
    .flatMap(({ name }) => proxiesOf(context, name).map((address) => ({ address, name })));
  if (context.options.json) {
    const list = rows.map(({ address, name }) => ({ dst: address, dev: name, flags: ['proxy'] }));
    return ok(json(list, context.options));
  }
  const where = (name: string) => (device === undefined ? `dev ${name} ` : '');
  return ok(rows.map(({ address, name }) => `${address} ${where(name)} proxy \n`).join(''));
}

function get(words: readonly string[], context: IpContext): IpResult {
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { device, address } = wanted;
  if (device === undefined || address === undefined)
    return fail('Device and address are required arguments.', 1);
  const { network, options } = context;
  if (!network.links().some(({ name }) => name === device)) return cannotFind(device);
  const found = network
    .neighbours()
    .find((each) => each.address === address && each.device === device);
  if (!found) return fail('Error: Neighbour entry not found.', 2);
  return ok(print(found, undefined, options.stats > 0));
}

function flush(words: readonly string[], context: IpContext): IpResult {
  if (words.length === 0) return fail('Flush requires arguments.', 1);
  const filter = readFilter(words);
  if ('exit' in filter) return filter;
  if (!context.root) return denied;
  const { device } = filter;
  if (device !== undefined && !context.network.links().some(({ name }) => name === device)) {
    return cannotFind(device);
  }
  let count = 0;
  for (const each of matching(filter, context)) {
    if (each.state === 'PERMANENT' && !filter.states.includes('PERMANENT')) continue;
    context.network.removeNeighbour(each.address, each.device);
    count += 1;
  }
  if (context.options.stats === 0) return ok();
  if (count === 0) return ok('Nothing to flush.\n');
  const end = '*** Flush is complete after 1 round ***';
  return ok(`\n*** Round 1, deleting ${count} entries ***\n${end}\n`);
}
