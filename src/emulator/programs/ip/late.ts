import { strerror } from '../../host/errno.ts';
import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { runInNetns } from '../namespaces.ts';
import { address } from './address.ts';
import { coloured } from './color.ts';
import { link } from './link.ts';
import { neighbour } from './neighbour.ts';
import { netns } from './netns.ts';
import { help } from './help.ts';
import { maddress } from './maddress.ts';
import {
  abbreviated,
  fail,
  incomplete,
  ok,
  notModelled,
  type IpContext,
  type IpOptions,
  type IpResult,
} from './options.ts';
import { route } from './route.ts';
import { rule } from './rule.ts';
import { tunnel } from './tunnel.ts';

type Handler = (words: readonly string[], context: IpContext) => IpResult;

/** Objects that a node has none of: their lists are empty, they cannot be made here. */
const nothing: Handler = (words) => {
  const [command = 'show'] = words;
  const lists = ['show', 'list', 'lst', 'state', 'policy'];
  return lists.some((each) => each.startsWith(command)) ? ok() : notModelled(words.join(' '));
};

const vrf: Handler = (words) => {
  const [command = 'show'] = words;
  if (!['show', 'list'].some((each) => each.startsWith(command))) return notModelled('vrf');
  const line = '-----------------------';
  return ok(`Name              Table\n${line}\nNo VRF has been configured\n`);
};

/** Objects in the order in which iproute2 tries abbreviations; undefined is not modelled. */
const objects: readonly (readonly [name: string, handler?: Handler])[] = [
  ['address', address],
  ['addrlabel'],
  ['maddress', maddress],
  ['route', route],
  ['rule', rule],
  ['neighbor', neighbour],
  ['neighbour', neighbour],
  ['ntable'],
  ['ntbl'],
  ['link', link],
  ['l2tp'],
  ['fou'],
  ['ila'],
  ['macsec'],
  ['tunnel', tunnel],
  ['tunl', tunnel],
  ['tuntap', nothing],
  ['tap', nothing],
  ['token'],
  ['tcpmetrics', nothing],
  ['tcp_metrics', nothing],
  ['monitor'],
  ['xfrm', nothing],
  ['mroute', nothing],
  ['mrule'],
  ['netns', netns],
  ['netconf'],
  ['vrf', vrf],
  ['sr'],
  ['nexthop', nothing],
  ['mptcp'],
  ['ioam'],
  ['stats'],
  ['help', () => help('ip')],
];

const flags: Readonly<Record<string, Partial<IpOptions>>> = {
  '-4': { family: 'inet' },
  '-6': { family: 'inet6' },
  '-0': { family: 'link' },
  '-d': { details: true },
  '-o': { oneline: true },
  '-br': { brief: true },
  '-j': { json: true },
  '-p': { pretty: true },
};

/** Words that stand for a flag: `-br`, `-brief`, `--brief`. */
const spelled: readonly (readonly [full: string, flag: string, least: number])[] = [
  ['-family', '-f', 2],
  ['-stats', '-s', 2],
  ['-statistics', '-s', 2],
  ['-details', '-d', 2],
  ['-oneline', '-o', 2],
  ['-brief', '-br', 3],
  ['-json', '-j', 2],
  ['-pretty', '-p', 2],
  ['-color', '-c', 2],
  ['-human-readable', '-h', 2],
  ['-Numeric', '-N', 2],
  ['-netns', '-n', 2],
  ['-help', '-help', 3],
  ['-Version', '-V', 2],
];

/** Of these nothing is to be seen here, or nothing that another output would not tell. */
const NOT_MODELLED =
  /^-(iec|t|timestamp|ts|tshort|r|resolve|l|loops|a|all|b|batch|rc|rcvbuf|M|B|echo|force)$/;

function readFlag(word: string): string | undefined {
  const text = word.startsWith('--') ? word.slice(1) : word;
  if (flags[text]) return text;
  return spelled.find(([full, , least]) => text.length >= least && full.startsWith(text))?.[1];
}

/** iproute2 6.1.0 `ip`. */
const ip: ProgramCode = {
  *run(argv, sys): Process {
    const inside = execIn(argv.slice(1));
    if (inside) return yield* runElsewhere(sys, inside);
    const result = execute(argv.slice(1), sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default ip;

interface Elsewhere {
  readonly netns: string | undefined;
  readonly command: readonly string[];
}

/** `ip netns exec NAME COMMAND…`, the one command that does not end with what it prints. */
function execIn(words: readonly string[]): Elsewhere | undefined {
  const [object = '', verb = '', netns, ...command] = words;
  const isExec = object.length > 0 && 'netns'.startsWith(object) && /^ne/.test(object);
  if (!isExec || verb.length < 1 || !'exec'.startsWith(verb)) return undefined;
  return { netns, command };
}

function* runElsewhere(sys: Sys, { netns, command }: Elsewhere): Process {
  if (netns === undefined || command.length === 0) {
    yield* sys.write(2, `No ${netns === undefined ? 'netns name' : 'command'} specified\n`);
    return 255;
  }
  if (!netnsNames(sys).includes(netns)) {
    const why = 'No such file or directory';
    yield* sys.write(2, `Cannot open network namespace "${netns}": ${why}\n`);
    return 255;
  }
  if (sys.user !== 'root') {
    yield* sys.write(2, `setting the network namespace "${netns}" failed: ${strerror('EPERM')}\n`);
    return 255;
  }
  const ended = yield* runInNetns(sys, netns, command);
  if (typeof ended === 'number') return ended;
  yield* sys.write(2, `exec of "${command[0]}" failed: ${strerror(ended)}\n`);
  return 255;
}

interface Line {
  readonly options: IpOptions;
  /** Name of another namespace to work in. */
  readonly netns?: string;
  readonly rest: readonly string[];
}

const families = ['inet', 'inet6', 'link'];

function readLine(words: readonly string[]): Line | IpResult {
  let options: IpOptions = {
    stats: 0,
    details: false,
    oneline: false,
    brief: false,
    json: false,
    pretty: false,
  };
  let netns: string | undefined;
  let index = 0;
  for (; index < words.length && /^-/.test(words[index] as string); index++) {
    const word = words[index] as string;
    const flag = readFlag(word.replace(/=.*$/, ''));
    if (flag === '-V') return ok('ip utility, iproute2-6.1.0, libbpf 1.1.0\n');
    if (flag === '-help') return help('ip');
    if (flag === '-c') options = { ...options, color: /=/.test(word) ? word : '-c=always' };
    if (flag === '-N') options = { ...options, numeric: true };
    if (flag === '-c' || flag === '-h' || flag === '-N') continue;
    if (flag === '-s') options = { ...options, stats: options.stats + 1 };
    else if (flag === '-n' || flag === '-f') {
      const value = words[++index];
      if (value === undefined) return incomplete;
      if (flag === '-n') netns = value;
      else if (!families.includes(value)) {
        return fail(`Error: argument "${value}" is wrong: invalid protocol family\n`, 255);
      } else options = { ...options, family: value as NonNullable<IpOptions['family']> };
    } else if (flag !== undefined) options = { ...options, ...flags[flag] };
    else if (NOT_MODELLED.test(word.replace(/^--/, '-'))) return notModelled(word);
    else return fail(`Option "${word}" is unknown, try "ip -help".`, 255);
  }
  return { options, ...(netns === undefined ? {} : { netns }), rest: words.slice(index) };
}

function execute(words: readonly string[], sys: Sys): IpResult {
  const line = readLine(words);
  if ('exit' in line) return line;
  const [word, ...rest] = line.rest;
  if (word === undefined) return help('ip');
  const name = abbreviated(
    word,
    objects.map(([each]) => each),
  );
  if (name === undefined) return fail(`Object "${word}" is unknown, try "ip help".`, 1);
  const handler = objects.find(([each]) => each === name)?.[1];
  if (!handler) return notModelled(name);
  const names = netnsNames(sys);
  const network =
    line.netns === undefined
      ? sys.network
      : names.includes(line.netns)
        ? sys.network.namespace(line.netns)
        : undefined;
  if (!network) {
    const why = 'No such file or directory';
    return fail(`Cannot open network namespace "${line.netns}": ${why}`, 255);
  }
  const result = handler(rest, {
    network,
    options: line.options,
    root: sys.user === 'root',
    now: sys.now,
    netnsNames: names,
    tables: tableNames(sys),
    nameNetns: (netns, present) => nameNetns(sys, netns, present),
  });
  const { color = '=never', json, brief } = line.options;
  const wants = /=auto$/.test(color) ? sys.isTerminal(1) : /=always$/.test(color);
  if (!wants || json || result.stdout === undefined) return result;
  return { ...result, stdout: coloured(name, result.stdout, brief) };
}

/** The file below /run/netns that gives a namespace its name. */
function nameNetns(sys: Sys, name: string, present: boolean): void {
  if (!present) {
    sys.files.remove(`/run/netns/${name}`);
    return;
  }
  sys.files.makeDirectory('/run/netns', { parents: true });
  sys.files.write(`/run/netns/${name}`, '');
}

/** Names of tables: those that iproute2 knows, and those of its file. */
function tableNames(sys: Sys): ReadonlyMap<string, string> {
  const names = new Map([
    ['255', 'local'],
    ['254', 'main'],
    ['253', 'default'],
    ['0', 'unspec'],
  ]);
  const file = sys.files.read('/etc/iproute2/rt_tables');
  const lines = typeof file === 'string' ? [] : file.text.split('\n');
  for (const line of lines) {
    const [, number, name] = /^\s*(\d+)\s+([^#\s]+)/.exec(line) ?? [];
    if (number !== undefined && name !== undefined) names.set(number, name);
  }
  return names;
}

/** Names below /run/netns, in the order in which their devices were made here. */
function netnsNames(sys: Sys): readonly string[] {
  const { ref } = sys.network;
  if (ref.netns !== 'host') return [];
  const peers = [...sys.network.links()]
    .sort((a, b) => a.index - b.index)
    .map((link) => link.peer)
    .filter((peer) => peer !== undefined && peer.host === ref.host && peer.netns !== ref.netns)
    .map((peer) => peer?.netns as string);
  const listed = sys.files.list('/run/netns');
  const others = typeof listed === 'string' ? [] : listed;
  return [...new Set([...peers, ...others])];
}
