/** Reads JSON; where it is none the words are those of Go's encoding/json. */
export function parseJson(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: syntaxError(text) };
  }
}

/** A value's type as Go's `%T` names it after `json.Unmarshal` into an interface. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : 'string';
}

/** What encoding/json says of a value that does not fit: `target` is what it should go into. */
export function typeError(value: unknown, target: string): string {
  const names: Readonly<Record<string, string>> = { boolean: 'bool' };
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return `json: cannot unmarshal ${names[kind] ?? kind} into Go ${target}`;
}

type Want = 'value' | 'key-or-end' | 'key' | 'colon' | 'after-value' | 'value-or-end';

const where: Readonly<Record<Want, string>> = {
  value: 'looking for beginning of value',
  'value-or-end': 'looking for beginning of value',
  'key-or-end': 'looking for beginning of object key string',
  key: 'looking for beginning of object key string',
  colon: 'after object key',
  'after-value': 'after top-level value',
};

/** Walks the text until the first character that cannot stand where it does. */
function syntaxError(text: string): string {
  const open: ('{' | '[')[] = [];
  let want: Want = 'value';
  let at = 0;
  const bad = (character: string, place: string) =>
    `invalid character ${quote(character)} ${place}`;
  while (at < text.length) {
    const character = text[at] as string;
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    if (want === 'key' || want === 'key-or-end') {
      if (character === '"') {
        const end = endOfString(text, at);
        if (end < 0) return 'unexpected end of JSON input';
        at = end;
        want = 'colon';
      } else if (character === '}' && want === 'key-or-end') {
        open.pop();
        want = 'after-value';
        at += 1;
      } else return bad(character, where.key);
      continue;
    }
    if (want === 'colon') {
      if (character !== ':') return bad(character, where.colon);
      want = 'value';
      at += 1;
      continue;
    }
    if (want === 'after-value') {
      const inside = open.at(-1);
      if (!inside) return bad(character, where['after-value']);
      const place = inside === '{' ? 'after object key:value pair' : 'after array element';
      if (character === ',') want = inside === '{' ? 'key' : 'value';
      else if (character === (inside === '{' ? '}' : ']')) open.pop();
      else return bad(character, place);
      at += 1;
      continue;
    }
    if (character === ']' && want === 'value-or-end') {
      open.pop();
      want = 'after-value';
      at += 1;
      continue;
    }
    const next = valueAt(text, at, open);
    if (typeof next === 'string') return next;
    [at, want] = next;
  }
  return 'unexpected end of JSON input';
}

function valueAt(text: string, at: number, open: ('{' | '[')[]): [number, Want] | string {
  const character = text[at] as string;
  if (character === '{' || character === '[') {
    open.push(character);
    return [at + 1, character === '{' ? 'key-or-end' : 'value-or-end'];
  }
  if (character === '"') {
    const end = endOfString(text, at);
    return end < 0 ? 'unexpected end of JSON input' : [end, 'after-value'];
  }
  const literal = /^(true|false|null|-?\d+(\.\d+)?([eE][-+]?\d+)?)/.exec(text.slice(at));
  if (literal) return [at + literal[0].length, 'after-value'];
  for (const word of ['true', 'false', 'null']) {
    if (word[0] !== character) continue;
    const rest = text.slice(at, at + word.length);
    const i = [...rest].findIndex((each, index) => each !== word[index]);
    if (i < 0) return 'unexpected end of JSON input';
    const expected = `in literal ${word} (expecting ${quote(word[i] as string)})`;
    return `invalid character ${quote(rest[i] as string)} ${expected}`;
  }
  return `invalid character ${quote(character)} ${where.value}`;
}

/** Index behind a string's closing quote; -1 where there is none. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return -1;
}

function quote(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  return `'${character}'`;
}
