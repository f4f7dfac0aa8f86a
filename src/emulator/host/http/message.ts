import { byteLength, splitBytes } from '../../network/bytes.ts';

/** A header field with its name as it was written. */
export type HttpField = readonly [name: string, value: string];

/** The head of an HTTP/1.1 message (RFC 9112). */
export interface HttpHead {
  /** Request line or status line. */
  readonly first: string;
  readonly fields: readonly HttpField[];
}

/** How the end of a body is known. `length` counts bytes. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' };

/** Splits a head from what follows it; undefined until it is whole. Bare line feeds are taken. */
export function readHead(
  text: string,
): { readonly head: HttpHead; readonly rest: string } | undefined {
  const match = /\r?\n\r?\n/.exec(text);
  if (!match) return undefined;
  const [first = '', ...lines] = text.slice(0, match.index).split(/\r?\n/);
  const fields = lines.flatMap((line): HttpField[] => {
    const cut = line.indexOf(':');
    return cut > 0 ? [[line.slice(0, cut), line.slice(cut + 1).trim()]] : [];
  });
  return { head: { first, fields }, rest: text.slice(match.index + match[0].length) };
}

/** Value of a header field, whatever the case of its name. */
export function fieldOf(head: HttpHead, name: string): string | undefined {
  return head.fields.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** Number of a status line; undefined where it is none. */
export function statusOf(head: HttpHead): number | undefined {
  const match = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(head.first);
  return match ? Number(match[1]) : undefined;
}

/** Framing of a response's body (RFC 9112, 6.3). */
export function responseFraming(head: HttpHead, method: string): Framing {
  const status = statusOf(head) ?? 200;
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200)
    return { kind: 'none' };
  if (isChunked(head)) return { kind: 'chunked' };
  const length = fieldOf(head, 'content-length');
  return length === undefined ? { kind: 'close' } : { kind: 'length', length: Number(length) };
}

/** Framing of a request's body: without a length there is none. */
export function requestFraming(head: HttpHead): Framing {
  if (isChunked(head)) return { kind: 'chunked' };
  const length = Number(fieldOf(head, 'content-length') ?? 0);
  return length > 0 ? { kind: 'length', length } : { kind: 'none' };
}

function isChunked(head: HttpHead): boolean {
  return /\bchunked\b/i.test(fieldOf(head, 'transfer-encoding') ?? '');
}

/**
 * Takes a body from what has come so far: `body` is what is there of it, `done` whether that is
 * all, `rest` what belongs to the next message.
 */
export function readBody(
  text: string,
  framing: Framing,
): { readonly body: string; readonly done: boolean; readonly rest: string } {
  switch (framing.kind) {
    case 'none':
      return { body: '', done: true, rest: text };
    case 'close':
      return { body: text, done: false, rest: '' };
    case 'length': {
      if (byteLength(text) < framing.length) return { body: text, done: false, rest: '' };
      const body = framing.length === 0 ? '' : (splitBytes(text, framing.length)[0] ?? '');
      return { body, done: true, rest: text.slice(body.length) };
    }
    case 'chunked':
      return readChunks(text);
  }
}

function readChunks(text: string): { body: string; done: boolean; rest: string } {
  let body = '';
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return { body, done: false, rest: '' };
    const size = Number.parseInt(text.slice(at, end), 16);
    if (!(size > 0)) {
      const last = text.indexOf('\r\n', end + 2);
      if (size === 0 && last < 0) return { body, done: false, rest: '' };
      return { body, done: true, rest: last < 0 ? '' : text.slice(last + 2) };
    }
    const piece = splitBytes(text.slice(end + 2, end + 2 + size), size)[0] ?? '';
    body += piece;
    if (byteLength(piece) < size) return { body, done: false, rest: '' };
    at = end + 2 + piece.length + 2;
    if (at > text.length) return { body, done: false, rest: '' };
  }
}

/** Text of a message. */
export function writeMessage(first: string, fields: readonly HttpField[], body = ''): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${first}\r\n${lines.join('')}\r\n${body}`;
}

/** A body cut into one chunk and the end. */
export function writeChunked(body: string): string {
  const size = byteLength(body).toString(16);
  return body === '' ? '0\r\n\r\n' : `${size}\r\n${body}\r\n0\r\n\r\n`;
}
