import type { Sys } from '../../host/syscalls.ts';

/** Quotation marks around a text: curved ones where the locale has UTF-8, else plain ones. */
export function quote({ env }: Sys, text: string): string {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) ? `‘${text}’` : `'${text}'`;
}

/** A file's name between quotes, so that a shell could read it (`ls: cannot access 'a b'`). */
export function quoteName(name: string): string {
  if (/[\x00-\x1f\x7f]/.test(name)) {
    const shown = name.replaceAll(
      /[\x00-\x1f\x7f]+/g,
      (found) => `'$'${[...found].map(escaped).join('')}''`,
    );
    return `'${shown}'`.replace(/''$/, '');
  }
  if (name.includes("'") && !/["$`\\!]/.test(name)) return `"${name}"`;
  return `'${name.replaceAll("'", "'\\''")}'`;
}

function escaped(letter: string): string {
  const known: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
  return known[letter] ?? `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

/** A name as `ls` shows it on a terminal: with quotes only where a shell would need them. */
export function quoteIfNeeded(name: string): string {
  return /^[\w@%+=:,./\u0080-\u{10ffff}^-]+$/u.test(name) && !/^[~#]/.test(name)
    ? name
    : quoteName(name);
}
