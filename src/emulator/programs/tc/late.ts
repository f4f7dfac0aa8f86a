import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { LinkInfo, NetworkConfig } from '../../network/api.ts';
import type { QdiscInfo } from '../../network/link/qdisc.ts';
import { parseKind } from './parse.ts';
import { jsonQdisc, printQdisc, type TcOptions } from './print.ts';
import { qdiscUsage, usage } from './texts.ts';

interface Result {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

const fail = (stderr: string, exit: number): Result => ({ stderr: `${stderr}\n`, exit });
const notModelled = (what: string) => fail(`tc: ${what} is not modelled here`, 2);
const kernel = (text: string) => fail(`Error: ${text}`, 2);

/** iproute2 6.1.0 `tc`. */
const tc: ProgramCode = {
  *run(argv, sys): Process {
    const result = execute(argv.slice(1), sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default tc;

const flags: Readonly<Record<string, keyof TcOptions>> = {
  '-s': 'stats',
  '-statistics': 'stats',
  '-d': 'details',
  '-details': 'details',
  '-j': 'json',
  '-json': 'json',
  '-p': 'pretty',
  '-pretty': 'pretty',
};

function execute(words: readonly string[], sys: Sys): Result {
  const options = { stats: false, details: false, json: false, pretty: false };
  let network: NetworkConfig | undefined = sys.network;
  let index = 0;
  for (; /^-/.test(words[index] ?? ''); index++) {
    const word = (words[index] as string).replace(/^--/, '-');
    const flag = flags[word];
    if (flag) options[flag] = true;
    else if (/^-V(ersion)?$/.test(word)) {
      return { stdout: 'tc utility, iproute2-6.1.0, libbpf 1.1.0\n', exit: 0 };
    } else if (word === '-n' || word === '-netns') {
      const name = words[++index] ?? '';
      network = sys.network.namespace(name);
      if (!network) {
        const why = 'No such file or directory';
        return fail(`Cannot open network namespace "${name}": ${why}`, 255);
      }
    } else if (/^-(c|color|N|Numeric|o|oneline)$/.test(word)) continue;
    else if (/^-(b|batch|force|r|raw|nm|names|cf|conf|br)$/.test(word)) return notModelled(word);
    else return fail(`Option "${words[index]}" is unknown, try "tc -help".`, 255);
  }
  const [object, ...rest] = words.slice(index);
  if (object === undefined) return { stderr: usage, exit: 0 };
  const is = (name: string) => name.startsWith(object);
  if (is('qdisc')) return qdisc(rest, network, options, sys.user === 'root');
  if (is('class') || is('filter')) {
    const [command = 'show'] = rest;
    if (['show', 'list', 'lst'].some((each) => each.startsWith(command))) return { exit: 0 };
    return notModelled(`${object} ${command}`);
  }
  if (is('help')) return { stderr: usage, exit: 0 };
  if (['action', 'monitor', 'exec', 'chain'].some(is)) return notModelled(object);
  return fail(`Object "${object}" is unknown, try "tc help".`, 255);
}

const changes = ['add', 'change', 'replace', 'delete', 'link'];

function qdisc(
  words: readonly string[],
  network: NetworkConfig,
  options: TcOptions,
  root: boolean,
): Result {
  const [first = 'show', ...rest] = words;
  if (['show', 'list', 'lst'].some((each) => each.startsWith(first))) {
    return show(rest, network, options);
  }
  if ('help'.startsWith(first)) return { stderr: qdiscUsage, exit: 0 };
  const command = changes.find((each) => each.startsWith(first));
  if (command === undefined) {
    return fail(`Command "${first}" is unknown, try "tc qdisc help".`, 255);
  }
  return change(command, rest, network, root);
}

function show(words: readonly string[], network: NetworkConfig, options: TcOptions): Result {
  const at = words.indexOf('dev');
  const only = at < 0 ? undefined : words[at + 1];
  const links = [...network.links()].sort((a, b) => a.index - b.index);
  if (only !== undefined && !links.some(({ name }) => name === only)) {
    return fail(`Cannot find device "${only}"`, 1);
  }
  const shown = links
    .filter(({ name }) => only === undefined || name === only)
    .map((link) => ({ link, qdisc: network.qdisc(link.name) ?? usual(link) }))
    .filter(({ qdisc: found }) => found !== undefined);
  if (options.json) {
    const list = shown.map(({ link, qdisc: found }) =>
      jsonQdisc(link, found as QdiscInfo, only === undefined, options),
    );
    const text = options.pretty ? JSON.stringify(list, null, 4) : JSON.stringify(list);
    return { stdout: `${text}\n`, exit: 0 };
  }
  const lines = shown.map(({ link, qdisc: found }) =>
    printQdisc(link, found as QdiscInfo, only === undefined, options),
  );
  return { stdout: lines.join(''), exit: 0 };
}

/** What a device has without anybody's doing; none before it was up for the first time. */
function usual(link: LinkInfo): QdiscInfo | undefined {
  if (!link.up && !link.started) return undefined;
  return { kind: link.kind === 'physical' ? 'fq_codel' : 'noqueue', handle: '0:' };
}

interface Wanted {
  device?: string;
  handle?: string;
  root: boolean;
  kind?: string;
  rest: readonly string[];
}

function readWanted(words: readonly string[]): Wanted | Result {
  const wanted: Wanted = { root: false, rest: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'dev') {
      if (words[i + 1] === undefined) {
        return fail('Command line is not complete. Try option "help"', 255);
      }
      wanted.device = words[++i] as string;
    } else if (word === 'root') wanted.root = true;
    else if (word === 'handle') {
      const text = words[++i] ?? '';
      if (!/^[0-9a-f]{1,4}:?0?$/i.test(text)) {
        return fail(`Error: argument "${text}" is wrong: invalid qdisc ID`, 255);
      }
      wanted.handle = `${text.split(':')[0]}:`;
    } else if (word === 'parent') return kernel('Failed to find specified qdisc.');
    else if (['ingress', 'clsact', 'estimator', 'stab'].includes(word)) {
      return notModelled(`qdisc ${word}`);
    } else if (word === 'help') return { stderr: qdiscUsage, exit: 0 };
    else {
      wanted.kind = word;
      wanted.rest = words.slice(i + 1);
      return wanted;
    }
  }
  return wanted;
}

function change(
  command: string,
  words: readonly string[],
  network: NetworkConfig,
  privileged: boolean,
): Result {
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { device, kind, rest, root } = wanted;
  const parsed = kind === undefined ? undefined : parseKind(kind, rest);
  if (kind !== undefined && !parsed && rest.length > 0) {
    return fail(`Unknown qdisc "${kind}", hence option "${rest[0]}" is unparsable`, 1);
  }
  if (parsed && 'exit' in parsed) return parsed;
  if (device === undefined) return fail('RTNETLINK answers: No such device', 2);
  if (!network.links().some(({ name }) => name === device)) {
    return fail(`Cannot find device "${device}"`, 1);
  }
  if (!privileged) return fail('RTNETLINK answers: Operation not permitted', 2);
  const before = network.qdisc(device);
  if (command === 'delete') {
    if (!root) return kernel('Failed to find qdisc with specified handle.');
    if (!before) return kernel('Cannot delete qdisc with handle of zero.');
    network.setQdisc(device, undefined);
    return { exit: 0 };
  }
  if (!root) return kernel('Handle cannot be zero.');
  if (before && command === 'add') return kernel('Exclusivity flag on, cannot modify.');
  if (!before && command === 'change') {
    return kernel('Qdisc not found. To create specify NLM_F_CREATE flag.');
  }
  if (kind === undefined || !parsed) return kernel('Specified qdisc kind is unknown.');
  const same = before?.kind === kind ? before.handle : undefined;
  const handle = wanted.handle ?? same ?? nextHandle(network);
  network.setQdisc(device, { kind, handle, ...parsed.options });
  return { exit: 0 };
}

/** Handles that nobody chose are counted from 8001. */
function nextHandle(network: NetworkConfig): string {
  const taken = network
    .links()
    .map(({ name }) => parseInt(network.qdisc(name)?.handle ?? '0', 16))
    .filter((number) => number > 0x8000);
  return `${(Math.max(0x8000, ...taken) + 1).toString(16)}:`;
}
