import type { Change, Store } from '../world/store.ts';
import { fileKey } from './kernel/records.ts';

/** Paths of the symbolic links that were made in the sandboxes of a world. */
export interface Symlinks {
  /** Those of one sandbox; the set is the same one until a save is loaded. */
  of(host: string, sandbox: string): ReadonlySet<string>;
}

const indexes = new WeakMap<Store, Symlinks>();

/** The links of a store, so that a path without any on its way need not be looked up in parts. */
export function symlinksOf(store: Store): Symlinks {
  const known = indexes.get(store);
  if (known) return known;
  const bySandbox = new Map<string, Set<string>>();
  let loads = store.loads;
  const notice = ({ key, before, after }: Change) => {
    if (!isLink(before) && !isLink(after)) return;
    const [, host, sandbox, path] = /^\/host\/([^/]+)\/file\/([^/]+)(\/.*)$/.exec(key) ?? [];
    const found = path === undefined ? undefined : bySandbox.get(`${host}/${sandbox}`);
    if (isLink(after)) found?.add(path as string);
    else found?.delete(path as string);
  };
  store.onCommit((changes) => {
    if (bySandbox.size > 0) for (const change of changes) notice(change);
  });
  const made: Symlinks = {
    of(host, sandbox) {
      if (loads !== store.loads) {
        bySandbox.clear();
        loads = store.loads;
      }
      const name = `${host}/${sandbox}`;
      let found = bySandbox.get(name);
      if (!found) bySandbox.set(name, (found = read(store, fileKey(host, sandbox, '/'))));
      return found;
    },
  };
  indexes.set(store, made);
  return made;
}

function read(store: Store, base: string): Set<string> {
  const links = store.list(base).filter(([, record]) => isLink(record));
  return new Set(links.map(([key]) => key.slice(base.length - 1)));
}

function isLink(record: unknown): boolean {
  return (record as { readonly type?: unknown } | null | undefined)?.type === 'symlink';
}
