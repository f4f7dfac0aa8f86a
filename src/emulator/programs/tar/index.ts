import { isErrno, strerror } from '../../host/errno.ts';
import { joined, octetsOf, textOfOctets } from '../../world/octets.ts';
import type { Call, FileStat, Process, Program, Sys } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';
import { BLOCK, readArchive, RECORD, writeMember, type Member, type ReadMember } from './header.ts';
import { readOptions, type Options } from './options.ts';

const TRY = "Try 'tar --help' or 'tar --usage' for more information.\n";
const NO_MODE = "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options";
const REFUSED = 'Refusing to write archive contents to terminal (missing -f option?)';
const FATAL = 'Error is not recoverable: exiting now';
/** Characters that are written at once. */
const PIECE = 32_768;

/** A run of tar, and whether its words are busybox's. */
interface Tar {
  readonly sys: Sys;
  readonly options: Options;
  readonly busybox: boolean;
  code: number;
  /** What was said once already. */
  readonly said: Set<string>;
}

/** tar: puts files into an archive, lists one, takes files out of it. */
const program: Program = {
  name: 'tar',
  paths: ['/bin/tar', '/usr/bin/tar'],
  *run(argv, sys): Process {
    const options = readOptions(argv.slice(1));
    if ('unmodelled' in options) {
      yield* sys.write(2, `tar: ${options.unmodelled} is not modelled here\n`);
      return 2;
    }
    if ('wrong' in options) {
      yield* sys.write(2, `tar: ${options.wrong}\n${TRY}`);
      return 64;
    }
    const busybox = !isErrno(sys.files.stat('/bin/busybox'));
    const tar: Tar = { sys, options, busybox, code: 0, said: new Set() };
    if (!options.mode) return yield* fail(tar, `${NO_MODE}\n${TRY.trimEnd()}`, false);
    if (options.mode === 'c') return yield* create(tar);
    return yield* read(tar);
  },
};

function* complain({ sys }: Tar, text: string): Call<void> {
  yield* sys.write(2, `tar: ${text}\n`);
}

function* fail(tar: Tar, text: string, fatal = true): Call<number> {
  yield* complain(tar, text);
  if (fatal && !tar.busybox) yield* complain(tar, FATAL);
  return tar.busybox ? 1 : 2;
}

/** Where a path lies, seen from `-C`. */
function from({ options: { folder } }: Tar, path: string): string {
  return folder === undefined || path.startsWith('/') ? path : `${folder}/${path}`;
}

function* create(tar: Tar): Call<number> {
  const { options, sys } = tar;
  if (options.operands.length === 0) {
    return yield* fail(
      tar,
      `Cowardly refusing to create an empty archive\n${TRY.trimEnd()}`,
      false,
    );
  }
  const toOutput = options.file === undefined || options.file === '-';
  if (toOutput && sys.isTerminal(1)) return yield* fail(tar, REFUSED);
  const folder = options.folder ?? '.';
  const place = sys.files.stat(folder);
  if (isErrno(place)) return yield* fail(tar, `${folder}: Cannot open: ${strerror(place)}`);
  const parts: Uint8Array[] = [];
  for (const operand of options.operands) yield* add(tar, operand, parts);
  const size = parts.reduce((sum, part) => sum + part.length, 0) + 2 * BLOCK;
  parts.push(new Uint8Array(Math.ceil(size / RECORD) * RECORD - size + 2 * BLOCK));
  const archive = textOfOctets(joined(parts));
  if (toOutput) yield* writeOut(sys, archive);
  else {
    const failed = sys.files.write(options.file ?? '', archive);
    if (failed) return yield* fail(tar, `${options.file}: Cannot open: ${strerror(failed)}`);
  }
  if (tar.code !== 0) {
    yield* complain(
      tar,
      tar.busybox
        ? 'error exit delayed from previous errors'
        : 'Exiting with failure status due to previous errors',
    );
  }
  return tar.code;
}

function* writeOut(sys: Sys, text: string): Call<void> {
  for (let at = 0; at < text.length; at += PIECE) {
    if (yield* sys.write(1, text.slice(at, at + PIECE))) return;
  }
}

/** Adds a path, and all that is below it. */
function* add(tar: Tar, path: string, parts: Uint8Array[]): Call<void> {
  const { sys, options } = tar;
  if (options.excludes.some((pattern) => matches(pattern, path))) return;
  const real = from(tar, path);
  const stat = sys.files.stat(real, { follow: options.flags.has('h') });
  if (isErrno(stat)) {
    const what = tar.busybox ? path : `${path}: Cannot stat`;
    yield* complain(tar, `${what}: ${strerror(stat)}`);
    tar.code = tar.busybox ? 1 : 2;
    return;
  }
  const name = yield* memberName(tar, path);
  const member = memberOf(stat, stat.type === 'directory' ? `${name.replace(/\/*$/, '')}/` : name);
  let content: Uint8Array = new Uint8Array();
  if (stat.type === 'file') {
    const read = sys.files.read(real);
    if (isErrno(read)) {
      yield* complain(tar, `${path}: Cannot open: ${strerror(read)}`);
      tar.code = 2;
      return;
    }
    content = octetsOf(read.text);
  }
  yield* tell(tar, member, 1);
  parts.push(writeMember({ ...member, size: content.length }, content));
  if (stat.type !== 'directory') return;
  const list = sys.files.list(real);
  for (const each of isErrno(list) ? [] : list) {
    yield* add(tar, `${path.replace(/\/+$/, '')}/${each}`, parts);
  }
}

/** A path as a member's name: not from the root, and not out of the folder. */
function* memberName(tar: Tar, path: string): Call<string> {
  if (tar.options.flags.has('P')) return path;
  const lead = /^(?:.*\.\.(?:\/|$)|\/+)+/.exec(path)?.[0] ?? '';
  if (lead === '') return path;
  const text = tar.busybox
    ? `removing leading '${lead}' from member names`
    : `Removing leading \`${lead}' from member names`;
  if (!tar.said.has(text)) yield* complain(tar, text);
  tar.said.add(text);
  return path.slice(lead.length) || './';
}

function memberOf(stat: FileStat, name: string): Member {
  const { type, mode, owner, group, size, modified, target = '' } = stat;
  const kind = type === 'directory' || type === 'symlink' || type === 'file' ? type : 'other';
  return { name, type: kind, mode, owner, group, size, modified, target };
}

/** The name of a member, with `-v`; on standard error where the archive goes to the output. */
function* tell({ sys, options }: Tar, member: Member, level: 1 | 2): Call<void> {
  if (!options.flags.has('v')) return;
  const out = options.file === undefined || options.file === '-';
  const fd = options.mode === 'c' && out ? 2 : 1;
  yield* sys.write(fd, `${level === 2 ? longLine(member) : member.name}\n`);
}

function* read(tar: Tar): Call<number> {
  const { options, sys } = tar;
  const archive = yield* input(tar);
  if (typeof archive === 'number') return archive;
  const folder = options.folder ?? '.';
  const place = sys.files.stat(folder);
  if (isErrno(place)) return yield* fail(tar, `${folder}: Cannot open: ${strerror(place)}`);
  const found = new Set<string>();
  const members = readArchive(archive);
  for (let next = members.next(); ; next = members.next()) {
    if (next.done) {
      const wrong = endText(next.value);
      if (wrong) return yield* fail(tar, wrong);
      break;
    }
    const member = next.value;
    const wanted = options.operands.find((each) => isBelow(member.name, each));
    if (options.operands.length > 0 && wanted === undefined) continue;
    if (wanted !== undefined) found.add(wanted);
    if (options.excludes.some((pattern) => matches(pattern, member.name))) continue;
    if (options.mode === 't') {
      yield* sys.write(1, `${options.flags.has('v') ? longLine(member) : member.name}\n`);
    } else yield* extract(tar, member);
  }
  const missing = options.operands.filter((each) => !found.has(each));
  for (const each of missing) yield* complain(tar, `${each}: Not found in archive`);
  if (missing.length > 0) tar.code = 2;
  if (tar.code !== 0) yield* complain(tar, 'Exiting with failure status due to previous errors');
  return tar.code;
}

function endText(end: 'good' | 'bad' | 'short' | 'empty'): string | undefined {
  if (end === 'bad') return 'This does not look like a tar archive';
  return end === 'short' ? 'Unexpected EOF in archive' : undefined;
}

function* input(tar: Tar): Call<Uint8Array | number> {
  const { sys, options } = tar;
  const { file = '-' } = options;
  if (file !== '-') {
    const text = sys.files.read(file);
    if (isErrno(text)) return yield* fail(tar, `${file}: Cannot open: ${strerror(text)}`);
    return octetsOf(text.text);
  }
  const parts: string[] = [];
  for (;;) {
    const piece = yield* sys.read(0);
    if (piece === null || isErrno(piece)) break;
    parts.push(piece);
  }
  return octetsOf(parts.join(''));
}

function* extract(tar: Tar, member: ReadMember): Call<void> {
  const { sys, options } = tar;
  const inside = yield* memberName(tar, member.name);
  const name = inside.split('/').filter(Boolean).slice(options.strip).join('/');
  if (name === '') return;
  yield* tell(tar, member, 1);
  if (options.flags.has('O')) {
    if (member.type === 'file') yield* writeOut(sys, textOfOctets(member.content));
    return;
  }
  const path = from(tar, name);
  const parent = path.replace(/\/?[^/]*$/, '');
  if (parent !== '') sys.files.makeDirectory(parent, { parents: true });
  const failed = put(sys, path, member);
  if (failed) {
    yield* complain(tar, `${name}: Cannot open: ${strerror(failed)}`);
    tar.code = 2;
    return;
  }
  if (!options.flags.has('m') && member.type !== 'symlink') {
    sys.files.touch?.(path, member.modified);
  }
}

function put({ files }: Sys, path: string, member: ReadMember) {
  const mode = member.mode & 0o777;
  switch (member.type) {
    case 'directory': {
      const failed = files.makeDirectory(path, { parents: true });
      if (!failed) files.setMode(path, mode);
      return failed;
    }
    case 'symlink':
      files.remove(path);
      return files.link(member.target, path);
    case 'file':
      files.remove(path);
      return files.write(path, textOfOctets(member.content), { mode });
    default:
      return undefined;
  }
}

function isBelow(name: string, wanted: string): boolean {
  const [own, base] = [name, wanted].map((each) => each.replace(/\/+$/, ''));
  return own === base || (own ?? '').startsWith(`${base}/`);
}

/** Whether a name, or its end after a slash, is like a pattern of the shell. */
function matches(pattern: string, name: string): boolean {
  const text = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`(^|/)${text}(/.*)?$`).test(name);
}

/** `-rw-r--r-- root/root 3 2026-11-26 09:00 name` */
function longLine(member: Member): string {
  const { name, type, mode, owner, group, size, modified, target } = member;
  const first = { directory: 'd', symlink: 'l', hardlink: 'h', file: '-', other: '-' }[type];
  const bits = [...'rwxrwxrwx'].map((letter, at) => ((mode >> (8 - at)) & 1 ? letter : '-'));
  const c = civil(modified);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${c.year}-${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}`;
  const who = `${owner}/${group}`;
  // Owner and size share nineteen columns.
  const width = Math.max(1, 19 - who.length - 1);
  const lead = `${first}${bits.join('')} ${who} ${String(size).padStart(width)}`;
  const link = { symlink: ` -> ${target}`, hardlink: ` link to ${target}` }[type as string] ?? '';
  return `${lead} ${time} ${name}${link}`;
}

export default program;
