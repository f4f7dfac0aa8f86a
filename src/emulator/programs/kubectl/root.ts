import { isErrno } from '../../host/errno.ts';
import type { Call, ExitCode, Sys } from '../../host/syscalls.ts';
import { createClient, type Client } from './client.ts';
import type { Command, Context } from './command.ts';
import { exit, failed, Failure, report, type Problem } from './failure.ts';
import { defineFlags, parseFlags, type Flag, type FlagValues } from './flags.ts';
import { globalFlags } from './global-flags.ts';
import { createHttpLog } from './http-log.ts';
import { commandHelp, groupHelp, helpOfHelp, rootHelp, rootUsage } from './help.ts';
import { clientConfig, kubeconfigPaths, type ClientConfig } from './kubeconfig.ts';
import { runPlugin } from './plugins.ts';
import { createRestMapper, type RestMapper } from './rest-mapper.ts';
import { similar } from './suggest.ts';
import { defaultFlags, preferences, resolveAlias } from './kuberc.ts';
import { klogLine, tellDiscoveryFailure } from './klog.ts';

/** Flags that exist and are not modelled: to use one is said, not passed over. */
const unmodelled = ['profile', 'vmodule'];

/** Where a command line leads: the command, the path to it and the words left. */
export interface Found {
  readonly command: Command | undefined;
  readonly path: readonly string[];
  readonly rest: readonly string[];
}

/** Follows the words of a command line down to the command they mean (cobra `Find`). */
export function findCommand(commands: readonly Command[], words: readonly string[]): Found {
  let level = commands;
  let command: Command | undefined;
  const path: string[] = [];
  let rest = [...words];
  for (;;) {
    const at = firstWord(rest, command);
    const next = at < 0 ? undefined : level.find((each) => isCalled(each, rest[at] as string));
    if (!next) return { command, path, rest };
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
    path.push(next.name);
    command = next;
    level = next.commands ?? [];
  }
}

function isCalled({ name, aliases = [] }: Command, word: string): boolean {
  return name === word || aliases.includes(word);
}

/** Index of the first word that is neither a flag nor a flag's value. */
function firstWord(words: readonly string[], command: Command | undefined): number {
  const flags = [...globalFlags, ...defineFlags(command?.flags ?? '')];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') return -1;
    if (!word.startsWith('-') || word === '-') return at;
    if (word.includes('=')) continue;
    const flag = word.startsWith('--')
      ? flags.find(({ name }) => name === word.slice(2))
      : word.length === 2
        ? flags.find(({ short }) => short === word[1])
        : undefined;
    if (flag && flag.type !== 'bool' && flag.name !== 'dry-run') at += 1;
  }
  return -1;
}

/** Runs a kubectl command line; gives the exit code. */
export function* runKubectl(
  sys: Sys,
  commands: readonly Command[],
  argv: readonly string[],
): Generator<never, ExitCode, unknown> | Call<ExitCode> {
  try {
    yield* dispatch(sys, commands, argv);
    return 0;
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    const { text, code } = report(caught.problem);
    const problem = onlyOne(caught.problem);
    if (problem.type === 'status' && verbosityOf(argv) >= 4) {
      const shown = JSON.stringify(problem.status, undefined, 2);
      const line = `server response object: %s[${shown}]`;
      yield* sys.write(2, klogLine(sys, 'I', 'helpers.go:246', line));
    }
    if (text !== '') yield* sys.write(2, text);
    return code;
  }
}

/** The one problem of an aggregate, however deep. */
function onlyOne(problem: Problem): Problem {
  const [first, ...more] = problem.type === 'aggregate' ? problem.problems : [];
  return first && more.length === 0 ? onlyOne(first) : problem;
}

/** The level that `-v` asks for, where the command line is no more than words. */
function verbosityOf(argv: readonly string[]): number {
  const at = argv.findIndex((word) => /^(-v|--v)(=?\d*)$/.test(word));
  const word = argv[at] ?? '';
  return Number(/\d+$/.exec(word)?.[0] ?? argv[at + 1] ?? 0) || 0;
}

function* dispatch(sys: Sys, commands: readonly Command[], given: readonly string[]): Call<void> {
  const kuberc = preferences(sys, given);
  const argv = kuberc ? resolveAlias(kuberc, commands, given) : given;
  const { command, path, rest: words } = findCommand(commands, argv);
  const rest =
    kuberc && command ? [...defaultFlags(kuberc, command, path, words), ...words] : words;
  const name = ['kubectl', ...path].join(' ');
  if (!command) {
    yield* atRoot(sys, commands, rest);
    return;
  }
  const own = defineFlags(command.flags ?? '');
  // A command's own flag takes the place of one that all have: --profile of debug.
  const flags = [...globalFlags.filter(({ name }) => !isNamed(own, name)), ...own];
  const parsed = parseOrUsage(flags, rest, name, command.wrongFlag);
  if (parsed.help) {
    yield* sys.write(1, command.commands ? groupHelp(command, name) : commandHelp(command, name));
    return;
  }
  for (const [flag, why] of Object.entries(command.deprecated ?? {})) {
    if (!parsed.values.changed(flag)) continue;
    yield* sys.write(2, `Flag --${flag} has been deprecated, ${why}\n`);
  }
  for (const flag of unmodelled) {
    if (isNamed(own, flag)) continue;
    if (parsed.values.changed(flag)) throw exit(2, `kubectl: --${flag} is not modelled here\n`);
  }
  const missing = (command.required ?? []).filter((flag) => !parsed.values.changed(flag));
  if (missing.length > 0) {
    throw failed(`required flag(s) ${missing.map((flag) => `"${flag}"`).join(', ')} not set`);
  }
  yield* tellDeprecated(sys, parsed.values);
  const context = createContext(sys, name, parsed, own);
  if (command.run) {
    yield* tellConfig(context);
    yield* command.run(context);
    return;
  }
  yield* groupAlone(sys, command, name, parsed.args);
}

/** A group without a subcommand (kubectl `util.DefaultSubCommandRun`). */
function* groupAlone(
  sys: Sys,
  command: Command,
  name: string,
  args: readonly string[],
): Call<void> {
  if (command.bare === 'help') {
    yield* sys.write(1, groupHelp(command, name));
    return;
  }
  if (args.length > 0) {
    throw failed(`unknown command "${args.join(' ')}"\nSee '${name} -h' for help and examples`);
  }
  yield* sys.write(command.bare === 'stdout' ? 1 : 2, groupHelp(command, name));
  throw exit(1);
}

function parseOrUsage(
  flags: readonly Flag[],
  words: readonly string[],
  name: string,
  code: number | undefined,
) {
  try {
    return parseFlags(flags, words);
  } catch (caught) {
    if (!(caught instanceof Failure) || caught.problem.type !== 'text') throw caught;
    const { text } = caught.problem;
    if (code === undefined) throw failed(`${text}\nSee '${name} --help' for usage.`);
    throw exit(code, `error: ${text}\nSee '${name} -h' for help and examples\n`);
  }
}

function* atRoot(sys: Sys, commands: readonly Command[], rest: readonly string[]): Call<void> {
  const at = firstWord(rest, undefined);
  const asked = rest.slice(0, Math.max(at, 0)).some((word) => word === '-h' || word === '--help');
  if (at >= 0 && !asked) {
    const word = rest[at] as string;
    if (word === 'help') {
      yield* helpFor(sys, commands, rest.slice(at + 1));
      return;
    }
    const code = at === 0 ? yield* runPlugin(sys, rest) : undefined;
    if (code !== undefined) throw exit(code);
    let text = `unknown command "${word}" for "kubectl"\n`;
    const near = similar(
      word,
      commands.map(({ name }) => name),
    );
    if (near.length > 0)
      text += `\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
    throw failed(text);
  }
  parseOrUsage(globalFlags, rest, 'kubectl', undefined);
  yield* sys.write(1, rootHelp(commands));
}

function* helpFor(sys: Sys, commands: readonly Command[], words: readonly string[]): Call<void> {
  const { command, path } = findCommand(commands, words);
  if (words.includes('-h') || words.includes('--help')) {
    yield* sys.write(1, helpOfHelp());
    return;
  }
  if (!command && words.length > 0) {
    yield* sys.write(2, `Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n\n`);
    yield* sys.write(2, rootUsage(commands));
    return;
  }
  if (!command) {
    yield* sys.write(1, rootHelp(commands));
    return;
  }
  const name = ['kubectl', ...path].join(' ');
  yield* sys.write(1, command.commands ? groupHelp(command, name) : commandHelp(command, name));
}

/** The surroundings of a command: all is made when it is first asked for. */
function createContext(
  sys: Sys,
  path: string,
  { values, args, dash }: ReturnType<typeof parseFlags>,
  own: readonly Flag[],
): Context {
  let config: ClientConfig | undefined;
  let client: Client | undefined;
  let mapper: RestMapper | undefined;
  // `create rolebinding --user` is not the kubeconfig's user.
  const shared: FlagValues = {
    ...values,
    text: (name) => (isNamed(own, name) ? '' : values.text(name)),
  };
  const log = createHttpLog(sys, () => context.config(), values.number('v'));
  const context: Context = {
    sys,
    flags: values,
    args,
    dash,
    path,
    config: () => (config ??= clientConfig(sys, shared)),
    client: () =>
      (client ??= createClient(sys, context.config(), values.on('warnings-as-errors'), log)),
    *mapper() {
      if (!mapper) {
        try {
          mapper = yield* createRestMapper(sys, context.client());
        } catch (caught) {
          if (!(caught instanceof Failure) || caught.problem.type !== 'connection') throw caught;
          yield* tellDiscoveryFailure(sys, context, caught.problem.text);
          throw caught;
        }
      }
      return mapper;
    },
    namespace() {
      const flag = values.text('namespace');
      if (flag !== '') return { name: flag, explicit: true };
      return { name: context.config().namespace, explicit: false };
    },
    *out(text) {
      if (text !== '') yield* sys.write(1, text);
    },
    *err(text) {
      if (text !== '') yield* sys.write(2, text);
    },
  };
  return context;
}

/** Old ways to write `--dry-run` still work, and are told off (`GetDryRunStrategy`). */
function* tellDeprecated(sys: Sys, values: FlagValues): Call<void> {
  if (!values.has('dry-run')) return;
  const value = values.text('dry-run');
  if (value === 'unchanged') {
    const text = '--dry-run is deprecated and can be replaced with --dry-run=client.';
    yield* sys.write(2, klogLine(sys, 'W', 'helpers.go:719', text));
  } else if (/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
    const on = /^[1tT]/.test(value);
    const text =
      `--dry-run=${value} is deprecated (boolean value) and can be replaced with ` +
      `--dry-run=${on ? 'client' : 'none'}.`;
    yield* sys.write(2, klogLine(sys, 'W', `helpers.go:${on ? 733 : 736}`, text));
  }
}

/** At `-v=6` it is said which file the configuration is from. */
function* tellConfig(context: Context): Call<void> {
  const { sys, flags } = context;
  const level = flags.number('v');
  if (level < 6) return;
  const path = kubeconfigPaths(sys, flags).find((each) => !isErrno(sys.files.stat(each)));
  yield* createHttpLog(sys, () => context.config(), level).loaded(path);
}

function isNamed(flags: readonly Flag[], name: string): boolean {
  return flags.some((each) => each.name === name);
}
