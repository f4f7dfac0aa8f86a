import type { Reply } from './resp.ts';

/** A reply as redis-cli shows it on a terminal. */
export function printReply(reply: Reply, indent = ''): string {
  if ('status' in reply) return `${reply.status}\n`;
  if ('error' in reply) return `(error) ${reply.error}\n`;
  if ('integer' in reply) return `(integer) ${reply.integer}\n`;
  if ('bulk' in reply) return reply.bulk === null ? '(nil)\n' : `${quoted(reply.bulk)}\n`;
  if (reply.list.length === 0) return '(empty array)\n';
  const width = String(reply.list.length).length;
  return reply.list
    .map((each, index) => {
      const head = `${String(index + 1).padStart(width)}) `;
      return (index === 0 ? '' : indent) + head + printReply(each, indent + ' '.repeat(width + 2));
    })
    .join('');
}

/** The bare text that goes into a pipe or a file. */
export function rawReply(reply: Reply): string {
  if ('status' in reply) return `${reply.status}\n`;
  if ('error' in reply) return `${reply.error}\n\n`;
  if ('integer' in reply) return `${reply.integer}\n`;
  if ('bulk' in reply) return `${reply.bulk ?? ''}\n`;
  return reply.list.length === 0 ? '\n' : reply.list.map(rawReply).join('');
}

function quoted(text: string): string {
  const special: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const inside = [...new TextEncoder().encode(text)].map((byte) => {
    const letter = String.fromCharCode(byte);
    if (letter === '"' || letter === '\\') return `\\${letter}`;
    if (special[letter] !== undefined) return special[letter];
    return byte >= 0x20 && byte < 0x7f ? letter : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `"${inside.join('')}"`;
}
