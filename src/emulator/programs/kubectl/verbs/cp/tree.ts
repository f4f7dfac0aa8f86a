import { isErrno } from '../../../../host/errno.ts';
import type { Sys } from '../../../../host/syscalls.ts';
import { SECOND } from '../../../../world/time.ts';
import { failed } from '../../failure.ts';
import { goStrerror } from '../../go-errors.ts';
import { baseName, clean, type FileSpec } from './spec.ts';
import type { Member } from './ustar.ts';

/** A file, or a directory with all below it, as members of an archive under another name. */
export function collect(sys: Sys, path: string, name: string): readonly Member[] {
  const stat = sys.files.stat(path);
  if (isErrno(stat)) throw failed(`stat ${path}: ${goStrerror(stat)}`);
  const common = { path: name, mode: stat.mode, modified: Math.trunc(stat.modified / SECOND) };
  if (stat.type !== 'directory') {
    const found = sys.files.read(path);
    if (isErrno(found)) throw failed(`open ${path}: ${goStrerror(found)}`);
    return [{ ...common, directory: false, text: found.text }];
  }
  const names = sys.files.list(path);
  const children = isErrno(names) ? [] : [...names].sort();
  const own: Member[] = [];
  if (children.length === 0) own.push({ ...common, directory: true, text: '' });
  return [
    ...own,
    ...children.flatMap((each) => collect(sys, `${path}/${each}`, `${name}/${each}`)),
  ];
}

/**
 * Puts an archive's members where they belong here; gives what is said of those that are left out
 * because they would leave the destination.
 */
export function unpack(
  sys: Sys,
  members: readonly Member[],
  prefix: string,
  from: FileSpec,
  to: FileSpec,
): readonly string[] {
  const said: string[] = [];
  const stat = sys.files.stat(to.path);
  const folder = !isErrno(stat) && stat.type === 'directory';
  const destination = folder ? `${to.path}/${baseName(from.path)}` : to.path;
  for (const { path, text, directory, mode } of members) {
    const name = clean(path);
    if (name !== prefix && !name.startsWith(prefix === '' ? '' : `${prefix}/`)) {
      throw failed('tar contents corrupted');
    }
    const inner = name.slice(prefix.length).replace(/^\//, '');
    if (inner.split('/').includes('..')) {
      said.push(
        `warning: file "${destination}/${inner}" is outside target destination, skipping\n`,
      );
      continue;
    }
    const target = inner === '' ? destination : `${destination}/${inner}`;
    const parent = target.replace(/\/?[^/]*$/, '');
    if (parent !== '') sys.files.makeDirectory(parent, { parents: true });
    const failure = directory
      ? sys.files.makeDirectory(target, { parents: true })
      : sys.files.write(target, text, { mode });
    if (failure) throw failed(`open ${target}: ${goStrerror(failure)}`);
  }
  return said;
}
