import type { Files } from '../syscalls.ts';

/** A pattern of the shell as a regular expression; a backslash quotes the letter after it. */
export function patternToRegExp(
  pattern: string,
  options: { readonly path?: boolean } = {},
): RegExp {
  const any = options.path ? '[^/]' : '[\\s\\S]';
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const letter = pattern[i] as string;
    if (letter === '\\') source += escape(pattern[++i] ?? '\\');
    else if (letter === '*') source += `${any}*`;
    else if (letter === '?') source += any;
    else if (letter === '[') {
      const close = pattern.indexOf(']', i + 2);
      if (close < 0) source += '\\[';
      else {
        const inside = pattern
          .slice(i + 1, close)
          .replace(/^[!^]/, '^')
          .replaceAll('\\', '\\\\');
        const classes = inside
          .replaceAll('[:digit:]', '0-9')
          .replaceAll('[:alpha:]', 'a-zA-Z')
          .replaceAll('[:alnum:]', 'a-zA-Z0-9')
          .replaceAll('[:space:]', '\\s')
          .replaceAll('[:upper:]', 'A-Z')
          .replaceAll('[:lower:]', 'a-z');
        source += `[${classes}]`;
        i = close;
      }
    } else source += escape(letter);
  }
  return new RegExp(`^${source}$`);
}

function escape(letter: string): string {
  return letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Whether unquoted letters of a pattern make it one. */
export function isPattern(pattern: string): boolean {
  return /(^|[^\\])[*?[]/.test(pattern);
}

/** Paths that match, sorted; none where nothing does. */
export function expandGlob(files: Files, pattern: string): string[] {
  const absolute = pattern.startsWith('/');
  let found: string[] = [absolute ? '/' : ''];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const next: string[] = [];
    for (const base of found) {
      if (!isPattern(part)) {
        const path = base + part.replaceAll(/\\(.)/g, '$1');
        if (typeof files.stat(path, { follow: false }) !== 'string') next.push(path);
        continue;
      }
      const names = files.list(base === '' ? '.' : base);
      if (typeof names === 'string') continue;
      const matches = patternToRegExp(part);
      for (const name of names) {
        if (name.startsWith('.') && !part.startsWith('.')) continue;
        if (matches.test(name)) next.push(base + name);
      }
    }
    found = next.map((each) => `${each}/`);
  }
  return found
    .map((each) => each.replace(/\/$/, ''))
    .filter((each) => each !== '')
    .sort();
}
