import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';
import { eachPiece } from '../gnu/input.ts';
import { CompileError } from './ast.ts';
import { builtins } from './builtins.ts';
import { compile, type Compiled } from './compile.ts';
import { Break, evaluate, LimitError } from './evaluate.ts';
import { Halt } from './outside.ts';
import { readOptions, usage, type Options } from './options.ts';
import { createJsonReader, ParseError } from './read-json.ts';
import { isTrue, JqError, print, type Value } from './value.ts';

/** Exit code for input that is not JSON, as Debian's jq has it. */
const PARSE_ERROR = 4;

/** jq: values of JSON through a filter. */
const program: ProgramCode = {
  *run(argv, sys) {
    const options = readOptions(argv.slice(1), sys);
    if ('complaint' in options) {
      yield* sys.write(options.code === 0 ? 1 : 2, options.complaint);
      return options.code;
    }
    if (options.filter === undefined) {
      yield* sys.write(2, usage);
      return 2;
    }
    let compiled: Compiled;
    try {
      compiled = compile(options.filter, options.named, options.positional);
    } catch (problem) {
      if (!(problem instanceof CompileError)) throw problem;
      yield* sys.write(2, compileText(options.filter, problem));
      return 3;
    }
    return yield* work(sys, options, compiled);
  },
};

/** Where a program is wrong: its line, and blanks up to the place. */
function compileText(filter: string, { message, at, more }: CompileError): string {
  const all = [{ message, at }, ...more];
  const lines = all.map((each) => {
    const before = filter.slice(0, each.at).split('\n');
    const line = filter.split('\n')[before.length - 1] ?? '';
    const blanks = ' '.repeat(before.at(-1)?.length ?? 0);
    return `jq: error: ${each.message} at <top-level>, line ${before.length}:\n${line}${blanks}\n`;
  });
  return `${lines.join('')}jq: ${all.length} compile error${all.length > 1 ? 's' : ''}\n`;
}

interface Session {
  readonly sys: Sys;
  readonly options: Options;
  readonly compiled: Compiled;
  /** Values that were read and not taken. */
  readonly waiting: Value[];
  /** Standard error of `debug` and the like, until it can be written. */
  told: string;
  out: string;
  code: number;
  last: Value | undefined;
  file: string | null;
  lines: number;
}

function* work(sys: Sys, options: Options, compiled: Compiled): Call<number> {
  const session: Session = {
    sys,
    options,
    compiled,
    waiting: [],
    told: '',
    out: '',
    code: 0,
    last: undefined,
    file: null,
    lines: 0,
  };
  try {
    yield* readAll(session);
  } catch (problem) {
    yield* flush(session);
    if (!(problem instanceof Halt)) throw problem;
    if (problem.text !== '') yield* sys.write(2, problem.text);
    return problem.code;
  }
  yield* flush(session);
  if (session.code !== 0 || !options.status) return session.code;
  return session.last === undefined ? 4 : isTrue(session.last) ? 0 : 1;
}

/** Reads the inputs; each is worked on as soon as it is there, unless all are wanted at once. */
function* readAll(session: Session): Call<void> {
  const { options, compiled, sys } = session;
  const atOnce = options.slurp || options.nullInput || compiled.readsInputs;
  const all: Value[] = [];
  let raw = '';
  if (!options.nullInput || compiled.readsInputs) {
    const reader = createJsonReader();
    const take = function* (values: readonly Value[]): Call<void> {
      if (atOnce) all.push(...values);
      else for (const value of values) yield* one(session, value);
    };
    try {
      for (const path of options.files.length > 0 ? options.files : ['-']) {
        const failed = yield* eachPiece(sys, path, function* (piece) {
          session.file = path === '-' ? null : path;
          session.lines += piece.split('\n').length - 1;
          if (options.raw) raw += piece;
          else yield* take(reader.push(piece));
          if (options.raw && !options.slurp) raw = yield* rawLines(raw, take);
          yield* flush(session);
        });
        if (!failed) continue;
        yield* sys.write(2, `jq: error: Could not open file ${path}: ${strerror(failed)}\n`);
        session.code = 2;
      }
      if (!options.raw) yield* take(reader.end());
      else if (options.slurp) all.push(raw);
      else if (raw !== '') yield* take([raw]);
    } catch (problem) {
      if (!(problem instanceof ParseError)) throw problem;
      yield* take((problem as { before?: Value[] }).before ?? []);
      yield* flush(session);
      yield* sys.write(2, `parse error: ${problem.message}\n`);
      session.code = PARSE_ERROR;
      if (options.slurp) return;
    }
  }
  if (!atOnce) return;
  if (options.slurp && !options.nullInput) {
    return yield* one(session, options.raw ? (all[0] ?? '') : all);
  }
  session.waiting.push(...all);
  if (options.nullInput) return yield* one(session, null);
  for (let value = session.waiting.shift(); value !== undefined; value = session.waiting.shift()) {
    yield* one(session, value);
  }
  return undefined;
}

/** Lines of raw input; gives what is left of an unfinished one. */
function* rawLines(text: string, take: (values: readonly Value[]) => Call<void>): Call<string> {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  yield* take(lines);
  return rest;
}

/** Puts one input through the filter and writes what comes of it. */
function* one(session: Session, value: Value): Call<void> {
  const { sys, options, compiled } = session;
  const run = {
    builtins,
    steps: 0,
    depth: 0,
    world: {
      next: () => session.waiting.shift(),
      tell: (text: string) => void (session.told += text),
      env: sys.env,
      nowSeconds: sys.now / 1_000_000,
      file: () => session.file,
    },
  };
  try {
    const item = { value, path: undefined };
    for (const result of evaluate(run, compiled.node, compiled.scope, item)) {
      run.steps = 0;
      session.last = result.value;
      session.out += shown(result.value, options);
      if (session.out.length > 8_192 || session.told !== '') yield* flush(session);
      yield* sys.step();
    }
  } catch (problem) {
    yield* flush(session);
    const text = failureText(session, problem);
    if (text === undefined) throw problem;
    if (text === '') return;
    yield* sys.write(2, text);
    session.code = 5;
  }
}

function shown(value: Value, { rawOutput, join, layout, asciiOnly }: Options): string {
  if (rawOutput && typeof value === 'string') return join ? value : `${value}\n`;
  let text = print(value, layout);
  if (asciiOnly) {
    text = text.replaceAll(
      /[\x80-\uffff]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
  return join ? text : `${text}\n`;
}

/** What jq says of a mistake in the course of things; undefined where it is our own. */
function failureText({ file, lines }: Session, problem: unknown): string | undefined {
  if (problem instanceof Break) return 'jq: error (at <unknown>): break\n';
  if (problem instanceof LimitError) return `jq: ${problem.message}\n`;
  if (!(problem instanceof JqError)) return undefined;
  const place = lines === 0 && file === null ? '<unknown>' : `${file ?? '<stdin>'}:${lines}`;
  const { value } = problem;
  if (value === null) return '';
  if (typeof value === 'string') return `jq: error (at ${place}): ${value}\n`;
  return `jq: error (at ${place}) (not a string): ${print(value)}\n`;
}

function* flush(session: Session): Call<void> {
  const { out, told, sys } = session;
  session.out = '';
  session.told = '';
  if (out !== '') {
    const failed = yield* sys.write(1, out);
    if (isErrno(failed)) session.code = 2;
  }
  if (told !== '') yield* sys.write(2, told);
}

export default program;
