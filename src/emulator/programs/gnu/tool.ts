import { strerror } from '../../host/errno.ts';
import type { Call, Errno, Program, Sys } from '../../host/syscalls.ts';
import { readOptions, type Given, type OptionTable } from './getopt.ts';
import { quote } from './quote.ts';

/** A GNU tool: its name, its options, and how it is used. */
export interface ToolSpec extends OptionTable {
  readonly name: string;
  /** What stands after the name in the first lines of `--help`. */
  readonly usage: readonly string[];
  /** One sentence for `--help`. */
  readonly about: string;
  /** Exit code for words that cannot be read; 1 where it is left out. */
  readonly badUsage?: number;
  /** The first line of usage follows a complaint about options. */
  readonly showsUsage?: boolean;
  /** What is said of options that cannot be read, where it is not the usual text. */
  readonly complains?: (text: string) => string;
  /** The version that `--version` tells; that of coreutils where it is left out. */
  readonly version?: string;
  readonly paths?: readonly string[];
  /** Changes old forms of options (`head -5`) into what getopt knows. */
  readonly rewrite?: (words: readonly string[]) => readonly string[];
}

/** A tool that runs, with its options read. */
export interface Tool {
  readonly sys: Sys;
  readonly name: string;
  readonly given: readonly Given[];
  readonly operands: readonly string[];
  has(...keys: readonly string[]): boolean;
  /** Value of the last of an option's uses. */
  value(key: string): string | undefined;
  /** The last given of these options, which replace one another. */
  last(keys: string): string | undefined;
  out(text: string): Call<void>;
  /** Says `name: text` on standard error. */
  complain(text: string): Call<void>;
  /** The same with the pointer to `--help`; gives the exit code. */
  misused(text: string): Call<number>;
  /** `‘x’` or `'x'`, as the locale has it. */
  quote(text: string): string;
  fail(path: string, errno: Errno): Call<void>;
}

/** Makes a program of a tool: what is wrong with its options is told as GNU tools do. */
export function gnuTool(spec: ToolSpec, run: (tool: Tool) => Call<number>): Program {
  const { name, paths = [`/usr/bin/${name}`, `/bin/${name}`] } = spec;
  return {
    name,
    paths,
    *run(argv, sys) {
      const words = spec.rewrite ? spec.rewrite(argv.slice(1)) : argv.slice(1);
      const read = readOptions(words, spec);
      const tool = createTool(spec, sys, read);
      if ('unmodelled' in read) {
        yield* tool.complain(`${read.unmodelled} is not modelled here`);
        return 2;
      }
      if ('error' in read) return yield* tool.misused(read.error);
      if (tool.has('--help')) {
        yield* tool.out(helpText(spec));
        return 0;
      }
      if (tool.has('--version')) {
        yield* tool.out(`${name} (${spec.version ?? 'GNU coreutils) 9.1'}\n`);
        return 0;
      }
      return yield* run(tool);
    },
  };
}

function helpText({ name, usage, about }: ToolSpec): string {
  const lines = usage.map(
    (each, index) => `${index === 0 ? 'Usage:' : '  or: '} ${name} ${each}\n`,
  );
  return `${lines.join('')}${about}\n`;
}

function createTool(spec: ToolSpec, sys: Sys, read: ReturnType<typeof readOptions>): Tool {
  const { name } = spec;
  const given = 'given' in read ? read.given : [];
  const tool: Tool = {
    sys,
    name,
    given,
    operands: 'operands' in read ? read.operands : [],
    has: (...keys) => given.some(({ key }) => keys.includes(key)),
    value: (key) => given.findLast((each) => each.key === key)?.value,
    last: (keys) => given.findLast(({ key }) => key.length === 1 && keys.includes(key))?.key,
    *out(text) {
      if (text !== '') yield* sys.write(1, text);
    },
    *complain(text) {
      yield* sys.write(2, `${name}: ${text}\n`);
    },
    *misused(text) {
      const pointer = `Try '${name} --help' for more information.\n`;
      if (spec.complains) {
        yield* sys.write(2, spec.complains(text));
        return spec.badUsage ?? 1;
      }
      const usage = spec.showsUsage ? `Usage: ${name} ${spec.usage[0]}\n` : '';
      yield* sys.write(2, `${name}: ${text}\n${usage}${pointer}`);
      return spec.badUsage ?? 1;
    },
    quote: (text) => quote(sys, text),
    fail: (path, errno) => tool.complain(`${path}: ${strerror(errno)}`),
  };
  return tool;
}
