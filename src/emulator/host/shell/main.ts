import { isErrno, strerror } from '../errno.ts';
import type { Call, ExitCode, Process, Sys } from '../syscalls.ts';
import { readArguments, versionText, type ShellArguments } from './arguments.ts';
import { createShell, untilExit } from './fork.ts';
import { interact } from './interactive.ts';
import { readScript, type Source } from './parse.ts';
import { readLineOf } from './read-line.ts';
import { runText } from './run-text.ts';
import type { Shell, ShellLook } from './shell.ts';
import { newState } from './state.ts';
import { assign, setFlags } from './variables.ts';

/** The whole of `bash` or `sh`: `-c text`, a script, standard input, or a prompt. */
export function* shellMain(look: ShellLook, argv: readonly string[], sys: Sys): Process {
  const called = (argv[0] ?? look.name).replace(/^-/, '');
  const args = readArguments(look, argv);
  if (typeof args === 'string') {
    yield* sys.write(2, `${called}: ${args}\n`);
    return 2;
  }
  if (args.version) {
    yield* sys.write(1, versionText);
    return 0;
  }
  const terminal = sys.isTerminal(0) && sys.isTerminal(2);
  const scripted = args.command !== undefined || args.file !== undefined;
  const interactive = args.interactive || (!scripted && terminal);
  const shell = prepare(look, args, sys, called, interactive && !scripted);
  return yield* untilExit(shell, (self) => work(self, args, called));
}

/** Makes the shell with its first variables. */
function prepare(
  look: ShellLook,
  args: ShellArguments,
  sys: Sys,
  called: string,
  interactive: boolean,
): Shell {
  const { command, file, rest } = args;
  const name = command !== undefined ? (rest[0] ?? called) : (file ?? called);
  const state = newState(name, sys.env);
  state.shellPid = sys.pid;
  state.positional = [...(command !== undefined ? rest.slice(1) : rest)];
  const source = firstSource(args, interactive);
  const shell = createShell({
    look,
    state,
    sys,
    title: name,
    source,
    interactive,
    prompted: interactive,
  });
  for (const [option, on] of args.set) state.options[option] = on;
  state.options.monitor = interactive;
  state.options.histexpand = interactive && look.bash;
  assign(shell, 'PWD', sameFolder(sys) ? (sys.env['PWD'] as string) : sys.cwd);
  setFlags(shell, 'PWD', 'x', '');
  assign(shell, 'IFS', ' \t\n');
  assign(shell, 'OPTIND', '1');
  if (look.bash) {
    assign(shell, 'SHLVL', String((Number(sys.env['SHLVL']) || 0) + 1));
    setFlags(shell, 'SHLVL', 'x', '');
    assign(shell, 'BASH', '/usr/bin/bash');
    assign(shell, 'BASH_VERSION', '5.2.15(1)-release');
    assign(shell, 'OSTYPE', 'linux-gnu');
    assign(shell, 'HOSTTYPE', 'x86_64');
    assign(shell, 'MACHTYPE', 'x86_64-pc-linux-gnu');
  }
  return shell;
}

function sameFolder({ env, cwd, files }: Sys): boolean {
  const given = env['PWD'];
  return given !== undefined && given.startsWith('/') && files.resolve(given) === cwd;
}

function firstSource({ command, file }: ShellArguments, interactive: boolean): Source {
  if (command !== undefined) return { text: command, firstLine: 1, kind: 'command', name: '' };
  if (file !== undefined) return { text: '', firstLine: 1, kind: 'file', name: file };
  return { text: '', firstLine: interactive ? 0 : 1, kind: 'input', name: '' };
}

function* work(shell: Shell, args: ShellArguments, called: string): Call<ExitCode> {
  const { sys } = shell;
  if (args.command !== undefined) return yield* runText(shell, shell.source);
  if (args.file !== undefined) {
    const path =
      args.file.includes('/') || sys.files.stat(args.file) !== 'ENOENT'
        ? args.file
        : (sys.files.which(args.file) ?? args.file);
    const found = sys.files.read(path);
    if (isErrno(found)) return yield* noScript(shell, called, args.file, found);
    return yield* runText(shell, { ...shell.source, text: found.text });
  }
  if (shell.interactive) return yield* interact(shell, args);
  return yield* fromInput(shell);
}

function* noScript(
  shell: Shell,
  called: string,
  file: string,
  errno: Parameters<typeof strerror>[0],
): Call<ExitCode> {
  const why = errno === 'ENOENT' ? 'No such file' : strerror(errno);
  const texts = {
    bash:
      errno === 'EISDIR'
        ? `${file}: ${file}: Is a directory`
        : `${called}: ${file}: ${strerror(errno)}`,
    dash: `${called}: 0: cannot open ${file}: ${why}`,
    ash: `${called}: can't open '${file}': ${strerror(errno)}`,
  };
  yield* shell.sys.write(2, `${texts[shell.look.name]}\n`);
  return shell.look.name === 'bash' ? (errno === 'ENOENT' ? 127 : 126) : 2;
}

/** Commands from standard input, read no further than they go: what follows is theirs to read. */
function* fromInput(shell: Shell): Call<ExitCode> {
  let text = '';
  let firstLine = 1;
  for (;;) {
    const line = yield* readLineOf(shell, 0);
    text += line ?? '';
    const source: Source = { ...shell.source, text, firstLine };
    const wantsMore = readScript(source).error?.incomplete ?? false;
    if (line === null || !wantsMore) {
      if (text !== '') yield* runText(shell, source);
      firstLine += text.split('\n').length - 1;
      text = '';
    }
    if (line === null) return shell.state.status;
  }
}
