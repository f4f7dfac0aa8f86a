import { expect, it } from 'vitest';
import { splitKeys } from '../../host/terminal/editor.ts';
import { screenOf } from './screen.ts';
import { act, open, type Nano } from './state.ts';

const size = { columns: 80, rows: 8 };
// oxlint-disable-next-line no-control-regex -- colours are control sequences
const plain = (text: string) => text.replaceAll(/\x1b\[\d*m/g, '').trimEnd();

function after(keys: string, text: string | undefined = 'one\ntwo\nthree\n'): Nano {
  let nano = open('f.yaml', text);
  for (const key of splitKeys(keys)) nano = act(nano, key, size);
  return nano;
}

it('types, cuts, pastes and undoes', () => {
  expect(after('ab\x0b').lines).toEqual(['two', 'three', '']);
  expect(after('\x0b\x0b\x1b[B\x15').lines).toEqual(['three', 'one', 'two', '']);
  expect(after('x\x1bu').lines).toEqual(['one', 'two', 'three', '']);
  expect(after('\x17thr\r!').lines[2]).toBe('!three');
});

it('asks before it leaves, and writes', () => {
  expect(screenOf(after('x\x18'), size).rows.slice(-3).map(plain)).toEqual([
    'Save modified buffer?',
    ' Y Yes',
    ' N No               ^C Cancel',
  ]);
  expect(after('x\x18y\r').wish).toEqual({
    path: 'f.yaml',
    text: 'xone\ntwo\nthree\n',
    leave: true,
  });
  expect(after('x\x18n').over).toBe(true);
  expect(after('\x18').over).toBe(true);
});

it('shows title, text, status and keys', () => {
  const { rows, cursor } = screenOf(after(''), size);
  expect(rows.map(plain)).toEqual([
    `  GNU nano 7.2${' '.repeat(23)}f.yaml`,
    'one',
    'two',
    'three',
    '',
    `${' '.repeat(32)}[ Read 3 lines ]`,
    '^G Help      ^O Write Out ^W Where Is  ^K Cut       ^T Execute   ^C Location',
    '^X Exit      ^R Read File ^\\ Replace   ^U Paste     ^J Justify   ^/ Go To Line',
  ]);
  expect(cursor).toEqual({ row: 1, col: 0 });
});
