import { isErrno } from '../errno.ts';
import type { Completion } from '../syscalls.ts';
import { builtinNames } from './builtins/catalog.ts';
import { expandTilde } from './expand/tilde.ts';
import type { Shell } from './shell.ts';

const keywords = 'case do done elif else esac fi for function if in select then time until while';

/** Completes the word before the cursor: a command, a variable, a program's own, a file. */
export function complete(shell: Shell, before: string): Completion {
  const words = lastCommand(before);
  const last = words.at(-1) ?? '';
  const variable = /\$\{?(\w*)$/.exec(last);
  if (variable) return variables(shell, variable[1] as string, variable[0].startsWith('${'));
  if (/[<>]$/.test(words.at(-2) ?? '')) return choose(paths(shell, last), last, true);
  if (words.length <= 1) {
    if (last.includes('/')) return choose(paths(shell, last), last, true);
    return choose(commands(shell), last, false);
  }
  const [name = '', ...rest] = words;
  const alias = shell.state.aliases.get(name);
  const real = alias === undefined ? [name] : alias.split(/\s+/);
  const own = ofProgram(shell, [...real, ...rest]);
  return own ? choose(own, last, false) : choose(paths(shell, last), last, true);
}

/** Words of the command that the cursor is in; quotes hold words together. */
function lastCommand(before: string): string[] {
  const segment = before.split(/&&|\|\||[|;&(]|\$\(|`/).at(-1) ?? '';
  const words = segment.trimStart().match(/(?:"[^"]*"?|'[^']*'?|\\.|[^\s"'\\])+/g) ?? [];
  const list = [...words];
  while (/^\w+=/.test(list[0] ?? '')) list.shift();
  while (/^(sudo|time|then|do|else|watch|xargs)$/.test(list[0] ?? '') && list.length > 1)
    list.shift();
  if (/\s$/.test(segment) || list.length === 0) list.push('');
  return list;
}

function choose(candidates: readonly string[], last: string, files: boolean): Completion {
  const bare = last.replaceAll(/\\(.)/g, '$1').replace(/^["']/, '');
  const fits = [...new Set(candidates.filter((each) => each.startsWith(bare)))].sort();
  if (fits.length === 0) return { insert: '', choices: [] };
  const shown = (text: string) => (files && !/^["']/.test(last) ? escape(text) : text);
  if (fits.length === 1) {
    const [only] = fits as [string];
    return {
      insert: shown(only.slice(bare.length)) + (/[/=:]$/.test(only) ? '' : ' '),
      choices: [],
    };
  }
  const shared = fits.reduce((a, b) => {
    let length = 0;
    while (length < a.length && a[length] === b[length]) length += 1;
    return a.slice(0, length);
  });
  const names = files ? fits.map((each) => /[^/]*\/?$/.exec(each)?.[0] ?? each) : fits;
  return { insert: shown(shared.slice(bare.length)), choices: names };
}

function escape(text: string): string {
  return text.replaceAll(/[\s"'\\$&;|<>()*?[\]`!#]/g, '\\$&');
}

function variables({ state }: Shell, start: string, braced: boolean): Completion {
  const names = [...state.variables.keys()].filter((name) => name.startsWith(start)).sort();
  const made = choose(names, start, false);
  if (names.length !== 1) return { ...made, choices: names.map((name) => `$${name}`) };
  return { insert: made.insert.trimEnd() + (braced ? '} ' : ' '), choices: [] };
}

function commands(shell: Shell): string[] {
  const { state, sys } = shell;
  const found = [...builtinNames(shell), ...keywords.split(' ')];
  found.push(...state.functions.keys(), ...state.aliases.keys());
  for (const folder of (sys.env['PATH'] ?? '/usr/bin:/bin').split(':')) {
    const names = sys.files.list(folder);
    if (!isErrno(names)) found.push(...names);
  }
  return found;
}

function ofProgram({ sys }: Shell, words: readonly string[]): readonly string[] | undefined {
  const found = sys.candidates(words);
  return found && found.length > 0 ? found : undefined;
}

function paths(shell: Shell, word: string): string[] {
  const { files } = shell.sys;
  const bare = word.replaceAll(/\\(.)/g, '$1').replace(/^["']/, '');
  const cut = bare.lastIndexOf('/') + 1;
  const base = bare.slice(0, cut);
  const names = files.list(base === '' ? '.' : (expandTilde(shell, base) ?? base));
  if (isErrno(names)) return [];
  return names
    .filter((name) => bare.slice(cut).startsWith('.') || !name.startsWith('.'))
    .map((name) => {
      const stat = files.stat((expandTilde(shell, base) ?? base) + name);
      return base + name + (!isErrno(stat) && stat.type === 'directory' ? '/' : '');
    });
}
