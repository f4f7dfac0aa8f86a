import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isEnd, type Reader } from './reader.ts';
import { YamlError } from './token.ts';

/** A `|` or `>` scalar. `parentIndent` is that of the collection around it. */
export function scanBlockScalar(reader: Reader, literal: boolean, parentIndent: number): string {
  const { chomping, increment } = header(reader);
  let indent = increment > 0 ? Math.max(parentIndent, 0) + increment : 0;
  let text = '';
  let leadingBreak = '';
  let leadingBlank = false;
  const first = breaks(reader, indent, parentIndent);
  indent = first.indent;
  let trailing = first.text;
  while (reader.column === indent && !isEnd(reader.peek())) {
    const blank = isBlank(reader.peek());
    if (!literal && leadingBreak === '\n' && !leadingBlank && !blank) {
      text += trailing === '' ? ' ' : '';
    } else text += leadingBreak;
    text += trailing;
    leadingBreak = '';
    leadingBlank = blank;
    while (!isBreakOrEnd(reader.peek())) text += reader.take();
    if (!isEnd(reader.peek())) leadingBreak = reader.skipLine();
    trailing = breaks(reader, indent, parentIndent).text;
  }
  if (chomping >= 0) text += leadingBreak;
  return chomping > 0 ? text + trailing : text;
}

/** Indicators behind `|`: -1 strips, 1 keeps; digits give the indentation. */
function header(reader: Reader): { chomping: number; increment: number } {
  let chomping = 0;
  let increment = 0;
  reader.skip();
  for (let i = 0; i < 2; i++) {
    const c = reader.peek();
    if (c === '+' || c === '-') {
      chomping = c === '+' ? 1 : -1;
      reader.skip();
    } else if (/\d/.test(c)) {
      if (c === '0') {
        throw YamlError.scanner(reader.mark(), 'found an indentation indicator equal to 0');
      }
      increment = Number(c);
      reader.skip();
    }
  }
  while (isBlank(reader.peek())) reader.skip();
  if (reader.peek() === '#') while (!isBreakOrEnd(reader.peek())) reader.skip();
  if (!isBreakOrEnd(reader.peek())) {
    throw YamlError.scanner(reader.mark(), 'did not find expected comment or line break');
  }
  if (isBreak(reader.peek())) reader.skipLine();
  return { chomping, increment };
}

/** Indentation and empty lines; finds the indentation where it is not known (0). */
function breaks(reader: Reader, known: number, parentIndent: number) {
  let indent = known;
  let text = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || reader.column < indent) && reader.peek() === ' ') reader.skip();
    deepest = Math.max(deepest, reader.column);
    if ((indent === 0 || reader.column < indent) && reader.peek() === '\t') {
      const why = 'found a tab character where an indentation space is expected';
      throw YamlError.scanner(reader.mark(), why);
    }
    if (!isBreak(reader.peek())) break;
    text += reader.skipLine();
  }
  if (indent === 0) indent = Math.max(deepest, parentIndent + 1, 1);
  return { indent, text };
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/** A quoted scalar. Line breaks fold as in plain ones. */
export function scanFlowScalar(reader: Reader, single: boolean): string {
  const quote = single ? "'" : '"';
  let text = '';
  reader.skip();
  for (;;) {
    if (reader.column === 0 && documentIndicator(reader)) {
      throw YamlError.scanner(reader.mark(), 'found unexpected document indicator');
    }
    if (isEnd(reader.peek())) {
      reader.endLine();
      throw YamlError.scanner(reader.mark(), 'found unexpected end of stream');
    }
    let leadingBlanks = false;
    while (!isBlankOrEnd(reader.peek())) {
      const c = reader.peek();
      if (single && c === "'" && reader.peek(1) === "'") {
        text += "'";
        reader.skip(2);
      } else if (c === quote) break;
      else if (!single && c === '\\' && isBreak(reader.peek(1))) {
        reader.skip();
        reader.skipLine();
        leadingBlanks = true;
        break;
      } else if (!single && c === '\\') text += escape(reader);
      else text += reader.take();
    }
    if (reader.peek() === quote) break;
    text += folded(reader, leadingBlanks).text;
  }
  reader.skip();
  return text;
}

function escape(reader: Reader): string {
  reader.skip();
  const c = reader.peek();
  const length = { x: 2, u: 4, U: 8 }[c];
  if (length === undefined) {
    const value = escapes[c];
    if (value === undefined) {
      throw YamlError.scanner(reader.mark(), 'found unknown escape character');
    }
    reader.skip();
    return value;
  }
  reader.skip();
  let digits = '';
  for (let i = 0; i < length; i++) digits += reader.peek(i);
  if (!/^[\da-fA-F]+$/.test(digits)) {
    throw YamlError.scanner(reader.mark(), 'did not find expected hexdecimal number');
  }
  reader.skip(length);
  return String.fromCodePoint(Number.parseInt(digits, 16));
}

/** Blanks and line breaks between words: blanks as they are, breaks folded. */
function folded(reader: Reader, skipping: boolean): { text: string; broke: boolean } {
  let blanks = '';
  let first = '';
  let rest = '';
  let broke = skipping;
  while (isBlank(reader.peek()) || isBreak(reader.peek())) {
    if (isBlank(reader.peek())) {
      const c = reader.take();
      if (!broke) blanks += c;
    } else if (broke) rest += reader.skipLine();
    else {
      blanks = '';
      first = reader.skipLine();
      broke = true;
    }
  }
  if (!broke) return { text: blanks, broke };
  if (first === '\n') return { text: rest === '' ? ' ' : rest, broke };
  return { text: first + rest, broke };
}

function documentIndicator(reader: Reader): boolean {
  const three = reader.peek() + reader.peek(1) + reader.peek(2);
  return (three === '---' || three === '...') && isBlankOrEnd(reader.peek(3));
}

/** An unquoted scalar. `endedLine` tells that it ran over a line's end. */
export function scanPlainScalar(
  reader: Reader,
  parentIndent: number,
  flow: boolean,
): { readonly text: string; readonly endedLine: boolean } {
  const indent = parentIndent + 1;
  let text = '';
  let gap = '';
  let endedLine = false;
  for (;;) {
    if (reader.column === 0 && documentIndicator(reader)) break;
    if (reader.peek() === '#') break;
    let some = false;
    while (!isBlankOrEnd(reader.peek())) {
      const c = reader.peek();
      if (c === ':' && isBlankOrEnd(reader.peek(1))) break;
      if (flow && ',?[]{}'.includes(c)) break;
      if (flow && c === ':' && ',[]{}'.includes(reader.peek(1))) break;
      if (!some) text += gap;
      some = true;
      text += reader.take();
      endedLine = false;
    }
    if (!isBlank(reader.peek()) && !isBreak(reader.peek())) break;
    const broken = plainGap(reader, indent);
    gap = broken.text;
    if (broken.broke) endedLine = true;
    if (!flow && reader.column < indent) break;
  }
  return { text, endedLine };
}

function plainGap(reader: Reader, indent: number): { text: string; broke: boolean } {
  let blanks = '';
  let breaks = '';
  while (isBlank(reader.peek()) || isBreak(reader.peek())) {
    if (isBlank(reader.peek())) {
      if (breaks !== '' && reader.column < indent && reader.peek() === '\t') {
        const why = 'found a tab character that violates indentation';
        throw YamlError.scanner(reader.mark(), why);
      }
      const c = reader.take();
      if (breaks === '') blanks += c;
    } else breaks += reader.skipLine();
  }
  if (breaks === '') return { text: blanks, broke: false };
  return { text: breaks === '\n' ? ' ' : breaks.slice(1), broke: true };
}
