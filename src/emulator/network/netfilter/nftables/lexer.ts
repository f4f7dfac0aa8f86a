/** A text that rules are read from; `name` is the file's, absent for the command line. */
export interface Source {
  readonly name?: string;
  readonly lines: readonly string[];
}

/** A stretch of one line; columns count from 1 and both ends belong to it. */
export interface Place {
  readonly source: Source;
  readonly line: number;
  readonly first: number;
  readonly last: number;
}

export interface Token extends Place {
  readonly type: 'word' | 'number' | 'quoted' | 'wildcard' | 'sign' | 'newline' | 'end';
  readonly text: string;
  /** The first token of an IPv6 address in brackets is the whole of it. */
  readonly bracketed?: boolean;
}

const TIME = '(?:\\d+(?:ms|[wdhms]))+';
const IPV4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
const MAC = '(?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}(?![0-9a-fA-F:])';
const IPV6 = '(?=[0-9a-fA-F]*:[0-9a-fA-F]*:)[0-9a-fA-F:]+(?::\\d{1,3}(?:\\.\\d{1,3}){3})?';
const CLASSID = '[0-9a-fA-F]+:[0-9a-fA-F]+(?![\\w.])';
const STRING = '[A-Za-z_.][A-Za-z0-9/\\-_.\\\\]*';

type Pattern = readonly [type: Token['type'] | 'bracket' | 'skip', begins: RegExp, form: RegExp];

/** Forms of tokens in the order in which they are tried, each with the letters that begin it. */
const patterns: readonly Pattern[] = [
  ['skip', /[ \t\r]/, /[ \t\r]+/y],
  ['skip', /\\/, /\\\n/y],
  ['skip', /#/, /#[^\n]*/y],
  ['newline', /\n/, /\n/y],
  ['quoted', /"/, /"[^"]*"/y],
  ['bracket', /\[/, new RegExp(`\\[${IPV6}\\]`, 'y')],
  ['word', /[0-9a-fA-F]/, new RegExp(MAC, 'y')],
  ['word', /[0-9a-fA-F:]/, new RegExp(IPV6, 'y')],
  ['word', /\d/, new RegExp(IPV4, 'y')],
  ['number', /0/, /0x[0-9a-fA-F]+(?![\w.])/y],
  ['word', /\d/, new RegExp(`${TIME}(?![\\w.])`, 'y')],
  ['number', /\d/, /\d+(?![\w.])/y],
  ['wildcard', /[A-Za-z_.]/, new RegExp(`(?:${STRING})\\*`, 'y')],
  ['sign', /\./, /\.(?![A-Za-z0-9_./\\-])/y],
  ['word', /[A-Za-z_.]/, new RegExp(STRING, 'y')],
  ['number', /\d/, /\d+/y],
  ['sign', /[^\w\s"#\\]/, /==|!=|<=|>=|<<|>>|[{}()[\];:,=@$!<>&|^/.*+-]/y],
];

/** The forms that a letter can begin, by its code. */
const byLetter: readonly (readonly Pattern[])[] = Array.from({ length: 128 }, (_none, code) =>
  patterns.filter(([, begins]) => begins.test(String.fromCharCode(code))),
);

/** Splits a text into tokens; a character that begins none of them is a token of its own. */
export function lex(source: Source): Token[] {
  const text = source.lines.join('\n');
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  while (at < text.length) {
    const [type, found] = longest(text, at);
    const first = at - lineStart + 1;
    const last = first + found.length - 1;
    const place = { source, line, first, last };
    at += found.length;
    if (type === 'bracket') {
      tokens.push({ ...place, type: 'word', text: found.slice(1, -1), bracketed: true });
    } else if (type === 'quoted') tokens.push({ ...place, type, text: found.slice(1, -1) });
    else if (type !== 'skip') tokens.push({ ...place, type, text: found });
    if (found.endsWith('\n')) {
      line += 1;
      lineStart = at;
    }
  }
  return tokens;
}

function longest(text: string, at: number): readonly [Pattern[0], string] {
  for (const [type, , form] of byLetter[text.charCodeAt(at)] ?? []) {
    form.lastIndex = at;
    if (form.test(text) && form.lastIndex > at) return [type, text.slice(at, form.lastIndex)];
  }
  return ['sign', text[at] as string];
}

/** `class:id` of traffic control, which begins like a number and a colon. */
export const isClassid = (text: string) => new RegExp(`^${CLASSID}$`).test(text);

/** From the beginning of one place to the end of another on the same line. */
export function span(from: Place, to: Place): Place {
  return from.line === to.line ? { ...from, last: to.last } : from;
}
