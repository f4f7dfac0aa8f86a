import { parse } from 'unbash';
import type { ParsedScript } from 'unbash';

export type * from 'unbash';

/** A script, or what bash would say of it. `incomplete` wants more lines. */
export type Parsed =
  | { readonly ok: true; readonly script: ParsedScript; readonly source: string }
  | { readonly ok: false; readonly incomplete: boolean; readonly error: string };

/** Reads Bash text. The parser recovers from errors; the first is told in bash's words. */
export function readScript(source: string): Parsed {
  const script = parse(source);
  const [error] = script.errors ?? [];
  if (!error) {
    if (openHereDocument(source)) return { ok: false, incomplete: true, error: '' };
    return { ok: true, script, source: script.source ?? source };
  }
  const atEnd =
    source.slice(error.pos).trim() === '' ||
    /unterminated|to close|expected command after/.test(error.message);
  const quote = /unterminated (single|double) quote/.exec(error.message);
  if (quote) {
    const mark = quote[1] === 'single' ? "'" : '"';
    return {
      ok: false,
      incomplete: true,
      error: `unexpected EOF while looking for matching \`${mark}'`,
    };
  }
  if (atEnd) return { ok: false, incomplete: true, error: 'syntax error: unexpected end of file' };
  const token = /^\s*(\S\S?)/.exec(source.slice(error.pos))?.[1] ?? 'newline';
  const named =
    /^(&&|\|\||;;|>>|<<)/.exec(token)?.[0] ??
    (/^[;&|()<>]/.test(token) ? token[0] : /^\s*(\S+)/.exec(source.slice(error.pos))?.[1]);
  return { ok: false, incomplete: false, error: `syntax error near unexpected token \`${named}'` };
}

/** Whether a here-document has no closing line yet; or a line ends in a backslash. */
function openHereDocument(source: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(source)) return true;
  const opens = [...source.matchAll(/<<(-?)\s*(?:'([^']+)'|"([^"]+)"|\\?([\w.-]+))/g)];
  return opens.some((open) => {
    if (source[(open.index ?? 0) - 1] === '<' || source[(open.index ?? 0) + 2] === '<')
      return false;
    const word = open[2] ?? open[3] ?? open[4] ?? '';
    const rest = source
      .slice((open.index ?? 0) + open[0].length)
      .split('\n')
      .slice(1);
    return !rest.some((line) => (open[1] === '-' ? line.replace(/^\t+/, '') : line) === word);
  });
}
