import { expect, it } from 'vitest';
import type { Input } from '../../session/protocol.ts';
import { createUnsaved } from './unsaved.ts';

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as Storage;
}

const keys = (data: string): Input => ({ type: 'keys', terminal: 'main', data });

it('gives back what no save has, to the page that comes next', () => {
  const storage = memory();
  const first = createUnsaved('lab/x', storage);
  const number = first.note(keys('a'));
  first.note(keys('b'));
  first.saved(number);
  expect(createUnsaved('lab/y', storage).take()).toEqual([]);
  expect(createUnsaved('lab/x', storage).take()).toEqual([keys('b')]);
});

it('stops doing again what no page has outlived', () => {
  const storage = memory();
  createUnsaved('lab/x', storage).note(keys('a'));
  for (const expected of [[keys('a')], [keys('a')], []]) {
    const next = createUnsaved('lab/x', storage);
    const taken = next.take();
    expect(taken).toEqual(expected);
    for (const each of taken) next.note(each);
  }
});
