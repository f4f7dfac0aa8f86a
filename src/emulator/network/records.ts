import type { Json, Key } from '../world/json.ts';
import type { Put, Store } from '../world/store.ts';

/**
 * Records as one walk of packets sees them: what lies in the store, with the walk's own changes on
 * top. The fabric commits these at the end of a walk; a probe throws them away.
 */
export interface Records {
  get<T>(key: Key): T | undefined;
  put(key: Key, value: Json | undefined): void;
  list<T>(prefix: Key): readonly (readonly [Key, T])[];
  /** The changes so far, each key once, and starts anew. */
  take(): readonly Put[];
}

/** Records over a store, with nothing changed yet. */
export function createRecords(store: Store): Records {
  let changed = new Map<Key, Json | undefined>();
  return {
    get<T>(key: Key) {
      const own = changed.get(key);
      if (own !== undefined || changed.has(key)) return own as T | undefined;
      return store.get<T>(key);
    },
    put: (key, value) => void changed.set(key, value),
    list<T>(prefix: Key) {
      if (changed.size === 0) return store.list<T>(prefix);
      const found = new Map<Key, T>(store.list<T>(prefix));
      for (const [key, value] of changed) {
        if (!key.startsWith(prefix)) continue;
        if (value === undefined) found.delete(key);
        else found.set(key, value as T);
      }
      return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
    },
    take() {
      const puts = [...changed].map(([key, value]) => ({ key, value }));
      changed = new Map();
      return puts;
    },
  };
}
