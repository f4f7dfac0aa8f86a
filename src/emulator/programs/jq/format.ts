import { decodeBase64, encodeBase64 } from '../../world/base64.ts';
import { brief, isArray, JqError, print, typeOf, type Value } from './value.ts';

export const formats = new Set('@text @json @csv @tsv @html @uri @sh @base64 @base64d'.split(' '));

const asText = (value: Value) => (typeof value === 'string' ? value : print(value));

/** A value in one of the formats `@…`. */
export function formatValue(name: string, value: Value): string {
  switch (name) {
    case '@text':
      return asText(value);
    case '@json':
      return print(value);
    case '@csv':
      return row(value, 'csv', ',', (text) => `"${text.replaceAll('"', '""')}"`);
    case '@tsv':
      return row(value, 'tsv', '\t', (text) =>
        text.replaceAll(
          /[\\\t\n\r]/g,
          (letter) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[letter] ?? '\\r',
        ),
      );
    case '@html':
      return asText(value).replaceAll(
        /[<>&'"]/g,
        (letter) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;' })[letter] ?? '&quot;',
      );
    case '@uri':
      return encodeURIComponent(asText(value)).replaceAll(
        /[!'()*]/g,
        (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    case '@sh':
      return (isArray(value) ? value : [value]).map(shellWord).join(' ');
    case '@base64':
      return encodeBase64(asText(value));
    case '@base64d':
      return decoded(asText(value));
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

function decoded(text: string): string {
  const clean = text.replace(/=+$/, '');
  if (clean !== '' && (/[^A-Za-z0-9+/]/.test(clean) || clean.length % 4 === 1)) {
    throw new JqError(`string (${brief(text)}) is not valid base64 data`);
  }
  return decodeBase64(clean);
}

function row(value: Value, name: string, between: string, quote: (text: string) => string): string {
  if (!isArray(value)) {
    throw new JqError(
      `${typeOf(value)} (${brief(value)}) cannot be ${name}-formatted, only an array can be`,
    );
  }
  const cells = value.map((each) => {
    if (each === null) return '';
    if (typeof each === 'string') return quote(each);
    if (typeof each === 'object') {
      throw new JqError(`${typeOf(each)} (${brief(each)}) is not valid in a ${name} row`);
    }
    return print(each);
  });
  return cells.join(between);
}

function shellWord(value: Value): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (typeof value === 'object' && value !== null) {
    throw new JqError(`${typeOf(value)} (${brief(value)}) can not be escaped for shell`);
  }
  return print(value);
}
