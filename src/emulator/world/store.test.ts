import { describe, expect, it } from 'vitest';
import { createStore, type Put } from './store.ts';

const make = () => createStore(() => 0, 1_000);
const put = (key: string): Put => ({ key, value: true });
const remove = (key: string): Put => ({ key, value: undefined });
const fill = (keys: readonly string[]) => {
  const store = make();
  for (const key of keys) store.commit({ by: 'test' }, [put(key)]);
  return store;
};
const keysOf = (rows: readonly (readonly [string, unknown])[]) => rows.map(([key]) => key);

describe('a save', () => {
  it('has all records in the order of their keys, whatever came and went', () => {
    const keys = ['/a', '/a/c', '/a-b', '/a/b', '/a/b/x', '/a0', '/a.b/y', '/b'];
    const store = fill(keys);
    expect(keysOf(store.save().rows)).toEqual([...keys].sort());
    store.commit({ by: 'test' }, [put('/a-b/z'), remove('/b'), put('/a0/q')]);
    const now = [...keys.filter((key) => key !== '/b'), '/a-b/z', '/a0/q'];
    expect(keysOf(store.save().rows)).toEqual(now.sort());
  });
});

describe('a list', () => {
  it('is the same one until something below its prefix changes', () => {
    const store = fill(['/a/1', '/a/2', '/b/1']);
    const before = store.list('/a/');
    store.commit({ by: 'test' }, [put('/b/2')]);
    expect(store.list('/a/')).toBe(before);
    store.commit({ by: 'test' }, [put('/a/3')]);
    expect(keysOf(store.list('/a/'))).toEqual(['/a/1', '/a/2', '/a/3']);
  });

  it('of a prefix that was not there has what comes, goes and comes again', () => {
    const store = make();
    expect(store.list('/a/b/')).toEqual([]);
    store.commit({ by: 'test' }, [put('/a/b/1')]);
    expect(keysOf(store.list('/a/b/'))).toEqual(['/a/b/1']);
    store.commit({ by: 'test' }, [remove('/a/b/1')]);
    expect(store.list('/a/b/')).toEqual([]);
    store.commit({ by: 'test' }, [put('/a/b/2')]);
    expect(keysOf(store.list('/a/b/'))).toEqual(['/a/b/2']);
  });

  it('follows what is loaded, and the count of loads tells of it', () => {
    const store = fill(['/a/1']);
    const saved = store.save();
    store.commit({ by: 'test' }, [put('/a/2')]);
    expect(store.list('/a/')).toHaveLength(2);
    store.load(saved);
    expect(keysOf(store.list('/a/'))).toEqual(['/a/1']);
    expect(store.loads).toBe(1);
  });
});
