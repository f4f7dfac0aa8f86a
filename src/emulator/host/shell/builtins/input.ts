import type { Call } from '../../syscalls.ts';
import { readUntil } from '../read-line.ts';
import { splitFields } from '../expand/split.ts';
import type { Shell } from '../shell.ts';
import { asElements, assign, assignElements, isName, valueOf } from '../variables.ts';
import { readFlags, type Builtin } from './builtin.ts';

const USAGE =
  'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] ' +
  '[-u fd] [name ...]';

function* read(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'ersa:d:i:n:N:p:t:u:', USAGE);
  if (!flags) return 2;
  const { values, letters, rest } = flags;
  for (const name of rest) {
    if (isName(name.replace(/\[.*\]$/, ''))) continue;
    yield* shell.complain(`read: \`${name}': not a valid identifier`);
    return 1;
  }
  const seconds = values.get('t');
  if (seconds !== undefined && !/^\d*\.?\d*$/.test(seconds)) {
    yield* shell.complain(`read: ${seconds}: invalid timeout specification`);
    return 1;
  }
  const fd = Number(values.get('u') ?? 0);
  const to = shell.fds.get(fd);
  const terminal = to !== undefined && to !== 'null' && shell.sys.isTerminal(to);
  const prompt = values.get('p');
  if (prompt !== undefined && terminal) yield* shell.write(2, prompt);
  const count = values.get('N') ?? values.get('n');
  const raw = terminal && (count !== undefined || letters.includes('s'));
  if (raw) shell.sys.setRaw(to as number, true);
  const got = yield* readUntil(shell, fd, {
    delimiter: values.has('N') ? '\uffff' : raw ? '\r' : (values.get('d')?.[0] ?? '\n'),
    ...(count !== undefined && { most: Number(count) }),
    ...(seconds !== undefined && { timeout: Math.round(Number(seconds) * 1_000_000) }),
  });
  if (raw) shell.sys.setRaw(to as number, false);
  if (got.bad) {
    yield* shell.complain(`read: ${fd}: invalid file descriptor: Bad file descriptor`);
    return 1;
  }
  const end = raw ? '\r' : (values.get('d')?.[0] ?? '\n');
  const whole = got.text.endsWith(end) || got.text.length >= Number(count ?? Infinity);
  let text = got.text.endsWith(end) ? got.text.slice(0, -end.length) : got.text;
  if (!letters.includes('r')) {
    while (/(^|[^\\])(\\\\)*\\$/.test(text) && got.text.endsWith('\n')) {
      const more = yield* readUntil(shell, fd, { delimiter: '\n' });
      text = text.slice(0, -1) + more.text.replace(/\n$/, '');
      if (!more.text.endsWith('\n')) break;
    }
  }
  store(shell, text, letters.includes('r'), rest, values.get('a'));
  if (got.late) return 142;
  return whole ? 0 : 1;
}

/** Splits the line into the variables; the last takes what is left. */
function store(
  shell: Shell,
  text: string,
  raw: boolean,
  names: readonly string[],
  array: string | undefined,
): void {
  // Quoted letters are no separators: they are set apart while the line is split.
  const kept = raw ? text : text.replaceAll(/\\(.)/gs, (_all, letter: string) => hide(letter));
  const ifs = valueOf(shell, 'IFS') ?? ' \t\n';
  if (array !== undefined) {
    const fields = splitFields(kept, ifs).fields.map(show);
    return assignElements(shell, array, asElements(fields), 'a');
  }
  if (names.length === 0) return assign(shell, 'REPLY', show(kept));
  let rest = trimLeft(kept, ifs);
  names.forEach((name, index) => {
    const [field, after] = index === names.length - 1 ? [last(rest, ifs), ''] : cut(rest, ifs);
    assign(shell, name, show(field));
    rest = after;
  });
}

const HIDDEN = 0xe000;
const hide = (letter: string) => String.fromCharCode(HIDDEN + letter.charCodeAt(0));
const show = (text: string) =>
  text.replaceAll(/[\ue000-\uf8ff]/g, (letter) =>
    String.fromCharCode(letter.charCodeAt(0) - HIDDEN),
  );

const isWhite = (letter: string | undefined, ifs: string) =>
  letter !== undefined && /[ \t\n]/.test(letter) && ifs.includes(letter);

function trimLeft(text: string, ifs: string): string {
  let at = 0;
  while (isWhite(text[at], ifs)) at += 1;
  return text.slice(at);
}

/** First field, and what follows its separator. */
function cut(text: string, ifs: string): [string, string] {
  let at = 0;
  while (at < text.length && !ifs.includes(text[at] as string)) at += 1;
  const field = text.slice(0, at);
  let rest = trimLeft(text.slice(at), ifs);
  if (rest !== '' && ifs.includes(rest[0] as string) && !isWhite(rest[0], ifs))
    rest = trimLeft(rest.slice(1), ifs);
  return [field, rest];
}

/** The last variable's text: without blanks at its end, and without one lone separator. */
function last(text: string, ifs: string): string {
  let end = text.length;
  while (end > 0 && isWhite(text[end - 1], ifs)) end -= 1;
  const trimmed = text.slice(0, end);
  const [field, rest] = cut(trimmed, ifs);
  return rest === '' ? field : trimmed;
}

function* mapfile(shell: Shell, words: readonly string[]): Call<number> {
  const usage = `${words[0]} [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [array]`;
  const flags = yield* readFlags(shell, words, 'd:n:O:s:tu:', usage);
  if (!flags) return 2;
  const { values, letters, rest } = flags;
  const delimiter = values.get('d')?.[0] ?? '\n';
  const most = Number(values.get('n') ?? 0) || Infinity;
  const lines: string[] = [];
  let skip = Number(values.get('s') ?? 0);
  while (lines.length < most) {
    const { text } = yield* readUntil(shell, Number(values.get('u') ?? 0), { delimiter });
    if (text === '') break;
    if (skip-- > 0) continue;
    lines.push(letters.includes('t') && text.endsWith(delimiter) ? text.slice(0, -1) : text);
  }
  assignElements(shell, rest[0] ?? 'MAPFILE', asElements(lines), 'a');
  return 0;
}

export const input: Readonly<Record<string, Builtin>> = { read, mapfile, readarray: mapfile };
