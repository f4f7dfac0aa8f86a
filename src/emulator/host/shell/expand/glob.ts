import type { Files } from '../../syscalls.ts';
import { isPattern, patternToRegExp } from './pattern.ts';

/** What `shopt` changes about the expansion of file names. */
export interface GlobOptions {
  readonly dotglob: boolean;
  readonly globstar: boolean;
  readonly nocaseglob: boolean;
}

/** Paths that match, sorted; none where nothing does. */
export function expandGlob(files: Files, pattern: string, options: GlobOptions): string[] {
  let found: string[] = [pattern.startsWith('/') ? '/' : ''];
  const parts = pattern.split('/').filter((each) => each !== '');
  const onlyFolders = pattern.endsWith('/');
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    found = found.flatMap((base) => step(files, base, part, options)).sort();
    if (!last || onlyFolders) {
      found = found.filter((path) => isFolder(files, path)).map((path) => `${path}/`);
    }
  }
  return found.filter((each) => each !== '');
}

function step(files: Files, base: string, part: string, options: GlobOptions): string[] {
  if (part === '**' && options.globstar) return [...descend(files, base)];
  if (!isPattern(part)) {
    const path = base + part.replaceAll(/\\(.)/g, '$1');
    return typeof files.stat(path, { follow: false }) === 'string' ? [] : [path];
  }
  const names = files.list(base === '' ? '.' : base);
  if (typeof names === 'string') return [];
  const matches = patternToRegExp(part, { ignoreCase: options.nocaseglob });
  return names
    .filter((name) => !name.startsWith('.') || part.startsWith('.') || options.dotglob)
    .filter((name) => matches.test(name))
    .map((name) => base + name);
}

function isFolder(files: Files, path: string): boolean {
  const stat = files.stat(path);
  return typeof stat !== 'string' && stat.type === 'directory';
}

function* descend(files: Files, base: string): Generator<string> {
  const names = files.list(base === '' ? '.' : base);
  if (typeof names === 'string') return;
  for (const name of names) {
    if (name.startsWith('.')) continue;
    yield base + name;
    if (isFolder(files, base + name)) yield* descend(files, `${base}${name}/`);
  }
}
