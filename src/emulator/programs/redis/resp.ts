import { byteLength, splitBytes } from '../../network/bytes.ts';

/** A reply of RESP2. */
export type Reply =
  | { readonly status: string }
  | { readonly error: string }
  | { readonly integer: number }
  | { readonly bulk: string | null }
  | { readonly list: readonly Reply[] };

export const ok: Reply = { status: 'OK' };
export const nil: Reply = { bulk: null };

/** A command as a client sends it. */
export function writeCommand(words: readonly string[]): string {
  const bulks = words.map((word) => `$${byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulks.join('')}`;
}

/** A reply as the server sends it. */
export function writeReply(reply: Reply): string {
  if ('status' in reply) return `+${reply.status}\r\n`;
  if ('error' in reply) return `-${reply.error}\r\n`;
  if ('integer' in reply) return `:${reply.integer}\r\n`;
  if ('list' in reply) return `*${reply.list.length}\r\n${reply.list.map(writeReply).join('')}`;
  if (reply.bulk === null) return '$-1\r\n';
  return `$${byteLength(reply.bulk)}\r\n${reply.bulk}\r\n`;
}

/** A value that was taken from the front of a text, and what is left; undefined while cut short. */
export type Taken<T> = { readonly value: T; readonly rest: string } | undefined;

function takeLine(text: string): Taken<string> {
  const end = text.indexOf('\n');
  if (end < 0) return undefined;
  return { value: text.slice(0, end).replace(/\r$/, ''), rest: text.slice(end + 1) };
}

function takeBulk(text: string, size: number): Taken<string> {
  const value = size === 0 ? '' : (splitBytes(text, size)[0] ?? '');
  if (byteLength(value) < size || text.length < value.length + 2) return undefined;
  return { value, rest: text.slice(value.length + 2) };
}

/** Takes a reply from what the server sent so far. */
export function takeReply(text: string): Taken<Reply> {
  const line = takeLine(text);
  if (!line) return undefined;
  const [sign, about] = [line.value[0], line.value.slice(1)];
  if (sign === '+') return { value: { status: about }, rest: line.rest };
  if (sign === '-') return { value: { error: about }, rest: line.rest };
  if (sign === ':') return { value: { integer: Number(about) }, rest: line.rest };
  const size = Number(about);
  if (sign === '$') {
    if (size < 0) return { value: nil, rest: line.rest };
    const bulk = takeBulk(line.rest, size);
    return bulk && { value: { bulk: bulk.value }, rest: bulk.rest };
  }
  const list: Reply[] = [];
  let rest = line.rest;
  for (let i = 0; i < size; i++) {
    const item = takeReply(rest);
    if (!item) return undefined;
    list.push(item.value);
    rest = item.rest;
  }
  return { value: { list }, rest };
}

/** Takes a command from what a client sent so far: an array of bulks, or a line of words. */
export function takeCommand(text: string): Taken<readonly string[]> | { readonly error: string } {
  const line = takeLine(text);
  if (!line) return undefined;
  if (!line.value.startsWith('*')) {
    const words = line.value.split(/\s+/).filter((word) => word !== '');
    return { value: words, rest: line.rest };
  }
  const words: string[] = [];
  let rest = line.rest;
  for (let i = 0; i < Number(line.value.slice(1)); i++) {
    const head = takeLine(rest);
    if (!head) return undefined;
    if (!head.value.startsWith('$'))
      return { error: `ERR Protocol error: expected '$', got '${head.value[0] ?? ''}'` };
    const bulk = takeBulk(head.rest, Number(head.value.slice(1)));
    if (!bulk) return undefined;
    words.push(bulk.value);
    rest = bulk.rest;
  }
  return { value: words, rest };
}
