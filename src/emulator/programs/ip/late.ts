import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { address } from './address.ts';
import { link } from './link.ts';
import { neighbour } from './neighbour.ts';
import { netns, rule } from './netns.ts';
import {
  abbreviated,
  fail,
  notModelled,
  type IpContext,
  type IpOptions,
  type IpResult,
} from './options.ts';
import { route } from './route.ts';

type Handler = (words: readonly string[], context: IpContext) => IpResult;

/** Objects in the order in which iproute2 tries abbreviations; undefined is not modelled. */
const objects: readonly (readonly [name: string, handler?: Handler])[] = [
  ['address', address],
  ['addrlabel'],
  ['maddress'],
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
  ['tunnel'],
  ['tunl'],
  ['tuntap'],
  ['tap'],
  ['token'],
  ['tcpmetrics'],
  ['tcp_metrics'],
  ['monitor'],
  ['xfrm'],
  ['mroute'],
  ['mrule'],
  ['netns', netns],
  ['netconf'],
  ['vrf'],
  ['sr'],
  ['nexthop'],
  ['mptcp'],
  ['ioam'],
  ['stats'],
  ['help'],
];

const flags: Readonly<Record<string, Partial<IpOptions>>> = {
  '-4': { family: 'inet' },
  '-6': { family: 'inet6' },
  '-0': { family: 'link' },
  '-s': { stats: true },
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
];

function readFlag(word: string): string | undefined {
  const text = word.startsWith('--') ? word.slice(1) : word;
  if (flags[text]) return text;
  return spelled.find(([full, , least]) => text.length >= least && full.startsWith(text))?.[1];
}

/** iproute2 6.1.0 `ip`. */
const ip: ProgramCode = {
  *run(argv, sys): Process {
    const result = execute(argv.slice(1), sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default ip;

function execute(words: readonly string[], sys: Sys): IpResult {
  let options: IpOptions = {
    stats: false,
    details: false,
    oneline: false,
    brief: false,
    json: false,
    pretty: false,
  };
  let index = 0;
  for (; index < words.length && /^-/.test(words[index] as string); index++) {
    const word = words[index] as string;
    const flag = readFlag(word);
    if (word === '-V' || word === '-Version')
      return { stdout: 'ip utility, iproute2-6.1.0, libbpf 1.1.0\n', exit: 0 };
    if (/^--?c(olor)?(=.*)?$/.test(word)) continue;
    if (/^--?n(etns)?$/.test(word)) return notModelled(word);
    if (
      /^--?(h|human|iec|t|timestamp|r|resolve|l|loops|a|all|b|batch|N|Numeric|rc|echo)$/.test(word)
    )
      return notModelled(word);
    if (flag === '-f') {
      const family = words[++index] ?? '';
      options = { ...options, family: family as NonNullable<IpOptions['family']> };
    } else if (flag !== undefined) options = { ...options, ...flags[flag] };
    else return fail(`Option "${word}" is unknown, try "ip -help".`, 255);
  }
  const word = words[index];
  if (word === undefined) return notModelled('help');
  const name = abbreviated(
    word,
    objects.map(([each]) => each),
  );
  if (name === undefined) return fail(`Object "${word}" is unknown, try "ip help".`, 1);
  const handler = objects.find(([each]) => each === name)?.[1];
  if (!handler) return notModelled(name);
  const context = {
    network: sys.network,
    options,
    root: sys.user === 'root',
    netnsNames: netnsNames(sys),
  };
  return handler(words.slice(index + 1), context);
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
