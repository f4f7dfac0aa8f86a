import type { Errno } from '../network/api.ts';
import type { Json } from '../world/json.ts';
import type { World } from '../world/world.ts';
import { devices, type ImageTree } from './image-tree.ts';
import { fileKey, sandboxKey } from './kernel/records.ts';
import type { Image, Sandbox } from './runtime-api.ts';
import { symlinksOf } from './symlinks.ts';
import type { FileStat, Files } from './syscalls.ts';

/** A file of the overlay: what was written over the image, `gone` where it was removed. */
type FileRecord =
  | {
      readonly type: 'file';
      readonly text: string;
      readonly mode: number;
      readonly modified: number;
      readonly owner: string;
    }
  | {
      readonly type: 'directory';
      readonly mode: number;
      readonly modified: number;
      readonly owner: string;
    }
  | {
      readonly type: 'symlink';
      readonly target: string;
      readonly modified: number;
      readonly owner: string;
    }
  | { readonly type: 'gone' };

/** What files need of their surroundings. */
export interface FileSystem {
  readonly world: World;
  image(name: string): Image | undefined;
  /** Paths of the executables that an image has, with the program's name. */
  executables(image: Image): ReadonlyMap<string, string>;
  /** The image's files, arranged for looking up. */
  tree(image: Image): ImageTree;
  /** Files under /proc and /sys; undefined where there is none. */
  special(host: string, sandbox: string, path: string): string | undefined;
  /** Names in a directory under /proc or /sys; undefined where there is none. */
  specialNames(host: string, sandbox: string, path: string): readonly string[] | undefined;
  writeSpecial(host: string, sandbox: string, path: string, text: string): Errno | undefined;
}

/** Who looks, and from where. */
export interface FilePlace {
  readonly cwd: () => string;
  readonly user: string;
  readonly path?: () => string;
}

/** An absolute path without `.`, `..` and double slashes. */
export function normalize(path: string): string {
  if (!/\/\/|\/\.|\/$/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const DIRECTORY_MODE = 0o755;
const LINKS = 40;
/** Whether a path lies in /proc or /sys. */
function isSpecial(path: string): boolean {
  const slash = path.indexOf('/', 1);
  const top = slash < 0 ? path : path.slice(0, slash);
  return top === '/proc' || top === '/sys';
}

/** Where a path really lies: the sandbox itself or, below a mount, the host. */
interface Location {
  readonly id: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** The files of a sandbox: image below, written records above, mounts of the host in between. */
export function createFiles(
  system: FileSystem,
  host: string,
  sandboxId: string,
  place: FilePlace,
): Files {
  const { store } = system.world;
  const symlinks = symlinksOf(store);
  const [ownKey, hostKey] = [sandboxKey(host, sandboxId), sandboxKey(host, 'host')];
  const sandbox = () => store.get<Sandbox>(ownKey);
  const treeOf = (id: string): ImageTree | undefined => {
    const found = store.get<Sandbox>(id === sandboxId ? ownKey : hostKey);
    const image = found && system.image(found.image);
    return image && system.tree(image);
  };
  const locate = (path: string): Location => {
    const now = sandbox();
    let best: Location | undefined;
    let length = -1;
    for (const { path: at, source, readOnly = false } of now?.mounts ?? []) {
      if (at.length <= length || (path !== at && !path.startsWith(`${at}/`))) continue;
      best = { id: 'host', path: normalize(source + path.slice(at.length)), readOnly };
      length = at.length;
    }
    return best ?? { id: sandboxId, path, readOnly: now?.readOnlyRoot ?? false };
  };
  const entry = (path: string): FileRecord | undefined => {
    const at = locate(path);
    const own = store.get<FileRecord>(fileKey(host, at.id, at.path));
    if (own) return own.type === 'gone' ? undefined : own;
    const base = { modified: 0, owner: 'root' };
    const tree = treeOf(at.id);
    const made = tree?.files.get(at.path);
    if (made) return { type: 'file', ...made, ...base };
    if (isSpecial(path)) {
      const text = system.special(host, sandboxId, path);
      if (text !== undefined) return { type: 'file', text, mode: 0o644, ...base };
      if (system.specialNames(host, sandboxId, path)) {
        return { type: 'directory', mode: 0o555, ...base };
      }
    }
    if (!tree?.directories.has(at.path) && !holdsMount(path) && !holdsRecords(at)) return undefined;
    return { type: 'directory', mode: path === '/tmp' ? 0o1777 : DIRECTORY_MODE, ...base };
  };
  const holdsMount = (path: string) =>
    (sandbox()?.mounts ?? []).some((mount) => mount.path.startsWith(`${path}/`));
  const holdsRecords = ({ id, path }: Location) =>
    store.list<FileRecord>(`${fileKey(host, id, path)}/`).some(([, { type }]) => type !== 'gone');
  const absolute = (path: string) =>
    normalize(path.startsWith('/') ? path : `${place.cwd()}/${path}`);
  /** Follows links in every part of a path; the last one only when asked. */
  const follow = (path: string, last = true, depth = 0): string => {
    const whole = absolute(path);
    if (!mayHoldLinks(whole)) return whole;
    let current = '';
    for (let from = 1; from <= whole.length;) {
      const slash = whole.indexOf('/', from);
      const end = slash < 0 ? whole.length : slash;
      const next = `${current}/${whole.slice(from, end)}`;
      const own = store.get<FileRecord>(keyOf(next));
      if (own?.type === 'symlink' && (slash >= 0 || last) && depth < LINKS) {
        const target = own.target.startsWith('/') ? own.target : `${current}/${own.target}`;
        return follow(target + whole.slice(end), last, depth + 1);
      }
      current = next;
      from = end + 1;
    }
    return whole === '/' ? '/' : current;
  };
  /** Whether some part of a path may be a link. */
  const mayHoldLinks = (path: string): boolean => {
    const own = symlinks.of(host, sandboxId);
    const mounted = locate(path).id !== sandboxId;
    if (own.size === 0) return mounted && symlinks.of(host, 'host').size > 0;
    if (mounted) return true;
    for (let end = path.indexOf('/', 1); end >= 0; end = path.indexOf('/', end + 1)) {
      if (own.has(path.slice(0, end))) return true;
    }
    return own.has(path);
  };
  const keyOf = (path: string) => {
    const at = locate(path);
    return fileKey(host, at.id, at.path);
  };
  const save = (path: string, value: FileRecord | undefined): Errno | undefined => {
    const at = locate(path);
    if (at.readOnly) return 'EROFS';
    const put = { key: fileKey(host, at.id, at.path), value: value as unknown as Json };
    system.world.store.commit(system.world.cause(`files/${host}`), [put]);
    return undefined;
  };
  const erase = (path: string): Errno | undefined => {
    const at = locate(path);
    const tree = treeOf(at.id);
    const inImage = tree?.files.has(at.path) || tree?.directories.has(at.path);
    return save(path, inImage ? { type: 'gone' } : undefined);
  };
  const children = (path: string): string[] => {
    const at = locate(path);
    const found = new Set<string>(treeOf(at.id)?.children.get(at.path) ?? []);
    const base = `${fileKey(host, at.id, at.path === '/' ? '' : at.path)}/`;
    for (const [key, { type }] of store.list<FileRecord>(base)) {
      const [name = '', more] = key.slice(base.length).split('/', 2);
      if (type !== 'gone') found.add(name);
      else if (more === undefined) found.delete(name);
    }
    const prefix = path === '/' ? '/' : `${path}/`;
    for (const mount of sandbox()?.mounts ?? []) {
      if (!mount.path.startsWith(prefix)) continue;
      found.add(mount.path.slice(prefix.length).split('/')[0] as string);
    }
    if (isSpecial(path)) {
      for (const name of system.specialNames(host, sandboxId, path) ?? []) found.add(name);
    }
    return [...found].sort();
  };
  /** The directory that a path would be in, if something may be put there. */
  const writable = (real: string): Errno | undefined => {
    const parent = entry(parentOf(real));
    if (!parent) return missing(real, entry);
    if (parent.type !== 'directory') return 'ENOTDIR';
    return mayWrite(place.user, parent, real) ? undefined : 'EACCES';
  };
  const now = () => system.world.clock.now;

  const files: Files = {
    read(path) {
      const real = follow(path);
      if (devices.has(real)) return { text: '' };
      const found = entry(real);
      if (!found) return missing(real, entry);
      if (found.type !== 'file') return 'EISDIR';
      return mayRead(place.user, found) ? { text: found.text } : 'EACCES';
    },
    write(path, text, options = {}) {
      const real = follow(path);
      if (devices.has(real)) return undefined;
      if (isSpecial(real)) return system.writeSpecial(host, sandboxId, real, text);
      const found = entry(real);
      if (found && found.type !== 'file') return 'EISDIR';
      if (path.endsWith('/')) return found ? 'ENOTDIR' : 'EISDIR';
      const failed = found
        ? mayWrite(place.user, found, real)
          ? undefined
          : 'EACCES'
        : writable(real);
      if (failed) return failed;
      const whole = options.append && found ? found.text + text : text;
      if (whole.length > system.world.limits.fileSize) return 'ENOSPC';
      const mode = options.mode ?? found?.mode ?? 0o644;
      const owner = found?.owner ?? place.user;
      return save(real, { type: 'file', text: whole, mode, modified: now(), owner });
    },
    stat(path, options = {}) {
      const real = follow(path, options.follow ?? true);
      if (devices.has(real))
        return { type: 'device', size: 0, mode: 0o666, owner: 'root', group: 'root', modified: 0 };
      const found = entry(real);
      if (found && found.type === 'file' && path.endsWith('/')) return 'ENOTDIR';
      return found ? statOf(found) : missing(real, entry);
    },
    list(path) {
      const real = follow(path);
      const found = entry(real);
      if (!found) return missing(real, entry);
      return found.type === 'directory' ? children(real) : 'ENOTDIR';
    },
    makeDirectory(path, options = {}) {
      const real = follow(path);
      const found = entry(real);
      if (found) return options.parents && found.type === 'directory' ? undefined : 'EEXIST';
      if (options.parents && !entry(parentOf(real))) {
        const failed = files.makeDirectory(parentOf(real), options);
        if (failed) return failed;
      }
      const failed = writable(real);
      if (failed) return failed;
      const mode = DIRECTORY_MODE;
      return save(real, { type: 'directory', mode, modified: now(), owner: place.user });
    },
    remove(path, options = {}) {
      const real = follow(path, false);
      const found = entry(real);
      if (!found) return missing(real, entry);
      const failed = writable(real);
      if (failed) return failed;
      if (found.type === 'directory') {
        const inside = children(real);
        if (inside.length > 0 && !options.recursive) return 'ENOTEMPTY';
        for (const name of inside) {
          const stuck = files.remove(`${real}/${name}`, options);
          if (stuck) return stuck;
        }
      }
      return erase(real);
    },
    rename(from, to) {
      const source = follow(from, false);
      const found = entry(source);
      if (!found) return missing(source, entry);
      let target = follow(to, false);
      if (entry(target)?.type === 'directory') target += `/${nameOf(source)}`;
      if (target === source) return undefined;
      if (target.startsWith(`${source}/`)) return 'EINVAL';
      const failed = writable(target) ?? writable(source);
      if (failed) return failed;
      move(source, target);
      return undefined;
    },
    link(target, path) {
      const real = follow(path, false);
      if (entry(real)) return 'EEXIST';
      const failed = writable(real);
      if (failed) return failed;
      return save(real, { type: 'symlink', target, modified: now(), owner: place.user });
    },
    setMode(path, mode) {
      const real = follow(path);
      const found = entry(real);
      if (!found || found.type === 'symlink' || found.type === 'gone') return 'ENOENT';
      if (place.user !== 'root' && found.owner !== place.user) return 'EPERM';
      return save(real, { ...found, mode });
    },
    setOwner(path, owner) {
      const real = follow(path);
      const found = entry(real);
      if (!found || found.type === 'gone') return 'ENOENT';
      if (place.user !== 'root') return 'EPERM';
      return save(real, { ...found, owner });
    },
    touch(path, modified) {
      const real = follow(path);
      const found = entry(real);
      if (!found || found.type === 'gone') return 'ENOENT';
      if (!mayWrite(place.user, found, real)) return 'EACCES';
      return save(real, { ...found, modified: modified ?? now() });
    },
    resolve: (path) => follow(path),
    which(command) {
      if (command === '') return undefined;
      if (command.includes('/')) {
        const real = follow(command);
        return entry(real)?.type === 'file' ? real : undefined;
      }
      for (const directory of (place.path?.() ?? '').split(':')) {
        const full = follow(`${directory || '.'}/${command}`);
        const found = entry(full);
        if (found?.type === 'file' && (found.mode & 0o111) !== 0) return full;
      }
      return undefined;
    },
  };
  const move = (source: string, target: string): void => {
    const found = entry(source);
    if (!found) return;
    const inside = found.type === 'directory' ? children(source) : [];
    save(target, found);
    for (const name of inside) move(`${source}/${name}`, `${target}/${name}`);
    erase(source);
  };
  return files;
}

/** Root writes anywhere; others in what is theirs, and in what is open to all. */
function mayWrite(user: string, record: FileRecord, path: string): boolean {
  if (user === 'root' || /^\/dev\/fd(\/|$)/.test(path)) return true;
  if (record.type === 'gone' || record.type === 'symlink') return false;
  return record.owner === user ? (record.mode & 0o200) !== 0 : (record.mode & 0o002) !== 0;
}

function mayRead(user: string, record: FileRecord & { readonly type: 'file' }): boolean {
  if (user === 'root') return true;
  return (record.mode & (record.owner === user ? 0o400 : 0o004)) !== 0;
}

/** ENOTDIR where a part of the path is a file. */
function missing(path: string, entry: (path: string) => FileRecord | undefined): Errno {
  for (let at = parentOf(path); at !== '/'; at = parentOf(at)) {
    const found = entry(at);
    if (found) return found.type === 'directory' ? 'ENOENT' : 'ENOTDIR';
  }
  return 'ENOENT';
}

function statOf(record: FileRecord): FileStat {
  if (record.type === 'gone')
    return statOf({ type: 'file', text: '', mode: 0, modified: 0, owner: 'root' });
  const { type, owner, modified } = record;
  const base = { type, owner, group: owner, modified };
  if (record.type === 'symlink') {
    return { ...base, size: record.target.length, mode: 0o777, target: record.target };
  }
  const size = record.type === 'file' ? utf8Length(record.text) : 4096;
  return { ...base, size, mode: record.mode };
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x800) bytes += 2;
    else if (code >= 0x80) bytes += 1;
    // A pair of surrogates is two units here and four bytes there: the second adds nothing.
    if (code >= 0xd800 && code < 0xdc00) i += 1;
  }
  return bytes;
}
