import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';
import { execute, runBody } from './execute.ts';
import { createMainInput } from './input.ts';
import { AwkError, AwkRunError, unquote } from './lexer.ts';
import { createMemory } from './memory.ts';
import { parseScript } from './parse.ts';
import { createStreams } from './streams.ts';
import { fromOutside } from './value.ts';

interface Words {
  readonly separator: string | undefined;
  readonly variables: readonly string[];
  readonly files: readonly string[];
  readonly rest: readonly string[];
}

/** awk: mawk, as Debian has it. */
const program: ProgramCode = {
  *run(argv, sys) {
    const words = readWords(argv.slice(1));
    if ('complaint' in words) {
      yield* sys.write(2, `${words.complaint}\n`);
      return 2;
    }
    if ('version' in words) {
      yield* sys.write(1, 'mawk 1.3.4 20200120\n');
      return 0;
    }
    const [first, ...others] = words.rest;
    if (first === undefined && words.files.length === 0) {
      yield* sys.write(2, 'Usage: mawk [Options] [Program] [file ...]\n');
      return 2;
    }
    try {
      const script = words.files.length > 0 ? scriptOf(sys, words.files) : (first as string);
      return yield* start(sys, script, words, words.files.length > 0 ? words.rest : others);
    } catch (problem) {
      if (!(problem instanceof AwkError)) throw problem;
      yield* sys.write(2, `awk: ${problem.message}\n`);
      return 2;
    }
  },
};

function readWords(
  words: readonly string[],
): Words | { readonly complaint: string } | { readonly version: true } {
  let separator: string | undefined;
  const variables: string[] = [];
  const files: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      at += 1;
      break;
    }
    if (!/^-./.test(word)) break;
    const letter = word[1] as string;
    if (word === '--version' || /^-W?\s*v(ersion)?$/.test(`${word}${words[at + 1] ?? ''}`)) {
      if (word !== '-v') return { version: true };
    }
    if (!'Fvf'.includes(letter)) {
      const text = letter === 'W' ? `${word} is not modelled here` : `not an option: ${word}`;
      return { complaint: `awk: ${text}` };
    }
    const value = word.slice(2) || words[++at];
    if (value === undefined) return { complaint: `awk: option requires an argument -- ${letter}` };
    if (letter === 'F') separator = unquote(value);
    else if (letter === 'f') files.push(value);
    else if (/^[A-Za-z_]\w*=/.test(value)) variables.push(value);
    else return { complaint: `awk: improper assignment: -v ${value}` };
  }
  return { separator, variables, files, rest: words.slice(at) };
}

function scriptOf(sys: Sys, paths: readonly string[]): string {
  const texts = paths.map((path) => {
    const found = sys.files.read(path);
    if (isErrno(found)) throw new AwkError(`cannot open ${path} (${strerror(found)})`);
    return found.text;
  });
  return texts.join('\n');
}

function* start(sys: Sys, text: string, words: Words, rest: readonly string[]): Call<number> {
  const script = parseScript(text);
  const memory = createMemory(sys, rest);
  if (words.separator !== undefined) memory.set('FS', words.separator);
  for (const each of words.variables) {
    const at = each.indexOf('=');
    memory.set(each.slice(0, at), fromOutside(unquote(each.slice(at + 1))));
  }
  const streams = createStreams(sys);
  const main = createMainInput(sys, memory);
  const chance = { seed: 0, drawn: 0 };
  const { functions } = script;
  const run = { sys, memory, streams, main, functions, runBody, chance };
  let code: number;
  try {
    code = yield* execute(run, script);
  } catch (problem) {
    yield* streams.closeAll();
    if (!(problem instanceof AwkRunError)) throw problem;
    const at = ['FILENAME', 'FNR', 'NR'].map((name) => memory.text(memory.get(name)));
    const place = `FILENAME="${at[0]}" FNR=${at[1]} NR=${at[2]}`;
    throw new AwkError(`run time error: ${problem.message}\n\t${place}`);
  }
  yield* streams.closeAll();
  return code & 255;
}

export default program;
