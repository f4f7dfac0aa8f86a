import type { NetworkConfig } from '../../network/api.ts';
import { isInet6, parse6, parseCidr6 } from '../../network/address6.ts';
import { parseCidr, toNumber } from '../../network/address.ts';

/** Options before the object: `ip -4 -br addr`. */
export interface IpOptions {
  readonly family?: 'inet' | 'inet6' | 'link';
  /** How often `-s` was said. */
  readonly stats: number;
  readonly details: boolean;
  readonly oneline: boolean;
  readonly brief: boolean;
  readonly json: boolean;
  readonly pretty: boolean;
  /** `-N`: names of protocols and scopes as numbers. */
  readonly numeric?: boolean;
  /** `-c=always` and the like; none where no colours were asked for. */
  readonly color?: string;
}

/** What a subcommand gives back: text, or an error with the exit code of its kind. */
export interface IpResult {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

/** What a subcommand works with. */
export interface IpContext {
  readonly network: NetworkConfig;
  readonly options: IpOptions;
  readonly root: boolean;
  /** The time, in microseconds. */
  readonly now: number;
  /** Named namespaces of this host (`/run/netns`), oldest first. */
  readonly netnsNames: readonly string[];
  /** Names of routing tables from /etc/iproute2/rt_tables, by number. */
  readonly tables: ReadonlyMap<string, string>;
  /** Makes and removes the file that gives a namespace a name. */
  readonly nameNetns: (name: string, present: boolean) => void;
}

export const ok = (stdout = ''): IpResult => ({ stdout, exit: 0 });
/** A message on stderr; 1 is a refusal of the tool, 2 one of the kernel, 255 a wrong word. */
export const fail = (stderr: string, exit: number): IpResult => ({ stderr: `${stderr}\n`, exit });
export const notModelled = (what: string): IpResult => fail(`ip: ${what} is not modelled here`, 2);
export const noDevice = (name: string): IpResult => fail(`Device "${name}" does not exist.`, 1);
export const cannotFind = (name: string): IpResult => fail(`Cannot find device "${name}"`, 1);
export const incomplete = fail('Command line is not complete. Try option "help"', 255);
/** iproute2's `invarg`: a value that its option cannot have. */
export const badArgument = (value: string, why: string): IpResult =>
  fail(`Error: argument "${value}" is wrong: ${why}`, 255);
export const badPrefix = (value: string, family = 'any valid'): IpResult =>
  fail(`Error: ${family} prefix is expected rather than "${value}".`, 1);
export const garbage = (word: string): IpResult =>
  fail(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);

const errnoTexts: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  ENODEV: 'No such device',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  ENOENT: 'No such file or directory',
  EOPNOTSUPP: 'Operation not supported',
  EPERM: 'Operation not permitted',
  ESRCH: 'No such process',
  EACCES: 'Permission denied',
};

/** What the kernel refused, as rtnetlink's errno. */
export function answers(errno: string): IpResult {
  return fail(`RTNETLINK answers: ${errnoTexts[errno] ?? errno}`, 2);
}

export const denied = answers('EPERM');

/** The command that a word stands for: the first that begins with it, as iproute2's `matches`. */
export function abbreviated(word: string, names: readonly string[]): string | undefined {
  return word === '' ? undefined : names.find((name) => name.startsWith(word));
}

/** Words that are taken one by one; `missing` tells that one was wanted beyond the last. */
export interface Words {
  readonly missing: boolean;
  /** The next word; undefined at the end. */
  next(): string | undefined;
  /** The value of an option. */
  value(): string;
  peek(): string | undefined;
}

export function readWords(words: readonly string[]): Words {
  let index = 0;
  let missing = false;
  return {
    get missing() {
      return missing;
    },
    next: () => words[index++],
    peek: () => words[index],
    value() {
      const word = words[index++];
      if (word === undefined) missing = true;
      return word ?? '';
    },
  };
}

/** Whether a text is an address, or with `/length` a prefix, of either family. */
export function isPrefix(text: string): boolean {
  return isPlainPrefix(plainPrefix(text));
}

/** `10.5` and `10.5.0.0/255.255.0.0` in full and with a length (iproute2's `get_prefix`). */
export function plainPrefix(text: string): string {
  const [address = '', length] = text.split('/');
  if (isInet6(text) || !/^\d+(\.\d+){0,3}$/.test(address)) return text;
  const full = [...address.split('.'), '0', '0', '0'].slice(0, 4).join('.');
  if (length === undefined) return full;
  const mask = length.includes('.') ? toNumber(length) : undefined;
  if (mask === undefined) return `${full}/${length}`;
  const bits = mask.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? `${full}/${bits.replaceAll('0', '').length}` : text;
}

function isPlainPrefix(text: string): boolean {
  if (isInet6(text)) return parseCidr6(text) !== undefined;
  const [, length = '32'] = text.split('/');
  return /^\d+$/.test(length) && parseCidr(text) !== undefined;
}

export const isAddress = (text: string) =>
  isInet6(text) ? parse6(text) !== undefined : toNumber(text) !== undefined;

/** JSON as iproute2 prints it, on one line or (`-p`) over several. */
export function json(value: unknown, { pretty }: IpOptions): string {
  return `${pretty ? prettyText(value, 0) : JSON.stringify(value)}\n`;
}

const indent = (depth: number) => ' '.repeat(4 * depth);

function prettyText(value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[ ]';
    return `[ ${value.map((each) => prettyText(each, depth + 1)).join(',')} ]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${indent(depth + 1)}"${key}": ${prettyText(each, depth + 1)}`);
  return `{\n${fields.join(',\n')}\n${indent(depth)}}`;
}

/** The number of a routing table that a word names; undefined for what names none. */
export function tableNumber(word: string, tables: IpContext['tables']): string | undefined {
  for (const [number, name] of tables) if (name === word) return number;
  if (/^0x[0-9a-f]+$/i.test(word)) return String(parseInt(word, 16));
  return /^\d+$/.test(word) ? word : undefined;
}

/** Tables that have a name in the records; the others go by their number. */
const KNOWN: Readonly<Record<string, string>> = { 253: 'default', 254: 'main', 255: 'local' };

/** The name under which a table's routes are kept. */
export const tableKey = (number: string) => KNOWN[number] ?? number;

/** What a table is called when it is printed. */
export function tableName(key: string, tables: IpContext['tables']): string {
  return tables.get(key) ?? key;
}
