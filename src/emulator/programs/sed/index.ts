import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import { parseScript } from './parse.ts';
import { runScript } from './run.ts';
import { SedError, type Command } from './script.ts';

const usage =
  'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n' +
  'If no -e, --expression, -f, or --file option is given, then the first\n' +
  'non-option argument is taken as the sed script to interpret.  All\n' +
  'remaining arguments are names of input files; if no input files are\n' +
  'specified, then the standard input is read.\n\n';

/** sed: edits lines as they go by. */
const program: Program = gnuTool(
  {
    name: 'sed',
    usage: ['[OPTION]... {script-only-if-no-other-script} [input-file]...'],
    about: 'Edit lines as they go by.',
    short: 'nEre:f:i::suz',
    long: {
      quiet: 'n',
      silent: 'n',
      expression: 'e',
      file: 'f',
      'in-place': 'i',
      'regexp-extended': 'E',
      separate: 's',
      unbuffered: 'u',
      'null-data': 'z',
      'zero-terminated': 'z',
      posix: 'posix',
    },
    unmodelled: ['-l', '--line-length', '--debug', '--sandbox', '--follow-symlinks'],
    complains: (text) => `sed: ${text}\n${usage}`,
    version: 'GNU sed) 4.9',
  },
  function* (tool) {
    const { has, value, sys } = tool;
    const files = [...tool.operands];
    if (!has('e', 'f') && files.length === 0) {
      yield* sys.write(2, usage);
      return 1;
    }
    const commands = yield* readCommands(tool, has('e', 'f') ? undefined : files.shift());
    if (typeof commands === 'number') return commands;
    const mode = {
      quiet: has('n') || commands.quiet,
      backup: has('i') ? (value('i') ?? '') : undefined,
      separate: has('s'),
      end: has('z') ? '\0' : '\n',
    };
    try {
      return yield* runScript(tool, commands.list, files, mode);
    } catch (problem) {
      if (!(problem instanceof SedError)) throw problem;
      yield* tool.complain(`-e expression #1, char 0: ${problem.message}`);
      return 1;
    }
  },
);

/** The script from the words `-e` and `-f`, or from the first operand. */
function* readCommands(
  tool: Tool,
  operand: string | undefined,
): Call<number | { readonly list: readonly Command[]; readonly quiet: boolean }> {
  const texts: string[] = operand === undefined ? [] : [operand];
  let place = '-e expression #1';
  for (const { key, value = '' } of tool.given) {
    if (key === 'e') texts.push(value);
    if (key !== 'f') continue;
    const found = tool.sys.files.read(value);
    if (isErrno(found)) {
      yield* tool.complain(`couldn't open file ${value}: ${strerror(found)}`);
      return 4;
    }
    place = `file ${value}`;
    texts.push(found.text.replace(/\n$/, ''));
  }
  const script = texts.join('\n');
  try {
    const list = parseScript(script, tool.has('E', 'r'));
    return { list, quiet: /^#n(\n|$)/.test(script) };
  } catch (problem) {
    if (!(problem instanceof SedError)) throw problem;
    yield* tool.complain(where(place, script, problem));
    return problem.at < 0 ? 4 : 1;
  }
}

function where(place: string, script: string, { at, message }: SedError): string {
  if (at < 0) return message;
  if (place.startsWith('-e')) return `${place}, char ${at}: ${message}`;
  return `${place} line ${script.slice(0, at).split('\n').length}: ${message}`;
}

export default program;
