import type { Sys } from '../../host/syscalls.ts';
import { usages } from './texts.ts';

/** What a subcommand gives back. */
export interface Result {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

/** Options before the object. */
export interface Options {
  readonly details: boolean;
  readonly stats: boolean;
  readonly json: boolean;
  readonly pretty: boolean;
  readonly oneline: boolean;
  readonly compress: boolean;
  readonly color: boolean;
}

/** What a subcommand works with. */
export interface Context {
  readonly sys: Sys;
  readonly options: Options;
}

export const ok = (stdout = ''): Result => ({ stdout, exit: 0 });
export const fail = (stderr: string, exit = 255): Result => ({ stderr: `${stderr}\n`, exit });
/** What the kernel refused. */
export const answers = (text: string) => fail(`RTNETLINK answers: ${text}`);
export const usage = (name: keyof typeof usages): Result => ({ stderr: usages[name], exit: 255 });
export const unknown = (command: string, object: string) =>
  fail(`Command "${command}" is unknown, try "bridge ${object} help".`);
export const notModelled = (what: string) => fail(`bridge: ${what} is not modelled here`, 2);
export const noDevice = (name: string) => fail(`Cannot find device "${name}"`);
export const noBridge = (name: string) => fail(`Cannot find bridge device "${name}"`);
export const incomplete = fail('Command line is not complete. Try option "help"');

/** The command that a word stands for: the first that begins with it, as iproute2's `matches`. */
export const abbreviated = (word: string, names: readonly string[]) =>
  names.find((name) => word !== '' && name.startsWith(word));

export const isShow = (command: string) =>
  ['show', 'lst', 'list'].some((name) => name.startsWith(command));

export const linkNamed = ({ sys }: Context, name: string) =>
  sys.network.links().find((each) => each.name === name);

/** The device that `dev NAME` names, if it is there; or what the tool says of it. */
export function deviceAsked(
  words: readonly string[],
  context: Context,
): { readonly only?: string; readonly wrong?: Result } {
  const at = words.indexOf('dev');
  if (at < 0) return {};
  const only = words[at + 1];
  if (only === undefined) return { wrong: incomplete };
  return linkNamed(context, only) ? { only } : { wrong: noDevice(only) };
}

/** A text in a colour of the terminal. */
export const paint = (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`;

/** JSON on one line, or (`-p`) over several. */
export function json(value: unknown, { options }: Context): Result {
  return ok(`${options.pretty ? pretty(value, 0) : JSON.stringify(value)}\n`);
}

function pretty(value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[ ]';
    return `[ ${value.map((each) => pretty(each, depth + 1)).join(',')} ]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const blanks = (level: number) => ' '.repeat(4 * level);
  const fields = Object.entries(value).map(
    ([key, each]) => `${blanks(depth + 1)}"${key}": ${pretty(each, depth + 1)}`,
  );
  return `{\n${fields.join(',\n')}\n${blanks(depth)}}`;
}

/** Words taken one by one; `missing` tells that one was wanted beyond the last. */
export function reader(words: readonly string[]) {
  let index = 0;
  let missing = false;
  return {
    get missing() {
      return missing;
    },
    next: () => words[index++],
    value() {
      const word = words[index++];
      if (word === undefined) missing = true;
      return word ?? '';
    },
  };
}
