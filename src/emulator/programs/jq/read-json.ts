import { JqError, type Value } from './value.ts';

/** A text that is not JSON; the message is jq's, without `parse error: `. */
export class ParseError extends Error {}

/** Deeper nesting than this is refused, as jq refuses it. */
const DEEPEST = 256;

/** Reads values from pieces of text as they come. */
export interface JsonReader {
  /** Values that are complete now; throws ParseError. */
  push(text: string): Value[];
  /** The last value, at the end of the input. */
  end(): Value[];
}

interface Open {
  readonly array: Value[] | undefined;
  readonly object: Map<string, Value> | undefined;
  key: string | undefined;
  /** What may come next. */
  wants: 'value' | 'value-or-end' | 'comma-or-end' | 'key-or-end' | 'key' | 'colon';
}

/** Makes a reader; places in messages count lines and columns from the beginning. */
export function createJsonReader(): JsonReader {
  const stack: Open[] = [];
  let found: Value[] = [];
  let token = '';
  let quoted = false;
  let escaped = false;
  let line = 1;
  let column = 0;

  const fail = (what: string): never => {
    throw new ParseError(`${what} at line ${line}, column ${column}`);
  };
  const value = (made: Value) => {
    const top = stack.at(-1);
    if (!top) return void found.push(made);
    if (top.array) {
      if (top.wants === 'comma-or-end') fail('Expected separator between values');
      top.array.push(made);
      top.wants = 'comma-or-end';
    } else if (top.wants === 'key' || top.wants === 'key-or-end') {
      if (typeof made !== 'string') fail('Object keys must be strings');
      top.key = made as string;
      top.wants = 'colon';
    } else if (top.wants === 'value') {
      top.object?.set(top.key as string, made);
      top.wants = 'comma-or-end';
    } else fail('Expected separator between values');
    return undefined;
  };
  const flush = (where = '') => {
    if (token === '') return;
    const word = token;
    token = '';
    const known: Readonly<Record<string, Value>> = {
      null: null,
      true: true,
      false: false,
      nan: NaN,
    };
    if (word in known) return value(known[word] as Value);
    if (/^[tfn]/.test(word) && !/^nan/.test(word)) fail(`Invalid literal${where}`);
    if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word))
      fail(`Invalid numeric literal${where}`);
    return value(Number(word));
  };
  const close = (sign: string) => {
    flush();
    const top = stack.at(-1);
    const isArray = sign === ']';
    if (!top || isArray !== (top.array !== undefined)) {
      fail(`Unmatched '${sign}'`);
    }
    const { wants, array, object } = top as Open;
    if (isArray && wants === 'value') fail('Expected another array element');
    if (!isArray && wants === 'key') fail('Expected another key-value pair');
    if (!isArray && (wants === 'value' || wants === 'colon'))
      fail('Objects must consist of key:value pairs');
    stack.pop();
    value((isArray ? array : object) as Value);
  };
  const open = (sign: string) => {
    flush();
    if (stack.length >= DEEPEST) fail('Exceeds depth limit for parsing');
    const isArray = sign === '[';
    stack.push({
      array: isArray ? [] : undefined,
      object: isArray ? undefined : new Map(),
      key: undefined,
      wants: isArray ? 'value-or-end' : 'key-or-end',
    });
  };
  const separate = (sign: string) => {
    flush();
    const top = stack.at(-1);
    if (sign === ':') {
      if (!top?.object) fail("':' not as part of an object");
      if (top?.wants !== 'colon') fail("':' should follow a key");
      (top as Open).wants = 'value';
      return;
    }
    if (!top) fail("Expected value before ','");
    if (top?.wants !== 'comma-or-end')
      fail(top?.array ? "Expected value before ','" : 'Objects must consist of key:value pairs');
    (top as Open).wants = top?.array ? 'value' : 'key';
  };
  const text = (letter: string) => {
    token += letter;
    if (escaped) escaped = false;
    else if (letter === '\\') escaped = true;
    else if (letter === '"') {
      quoted = false;
      const word = token;
      token = '';
      value(unescape(word) ?? fail('Invalid escape'));
    }
  };
  const one = (letter: string) => {
    column += 1;
    if (letter === '\n') {
      line += 1;
      column = 0;
    }
    if (quoted) return text(letter);
    switch (letter) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
      case '\ufeff':
        return flush();
      case '[':
      case '{':
        return open(letter);
      case ']':
      case '}':
        return close(letter);
      case ',':
      case ':':
        return separate(letter);
      case '"':
        flush();
        quoted = true;
        token = '"';
        return undefined;
      default:
        token += letter;
    }
    return undefined;
  };
  const taken = () => {
    const all = found;
    found = [];
    return all;
  };
  return {
    push(piece) {
      try {
        for (const letter of piece) one(letter);
      } catch (problem) {
        if (!(problem instanceof ParseError) || found.length === 0) throw problem;
        // What came before the mistake is still worked on.
        throw Object.assign(problem, { before: taken() });
      }
      return taken();
    },
    end() {
      if (quoted) fail('Unfinished string at EOF');
      flush(' at EOF');
      if (stack.length > 0) fail('Unfinished JSON term at EOF');
      return taken();
    },
  };
}

function unescape(word: string): string | undefined {
  try {
    const plain = word.replaceAll(/[\x00-\x1f]/g, (letter) => JSON.stringify(letter).slice(1, -1));
    return JSON.parse(plain) as string;
  } catch {
    return undefined;
  }
}

/** One text as one value, as `fromjson` reads it. */
export function readJson(text: string): Value {
  const reader = createJsonReader();
  try {
    const values = [...reader.push(text), ...reader.end()];
    if (values.length === 1) return values[0] as Value;
    if (values.length === 0) return null;
    throw new ParseError('Unexpected extra JSON values');
  } catch (problem) {
    if (!(problem instanceof ParseError)) throw problem;
    throw new JqError(`${problem.message} (while parsing '${text}')`);
  }
}
