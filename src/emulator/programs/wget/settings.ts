import { readOptions, type Given, type OptionTable } from '../gnu/getopt.ts';
import { SECOND } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';

/** What a command line asks for. Times in microseconds. */
export interface Settings {
  readonly urls: readonly string[];
  readonly quiet: boolean;
  /** Neither quiet nor brief. */
  readonly verbose: boolean;
  readonly spider: boolean;
  readonly showHead: boolean;
  readonly contentOnError: boolean;
  readonly retryRefused: boolean;
  readonly output: string | undefined;
  readonly folder: string | undefined;
  readonly agent: string;
  readonly headers: readonly string[];
  readonly method: string | undefined;
  readonly body: { readonly text: string } | { readonly file: string } | undefined;
  /** How often each URL is tried; 0 is without end. */
  readonly tries: number;
  readonly redirects: number;
  readonly longestPause: Micros;
  readonly dnsTimeout: Micros | undefined;
  readonly connectTimeout: Micros | undefined;
  readonly readTimeout: Micros;
  readonly family: 'any' | 'v4';
  readonly user: string | undefined;
  /** `--no-check-certificate`, and the file of `--ca-certificate`. */
  readonly unchecked: boolean;
  readonly authority: string | undefined;
}

/** Settings, or what wget says instead and its exit code. */
export type Parsed =
  | { readonly settings: Settings }
  | { readonly said: string; readonly fd: 1 | 2; readonly code: number };

const USAGE = 'Usage: wget [OPTION]... [URL]...\n';
const HINT = `${USAGE}\nTry \`wget --help' for more options.\n`;

const value = (key: string) => ({ key, value: 'required' as const });
const flag = (key: string) => ({ key });

const table: OptionTable = {
  short: 'qvST:t:O:P:U:n:4Vh',
  long: {
    quiet: 'q',
    verbose: 'v',
    'no-verbose': flag('no-verbose'),
    'server-response': 'S',
    timeout: 'T',
    tries: 't',
    'output-document': 'O',
    'directory-prefix': 'P',
    'user-agent': 'U',
    'inet4-only': '4',
    spider: flag('spider'),
    header: value('header'),
    'post-data': value('post-data'),
    'post-file': value('post-file'),
    method: value('method'),
    'body-data': value('body-data'),
    'body-file': value('body-file'),
    'max-redirect': value('max-redirect'),
    'dns-timeout': value('dns-timeout'),
    'connect-timeout': value('connect-timeout'),
    'read-timeout': value('read-timeout'),
    waitretry: value('waitretry'),
    'retry-connrefused': flag('retry-connrefused'),
    'content-on-error': flag('content-on-error'),
    'no-check-certificate': flag('unchecked'),
    'ca-certificate': value('authority'),
    'no-proxy': flag('ignored'),
    'no-hsts': flag('ignored'),
    user: value('user'),
    password: value('password'),
  },
  unmodelled: (
    '-a -A -b -B -c -d -D -e -E -F -H -i -I -k -K -l -L -m -N -o -p -Q -r -R -w -x -X -6 ' +
    '--append-output --background --continue --input-file --limit-rate --load-cookies ' +
    '--mirror --no-clobber --output-file --progress --recursive --show-progress ' +
    '--timestamping --wait --page-requisites --no-parent --level --certificate ' +
    '--private-key --secure-protocol --https-only --save-cookies ' +
    '--no-dns-cache --no-cache --no-http-keep-alive --ignore-length --debug --execute'
  ).split(' '),
};

/** Reads the words after the name as main.c does. */
export function parseArguments(words: readonly string[]): Parsed {
  const read = readOptions(words, table);
  const refuse = (said: string, code: number): Parsed => ({ said, fd: 2, code });
  if ('unmodelled' in read) return refuse(`wget: ${read.unmodelled} is not modelled here\n`, 2);
  if ('error' in read) return refuse(`wget: ${read.error}\n${HINT}`, 2);
  const { given, operands } = read;
  const has = (...keys: string[]) => given.some(({ key }) => keys.includes(key));
  if (has('h', '--help'))
    return {
      said: `GNU Wget 1.21.3, a non-interactive network retriever.\n${USAGE}`,
      fd: 1,
      code: 0,
    };
  if (has('V', '--version'))
    return { said: 'GNU Wget 1.21.3 built on linux-gnu.\n', fd: 1, code: 0 };
  const letters = given.filter(({ key }) => key === 'n').map((each) => each.value ?? '');
  const wrong = letters.find((each) => !/^[vdHp]+$/.test(each));
  if (wrong !== undefined) {
    const known = /^[vcdHp]+$/.test(wrong);
    if (known) return refuse('wget: -nc is not modelled here\n', 2);
    return refuse(`wget: invalid option -- '-n${wrong}'\n${HINT}`, 2);
  }
  const bad = badNumber(given);
  if (bad !== undefined) return refuse(bad, 2);
  if (operands.length === 0) return refuse(`wget: missing URL\n${HINT}`, 1);
  return { settings: settingsOf(given, operands, letters) };
}

const TIMES = {
  T: '--timeout',
  'dns-timeout': '--dns-timeout',
  'connect-timeout': '--connect-timeout',
  'read-timeout': '--read-timeout',
  waitretry: '--waitretry',
};

function badNumber(given: readonly Given[]): string | undefined {
  for (const { key, value: text = '' } of given) {
    const time = TIMES[key as keyof typeof TIMES];
    if (time && !/^\d*\.?\d+[smhdw]?$/.test(text)) {
      return `wget: ${time}: Invalid time period '${text}'\n`;
    }
    const number = key === 't' ? '--tries' : key === 'max-redirect' ? '--max-redirect' : undefined;
    if (number && !/^(\d+|inf)$/.test(text)) return `wget: ${number}: Invalid number '${text}'.\n`;
  }
  return undefined;
}

/** Seconds, or with `m`, `h`, `d`, `w` what they say. */
function timeOf(text: string): Micros {
  const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };
  return Math.round(Number.parseFloat(text) * (units[text.at(-1) ?? ''] ?? 1) * SECOND);
}

function settingsOf(
  given: readonly Given[],
  urls: readonly string[],
  letters: readonly string[],
): Settings {
  const has = (key: string) => given.some((each) => each.key === key);
  const last = (...keys: string[]) => given.findLast(({ key }) => keys.includes(key))?.value;
  /** 0 switches a limit off. */
  const time = (...keys: string[]) => {
    const text = last(...keys);
    return text === undefined || timeOf(text) === 0 ? undefined : timeOf(text);
  };
  const text = last('post-data', 'body-data');
  const file = last('post-file', 'body-file');
  const brief = has('no-verbose') || letters.some((each) => each.includes('v'));
  const tries = last('t') ?? '20';
  const user = last('user');
  return {
    urls,
    quiet: has('q'),
    verbose: !has('q') && !brief,
    spider: has('spider'),
    showHead: has('S'),
    contentOnError: has('content-on-error'),
    retryRefused: has('retry-connrefused'),
    output: last('O'),
    folder: last('P'),
    agent: last('U') ?? 'Wget/1.21.3',
    headers: given.flatMap((each) => (each.key === 'header' ? [each.value ?? ''] : [])),
    method: last('method')?.toUpperCase(),
    body: text !== undefined ? { text } : file !== undefined ? { file } : undefined,
    tries: tries === 'inf' ? 0 : Number(tries),
    redirects: Number(last('max-redirect') ?? 20),
    longestPause: time('waitretry') ?? 10 * SECOND,
    dnsTimeout: time('dns-timeout', 'T'),
    connectTimeout: time('connect-timeout', 'T'),
    readTimeout: time('read-timeout', 'T') ?? 900 * SECOND,
    unchecked: has('unchecked'),
    authority: last('authority'),
    family: has('4') ? 'v4' : 'any',
    user: user === undefined ? undefined : `${user}:${last('password') ?? ''}`,
  };
}
