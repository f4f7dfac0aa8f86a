import type { Json } from '../../world/json.ts';

/** Members in the order Go's encoding/json writes a map: sorted by bytes. */
export function sortedMembers(value: object): [string, Json][] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) as [string, Json][];
}

interface JsonForm {
  /** Blanks of a level; none gives one line. */
  readonly indent?: string;
  /** Members as they come (a Go struct) or sorted (a map). */
  readonly sort?: boolean;
}

/** JSON as Go's encoding/json writes it: HTML signs escaped, empty collections closed up. */
export function goJson(value: Json, { indent, sort = true }: JsonForm = {}): string {
  const colon = indent === undefined ? ':' : ': ';
  const write = (each: Json, pad: string): string => {
    if (typeof each === 'string') return goString(each);
    if (typeof each !== 'object' || each === null) return JSON.stringify(each ?? null);
    const deeper = pad + (indent ?? '');
    const parts = Array.isArray(each)
      ? each.map((item) => write(item as Json, deeper))
      : members(each, sort).map(([name, item]) => goString(name) + colon + write(item, deeper));
    const [open, close] = Array.isArray(each) ? '[]' : '{}';
    if (parts.length === 0) return `${open}${close}`;
    if (indent === undefined) return `${open}${parts.join(',')}${close}`;
    return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${pad}${close}`;
  };
  return write(value, '');
}

function members(value: object, sort: boolean): [string, Json][] {
  if (sort) return sortedMembers(value);
  return Object.entries(value).filter(([, member]) => member !== undefined) as [string, Json][];
}

function goString(text: string): string {
  return JSON.stringify(text)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** What `fmt.Sprint` (`%v`) makes of a decoded JSON value. */
export function goValue(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((item) => goValue(item as Json)).join(' ')}]`;
  if (typeof value === 'object') {
    return `map[${sortedMembers(value)
      .map(([name, member]) => `${name}:${goValue(member)}`)
      .join(' ')}]`;
  }
  if (typeof value === 'number') return goNumber(value);
  return String(value);
}

/** A float as `%v` prints it: an exponent from 1e21 on, as in JavaScript, but of two digits. */
export function goNumber(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** What `%#v` makes of it: Go syntax. */
export function goSyntax(value: Json | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) {
    return `[]interface {}{${value.map((item) => goSyntax(item as Json)).join(', ')}}`;
  }
  if (typeof value === 'object') {
    const list = sortedMembers(value).map(
      ([name, member]) => `${goQuote(name)}:${goSyntax(member)}`,
    );
    return `map[string]interface {}{${list.join(', ')}}`;
  }
  return goValue(value);
}

/** `%q`. */
export function goQuote(text: string): string {
  return JSON.stringify(text).replaceAll('\\b', '\\b').replaceAll('\x7f', '\\x7f');
}
