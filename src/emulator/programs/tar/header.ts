import { joined, octetsOf, textOfOctets } from '../../world/octets.ts';
import type { Micros } from '../../world/json.ts';

/** Bytes of a header, and what contents are filled up to. */
export const BLOCK = 512;
/** Bytes of a record: archives are a multiple of it. */
export const RECORD = 20 * BLOCK;

export type MemberType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';

/** What a header says of a member. */
export interface Member {
  readonly name: string;
  readonly type: MemberType;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  readonly modified: Micros;
  readonly target: string;
}

const letters: Readonly<Record<string, MemberType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};
const NAME = 100;

/** A member as it stands in an archive: header, contents, and zeros up to a whole block. */
export function writeMember(member: Member, content: Uint8Array): Uint8Array {
  const long = (letter: string, text: string) => {
    const bytes = joined([octetsOf(text), new Uint8Array(1)]);
    if (bytes.length <= NAME) return [];
    const head = { ...member, name: '././@LongLink', target: '', size: bytes.length, mode: 0o644 };
    return [header(head, letter), bytes, filling(bytes.length)];
  };
  const letter = member.type === 'directory' ? '5' : member.type === 'symlink' ? '2' : '0';
  return joined([
    ...long('K', member.target),
    ...long('L', member.name),
    header(member, letter),
    content,
    filling(content.length),
  ]);
}

/** Zeros up to the next whole block. */
function filling(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

function header(member: Member, letter: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, length: number, text: string) =>
    block.set(octetsOf(text).subarray(0, length), at);
  const octal = (at: number, length: number, value: number) =>
    put(at, length, `${value.toString(8).padStart(length - 1, '0')}\0`);
  const id = (name: string) => (name === 'root' ? 0 : 1000);
  put(0, NAME, member.name);
  octal(100, 8, member.mode & 0o7777);
  octal(108, 8, id(member.owner));
  octal(116, 8, id(member.group));
  octal(124, 12, letter === '2' || letter === '5' ? 0 : member.size);
  octal(136, 12, Math.floor(member.modified / 1_000_000));
  put(148, 8, '        ');
  put(156, 1, letter);
  put(157, NAME, member.target);
  put(257, 8, 'ustar  \0');
  put(265, 32, member.owner);
  put(297, 32, member.group);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** A member that was read, with its contents. */
export interface ReadMember extends Member {
  readonly content: Uint8Array;
}

/** Members of an archive. `bad`: what stands there is no header; `short`: it breaks off. */
export function* readArchive(
  bytes: Uint8Array,
): Generator<ReadMember, 'good' | 'bad' | 'short' | 'empty'> {
  let said: { path?: string; linkpath?: string } = {};
  if (bytes.length === 0) return 'empty';
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return 'good';
    if (!isHeader(block)) return 'bad';
    const member = readHeader(block);
    const letter = String.fromCharCode(block[156] as number);
    at += BLOCK;
    const content = bytes.subarray(at, at + member.size);
    if (content.length < member.size) return 'short';
    at += Math.ceil(member.size / BLOCK) * BLOCK;
    if (letter === 'L') said = { ...said, path: untilNul(content) };
    else if (letter === 'K') said = { ...said, linkpath: untilNul(content) };
    else if (letter === 'x') said = { ...said, ...readPax(content) };
    else if (letter !== 'g') {
      const { path = member.name, linkpath = member.target } = said;
      said = {};
      yield { ...member, name: path, target: linkpath, content };
    }
  }
  return 'good';
}

function isHeader(block: Uint8Array): boolean {
  const told = Number.parseInt(untilNul(block.subarray(148, 156)).trim(), 8);
  const isSum = (at: number) => at >= 148 && at < 156;
  const sum = block.reduce((total, byte, at) => total + (isSum(at) ? 0x20 : byte), 0);
  return told === sum;
}

function readHeader(block: Uint8Array): Member {
  const text = (at: number, length: number) => untilNul(block.subarray(at, at + length));
  const octal = (at: number, length: number) => Number.parseInt(text(at, length).trim(), 8) || 0;
  const prefix = text(257, 6) === 'ustar' && text(263, 2) === '00' ? text(345, 155) : '';
  const name = prefix === '' ? text(0, NAME) : `${prefix}/${text(0, NAME)}`;
  const letter = String.fromCharCode(block[156] as number);
  const type = letters[letter] ?? 'other';
  const isFolder = type === 'file' && name.endsWith('/');
  return {
    name,
    type: isFolder ? 'directory' : type,
    mode: octal(100, 8),
    owner: text(265, 32) || String(octal(108, 8)),
    group: text(297, 32) || String(octal(116, 8)),
    size: type === 'symlink' || type === 'hardlink' ? 0 : octal(124, 12),
    modified: octal(136, 12) * 1_000_000,
    target: text(157, NAME),
  };
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textOfOctets(end < 0 ? bytes : bytes.subarray(0, end));
}

/** `path` and `linkpath` of a pax header: `LENGTH name=value\n`. */
function readPax(bytes: Uint8Array): { path?: string; linkpath?: string } {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const length = Number.parseInt(textOfOctets(bytes.subarray(at, at + 20)), 10);
    if (!(length > 0)) break;
    const line = textOfOctets(bytes.subarray(at, at + length - 1));
    const [, name = '', value = ''] = /^\d+ ([^=]+)=([\s\S]*)$/.exec(line) ?? [];
    if (name === 'path' || name === 'linkpath') found[name] = value;
    at += length;
  }
  return found;
}
