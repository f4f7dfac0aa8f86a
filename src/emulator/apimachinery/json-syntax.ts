/**
 * What Go's encoding/json says of text that is no JSON: the first character that does not fit.
 * Undefined for text that begins like JSON and is broken in a way that only its end shows.
 */
export function jsonSyntaxError(text: string): string | undefined {
  const scanner = { text, at: 0 };
  const error = scanValue(scanner);
  if (error !== undefined) return error;
  skipBlanks(scanner);
  const rest = scanner.text[scanner.at];
  return rest === undefined ? undefined : unexpected(rest, 'after top-level value');
}

interface Scanner {
  readonly text: string;
  at: number;
}

const END = 'unexpected end of JSON input';

function unexpected(character: string | undefined, where: string): string {
  if (character === undefined) return END;
  const shown = character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${escaped(character)}'`;
  return `invalid character ${shown} ${where}`;
}

function escaped(character: string): string {
  return JSON.stringify(character).slice(1, -1);
}

function skipBlanks(scanner: Scanner): void {
  while (/[ \t\r\n]/.test(scanner.text[scanner.at] ?? '')) scanner.at += 1;
}

function scanValue(scanner: Scanner): string | undefined {
  skipBlanks(scanner);
  const first = scanner.text[scanner.at];
  switch (first) {
    case '{':
      return scanList(scanner, '}', 'object key:value pair', scanPair);
    case '[':
      return scanList(scanner, ']', 'array element', scanValue);
    case '"':
      return scanString(scanner);
    case 't':
      return scanLiteral(scanner, 'true');
    case 'f':
      return scanLiteral(scanner, 'false');
    case 'n':
      return scanLiteral(scanner, 'null');
    default:
      return scanNumber(scanner, first);
  }
}

function scanList(
  scanner: Scanner,
  close: string,
  what: string,
  scanOne: (scanner: Scanner) => string | undefined,
): string | undefined {
  scanner.at += 1;
  skipBlanks(scanner);
  if (scanner.text[scanner.at] === close) {
    scanner.at += 1;
    return undefined;
  }
  for (;;) {
    const error = scanOne(scanner);
    if (error !== undefined) return error;
    skipBlanks(scanner);
    const sign = scanner.text[scanner.at];
    scanner.at += 1;
    if (sign === close) return undefined;
    if (sign !== ',') return unexpected(sign, `after ${what}`);
  }
}

function scanPair(scanner: Scanner): string | undefined {
  skipBlanks(scanner);
  const first = scanner.text[scanner.at];
  if (first !== '"') return unexpected(first, 'looking for beginning of object key string');
  const error = scanString(scanner);
  if (error !== undefined) return error;
  skipBlanks(scanner);
  const colon = scanner.text[scanner.at];
  if (colon !== ':') return unexpected(colon, 'after object key');
  scanner.at += 1;
  return scanValue(scanner);
}

function scanString(scanner: Scanner): string | undefined {
  for (scanner.at += 1; ; scanner.at += 1) {
    const character = scanner.text[scanner.at];
    if (character === undefined) return END;
    if (character === '\\') scanner.at += 1;
    else if (character === '"') break;
    else if (character < ' ') return unexpected(character, 'in string literal');
  }
  scanner.at += 1;
  return undefined;
}

function scanLiteral(scanner: Scanner, word: string): string | undefined {
  for (const [index, expected] of [...word].entries()) {
    const character = scanner.text[scanner.at];
    if (character !== expected) {
      const where = `in literal ${word} (expecting '${word[index]}')`;
      return unexpected(character, where);
    }
    scanner.at += 1;
  }
  return undefined;
}

function scanNumber(scanner: Scanner, first: string | undefined): string | undefined {
  if (first === undefined) return END;
  if (!/[-0-9]/.test(first)) return unexpected(first, 'looking for beginning of value');
  const rest = scanner.text.slice(scanner.at);
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(rest);
  if (!number) return unexpected(rest[1], 'in numeric literal');
  scanner.at += number[0].length;
  return undefined;
}
