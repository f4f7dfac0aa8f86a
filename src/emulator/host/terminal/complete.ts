import { builtins } from '../shell/builtins.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Running } from '../kernel/state.ts';
import { createSys } from '../kernel/sys.ts';
import { isDaemon, type Files } from '../syscalls.ts';

/** What Tab gives: text to put in at once, or what could come. */
export interface Completion {
  readonly insert: string;
  readonly choices: readonly string[];
}

/** Completes the last word before the cursor: commands, their own candidates, or files. */
export function complete(kernel: Kernel, shell: Running, before: string): Completion {
  const segment = before.split(/[|;&]|&&|\|\|/).at(-1) ?? '';
  const words = segment.trimStart().split(/\s+/);
  const last = words.at(-1) ?? '';
  const files = kernel.files(shell);
  let candidates: readonly string[];
  if (words.length <= 1)
    candidates = last.includes('/') ? paths(files, last) : commands(kernel, shell, files);
  else candidates = ofProgram(kernel, shell, words) ?? paths(files, last);
  const fits = [...new Set(candidates.filter((each) => each.startsWith(last)))].sort();
  if (fits.length === 0) return { insert: '', choices: [] };
  if (fits.length === 1) {
    const [only] = fits as [string];
    return { insert: only.slice(last.length) + (/[/=]$/.test(only) ? '' : ' '), choices: [] };
  }
  const shared = fits.reduce((a, b) => {
    let length = 0;
    while (length < a.length && a[length] === b[length]) length += 1;
    return a.slice(0, length);
  });
  return {
    insert: shared.slice(last.length),
    choices: fits.map((each) => each.split('/').filter(Boolean).at(-1) ?? each),
  };
}

function commands(kernel: Kernel, shell: Running, files: Files): string[] {
  const found = [...builtins.keys()];
  for (const directory of (shell.env['PATH'] ?? '/usr/bin:/bin:/usr/sbin:/sbin').split(':')) {
    const names = files.list(directory);
    if (typeof names !== 'string') found.push(...names);
  }
  void kernel;
  return found;
}

function ofProgram(
  kernel: Kernel,
  shell: Running,
  words: readonly string[],
): readonly string[] | undefined {
  const name = words[0] === 'k' ? 'kubectl' : (words[0] ?? '');
  const program = kernel.executables.find((each) => each.name === name);
  if (!program || isDaemon(program) || !program.complete) return undefined;
  if (!kernel.files(shell).which(name)) return undefined;
  const found = program.complete([name, ...words.slice(1)], createSys(kernel, shell));
  return found.length > 0 ? found : undefined;
}

function paths(files: Files, word: string): string[] {
  const cut = word.lastIndexOf('/') + 1;
  const base = word.slice(0, cut);
  const names = files.list(base === '' ? '.' : base);
  if (typeof names === 'string') return [];
  return names
    .filter((name) => word.slice(cut).startsWith('.') || !name.startsWith('.'))
    .map((name) => {
      const stat = files.stat(base + name);
      return base + name + (typeof stat !== 'string' && stat.type === 'directory' ? '/' : '');
    });
}
