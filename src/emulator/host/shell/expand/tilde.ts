import type { Shell } from '../shell.ts';
import { valueOf } from '../variables.ts';

/** `~`, `~user`, `~+` and `~-` at the beginning of a text; undefined where there is none. */
export function expandTilde(shell: Shell, text: string): string | undefined {
  const match = /^~([\w-]*|\+)(?=\/|$)/.exec(text);
  if (!match) return undefined;
  const rest = text.slice(match[0].length).replaceAll(/\\(.)/g, '$1');
  const who = match[1] as string;
  if (who === '') return (valueOf(shell, 'HOME') ?? homeOf(shell, shell.sys.user) ?? '/') + rest;
  if (who === '+') return shell.sys.cwd + rest;
  const found = who === '-' ? valueOf(shell, 'OLDPWD') : homeOf(shell, who);
  return found === undefined ? undefined : found + rest;
}

function homeOf({ sys }: Shell, user: string): string | undefined {
  const passwd = sys.files.read('/etc/passwd');
  const lines = typeof passwd === 'string' ? [] : passwd.text.split('\n');
  const line = lines.find((each) => each.startsWith(`${user}:`));
  return line?.split(':')[5] ?? (user === 'root' ? '/root' : undefined);
}
