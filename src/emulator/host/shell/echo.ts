import type { Call } from '../syscalls.ts';
import type { Shell } from './interpreter.ts';
import { assign } from './state.ts';

/** `echo [-neE]`. */
export function* echo(shell: Shell, words: readonly string[]): Call<number> {
  let rest = words.slice(1);
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(rest[0] ?? '')) {
    const flags = rest[0] as string;
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) escapes = true;
    if (flags.includes('E')) escapes = false;
    rest = rest.slice(1);
  }
  const text = rest.join(' ');
  if (!escapes) {
    yield* shell.out(text + (newline ? '\n' : ''));
    return 0;
  }
  const stop = text.indexOf('\\c');
  yield* shell.out(
    unescape(stop < 0 ? text : text.slice(0, stop)) + (newline && stop < 0 ? '\n' : ''),
  );
  return 0;
}

/** Backslash sequences of `echo -e` and of printf's format. */
export function unescape(text: string): string {
  return text.replaceAll(
    /\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|.)/g,
    (_all, code: string) => {
      const known: Readonly<Record<string, string>> = {
        n: '\n',
        t: '\t',
        r: '\r',
        a: '\x07',
        b: '\b',
        e: '\x1b',
        f: '\f',
        v: '\v',
        '\\': '\\',
        '"': '"',
      };
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
      if (/^[xu][0-9a-fA-F]/.test(code))
        return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return known[code] ?? `\\${code}`;
    },
  );
}

/** `printf [-v name] format [arguments]`; the format is used again while arguments are left. */
export function* printf(shell: Shell, words: readonly string[]): Call<number> {
  let rest = words.slice(1);
  let variable: string | undefined;
  if (rest[0] === '-v') {
    variable = rest[1];
    rest = rest.slice(2);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  const [format, ...values] = rest;
  if (format === undefined) {
    yield* shell.error(`${shell.title}: printf: usage: printf [-v var] format [arguments]`);
    return 2;
  }
  const { text, error } = formatAll(format, values);
  if (variable) assign(shell.state, variable, text);
  else yield* shell.out(text);
  if (error) {
    yield* shell.error(`${shell.title}: printf: ${error}`);
    return 1;
  }
  return 0;
}

function formatAll(format: string, values: readonly string[]): { text: string; error?: string } {
  let text = '';
  let at = 0;
  let error: string | undefined;
  do {
    const before = at;
    text += format.replaceAll(
      directives,
      (
        all,
        code: string | undefined,
        flags: string,
        width: string,
        precision: string | undefined,
        verb: string,
      ) => {
        if (code !== undefined) return unescape(all as string);
        if (verb === '%') return '%';
        const value = values[at++];
        if (
          /[diuxXof]/.test(verb) &&
          value !== undefined &&
          !/^\s*[-+]?(\d|0x|\.)/.test(value) &&
          value !== '' &&
          !/^['"]/.test(value)
        )
          error = `${value}: invalid number`;
        const shown = one(verb, value ?? '', precision);
        const size = Number(width || 0);
        if (flags?.startsWith('-')) return shown.padEnd(size);
        return shown.padStart(size, flags?.includes('0') && /[diuxXof]/.test(verb) ? '0' : ' ');
      },
    );
    if (at === before) break;
  } while (at < values.length);
  return error ? { text, error } : { text };
}

function one(verb: string, value: string, precision: string | undefined): string {
  const number = /^['"]/.test(value)
    ? value.charCodeAt(1)
    : Number(value.trim() || 0) || Number.parseInt(value, 10) || 0;
  switch (verb) {
    case 'd':
    case 'i':
    case 'u':
      return String(Math.trunc(number)).padStart(Number(precision ?? 0), '0');
    case 'x':
      return Math.trunc(number).toString(16);
    case 'X':
      return Math.trunc(number).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(number).toString(8);
    case 'f':
      return number.toFixed(Number(precision ?? 6));
    case 'c':
      return value.slice(0, 1);
    case 'b':
      return unescape(value);
    case 'q':
      return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
    default:
      return precision === undefined ? value : value.slice(0, Number(precision));
  }
}

/** What a format of printf holds besides plain text. */
const directives =
  /\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[\da-fA-F]{1,2}|.)|%(-?0?)(\d*)(?:\.(\d+))?([sdiuxXofcbq%])/g;
