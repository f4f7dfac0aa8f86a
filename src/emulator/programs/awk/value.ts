import { printfText } from '../../host/shell/printf.ts';

/** A text from outside that looks like a number is both, until it is known which is wanted. */
export interface Both {
  readonly text: string;
  readonly number: number;
}

/** A value; undefined is a variable that was never set. */
export type Value = number | string | Both | undefined;

const numeric = /^[ \t\n]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[ \t\n]*$/;
const leading = /^[ \t\n]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;

/** A text that came from outside: a field, a record, a word of the command line. */
export function fromOutside(text: string): Value {
  return numeric.test(text) ? { text, number: Number(text) } : text;
}

export function toNumber(value: Value): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'object') return value.number;
  return Number(leading.exec(value)?.[0] ?? 0);
}

/** A value as text; numbers that are not whole by a format of printf. */
export function toText(value: Value, format: string): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return value.text;
  if (Number.isInteger(value)) return Math.abs(value) < 1e16 ? String(value + 0) : whole(value);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return formatText(format, [value], format) as string;
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'string') return value !== '';
  return toNumber(value) !== 0;
}

/** Less than, equal to or greater than zero; as numbers where both may be such. */
export function compare(left: Value, right: Value, format: string): number {
  if (typeof left !== 'string' && typeof right !== 'string') {
    return toNumber(left) - toNumber(right);
  }
  const [a, b] = [toText(left, format), toText(right, format)];
  return a < b ? -1 : a > b ? 1 : 0;
}

const directive = /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlLqjzt]*([a-zA-Z]))/g;

/** What printf makes of values; undefined where there are too few of them. */
export function formatText(
  format: string,
  values: readonly Value[],
  convert: string,
): string | undefined {
  let at = 0;
  let short = false;
  const next = () => {
    if (at >= values.length) short = true;
    return values[at++];
  };
  const text = format.replaceAll(
    directive,
    (all, flags = '', width?: string, precision?: string, verb?: string) => {
      if (verb === undefined) return '%';
      const wide = width === '*' ? String(Math.trunc(toNumber(next()))) : (width ?? '');
      const exact = precision === '*' ? String(Math.trunc(toNumber(next()))) : precision;
      const lead = `%${flags}${wide}${exact === undefined ? '' : `.${exact}`}`;
      return one(lead, verb, next(), convert) ?? all;
    },
  );
  return short ? undefined : text;
}

function one(lead: string, verb: string, value: Value, convert: string): string | undefined {
  switch (verb) {
    case 'd':
    case 'i': {
      const number = toNumber(value);
      if (!Number.isFinite(number)) return printfText(`${lead}s`, [toText(number, convert)]).text;
      return printfText(`${lead}d`, [whole(Math.trunc(number))]).text;
    }
    case 'o':
    case 'x':
    case 'X':
    case 'u':
      return printfText(lead + verb, [whole(Math.trunc(toNumber(value)))]).text;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return printfText(lead + verb, [String(toNumber(value))]).text;
    case 'c': {
      const letter =
        typeof value === 'number'
          ? String.fromCodePoint(Math.max(0, Math.trunc(value)) % 0x110000)
          : [...toText(value, convert)].slice(0, 1).join('');
      return printfText(`${lead}s`, [letter]).text;
    }
    case 's':
      return printfText(`${lead}s`, [toText(value, convert)]).text;
    default:
      return undefined;
  }
}

/** A whole number in decimal digits, without an exponent. */
function whole(number: number): string {
  return Number.isFinite(number) ? BigInt(number).toString() : String(number);
}
