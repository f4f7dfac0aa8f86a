import { isErrno, strerror } from '../../host/errno.ts';
import type { Sys } from '../../host/syscalls.ts';
import { createJsonReader, ParseError, readJson } from './read-json.ts';
import { JqError, type Layout, type Value } from './value.ts';

export const usage = `jq - commandline JSON processor [version 1.6]

Usage:\tjq [options] <jq filter> [file...]
\tjq [options] --args <jq filter> [strings...]
\tjq [options] --jsonargs <jq filter> [JSON_TEXTS...]

Some of the options include:
  -c compact output, -n null as the single input, -e exit status by the output,
  -s all inputs as one array, -r raw strings out, -R raw strings in, -j raw without newlines,
  -a ASCII output, -C colors, -M no colors, -S sorted keys, --tab, --indent n,
  --arg a v, --argjson a v, --slurpfile a f, --rawfile a f, --args, --jsonargs
`;

/** What a run of jq is to do. */
export interface Options {
  readonly filter: string | undefined;
  readonly files: readonly string[];
  readonly nullInput: boolean;
  readonly raw: boolean;
  readonly slurp: boolean;
  readonly rawOutput: boolean;
  readonly join: boolean;
  readonly asciiOnly: boolean;
  readonly status: boolean;
  readonly layout: Layout;
  readonly named: ReadonlyMap<string, Value>;
  readonly positional: readonly Value[];
}

export interface Refusal {
  readonly complaint: string;
  readonly code: number;
}

const letters: Readonly<Record<string, string>> = {
  'ascii-output': 'a',
  'color-output': 'C',
  'compact-output': 'c',
  'exit-status': 'e',
  'from-file': 'f',
  help: 'h',
  'join-output': 'j',
  'monochrome-output': 'M',
  'null-input': 'n',
  'raw-input': 'R',
  'raw-output': 'r',
  slurp: 's',
  'sort-keys': 'S',
  version: 'V',
};

/** What stands for a named argument's value in complaints. */
const examples: Readonly<Record<string, string>> = {
  arg: 'value',
  argjson: 'text',
  slurpfile: 'filename',
  rawfile: 'filename',
};

const hint =
  'Use jq --help for help with command-line options,\n' +
  'or see the jq manpage, or online docs  at https://stedolan.github.io/jq\n';

const wrong = (complaint: string): Refusal => ({ complaint: `${complaint}\n${hint}`, code: 2 });

/** Reads the words of the command line, which may stand in any order. */
export function readOptions(words: readonly string[], sys: Sys): Options | Refusal {
  const flags = new Set<string>();
  const named = new Map<string, Value>();
  const plain: string[] = [];
  const positional: Value[] = [];
  let indent: string | undefined = '  ';
  let rest: 'files' | 'args' | 'jsonargs' = 'files';
  let over = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (over || word === '-' || !word.startsWith('-')) {
      if (plain.length === 0 || rest === 'files') plain.push(word);
      else if (rest === 'args') positional.push(word);
      else {
        const value = jsonOf(word);
        if (value === undefined) return wrong('jq: Invalid JSON text passed to --jsonargs');
        positional.push(value);
      }
      continue;
    }
    const name = word.slice(2);
    if (word === '--') over = true;
    else if (word === '--args' || word === '--jsonargs') rest = name as 'args';
    else if (word === '--tab') indent = '\t';
    else if (word === '--indent') {
      const count = Number(words[++i]);
      if (!(count >= 0 && count <= 7))
        return wrong(
          `jq: Cannot indent ${count < 0 ? 'less than zero' : 'more than 7'} characters`,
        );
      indent = count === 0 ? undefined : ' '.repeat(count);
    } else if (/^--(arg|argjson|slurpfile|rawfile)$/.test(word)) {
      const [key, text] = words.slice(i + 1, i + 3);
      i += 2;
      if (key === undefined || text === undefined) {
        return wrong(`jq: ${word} takes two parameters (e.g. ${word} varname ${examples[name]})`);
      }
      const value = valueOf(name, key, text, sys);
      if ('complaint' in value) return value;
      if (!named.has(key)) named.set(key, value.value);
    } else {
      const found = word.startsWith('--') ? [letters[name]] : [...word.slice(1)];
      for (const letter of found) {
        if (letter === undefined || !'aCcefhjMnRrsSV'.includes(letter)) {
          return wrong(`jq: Unknown option ${word}`);
        }
        flags.add(letter);
      }
    }
  }
  return made(flags, plain, { named, positional, indent }, sys);
}

function made(
  flags: ReadonlySet<string>,
  plain: readonly string[],
  given: {
    readonly named: Map<string, Value>;
    readonly positional: readonly Value[];
    readonly indent: string | undefined;
  },
  sys: Sys,
): Options | Refusal {
  if (flags.has('h')) return { complaint: usage, code: 0 };
  if (flags.has('V')) return { complaint: 'jq-1.6\n', code: 0 };
  let [filter, ...files] = plain;
  if (flags.has('f') && filter !== undefined) {
    const found = sys.files.read(filter);
    if (isErrno(found)) {
      return { complaint: `jq: error: Could not open ${filter}: ${strerror(found)}\n`, code: 2 };
    }
    filter = found.text;
  }
  const { named, positional, indent } = given;
  const layout: Layout = {
    ...(!flags.has('c') && indent !== undefined && { indent }),
    sorted: flags.has('S'),
    colors: flags.has('C') || (sys.isTerminal(1) && !flags.has('M')),
  };
  return {
    filter,
    files,
    nullInput: flags.has('n'),
    raw: flags.has('R'),
    slurp: flags.has('s'),
    rawOutput: flags.has('r') || flags.has('j'),
    join: flags.has('j'),
    asciiOnly: flags.has('a'),
    status: flags.has('e'),
    layout,
    named,
    positional,
  };
}

function jsonOf(text: string): Value | undefined {
  try {
    return readJson(text);
  } catch (problem) {
    if (problem instanceof JqError) return undefined;
    throw problem;
  }
}

function valueOf(
  how: string,
  key: string,
  text: string,
  sys: Sys,
): { readonly value: Value } | Refusal {
  if (how === 'arg') return { value: text };
  if (how === 'argjson') {
    const value = jsonOf(text);
    return value === undefined ? wrong('jq: Invalid JSON text passed to --argjson') : { value };
  }
  const found = sys.files.read(text);
  if (isErrno(found)) {
    const why = `Could not open ${text}: ${strerror(found)}`;
    return { complaint: `jq: Bad JSON in --${how} ${key} ${text}: ${why}\n`, code: 2 };
  }
  if (how === 'rawfile') return { value: found.text };
  const reader = createJsonReader();
  try {
    return { value: [...reader.push(found.text), ...reader.end()] };
  } catch (problem) {
    if (!(problem instanceof ParseError)) throw problem;
    return { complaint: `jq: Bad JSON in --${how} ${key} ${text}: ${problem.message}\n`, code: 2 };
  }
}
