import type { Call } from '../../syscalls.ts';
import { bodyOf } from '../functions.ts';
import { runExternal } from '../external.ts';
import { printFunction } from '../print.ts';
import type { Shell } from '../shell.ts';
import { readFlags, type Builtin } from './builtin.ts';
import { findBuiltin } from './catalog.ts';

const keywords = new Set(
  (
    '! [[ ]] { } case coproc do done elif else esac fi for function if in select then time ' +
    'until while'
  ).split(' '),
);

/** One thing that a name stands for. */
type Found =
  | { readonly kind: 'alias'; readonly text: string }
  | { readonly kind: 'keyword' | 'function' | 'builtin' }
  | { readonly kind: 'file'; readonly path: string };

function lookUp(shell: Shell, name: string): Found[] {
  const { state, sys } = shell;
  const found: Found[] = [];
  const alias = state.aliases.get(name);
  if (alias !== undefined && shell.interactive) found.push({ kind: 'alias', text: alias });
  if (keywords.has(name)) found.push({ kind: 'keyword' });
  if (state.functions.has(name)) found.push({ kind: 'function' });
  if (findBuiltin(shell, name)) found.push({ kind: 'builtin' });
  for (const path of paths(shell, name)) found.push({ kind: 'file', path });
  void sys;
  return found;
}

/** Every file of a name along PATH. */
function paths({ sys }: Shell, name: string): string[] {
  if (name.includes('/')) return sys.files.which(name) ? [name] : [];
  return (sys.env['PATH'] ?? '')
    .split(':')
    .map((folder) => `${folder}/${name}`)
    .filter((path) => sys.files.which(path) !== undefined);
}

function* type(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'afptP', 'type [-afptP] name [name ...]');
  if (!flags) return 2;
  const { letters, rest } = flags;
  let status = 0;
  for (const name of rest) {
    let found = lookUp(shell, name);
    if (letters.includes('P')) found = found.filter(({ kind }) => kind === 'file');
    if (found.length === 0) {
      status = 1;
      if (!/[tpP]/.test(letters)) {
        if (shell.look.bash) yield* shell.complain(`type: ${name}: not found`);
        else yield* shell.out(`${name}: not found\n`);
      }
      continue;
    }
    for (const each of letters.includes('a') ? found : found.slice(0, 1)) {
      if (letters.includes('t')) yield* shell.out(`${each.kind}\n`);
      else if (/[pP]/.test(letters)) {
        if (each.kind === 'file') yield* shell.out(`${each.path}\n`);
      } else yield* shell.out(describe(shell, name, each));
    }
  }
  return status;
}

function describe(shell: Shell, name: string, found: Found): string {
  switch (found.kind) {
    case 'alias':
      return shell.look.bash
        ? `${name} is aliased to \`${found.text}'\n`
        : `${name} is an alias for ${found.text}\n`;
    case 'keyword':
      return `${name} is a shell keyword\n`;
    case 'function': {
      const body = bodyOf(shell, name);
      return `${name} is a function\n${body ? printFunction(name, body.node) : ''}`;
    }
    case 'builtin':
      return `${name} is a shell builtin\n`;
    case 'file':
      return `${name} is ${found.path}\n`;
  }
}

function* command(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'pVv', 'command [-pVv] command [arg ...]');
  if (!flags) return 2;
  const { letters, rest } = flags;
  if (!/[vV]/.test(letters)) return yield* plainCommand(shell, rest);
  let status = rest.length === 0 ? 0 : 1;
  for (const name of rest) {
    const [first] = lookUp(shell, name);
    if (!first) {
      if (letters.includes('V')) {
        if (shell.look.bash) yield* shell.complain(`command: ${name}: not found`);
        else yield* shell.out(`${name}: not found\n`);
      }
      continue;
    }
    status = 0;
    if (letters.includes('V')) yield* shell.out(describe(shell, name, first));
    else if (first.kind === 'alias') yield* shell.out(`alias ${name}='${first.text}'\n`);
    else yield* shell.out(`${first.kind === 'file' ? first.path : name}\n`);
  }
  return status;
}

/** `command name`: functions do not count. */
function* plainCommand(shell: Shell, words: readonly string[]): Call<number> {
  const [name] = words;
  if (name === undefined) return 0;
  const builtin = findBuiltin(shell, name);
  if (builtin) return yield* builtin(shell, words);
  return yield* runExternal(shell, words, {}, () => words.join(' '));
}

function* onlyBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  const rest = words.slice(words[1] === '--' ? 2 : 1);
  const [name] = rest;
  if (name === undefined) return 0;
  const builtin = findBuiltin(shell, name);
  if (builtin) return yield* builtin(shell, rest);
  yield* shell.complain(`builtin: ${name}: not a shell builtin`);
  return 1;
}

function* hash(shell: Shell, words: readonly string[]): Call<number> {
  const names = words.slice(1).filter((word) => !word.startsWith('-'));
  if (words.length === 1) yield* shell.out('hash: hash table empty\n');
  let status = 0;
  for (const name of names) {
    if (shell.sys.files.which(name)) continue;
    yield* shell.complain(`hash: ${name}: not found`);
    status = 1;
  }
  return status;
}

export const lookUps: Readonly<Record<string, Builtin>> = {
  type,
  command,
  builtin: onlyBuiltin,
  hash,
};
