import { isErrno } from '../../host/errno.ts';
import { writeMessage, type HttpField } from '../../host/http/message.ts';
import type { Sys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { encodeBase64 } from '../../world/base64.ts';
import type { Settings } from './settings.ts';
import { hostField, type Url } from './url.ts';

/** The body to be sent; 'missing' where its file is not there. */
export function bodyOf(sys: Sys, { body }: Settings): string | undefined | { missing: string } {
  if (!body) return undefined;
  if ('text' in body) return body.text;
  const found = sys.files.read(body.file);
  return isErrno(found) ? { missing: body.file } : found.text;
}

/** A request as text. After a redirect that made it a GET, there is no body. */
export function requestText(
  settings: Settings,
  url: Url,
  body: string | undefined,
): { readonly method: string; readonly text: string } {
  const user = settings.user ?? url.user;
  const usual: HttpField[] = [
    ['Host', hostField(url)],
    ['User-Agent', settings.agent],
    ['Accept', '*/*'],
    ['Accept-Encoding', 'identity'],
    ...(user === undefined ? [] : [['Authorization', `Basic ${encodeBase64(user)}`] as const]),
    ['Connection', 'Keep-Alive'],
    ...(body === undefined
      ? []
      : [
          ['Content-Type', 'application/x-www-form-urlencoded'] as const,
          ['Content-Length', String(byteLength(body))] as const,
        ]),
  ];
  const own = settings.headers.flatMap((line): HttpField[] => {
    const [, name, value = ''] = /^([^:]+):\s*(.*)$/s.exec(line) ?? [];
    return name === undefined ? [] : [[name, value]];
  });
  const named = new Map(own.map((field) => [field[0].toLowerCase(), field]));
  const replaced = usual.map((field) => named.get(field[0].toLowerCase()) ?? field);
  const extra = own.filter(
    ([name]) => !usual.some(([each]) => each.toLowerCase() === name.toLowerCase()),
  );
  const natural = body !== undefined ? 'POST' : settings.spider ? 'HEAD' : 'GET';
  const method = settings.method ?? natural;
  const text = writeMessage(
    `${method} ${url.target} HTTP/1.1`,
    [...replaced, ...extra],
    body ?? '',
  );
  return { method, text };
}
