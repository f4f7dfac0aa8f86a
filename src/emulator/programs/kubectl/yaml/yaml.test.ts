import { describe, expect, it } from 'vitest';
import { decodeYaml } from './decode.ts';
import { compareKeys, encodeYaml } from './encode.ts';

const value = (text: string) => {
  const decoded = decodeYaml(text);
  return decoded.ok ? decoded.value : decoded.error;
};

describe('decodeYaml', () => {
  it.each([
    ['a: 1\nb: [x, "2", 3.5]\n', { a: 1, b: ['x', '2', 3.5] }],
    ['a:\n- b: c\n  d: e\n- f\n', { a: [{ b: 'c', d: 'e' }, 'f'] }],
    ['a: |\n  one\n   two\n\nb: >-\n  x\n  y\n', { a: 'one\n two\n', b: 'x y' }],
    ['a: yes\nb: "yes"\nc: ~\nd:\n', { a: true, b: 'yes', c: null, d: null }],
    [
      'a: 0777\nb: 0x1f\nc: 1_000\nd: 1e3\ne: 2026-11-25\n',
      { a: 511, b: 31, c: 1000, d: 1000, e: '2026-11-25' },
    ],
    [
      'p: &a {k: v}\nq: *a\nr:\n  <<: *a\n  l: w\n',
      { p: { k: 'v' }, q: { k: 'v' }, r: { k: 'v', l: 'w' } },
    ],
    ['1: a\ntrue: b\n', { '1': 'a', true: 'b' }],
    ['{"a": [1, {"b": null}],}', { a: [1, { b: null }] }],
    [
      'a: multi\n  line\n  plain\nb: "folded\n  text"\n',
      { a: 'multi line plain', b: 'folded text' },
    ],
    ['# nothing\n', undefined],
  ])('reads %j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it.each([
    ['a: b\nmetadata:\n\tname: x\n', 'line 3: found character that cannot start any token'],
    ['metadata:\n  name: x\n spec:\n  a: b\n', 'line 2: did not find expected key'],
    [
      'spec:\n  type ClusterIP\n  ports: []\n',
      'line 3: mapping values are not allowed in this context',
    ],
    ['a: "open\nb: c\n', 'line 3: found unexpected end of stream'],
    ['a: [1, 2\nb: c\n', "line 1: did not find expected ',' or ']'"],
    ['a: *none\n', "unknown anchor 'none' referenced"],
    ['a:\n  b: c\n  d\n  e: f\n', "line 4: could not find expected ':'"],
  ])('says what is wrong in %j', (text, expected) => {
    expect(value(text)).toBe(`error converting YAML to JSON: yaml: ${expected}`);
  });
});

describe('encodeYaml', () => {
  it('sorts keys and does not indent lists below them', () => {
    const text = encodeYaml({ b: [{ d: 1, c: [] }, 'x'], a: { f: {}, e: null } });
    expect(text).toBe('a:\n  e: null\n  f: {}\nb:\n- c: []\n  d: 1\n- x\n');
  });

  it.each([
    ['true', '"true"'],
    ['8080', '"8080"'],
    ['2026-11-25T09:00:00Z', '"2026-11-25T09:00:00Z"'],
    ['', '""'],
    ['a: b', "'a: b'"],
    ['- x', "'- x'"],
    ['*', "'*'"],
    ['%h', "'%h'"],
    ['tab\there', '"tab\\there"'],
    ['plain text', 'plain text'],
    ['line\n', '|\n  line'],
    ['one\ntwo', '|-\n  one\n  two'],
    ['y', '"y"'],
    ['1:30', '"1:30"'],
  ])('writes %j as %s', (text, shown) => {
    expect(encodeYaml({ a: text })).toBe(`a: ${shown}\n`);
  });

  it('orders numbers in keys by size', () => {
    expect(['a10', 'a9', 'b', 'a'].sort(compareKeys)).toEqual(['a', 'a9', 'a10', 'b']);
  });
});

describe('a line of more than 80 columns', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen';
  it.each([
    [`${words} fifteen`, `a: ${words}\n  fifteen\n`],
    [`${words}  fifteen`, `a: ${words}  fifteen\n`],
    [`x: ${words} it's`, `a: 'x: ${words}\n  it''s'\n`],
    [`\t${words} so it is`, `a: "\\t${words}\n  so it is"\n`],
  ])('is broken at its next single blank: %j', (text, expected) => {
    expect(encodeYaml({ a: text })).toBe(expected);
  });
});
