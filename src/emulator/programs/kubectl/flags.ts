import { parseGoDuration } from '../../apimachinery/duration.ts';
import { failed, type Failure } from './failure.ts';

/** One flag, as pflag knows it. */
export interface Flag {
  readonly name: string;
  readonly short: string;
  readonly type: 'bool' | 'string' | 'int' | 'duration' | 'slice' | 'array';
  /** Default as help prints it: `false`, `'none'`, `[]`, `0s`. */
  readonly shown: string;
}

type Value = boolean | string | number | readonly string[];

/** What the flags of a command line came to. */
export interface FlagValues {
  on(name: string): boolean;
  text(name: string): string;
  number(name: string): number;
  list(name: string): readonly string[];
  /** Microseconds. */
  duration(name: string): number;
  changed(name: string): boolean;
  has(name: string): boolean;
}

/**
 * Reads flag definitions in the form that help prints: `-o|output='' all=false tcp=[] replicas=0`.
 * `[*]` is a list whose values are not split at commas (pflag StringArray).
 */
export function defineFlags(text: string): readonly Flag[] {
  return text
    .split(/\s+(?=(?:-\w\|)?[a-z][\w-]*=)/)
    .map((token) => token.trim())
    .filter((token) => token !== '')
    .map((token) => {
      const match = /^(?:-(\w)\|)?([\w-]+)=(.*)$/.exec(token);
      const [, short = '', name = '', value = ''] = match ?? [];
      return { name, short, type: typeOf(value), shown: value === '[*]' ? '[]' : value };
    });
}

function typeOf(shown: string): Flag['type'] {
  if (shown === 'true' || shown === 'false') return 'bool';
  if (shown === '[*]') return 'array';
  if (shown.startsWith('[')) return 'slice';
  if (/^-?\d+$/.test(shown)) return 'int';
  return /^(\d+(h|m|s))+$/.test(shown) ? 'duration' : 'string';
}

/** Flags that may stand without a value, and what they mean then. */
const withoutValue: Readonly<Record<string, string>> = {
  'dry-run': 'unchanged',
  validate: 'strict',
  cascade: 'background',
};

function optional(flag: Flag): string | undefined {
  return flag.type === 'bool' ? 'true' : withoutValue[flag.name];
}

interface ParsedFlags {
  readonly values: FlagValues;
  readonly args: readonly string[];
  /** How many arguments came before `--`; -1 without one. */
  readonly dash: number;
  readonly help: boolean;
}

/** Parses as pflag does. Errors are pflag's own, without kubectl's `See …` line. */
export function parseFlags(flags: readonly Flag[], argv: readonly string[]): ParsedFlags {
  const found = new Map<string, Value>();
  const args: string[] = [];
  let dash = -1;
  let help = false;
  const byName = new Map(flags.map((flag) => [flag.name, flag]));
  const byShort = new Map(flags.filter(({ short }) => short).map((flag) => [flag.short, flag]));
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--') {
      dash = args.length;
      args.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith('--')) {
      const cut = word.indexOf('=');
      const name = cut < 0 ? word.slice(2) : word.slice(2, cut);
      if (name === '' || name.startsWith('-')) throw failed(`bad flag syntax: ${word}`);
      if (name === 'help' && !byName.has('help')) {
        help = true;
        continue;
      }
      const flag = byName.get(name);
      if (!flag) throw failed(`unknown flag: --${name}`);
      let value = cut < 0 ? optional(flag) : word.slice(cut + 1);
      if (value === undefined) value = argv[++at];
      if (value === undefined) throw failed(`flag needs an argument: --${name}`);
      set(found, flag, value);
    } else if (word.length > 1 && word.startsWith('-')) {
      const result = shorthands(found, byShort, word, argv[at + 1]);
      if (result === 'help') help = true;
      else if (result === 'next') at += 1;
    } else args.push(word);
  }
  return { values: createValues(byName, found), args, dash, help };
}

/** `-Aowide`: letters without value, then at most one with. Says whether the next word was used. */
function shorthands(
  found: Map<string, Value>,
  byShort: ReadonlyMap<string, Flag>,
  word: string,
  next: string | undefined,
): 'help' | 'next' | undefined {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const flag = byShort.get(letter);
    if (!flag && letter === 'h') return 'help';
    if (!flag) throw failed(`unknown shorthand flag: '${letter}' in -${word.slice(at)}`);
    const rest = word.slice(at + 1);
    if (rest.startsWith('=')) {
      set(found, flag, rest.slice(1));
      return undefined;
    }
    const implied = optional(flag);
    if (implied !== undefined) {
      set(found, flag, implied);
      continue;
    }
    if (rest !== '') {
      set(found, flag, rest);
      return undefined;
    }
    if (next === undefined)
      throw failed(`flag needs an argument: '${letter}' in -${word.slice(at)}`);
    set(found, flag, next);
    return 'next';
  }
  return undefined;
}

function set(found: Map<string, Value>, flag: Flag, text: string): void {
  const before = found.get(flag.name);
  switch (flag.type) {
    case 'bool':
      if (!/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text)) {
        throw invalid(flag, text, `strconv.ParseBool: parsing "${text}": invalid syntax`);
      }
      found.set(flag.name, /^(1|t|T)/.test(text));
      return;
    case 'int':
      if (!/^[+-]?(0x[\da-fA-F]+|\d+)$/.test(text)) {
        throw invalid(flag, text, `strconv.ParseInt: parsing "${text}": invalid syntax`);
      }
      found.set(flag.name, Number(text));
      return;
    case 'duration': {
      const value = parseGoDuration(text);
      if (value === undefined) {
        const bare = /^[+-]?\d+(\.\d*)?$/.test(text);
        const why = bare ? 'missing unit in duration' : 'invalid duration';
        throw invalid(flag, text, `time: ${why} "${text}"`);
      }
      found.set(flag.name, value);
      return;
    }
    case 'slice':
      found.set(flag.name, [...((before as string[]) ?? []), ...splitValues(text)]);
      return;
    case 'array':
      found.set(flag.name, [...((before as string[]) ?? []), text]);
      return;
    default:
      found.set(flag.name, text);
  }
}

function invalid(flag: Flag, text: string, why: string): Failure {
  const name = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
  return failed(`invalid argument ${JSON.stringify(text)} for "${name}" flag: ${why}`);
}

/** A CSV record, as pflag StringSlice splits. */
function splitValues(text: string): string[] {
  if (text === '') return [];
  const values: string[] = [];
  for (const match of text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    values.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
  }
  return values;
}

function createValues(
  flags: ReadonlyMap<string, Flag>,
  found: ReadonlyMap<string, Value>,
): FlagValues {
  const value = (name: string): Value | undefined => {
    if (found.has(name)) return found.get(name);
    const flag = flags.get(name);
    return flag && defaultOf(flag);
  };
  return {
    on: (name) => value(name) === true,
    text: (name) => String(value(name) ?? ''),
    number: (name) => Number(value(name) ?? 0),
    list: (name) => (value(name) as readonly string[] | undefined) ?? [],
    duration: (name) => Number(value(name) ?? 0),
    changed: (name) => found.has(name),
    has: (name) => flags.has(name),
  };
}

function defaultOf({ type, shown }: Flag): Value {
  switch (type) {
    case 'bool':
      return shown === 'true';
    case 'int':
      return Number(shown);
    case 'duration':
      return parseGoDuration(shown) ?? 0;
    case 'slice':
    case 'array':
      return shown === '[]' ? [] : splitValues(shown.slice(1, -1));
    default:
      return shown.replace(/^'(.*)'$/, '$1');
  }
}
