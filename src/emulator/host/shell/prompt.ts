import { civil } from '../../world/time.ts';
import type { Shell } from './shell.ts';
import { valueOf } from './variables.ts';

/** What the backslash sequences of PS1 stand for; expansions in it are done by the caller. */
export function promptText(shell: Shell, text: string): string {
  return text.replaceAll(
    /\\(\[|\]|[0-7]{3}|D\{[^}]*\}|.)/gs,
    (_all, code: string) => part(shell, code) ?? `\\${code}`,
  );
}

function part(shell: Shell, code: string): string | undefined {
  const { sys, state } = shell;
  switch (code) {
    case 'u':
      return sys.user;
    case 'h':
      return sys.hostname.split('.')[0];
    case 'H':
      return sys.hostname;
    case 'w':
      return shortPath(shell);
    case 'W':
      return sys.cwd === valueOf(shell, 'HOME') ? '~' : sys.cwd.split('/').at(-1) || '/';
    case '$':
      return sys.user === 'root' ? '#' : '$';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 's':
      return shell.look.name;
    case 'e':
      return '\x1b';
    case 'a':
      return '\x07';
    case '\\':
      return '\\';
    case '[':
    case ']':
      return '';
    case 'j':
      return String(state.jobs.length);
    case '!':
    case '#':
      return String(state.history.length + 1);
    case 'v':
      return '5.2';
    case 'V':
      return '5.2.15';
    default:
      return /^[0-7]{3}$/.test(code)
        ? String.fromCharCode(Number.parseInt(code, 8))
        : time(sys.now, code);
  }
}

function shortPath(shell: Shell): string {
  const { cwd } = shell.sys;
  const home = valueOf(shell, 'HOME');
  if (!home || home === '/') return cwd;
  if (cwd === home) return '~';
  return cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd;
}

function time(now: number, code: string): string | undefined {
  const { hour, minute, second } = civil(now);
  const two = (value: number) => String(value).padStart(2, '0');
  if (code === 't') return `${two(hour)}:${two(minute)}:${two(second)}`;
  if (code === 'A') return `${two(hour)}:${two(minute)}`;
  if (code === 'T') return `${two(hour % 12 || 12)}:${two(minute)}:${two(second)}`;
  if (code === '@') return `${two(hour % 12 || 12)}:${two(minute)} ${hour < 12 ? 'AM' : 'PM'}`;
  return undefined;
}
