import type { DaemonSys } from '../../host/syscalls.ts';

interface Entry {
  readonly value: string;
  /** When it goes, in microseconds of the clock. */
  readonly expires?: number;
}

/** The keys of a server; each is a record, and one whose time is over is not there. */
export interface Keyspace {
  get(key: string): string | undefined;
  expires(key: string): number | undefined;
  /** Sets a value; without `expires` it stays for good. */
  set(key: string, value: string, expires?: number): void;
  remove(key: string): boolean;
  keys(): readonly string[];
}

const PREFIX = 'key/';

export function keyspace(sys: DaemonSys): Keyspace {
  const find = (key: string): Entry | undefined => {
    const entry = sys.memory<Entry & Record<string, string | number>>(PREFIX + key);
    return entry && (entry.expires === undefined || entry.expires > sys.now) ? entry : undefined;
  };
  return {
    get: (key) => find(key)?.value,
    expires: (key) => find(key)?.expires,
    set: (key, value, expires) =>
      sys.remember(PREFIX + key, { value, ...(expires !== undefined && { expires }) }),
    remove(key) {
      const there = find(key) !== undefined;
      if (there) sys.remember(PREFIX + key, undefined);
      return there;
    },
    keys: () =>
      sys
        .memories(PREFIX)
        .map(([name]) => name.slice(PREFIX.length))
        .filter((key) => find(key) !== undefined),
  };
}
