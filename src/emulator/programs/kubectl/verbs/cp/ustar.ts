import { byteLength, splitBytes } from '../../../../network/bytes.ts';

/** A member of an archive. */
export interface Member {
  readonly path: string;
  readonly mode: number;
  readonly directory: boolean;
  readonly text: string;
  /** Seconds since 1970. */
  readonly modified: number;
}

const BLOCK = 512;

/** Writes an archive (POSIX ustar), ended by two empty blocks. */
export function writeArchive(members: readonly Member[]): string {
  return members.map(writeMember).join('') + '\0'.repeat(2 * BLOCK);
}

function writeMember({ path, mode, directory, text, modified }: Member): string {
  const size = directory ? 0 : byteLength(text);
  const name = directory && !path.endsWith('/') ? `${path}/` : path;
  const [prefix, base] = splitName(name);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const before = field(base, 100) + octal(mode & 0o7777, 8) + octal(0, 8) + octal(0, 8);
  const times = octal(size, 12) + octal(modified, 12);
  const after =
    `${directory ? '5' : '0'}${field('', 100)}ustar\0` +
    `00${field('root', 32)}${field('root', 32)}${octal(0, 8)}${octal(0, 8)}${field(prefix, 155)}` +
    '\0'.repeat(12);
  const sum = [...new TextEncoder().encode(`${before}${times}        ${after}`)].reduce(
    (total, byte) => total + byte,
    0,
  );
  const header = `${before}${times}${sum.toString(8).padStart(6, '0')}\0 ${after}`;
  const padding = size % BLOCK === 0 ? '' : '\0'.repeat(BLOCK - (size % BLOCK));
  return directory ? header : header + text + padding;
}

/** A field of so many bytes, filled up with NUL. */
function field(text: string, width: number): string {
  return text + '\0'.repeat(Math.max(0, width - byteLength(text)));
}

/** Names that are longer than 100 bytes are divided at a slash. */
function splitName(name: string): readonly [prefix: string, base: string] {
  if (byteLength(name) <= 100) return ['', name];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
    const rest = name.slice(at + 1);
    if (byteLength(rest) <= 100) return [name.slice(0, at), rest];
  }
  return ['', name.slice(-100)];
}

/** Reads an archive; undefined where it is none or is cut off. */
export function readArchive(archive: string): readonly Member[] | undefined {
  const members: Member[] = [];
  let rest = archive;
  while (rest !== '' && !rest.startsWith('\0')) {
    if (byteLength(rest) < BLOCK) return undefined;
    const header = splitBytes(rest, BLOCK)[0] ?? '';
    rest = rest.slice(header.length);
    const cells = cellsOf(header);
    if (!cells) return undefined;
    const { size, ...member } = cells;
    const text = size === 0 ? '' : (splitBytes(rest, size)[0] ?? '');
    if (byteLength(text) < size) return undefined;
    const padding = size % BLOCK === 0 ? 0 : BLOCK - (size % BLOCK);
    rest = rest.slice(text.length + padding);
    members.push({ ...member, text });
  }
  return members;
}

/** Fields of a header, by their places in bytes. */
function cellsOf(header: string) {
  const bytes = new TextEncoder().encode(header);
  const decoder = new TextDecoder();
  const cell = (from: number, length: number) =>
    decoder.decode(bytes.slice(from, from + length)).replace(/\0[^]*$/, '');
  const number = (from: number, length: number) => Number.parseInt(cell(from, length).trim(), 8);
  const size = number(124, 12);
  if (Number.isNaN(size)) return undefined;
  const prefix = cell(345, 155);
  const directory = cell(156, 1) === '5';
  return {
    path: (prefix === '' ? '' : `${prefix}/`) + cell(0, 100),
    mode: number(100, 8),
    modified: number(136, 12),
    directory,
    size: directory ? 0 : size,
  };
}
