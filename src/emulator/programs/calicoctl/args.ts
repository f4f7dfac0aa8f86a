import type { Failure } from './client.ts';

/** Options of a command: name to whether a value follows. */
export type Options = Readonly<Record<string, boolean>>;

export interface Parsed {
  readonly words: readonly string[];
  has(name: string): boolean;
  value(name: string): string | undefined;
}

const ALIASES: Readonly<Record<string, string>> = {
  '-f': '--filename',
  '-o': '--output',
  '-n': '--namespace',
  '-c': '--config',
  '-A': '--all-namespaces',
  '-a': '--all-namespaces',
  '-R': '--recursive',
  '-p': '--patch',
  '-t': '--type',
};

/** Options that every command with a datastore takes. */
const COMMON: Options = { '--config': true, '--context': true, '--allow-version-mismatch': false };

/** Reads a command's words as docopt would; a failure where one does not fit. */
export function parseArgs(args: readonly string[], options: Options): Parsed | Failure {
  const known: Options = { ...COMMON, ...options };
  const values = new Map<string, string>();
  const words: string[] = [];
  const invalid = {
    error:
      `Invalid option: 'calicoctl ${args.join(' ')}'. ` +
      "Use flag '--help' to read about a specific subcommand.",
  };
  const rest = args.slice(1);
  while (rest.length > 0) {
    const word = rest.shift() as string;
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const short = /^(-[a-zA-Z])(.+)$/.exec(word);
    const at = word.startsWith('--') ? word.indexOf('=') : -1;
    const given = at >= 0 ? word.slice(0, at) : short ? (short[1] as string) : word;
    const name = ALIASES[given] ?? given;
    if (!Object.hasOwn(known, name)) return invalid;
    const inline = at >= 0 ? word.slice(at + 1) : short?.[2];
    if (!known[name]) values.set(name, '');
    else {
      const value = inline ?? rest.shift();
      if (value === undefined) return invalid;
      values.set(name, value.replace(/^=/, ''));
    }
  }
  return { words, has: (name) => values.has(name), value: (name) => values.get(name) };
}
