import type { Json } from '../world/json.ts';
import type { World } from '../world/world.ts';
import { fileKey, sandboxKey } from './kernel/records.ts';
import type { Image, Sandbox } from './runtime-api.ts';
import type { FileStat, Files } from './syscalls.ts';
import type { Errno } from '../network/api.ts';

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
  /** Files under /proc and /sys; undefined where there is none. */
  special(host: string, sandbox: string, path: string): string | undefined;
  writeSpecial(host: string, sandbox: string, path: string, text: string): Errno | undefined;
}

/** An absolute path without `.`, `..` and double slashes. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const DIRECTORY_MODE = 0o755;
const devices = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/tty',
]);
const basics = [
  '/',
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/var',
];

/** The files of a sandbox: image below, written records above, mounts of the host in between. */
export function createFiles(
  system: FileSystem,
  host: string,
  sandboxId: string,
  place: { readonly cwd: () => string; readonly user: string; readonly path?: () => string },
): Files {
  const { store } = system.world;
  const sandbox = () => store.get<Sandbox>(sandboxKey(host, sandboxId));

  /** Where a path really lies: the sandbox itself or, below a mount, the host. */
  const locate = (path: string): { id: string; path: string; readOnly: boolean } => {
    for (const mount of [...(sandbox()?.mounts ?? [])].sort(
      (a, b) => b.path.length - a.path.length,
    )) {
      if (path === mount.path || path.startsWith(`${mount.path}/`)) {
        const source = normalize(mount.source + path.slice(mount.path.length));
        return { id: 'host', path: source, readOnly: mount.readOnly ?? false };
      }
    }
    return { id: sandboxId, path, readOnly: sandbox()?.readOnlyRoot ?? false };
  };
  const imageOf = (id: string) => {
    const found = store.get<Sandbox>(sandboxKey(host, id));
    return found && system.image(found.image);
  };
  const entry = (path: string): FileRecord | undefined => {
    const at = locate(path);
    const own = store.get<FileRecord>(fileKey(host, at.id, at.path));
    if (own) return own.type === 'gone' ? undefined : own;
    const image = imageOf(at.id);
    const base = { mode: 0o644, modified: 0, owner: 'root' };
    const text = image?.files?.[at.path];
    if (text !== undefined) return { type: 'file', text, ...base };
    if (image && system.executables(image).has(at.path))
      return { type: 'file', text: '\x7fELF', ...base, mode: 0o755 };
    const special = system.special(host, sandboxId, path);
    if (special !== undefined) return { type: 'file', text: special, ...base };
    if (isDirectory(at.id, at.path, path, image))
      return { type: 'directory', ...base, mode: path === '/tmp' ? 0o1777 : DIRECTORY_MODE };
    return undefined;
  };
  const isDirectory = (
    id: string,
    path: string,
    shown: string,
    image: Image | undefined,
  ): boolean => {
    if (basics.includes(path)) return true;
    const below = (each: string) => each.startsWith(`${path}/`);
    if (Object.keys(image?.files ?? {}).some(below)) return true;
    if ((image?.directories ?? []).some((each) => each === path || below(each))) return true;
    if (image && [...system.executables(image).keys()].some(below)) return true;
    if ((sandbox()?.mounts ?? []).some((mount) => mount.path.startsWith(`${shown}/`))) return true;
    if (
      /^\/(proc|sys)(\/|$)/.test(shown) &&
      system.special(host, sandboxId, `${shown}/`) !== undefined
    )
      return true;
    return store
      .list<FileRecord>(`${fileKey(host, id, path)}/`)
      .some(([, record]) => record.type !== 'gone');
  };
  const absolute = (path: string) =>
    normalize(path.startsWith('/') ? path : `${place.cwd()}/${path}`);
  /** Follows links in every part of a path; the last one only when asked. */
  const follow = (path: string, last = true, depth = 0): string => {
    let current = '';
    const parts = absolute(path).split('/').filter(Boolean);
    for (const [index, part] of parts.entries()) {
      const next = `${current}/${part}`;
      const found = entry(next);
      const isLast = index === parts.length - 1;
      if (found?.type === 'symlink' && (!isLast || last) && depth < 40) {
        const target = found.target.startsWith('/') ? found.target : `${current}/${found.target}`;
        return follow([target, ...parts.slice(index + 1)].join('/'), last, depth + 1);
      }
      current = next;
    }
    return current === '' ? '/' : current;
  };
  const save = (path: string, value: FileRecord | undefined): Errno | undefined => {
    const at = locate(path);
    if (at.readOnly) return 'EROFS';
    const put = { key: fileKey(host, at.id, at.path), value: value as unknown as Json };
    system.world.store.commit(system.world.cause(`files/${host}`), [put]);
    return undefined;
  };
  const remove = (path: string): Errno | undefined => {
    const at = locate(path);
    if (at.readOnly) return 'EROFS';
    const image = imageOf(at.id);
    const inImage =
      image &&
      (image.files?.[at.path] !== undefined ||
        system.executables(image).has(at.path) ||
        isInDirectories(image, at.path));
    return save(path, inImage ? { type: 'gone' } : undefined);
  };
  const children = (path: string): string[] => {
    const at = locate(path);
    const image = imageOf(at.id);
    const found = new Map<string, boolean>();
    const note = (full: string, present: boolean) => {
      const prefix = at.path === '/' ? '/' : `${at.path}/`;
      if (!full.startsWith(prefix)) return;
      const name = full.slice(prefix.length).split('/')[0] as string;
      const whole = full === prefix + name;
      if (present) found.set(name, true);
      else if (whole) found.delete(name);
    };
    for (const name of Object.keys(image?.files ?? {})) note(name, true);
    for (const name of image?.directories ?? []) note(name, true);
    if (image) for (const name of system.executables(image).keys()) note(name, true);
    if (path === '/') for (const name of basics) if (name !== '/') note(name, true);
    const base = fileKey(host, at.id, at.path === '/' ? '' : at.path);
    for (const [key, record] of store.list<FileRecord>(`${base}/`)) {
      note(key.slice(fileKey(host, at.id, '').length), record.type !== 'gone');
    }
    for (const mount of sandbox()?.mounts ?? []) {
      const prefix = path === '/' ? '/' : `${path}/`;
      if (mount.path.startsWith(prefix))
        found.set(mount.path.slice(prefix.length).split('/')[0] as string, true);
    }
    return [...found.keys()].sort();
  };

  const files: Files = {
    read(path) {
      const real = follow(path);
      if (devices.has(real)) return { text: '' };
      const found = entry(real);
      if (!found) return missing(real, entry);
      return found.type === 'file' ? { text: found.text } : 'EISDIR';
    },
    write(path, text, options = {}) {
      const real = follow(path);
      if (devices.has(real)) return undefined;
      if (/^\/(proc|sys)\//.test(real)) return system.writeSpecial(host, sandboxId, real, text);
      const found = entry(real);
      if (found && found.type !== 'file') return 'EISDIR';
      const parent = entry(real.replace(/\/[^/]*$/, '') || '/');
      if (!parent) return 'ENOENT';
      if (parent.type !== 'directory') return 'ENOTDIR';
      if (!mayWrite(place.user, found ?? parent, real)) return 'EACCES';
      const whole = options.append && found?.type === 'file' ? found.text + text : text;
      if (whole.length > system.world.limits.fileSize) return 'ENOSPC';
      const mode = options.mode ?? (found?.type === 'file' ? found.mode : 0o644);
      const owner = found?.owner ?? place.user;
      return save(real, {
        type: 'file',
        text: whole,
        mode,
        modified: system.world.clock.now,
        owner,
      });
    },
    stat(path, options = {}) {
      const real = follow(path, options.follow ?? true);
      if (devices.has(real))
        return { type: 'device', size: 0, mode: 0o666, owner: 'root', group: 'root', modified: 0 };
      const found = entry(real);
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
      if (entry(real))
        return options.parents && entry(real)?.type === 'directory' ? undefined : 'EEXIST';
      const parent = real.replace(/\/[^/]*$/, '') || '/';
      if (!entry(parent)) {
        if (!options.parents) return 'ENOENT';
        const failed = files.makeDirectory(parent, options);
        if (failed) return failed;
      } else if (!mayWrite(place.user, entry(parent) as FileRecord, real)) return 'EACCES';
      return save(real, {
        type: 'directory',
        mode: DIRECTORY_MODE,
        modified: system.world.clock.now,
        owner: place.user,
      });
    },
    remove(path, options = {}) {
      const real = follow(path, false);
      const found = entry(real);
      if (!found) return 'ENOENT';
      const parent = entry(real.replace(/\/[^/]*$/, '') || '/') as FileRecord;
      if (!mayWrite(place.user, parent, real)) return 'EACCES';
      if (found.type === 'directory') {
        const inside = children(real);
        if (inside.length > 0 && !options.recursive) return 'ENOTEMPTY';
        for (const name of inside) files.remove(`${real}/${name}`, options);
      }
      return remove(real);
    },
    rename(from, to) {
      const source = follow(from, false);
      const found = entry(source);
      if (!found) return 'ENOENT';
      let target = follow(to);
      if (entry(target)?.type === 'directory') target += `/${source.split('/').at(-1)}`;
      if (found.type === 'directory') {
        const failed = files.makeDirectory(target, { parents: true });
        if (failed) return failed;
        for (const name of children(source)) files.rename(`${source}/${name}`, `${target}/${name}`);
      } else {
        const failed = save(target, found);
        if (failed) return failed;
      }
      return files.remove(source, { recursive: true });
    },
    link(target, path) {
      const real = follow(path, false);
      if (entry(real)) return 'EEXIST';
      return save(real, {
        type: 'symlink',
        target,
        modified: system.world.clock.now,
        owner: place.user,
      });
    },
    setMode(path, mode) {
      const real = follow(path);
      const found = entry(real);
      if (!found || found.type === 'symlink' || found.type === 'gone') return 'ENOENT';
      return save(real, { ...found, mode });
    },
    resolve: (path) => follow(path),
    which(command) {
      if (command.includes('/'))
        return entry(follow(command))?.type === 'file' ? follow(command) : undefined;
      const path = place.path?.() ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
      for (const directory of path.split(':')) {
        const full = follow(`${directory}/${command}`);
        const found = entry(full);
        if (found?.type === 'file' && (found.mode & 0o111) !== 0) return full;
      }
      return undefined;
    },
  };
  return files;
}

function isInDirectories(image: Image, path: string): boolean {
  return (image.directories ?? []).includes(path);
}

/** Root writes anywhere; others in what is theirs, and in /tmp. */
function mayWrite(user: string, parent: FileRecord, path: string): boolean {
  if (user === 'root' || path.startsWith('/tmp/')) return true;
  return parent.type !== 'gone' && parent.owner === user;
}

/** ENOTDIR where a part of the path is a file. */
function missing(path: string, entry: (path: string) => FileRecord | undefined): Errno {
  const parts = path.split('/').filter(Boolean);
  for (let i = 1; i < parts.length; i++) {
    const found = entry(`/${parts.slice(0, i).join('/')}`);
    if (found?.type === 'file') return 'ENOTDIR';
  }
  return 'ENOENT';
}

function statOf(record: FileRecord): FileStat {
  const owner = record.type === 'gone' ? 'root' : record.owner;
  const base = { owner, group: owner };
  switch (record.type) {
    case 'file':
      return {
        type: 'file',
        size: utf8Length(record.text),
        mode: record.mode,
        modified: record.modified,
        ...base,
      };
    case 'directory':
      return {
        type: 'directory',
        size: 4096,
        mode: record.mode,
        modified: record.modified,
        ...base,
      };
    case 'symlink':
      return {
        type: 'symlink',
        size: record.target.length,
        mode: 0o777,
        modified: record.modified,
        target: record.target,
        ...base,
      };
    case 'gone':
      return { type: 'file', size: 0, mode: 0, modified: 0, ...base };
  }
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
