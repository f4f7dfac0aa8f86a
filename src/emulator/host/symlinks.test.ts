import { expect, it } from 'vitest';
import { createStore } from '../world/store.ts';
import { fileKey } from './kernel/records.ts';
import { symlinksOf } from './symlinks.ts';

it('knows the links of a sandbox as they are made, removed and loaded', () => {
  const store = createStore(() => 0, 1_000);
  const set = (path: string, type: string | undefined) =>
    store.commit({ by: 'test' }, [
      { key: fileKey('n', 'host', path), value: type === undefined ? undefined : { type } },
    ]);
  const links = () => [...symlinksOf(store).of('n', 'host')];
  set('/a/b', 'symlink');
  set('/c', 'file');
  expect(links()).toEqual(['/a/b']);
  const saved = store.save();
  set('/d', 'symlink');
  set('/a/b', 'file');
  expect(links()).toEqual(['/d']);
  set('/d', undefined);
  expect(links()).toEqual([]);
  store.load(saved);
  expect(links()).toEqual(['/a/b']);
  expect([...symlinksOf(store).of('n', 'other')]).toEqual([]);
});
