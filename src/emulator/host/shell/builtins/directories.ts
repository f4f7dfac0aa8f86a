import { isErrno, strerror } from '../../errno.ts';
import type { Call } from '../../syscalls.ts';
import { expandTilde } from '../expand/tilde.ts';
import type { Shell } from '../shell.ts';
import { assign, setFlags, valueOf } from '../variables.ts';
import { readFlags, type Builtin } from './builtin.ts';

function* cd(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'LPe@', 'cd [-L|[-P [-e]] [-@]] [dir]');
  if (!flags) return 2;
  const [given, more] = flags.rest;
  if (more !== undefined && shell.look.bash) {
    yield* shell.complain('cd: too many arguments');
    return 1;
  }
  const named = given === '-' ? 'OLDPWD' : given === undefined ? 'HOME' : undefined;
  const to = named === undefined ? given : valueOf(shell, named);
  if (to === undefined) {
    yield* shell.complain(`cd: ${named} not set`);
    return 1;
  }
  const moved = yield* enter(shell, 'cd', to, flags.letters.endsWith('P'));
  if (moved && given === '-') yield* shell.out(`${valueOf(shell, 'PWD')}\n`);
  return moved ? 0 : 1;
}

/** Goes to a directory, keeping the links of its path in $PWD. */
function* enter(shell: Shell, command: string, to: string, physical = false): Call<boolean> {
  const { sys, look } = shell;
  if (to === '') return true;
  const stat = sys.files.stat(to);
  const wrong = isErrno(stat) ? stat : stat.type === 'directory' ? undefined : 'ENOTDIR';
  if (wrong) {
    const why = strerror(wrong);
    const texts = {
      bash: `${command}: ${to}: ${why}`,
      dash: `cd: can't cd to ${to}`,
      ash: `cd: can't cd to ${to}: ${why}`,
    };
    yield* shell.complain(texts[look.name]);
    return false;
  }
  const before = valueOf(shell, 'PWD') ?? sys.cwd;
  const logical = clean(to.startsWith('/') ? to : `${before}/${to}`);
  sys.cwd = sys.files.resolve(to);
  assign(shell, 'OLDPWD', before);
  assign(shell, 'PWD', physical ? sys.cwd : logical);
  if (shell.state.variables.get('OLDPWD')?.flags === '') setFlags(shell, 'OLDPWD', 'x', '');
  return true;
}

/** A path without `.`, `..` and double slashes, by its text alone. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function* pwd(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'LP', 'pwd [-LP]');
  if (!flags) return 2;
  const logical = valueOf(shell, 'PWD');
  const physical = flags.letters.endsWith('P') || logical === undefined;
  yield* shell.out(`${physical ? shell.sys.cwd : logical}\n`);
  return 0;
}

function shortened(shell: Shell, path: string): string {
  const home = valueOf(shell, 'HOME');
  if (!home || home === '/') return path;
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function* dirs(shell: Shell, words: readonly string[] = []): Call<number> {
  if (words[1] === '-c') {
    shell.state.directories = [];
    return 0;
  }
  const all = [valueOf(shell, 'PWD') ?? shell.sys.cwd, ...shell.state.directories];
  const one = words.includes('-p') || words.includes('-v');
  const long = words.includes('-l');
  const shown = all.map((path) => (long ? path : shortened(shell, path)));
  const numbered = words.includes('-v')
    ? shown.map((path, i) => `${String(i).padStart(2)}  ${path}`)
    : shown;
  yield* shell.out(`${numbered.join(one ? '\n' : ' ')}\n`);
  return 0;
}

function* pushd(shell: Shell, words: readonly string[]): Call<number> {
  const { state } = shell;
  const here = valueOf(shell, 'PWD') ?? shell.sys.cwd;
  const to = words[1] ?? state.directories[0];
  if (to === undefined) {
    yield* shell.complain('pushd: no other directory');
    return 1;
  }
  if (!(yield* enter(shell, 'pushd', expandTilde(shell, to) ?? to))) return 1;
  if (words[1] === undefined) state.directories.shift();
  state.directories.unshift(here);
  return yield* dirs(shell);
}

function* popd(shell: Shell): Call<number> {
  const to = shell.state.directories[0];
  if (to === undefined) {
    yield* shell.complain('popd: directory stack empty');
    return 1;
  }
  if (!(yield* enter(shell, 'popd', to))) return 1;
  shell.state.directories.shift();
  return yield* dirs(shell);
}

export const directories: Readonly<Record<string, Builtin>> = { cd, pwd, dirs, pushd, popd };
