import type { Call, Sys } from '../../host/syscalls.ts';

/** Options of a command by their names without the dash. */
export interface Options {
  /** Those without a value. */
  readonly flags: readonly string[];
  readonly values: readonly string[];
  /** Digests may be given as options (`-sha256`). */
  readonly digests?: boolean;
}

/** A command line as read. */
export interface Line {
  readonly sys: Sys;
  readonly command: string;
  readonly given: readonly { readonly name: string; readonly value: string }[];
  readonly rest: readonly string[];
  has(name: string): boolean;
  /** The last value of an option. */
  value(name: string): string | undefined;
}

const digestNames = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];

/** Reads options as opt_next does: one dash or two; a text is the complaint. */
export function readLine(
  sys: Sys,
  command: string,
  words: readonly string[],
  { flags, values, digests }: Options,
): Line | string {
  const given: { name: string; value: string }[] = [];
  const hint = `${command}: Use -help for summary.\n`;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    const [, bare = '', tied] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (flags.includes(bare) || (digests && digestNames.includes(bare))) {
      given.push({ name: bare, value: '' });
      continue;
    }
    if (!values.includes(bare)) return `${command}: Unknown option: ${word}\n${hint}`;
    const value = tied ?? words[++at];
    if (value === undefined) return `${command}: Option -${bare} needs a value\n${hint}`;
    given.push({ name: bare, value });
  }
  return {
    sys,
    command,
    given,
    rest: words.slice(at),
    has: (name) => given.some((each) => each.name === name),
    value: (name) => given.findLast((each) => each.name === name)?.value,
  };
}

/** The digest that was given as an option. */
export const digestOf = (line: Line) =>
  digestNames.find((name) => line.has(name)) as 'sha256' | undefined;

/** The first option that the real one has and this has not. */
export function* refuse(line: Line, names: readonly string[]): Call<boolean> {
  const found = names.find((name) => line.has(name));
  if (found === undefined) return false;
  yield* line.sys.write(2, `openssl ${line.command}: -${found} is not modelled here\n`);
  return true;
}

/** Number of the thread in front of each line of OpenSSL's errors. */
export const threadOf = (sys: Sys): string =>
  `40${sys.chance.hex('thread', 8)}7F0000`.toUpperCase();

/** A line of OpenSSL's error queue. */
export const errorLine = (sys: Sys, code: string, ...parts: readonly string[]): string =>
  `${threadOf(sys)}:error:${code}:${parts.join(':')}\n`;
