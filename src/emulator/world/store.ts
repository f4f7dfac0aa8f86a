import { assert } from './assert.ts';
import { freeze, type Json, type Key, type Micros, type Revision } from './json.ts';

/** Who made a change, and the input (its number in the journal) that it goes back to. */
export interface Cause {
  readonly by: string;
  readonly input?: number;
}

/** A change to make: the new record under a key, or its removal. */
export interface Put {
  readonly key: Key;
  readonly value: Json | undefined;
}

/** A change that was made. A commit of several puts gives several changes of one revision. */
export interface Change {
  readonly revision: Revision;
  readonly at: Micros;
  readonly cause: Cause;
  readonly key: Key;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/**
 * The one table of everything that is true. Records are frozen plain data; keys under `/volatile/`
 * (counters, capture buffers, scroll-back) are kept but not logged and do not raise the revision.
 */
export interface Store {
  readonly revision: Revision;
  /** How often a save was loaded: what was derived from the records before is no longer right. */
  readonly loads: number;
  get<T>(key: Key): T | undefined;
  /** Records whose key begins with the prefix, which ends in `/`; in order of their keys. */
  list<T>(prefix: Key): readonly (readonly [Key, T])[];
  /** Makes the changes at one revision and tells it. Equal records are changes too. */
  commit(cause: Cause, changes: readonly Put[]): Revision;
  /** Changes after a revision under a prefix, or `compacted` if the log no longer reaches back. */
  since(from: Revision, prefix: Key): readonly Change[] | 'compacted';
  /** Records as they were at a revision that the log still reaches. Volatile ones are left out. */
  at(revision: Revision): ReadonlyMap<Key, Json>;
  /** Calls the listener after each logged commit, in order of subscription. */
  onCommit(listener: (changes: readonly Change[]) => void): void;
  /** Forgets the log up to and including a revision. */
  compact(upTo: Revision): void;
  save(): SavedStore;
  load(saved: SavedStore): void;
}

export interface SavedStore {
  readonly revision: Revision;
  readonly rows: readonly (readonly [Key, Json])[];
  /** The part of the log that outlives a save, and the revision that it reaches back to. */
  readonly history: readonly Change[];
  readonly historyFrom: Revision;
}

/**
 * Node of the key index: the segments below it, and the record that lies there. `sorted` has the
 * children in order, made when they are first asked for; `entry` is the record as lists have it.
 * `listed` is the answer to the last list of the branch, until a record below it changes.
 */
interface Branch {
  readonly parent: Branch | undefined;
  readonly segment: string;
  /** undefined until it has had one. */
  children: Map<string, Branch> | undefined;
  sorted: readonly Branch[] | undefined;
  /** The children's records and what lies below them, in the order of their keys. */
  ordered: readonly Part[] | undefined;
  key: Key;
  value: Json | undefined;
  entry: readonly [Key, Json] | undefined;
  listed: readonly (readonly [Key, Json])[] | undefined;
  /** How many children it was ever given, and whether it was taken out of the index. */
  grown: number;
  gone: boolean;
}

/** A child's own record, or all that lies below the child. */
interface Part {
  readonly name: string;
  readonly branch: Branch;
  readonly own: boolean;
}

/** Where a prefix led to: its branch, or the last one on the way to what was not there. */
interface Way {
  readonly branch: Branch;
  readonly arrived: boolean;
  readonly grown: number;
}

/** Prefixes whose ways are kept: those of pods' own namespaces are longer, and asked for rarely. */
const KEPT_LENGTH = 64;
const KEPT_WAYS = 2_000;

const newBranch = (parent: Branch | undefined, segment: string): Branch => ({
  parent,
  segment,
  children: undefined,
  sorted: undefined,
  ordered: undefined,
  key: '',
  value: undefined,
  entry: undefined,
  listed: undefined,
  grown: 0,
  gone: false,
});
const nothing: readonly never[] = [];

/** Which changes are in saves as well, so that a watch goes on from a revision before the save. */
export interface History {
  /** Whether all keys that begin so are kept. */
  keeps(prefix: Key): boolean;
  /** Changes that are kept; older ones are given up. */
  readonly length: number;
}

/** An empty store. `now` tells the time for the log; `logLength` bounds the log. */
export function createStore(now: () => Micros, logLength: number, kept?: History): Store {
  let rows = new Map<Key, Branch>();
  let root = newBranch(undefined, '');
  let revision = 0;
  let loads = 0;
  let compacted = 0;
  let log: Change[] = [];
  let history: Change[] = [];
  let historyFrom = 0;
  const listeners: ((changes: readonly Change[]) => void)[] = [];
  const ways = new Map<Key, Way>();

  const find = (prefix: Key): Branch | undefined => {
    if (prefix.length > KEPT_LENGTH) {
      const { branch, arrived } = descend(root, prefix);
      return arrived ? branch : undefined;
    }
    let way = ways.get(prefix);
    if (!way || way.branch.gone || (!way.arrived && way.branch.grown !== way.grown)) {
      if (ways.size >= KEPT_WAYS) ways.clear();
      way = descend(root, prefix);
      ways.set(prefix, way);
    }
    return way.arrived ? way.branch : undefined;
  };

  const write = (row: Branch | undefined, key: Key, value: Json | undefined) => {
    if (value === undefined) {
      if (row && rows.delete(key)) unindex(row);
      return;
    }
    let leaf = row;
    if (!leaf) {
      leaf = index(root, key);
      rows.set(key, leaf);
    }
    leaf.value = freeze(value);
    leaf.entry = undefined;
    forgetLists(leaf);
  };

  const remember = (changes: readonly Change[]) => {
    if (!kept) return;
    history.push(...changes.filter(({ key }) => kept.keeps(key)));
    if (history.length <= kept.length * 1.1) return;
    const gone = history.length - kept.length;
    historyFrom = (history[gone - 1] as Change).revision;
    history = history.slice(gone);
  };

  const store: Store = {
    get revision() {
      return revision;
    },
    get loads() {
      return loads;
    },
    get: <T>(key: Key) => rows.get(key)?.value as T | undefined,
    list<T>(prefix: Key) {
      assert(prefix.endsWith('/'), `a prefix ends in a slash: ${prefix}`);
      const branch = find(prefix);
      if (!branch) return nothing;
      if (!branch.listed) {
        const found: (readonly [Key, Json])[] = [];
        collect(branch, found);
        branch.listed = found;
      }
      return branch.listed as readonly (readonly [Key, T])[];
    },
    commit(cause, changes) {
      const logged: Change[] = [];
      for (const { key, value } of changes) {
        const row = rows.get(key);
        const before = row?.value;
        if (before === undefined && value === undefined) continue;
        write(row, key, value);
        if (key.startsWith('/volatile/')) continue;
        const change = { revision: revision + 1, at: now(), cause, key, before, after: value };
        logged.push(change);
      }
      if (logged.length === 0) return revision;
      revision += 1;
      log.push(...logged);
      remember(logged);
      if (log.length > logLength) {
        store.compact((log[Math.floor(log.length / 2)] as Change).revision);
      }
      for (const listener of listeners) listener(logged);
      return revision;
    },
    since(from, prefix) {
      if (kept?.keeps(prefix)) {
        if (from < historyFrom) return 'compacted';
        const after = history.slice(firstAfter(history, from));
        return after.filter((change) => change.key.startsWith(prefix));
      }
      if (from < compacted) return 'compacted';
      const first = firstAfter(log, from);
      return log.slice(first).filter((change) => change.key.startsWith(prefix));
    },
    at(wanted) {
      assert(wanted >= compacted && wanted <= revision, `revision ${wanted} is not in the log`);
      const then = new Map<Key, Json>();
      for (const [key, { value }] of rows) {
        if (!key.startsWith('/volatile/')) then.set(key, value as Json);
      }
      for (let i = log.length - 1; i >= 0; i--) {
        const change = log[i] as Change;
        if (change.revision <= wanted) break;
        if (change.before === undefined) then.delete(change.key);
        else then.set(change.key, change.before);
      }
      return then;
    },
    onCommit: (listener) => void listeners.push(listener),
    compact(upTo) {
      compacted = Math.max(compacted, upTo);
      log = log.slice(firstAfter(log, compacted));
    },
    save: () => ({
      revision,
      rows: allRows(root),
      history: [...history],
      historyFrom,
    }),
    load(saved) {
      rows = new Map();
      root = newBranch(undefined, '');
      ways.clear();
      loads += 1;
      for (const [key, value] of saved.rows) write(undefined, key, value);
      revision = saved.revision;
      compacted = saved.revision;
      log = [];
      history = [...saved.history];
      historyFrom = saved.historyFrom;
    },
  };
  return store;
}

/** Index of the first change after a revision, by halving. */
function firstAfter(log: readonly Change[], revision: Revision): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle] as Change).revision <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Enters a key into the index. */
function index(root: Branch, key: Key): Branch {
  let branch = root;
  for (let from = 1; from <= key.length;) {
    const slash = key.indexOf('/', from);
    const to = slash < 0 ? key.length : slash;
    const segment = key.slice(from, to);
    if (!branch.children) {
      branch.children = new Map();
      if (branch.parent) branch.parent.ordered = undefined;
    }
    let next: Branch | undefined = branch.children.get(segment);
    if (!next) {
      next = newBranch(branch, segment);
      branch.children.set(segment, next);
      branch.sorted = undefined;
      branch.ordered = undefined;
      branch.grown += 1;
    }
    branch = next;
    from = to + 1;
  }
  branch.key = key;
  return branch;
}

/** The lists that a record is part of are no longer right. */
function forgetLists(row: Branch): void {
  for (let branch: Branch | undefined = row; branch; branch = branch.parent) {
    branch.listed = undefined;
  }
}

function unindex(row: Branch): void {
  row.value = undefined;
  row.entry = undefined;
  forgetLists(row);
  for (let branch = row; branch.parent; branch = branch.parent) {
    if (branch.children?.size || branch.value !== undefined) return;
    branch.parent.children?.delete(branch.segment);
    branch.parent.sorted = undefined;
    branch.parent.ordered = undefined;
    branch.gone = true;
  }
}

function descend(root: Branch, prefix: Key): Way {
  let branch = root;
  for (let from = 1; from < prefix.length;) {
    const to = prefix.indexOf('/', from);
    if (to > from) {
      const next: Branch | undefined = branch.children?.get(prefix.slice(from, to));
      if (!next) return { branch, arrived: false, grown: branch.grown };
      branch = next;
    }
    from = to + 1;
  }
  return { branch, arrived: true, grown: branch.grown };
}

function collect(branch: Branch, found: (readonly [Key, Json])[]): void {
  const children = (branch.sorted ??= [...(branch.children?.values() ?? [])].sort(bySegment));
  for (const child of children) {
    if (child.value !== undefined) found.push((child.entry ??= [child.key, child.value]));
    if (child.children?.size) collect(child, found);
  }
}

function bySegment(a: Branch, b: Branch): number {
  return a.segment < b.segment ? -1 : 1;
}

/** All records in the order of their keys: `a`, `a-b`, `a/c`. */
function allRows(root: Branch): SavedStore['rows'] {
  const found: (readonly [Key, Json])[] = [];
  const walk = (branch: Branch) => {
    for (const { branch: child, own } of (branch.ordered ??= partsOf(branch))) {
      if (!own) walk(child);
      else if (child.value !== undefined) found.push((child.entry ??= [child.key, child.value]));
    }
  };
  walk(root);
  return found;
}

function partsOf({ children }: Branch): readonly Part[] {
  const parts: Part[] = [];
  for (const branch of children?.values() ?? []) {
    parts.push({ name: branch.segment, branch, own: true });
    if (branch.children) parts.push({ name: `${branch.segment}/`, branch, own: false });
  }
  return parts.sort((a, b) => (a.name < b.name ? -1 : 1));
}
