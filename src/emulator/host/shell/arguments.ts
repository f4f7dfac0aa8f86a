import type { ShellLook } from './shell.ts';
import { optionLetters, type Options } from './state.ts';

/** What the words after `bash` ask for. */
export interface ShellArguments {
  readonly command?: string;
  readonly file?: string;
  readonly rest: readonly string[];
  readonly login: boolean;
  readonly interactive: boolean;
  readonly stdin: boolean;
  readonly rc: boolean;
  readonly set: readonly (readonly [keyof Options, boolean])[];
  readonly version: boolean;
}

/** Reads a shell's own arguments; a text is what it says of wrong ones, after its name. */
export function readArguments(look: ShellLook, argv: readonly string[]): ShellArguments | string {
  let login = argv[0]?.startsWith('-') ?? false;
  let interactive = false;
  let stdin = false;
  let rc = true;
  let wantsCommand = false;
  const set: [keyof Options, boolean][] = [];
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--' || word === '-') {
      at += 1;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    const common = { rest: [], login, interactive, stdin, rc, set };
    if (word.startsWith('--')) {
      if (word === '--version' && look.bash) return { ...common, version: true };
      if (word === '--login') login = true;
      else if (word === '--norc' || word === '--noprofile') rc = false;
      else if (word === '--posix' || word === '--noediting') continue;
      else return usage(look, word);
      continue;
    }
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 'i') interactive = true;
      else if (letter === 'l') login = true;
      else if (letter === 's') stdin = true;
      else if (letter === 'o') {
        const name = argv[++at];
        const known = name as keyof Options;
        if (name === undefined || !optionNames.has(name))
          return `${name ?? '-o'}: invalid option name`;
        set.push([known, on]);
      } else if (optionLetters[letter]) set.push([optionLetters[letter], on]);
      else if (!/[prtDO]/.test(letter)) return usage(look, `${word[0]}${letter}`);
    }
  }
  const rest = argv.slice(at);
  const base = { login, interactive, stdin, rc, set, version: false };
  if (wantsCommand) {
    const [command, ...more] = rest;
    if (command === undefined)
      return look.bash ? '-c: option requires an argument' : '-c requires an argument';
    return { ...base, command, rest: more };
  }
  if (stdin || rest.length === 0) return { ...base, rest };
  return { ...base, file: rest[0] as string, rest: rest.slice(1) };
}

const optionNames = new Set(
  `allexport braceexpand emacs errexit errtrace functrace hashall histexpand history ignoreeof
  interactive-comments keyword monitor noclobber noexec noglob nolog notify nounset onecmd physical
  pipefail posix privileged verbose vi xtrace`.split(/\s+/),
);

const longOptions = `debug debugger dump-po-strings dump-strings help init-file login noediting
noprofile norc posix pretty-print rcfile restricted verbose version`.split(/\s+/);

function usage({ bash, name }: ShellLook, word: string): string {
  if (name === 'dash') return `0: Illegal option ${word}`;
  if (!bash) return `invalid option -- '${word.slice(-1)}'`;
  const lines = longOptions.map((each) => `\t--${each}`).join('\n');
  return `${word}: invalid option
Usage:\tbash [GNU long option] [option] ...
\tbash [GNU long option] [option] script-file ...
GNU long options:
${lines}
Shell options:
\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)
\t-abefhkmnptuvxBCEHPT or -o option`;
}

/** What `bash --version` says. */
export const versionText = `GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;
