import { unescape } from './escapes.ts';
import { escapeWord } from './quote.ts';

/** What printf made: its text, what it complains of (without a name), and its exit status. */
export interface Printed {
  readonly text: string;
  readonly complaints: readonly string[];
  readonly failed: boolean;
}

/** Text of `echo` with its options `-n`, `-e` and `-E` worked off. */
export function echoText(words: readonly string[], escapesAlways = false): string {
  let rest = words;
  let newline = true;
  let escapes = escapesAlways;
  while (/^-[neE]+$/.test(rest[0] ?? '') && !(escapesAlways && rest[0] !== '-n')) {
    for (const flag of (rest[0] as string).slice(1)) {
      if (flag === 'n') newline = false;
      else escapes = flag === 'e';
    }
    rest = rest.slice(1);
  }
  const text = rest.join(' ');
  const end = newline ? '\n' : '';
  if (!escapes) return text + end;
  const made = unescape(text, { octal: 'zero', quotes: '' });
  return made.stopped ? made.text : made.text + end;
}

const directive = new RegExp(
  [
    '%(?:%|\\((?<time>[^)]*)\\)T',
    "|(?<flags>[-+ #0']*)(?<width>\\*|\\d+)?(?:\\.(?<precision>\\*|-?\\d*))?",
    '(?:hh|h|l|ll|L|q|j|z|t)?(?<verb>[a-zA-Z]))',
  ].join(''),
);

/** A piece of a format: text as it is, or a directive. */
type Piece = { readonly text: string } | { readonly directive: Directive };

interface Directive {
  readonly flags: string;
  readonly width: string | undefined;
  readonly precision: string | undefined;
  readonly verb: string;
}

function piecesOf(format: string): { pieces: Piece[]; stopped: boolean; invalid?: string } {
  const pieces: Piece[] = [];
  let rest = format;
  while (rest !== '') {
    const at = rest.indexOf('%');
    const plain = at < 0 ? rest : rest.slice(0, at);
    if (plain !== '') {
      const made = unescape(plain, { octal: 'plain', quotes: `"'?` });
      pieces.push({ text: made.text });
    }
    if (at < 0) break;
    rest = rest.slice(at);
    const found = directive.exec(rest);
    if (!found || found.index !== 0) return { pieces, stopped: true, invalid: rest };
    const groups = found.groups ?? {};
    if (found[0] === '%%') pieces.push({ text: '%' });
    else {
      const { flags = '', width, precision, verb = 'T' } = groups;
      pieces.push({ directive: { flags, width, precision, verb } });
    }
    rest = rest.slice(found[0].length);
  }
  return { pieces, stopped: false };
}

/** Formats values; the format is used again while values are left. */
export function printfText(format: string, values: readonly string[]): Printed {
  const { pieces, invalid } = piecesOf(format);
  const complaints: string[] = [];
  let failed = false;
  let text = '';
  let at = 0;
  const next = () => values[at++];
  do {
    const before = at;
    for (const piece of pieces) {
      if ('text' in piece) {
        text += piece.text;
        continue;
      }
      const made = one(piece.directive, next);
      text += made.text;
      if (made.complaint !== undefined) complaints.push(made.complaint);
      failed ||= made.complaint !== undefined;
      if (made.stops) return { text, complaints, failed };
    }
    if (invalid !== undefined) {
      const why = /^%[-+ #0'\d.*]*$/.test(invalid)
        ? `\`${invalid}': missing format character`
        : `\`${/^%[-+ #0'\d.*]*(.)/.exec(invalid)?.[1] ?? ''}': invalid format character`;
      return { text, complaints: [...complaints, why], failed: true };
    }
    if (at === before) break;
  } while (at < values.length);
  return { text, complaints, failed };
}

interface Made {
  readonly text: string;
  readonly complaint?: string;
  readonly stops?: boolean;
}

function one(given: Directive, next: () => string | undefined): Made {
  let { flags } = given;
  let width = given.width === '*' ? Number(next() ?? 0) : Number(given.width ?? 0);
  if (width < 0) {
    flags += '-';
    width = -width;
  }
  const asked = given.precision === '*' ? (next() ?? '') : given.precision;
  const precision = asked === undefined || asked.startsWith('-') ? undefined : Number(asked || 0);
  const made = shown(given.verb, next(), flags, precision);
  const zero = flags.includes('0') && !flags.includes('-') && made.numeric;
  if (!zero || (precision !== undefined && made.numeric === 'whole')) {
    const text = flags.includes('-') ? made.text.padEnd(width) : made.text.padStart(width);
    return { ...made, text };
  }
  const [, sign = '', digits = ''] = /^([-+ ]?(?:0[xX])?)(.*)$/s.exec(made.text) ?? [];
  return { ...made, text: sign + digits.padStart(width - sign.length, '0') };
}

type Shown = Made & { readonly numeric?: 'whole' | 'float' };

function shown(verb: string, value: string | undefined, flags: string, precision?: number): Shown {
  switch (verb) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      return whole(verb, value, flags, precision);
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return float(verb, value, flags, precision);
    case 'c':
      return { text: (value ?? '').slice(0, 1) };
    case 'b': {
      const made = unescape(value ?? '', { octal: 'zero', quotes: '' });
      return { text: made.text, stops: made.stopped };
    }
    case 'q':
      return { text: escapeWord(value ?? '') };
    case 'T':
      return { text: value ?? '' };
    case 's':
      return { text: precision === undefined ? (value ?? '') : (value ?? '').slice(0, precision) };
    default:
      return { text: '', complaint: `\`${verb}': invalid format character`, stops: true };
  }
}

/** The number at the beginning of a text, and what is wrong with the rest of it. */
function readWhole(value: string | undefined): { number: bigint; complaint?: string } {
  if (value === undefined || value === '') return { number: 0n };
  if (/^['"]/.test(value)) return { number: BigInt(value.codePointAt(1) ?? 0) };
  const [all, sign, digits] = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(value) ?? [];
  if (all === undefined || digits === undefined)
    return { number: 0n, complaint: `${value}: invalid number` };
  const octal = /^0[0-7]+$/.test(digits);
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const number = sign === '-' ? -size : size;
  return all.length < value.length ? { number, complaint: `${value}: invalid number` } : { number };
}

function whole(verb: string, value: string | undefined, flags: string, precision?: number): Shown {
  const { number, complaint } = readWhole(value);
  const signed = verb === 'd' || verb === 'i';
  const size = signed ? (number < 0n ? -number : number) : BigInt.asUintN(64, number);
  const base = verb === 'o' ? 8 : /x/i.test(verb) ? 16 : 10;
  let digits = size.toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  if (flags.includes('#') && size !== 0n)
    digits = `${{ 8: '0', 16: `0${verb}`, 10: '' }[base]}${digits}`;
  const sign = !signed
    ? ''
    : number < 0n
      ? '-'
      : flags.includes('+')
        ? '+'
        : flags.includes(' ')
          ? ' '
          : '';
  return { text: sign + digits, numeric: 'whole', ...(complaint !== undefined && { complaint }) };
}

function float(verb: string, value: string | undefined, flags: string, precision = 6): Shown {
  const text = (value ?? '').trim();
  const found = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text)?.[0] ?? '';
  const number = /^['"]/.test(text) ? (text.codePointAt(1) ?? 0) : Number(found || 0);
  const complaint =
    found.length < text.length && !/^['"]/.test(text) ? `${value}: invalid number` : undefined;
  const size = Math.abs(number);
  const lower = verb.toLowerCase();
  let digits =
    lower === 'f'
      ? size.toFixed(Math.min(100, precision))
      : lower === 'e'
        ? exponent(size, precision)
        : general(size, precision || 1, flags.includes('#'));
  if (verb !== lower) digits = digits.toUpperCase();
  const negative = number < 0 || Object.is(number, -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return { text: sign + digits, numeric: 'float', ...(complaint !== undefined && { complaint }) };
}

/** `1.5e+00`: at least two digits in the exponent. */
function exponent(size: number, precision: number): string {
  const [mantissa = '', power = '+0'] = size.toExponential(Math.min(100, precision)).split('e');
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}

function general(size: number, precision: number, keepZeros: boolean): string {
  const power = size === 0 ? 0 : Number(size.toExponential(precision - 1).split('e')[1]);
  const scientific = power < -4 || power >= precision;
  const text = scientific
    ? exponent(size, precision - 1)
    : size.toFixed(Math.max(0, precision - 1 - power));
  if (keepZeros || !text.includes('.')) return text;
  return text.replace(/\.?0+(?=e|$)/, '');
}
