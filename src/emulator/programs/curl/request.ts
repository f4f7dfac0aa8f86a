import type { HttpField } from '../../host/http/message.ts';
import { byteLength } from '../../network/bytes.ts';
import { encodeBase64 } from '../../world/base64.ts';
import { isErrno } from '../../host/errno.ts';
import type { Sys } from '../../host/syscalls.ts';
import type { Settings } from './settings.ts';
import { hostHeader, type Url } from './url.ts';

/** A request as it will be sent. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly HttpField[];
  readonly body: string;
  readonly version: '1.0' | '1.1';
}

/** Joins the pieces of `-d` and its relatives; a missing file is curl's own error text. */
export function readData(
  sys: Sys,
  settings: Settings,
): { readonly body: string; readonly json: boolean } | string | undefined {
  if (settings.data.length === 0) return undefined;
  let body = '';
  for (const { kind, text } of settings.data) {
    let piece = text;
    if (text.startsWith('@') && kind !== 'dataRaw' && kind !== 'dataUrlencode') {
      const found = sys.files.read(text.slice(1));
      if (isErrno(found)) {
        return (
          `curl: option ${kind === 'json' ? '--json' : '-d'}: error ` +
          'encountered when reading a file\n'
        );
      }
      piece = kind === 'data' ? found.text.replaceAll(/[\r\n]/g, '') : found.text;
    } else if (kind === 'dataUrlencode') piece = encodeData(sys, text);
    body += (body !== '' && kind !== 'json' ? '&' : '') + piece;
  }
  return { body, json: settings.data.some(({ kind }) => kind === 'json') };
}

/** `content`, `=content`, `name=content`, `@file`, `name@file` of --data-urlencode. */
function encodeData(sys: Sys, text: string): string {
  const [, name = '', sign, content = ''] = /^([^=@]*)([=@])(.*)$/s.exec(text) ?? [];
  if (sign === undefined) return percent(text);
  const found = sign === '@' ? sys.files.read(content) : undefined;
  const value = found === undefined ? content : isErrno(found) ? '' : found.text;
  return name === '' ? percent(value) : `${name}=${percent(value)}`;
}

function percent(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return bytes
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      if (/[A-Za-z0-9._~-]/.test(letter)) return letter;
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** Builds a request; `sendBody` is false after a redirect that turned it into GET. */
export function buildRequest(
  settings: Settings,
  url: Url,
  data: { readonly body: string; readonly json: boolean } | undefined,
  sendBody: boolean,
): Request {
  const { flags, values } = settings;
  const inQuery = flags.has('get') && data;
  const body = data && !inQuery && sendBody ? data.body : '';
  const hasBody = Boolean(data && !inQuery && sendBody);
  const query = inQuery ? `${url.target.includes('?') ? '&' : '?'}${data.body}` : '';
  const natural = flags.has('head') ? 'HEAD' : hasBody ? 'POST' : 'GET';
  const user =
    values['user'] ?? (url.user === undefined ? undefined : `${url.user}:${url.password ?? ''}`);
  const usual: HttpField[] = [
    ['Host', hostHeader(url)],
    ...(user === undefined ? [] : [['Authorization', `Basic ${encodeBase64(user)}`] as HttpField]),
    ['User-Agent', values['userAgent'] ?? 'curl/7.88.1'],
    ['Accept', data?.json ? 'application/json' : '*/*'],
    ...(flags.has('compressed') ? [['Accept-Encoding', 'deflate, gzip, br'] as HttpField] : []),
    ...(values['referer'] ? [['Referer', values['referer']] as HttpField] : []),
    ...(values['cookie'] ? [['Cookie', values['cookie']] as HttpField] : []),
  ];
  const last: HttpField[] = hasBody
    ? [
        ['Content-Length', String(byteLength(body))],
        ['Content-Type', data?.json ? 'application/json' : 'application/x-www-form-urlencoded'],
      ]
    : [];
  return {
    method: values['request'] ?? natural,
    target: url.target + query,
    fields: withOwnHeaders(settings, usual, last),
    body,
    version: flags.has('http10') ? '1.0' : '1.1',
  };
}

/** `-H`: replaces a usual header, takes it away (`Accept:`), or sends it empty (`X-Y;`). */
function withOwnHeaders(
  { headers }: Settings,
  usual: readonly HttpField[],
  last: readonly HttpField[],
): HttpField[] {
  const own = headers.flatMap((line): (HttpField | [string])[] => {
    const [, name = '', sign, value = ''] = /^([^:;]+)([:;])(.*)$/s.exec(line) ?? [];
    if (sign === undefined) return [];
    if (sign === ';') return [[name, '']];
    return value.trim() === '' ? [[name]] : [[name, value.trim()]];
  });
  const named = new Set(own.map(([name]) => name.toLowerCase()));
  const host = own.find(([name, value]) => name.toLowerCase() === 'host' && value !== undefined);
  const kept = (fields: readonly HttpField[]) =>
    fields.flatMap((field): HttpField[] => {
      if (field[0] === 'Host' && host) return [[host[0], host[1] ?? '']];
      return named.has(field[0].toLowerCase()) ? [] : [field];
    });
  const added = own.filter(
    (field): field is HttpField => field[1] !== undefined && field[0].toLowerCase() !== 'host',
  );
  return [...kept(usual).filter(([, value]) => value !== ''), ...added, ...kept(last)];
}
