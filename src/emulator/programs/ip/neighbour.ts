import type { NeighbourInfo } from '../../network/api.ts';
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
  if (command === 'help' || command === 'get') return notModelled(`neigh ${command}`);
  if (!context.root) return denied;
  return command === 'flush' ? flush(rest, context) : modify(command, rest, context);
}

interface Filter {
  device?: string;
  state?: string;
  to?: string;
}

function readFilter(words: readonly string[]): Filter {
  const filter: Filter = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') filter.device = words[++i] ?? '';
    else if (word === 'nud') filter.state = (words[++i] ?? '').toUpperCase();
    else if (word !== 'to' && word !== 'all') filter.to = word;
  }
  return filter;
}

function matching(filter: Filter, { network }: IpContext): readonly NeighbourInfo[] {
  return network
    .neighbours()
    .filter(
      (each) =>
        (filter.device === undefined || each.device === filter.device) &&
        (filter.state === undefined || filter.state === 'ALL' || each.state === filter.state) &&
        (filter.to === undefined || each.address === filter.to.split('/')[0]),
    );
}

function show(words: readonly string[], context: IpContext): IpResult {
  const { options } = context;
  const filter = readFilter(words);
  if (
    filter.device !== undefined &&
    !context.network.links().some(({ name }) => name === filter.device)
  ) {
    return cannotFind(filter.device);
  }
  if (options.family === 'inet6') return ok(options.json ? json([], options) : '');
  const found = matching(filter, context);
  if (options.json) {
    const list = found.map(({ address, device, mac, state }) => ({
      dst: address,
      ...(filter.device === undefined ? { dev: device } : {}),
      ...(mac === undefined ? {} : { lladdr: mac }),
      state: [state],
    }));
    return ok(json(list, options));
  }
  return ok(found.map((each) => print(each, filter, options.stats)).join(''));
}

function print(
  { address, device, mac, state }: NeighbourInfo,
  filter: Filter,
  stats: boolean,
): string {
  const where = filter.device === undefined ? `dev ${device} ` : '';
  const hardware = mac === undefined ? '' : `lladdr ${mac}`;
  const used = stats ? '  used 0/0/0probes 0' : '';
  return `${address} ${where}${hardware}${used} ${state} \n`;
}

function modify(command: string, words: readonly string[], { network }: IpContext): IpResult {
  let device: string | undefined;
  let address: string | undefined;
  let mac: string | undefined;
  let state = 'PERMANENT';
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') device = words[++i];
    else if (word === 'lladdr') mac = words[++i];
    else if (word === 'nud') state = (words[++i] ?? '').toUpperCase();
    else if (word !== 'to') address = word;
  }
  if (device === undefined || address === undefined)
    return fail('Device and destination are required arguments.', 255);
  if (!network.links().some(({ name }) => name === device)) return cannotFind(device);
  const exists = network
    .neighbours()
    .some((each) => each.address === address && each.device === device);
  if (command === 'delete') {
    const errno = network.removeNeighbour(address, device);
    return errno === undefined ? ok() : answers('ENOENT');
  }
  if (command === 'add' && exists) return answers('EEXIST');
  if (command === 'change' && !exists) return answers('ENOENT');
  if (mac === undefined) return answers('EINVAL');
  network.setNeighbour({ address, device, mac, state: state as NeighbourInfo['state'] });
  return ok();
}

function flush(words: readonly string[], context: IpContext): IpResult {
  if (words.length === 0) return fail('Flush requires arguments.', 1);
  for (const each of matching(readFilter(words), context)) {
    if (each.state !== 'PERMANENT') context.network.removeNeighbour(each.address, each.device);
  }
  return ok();
}
