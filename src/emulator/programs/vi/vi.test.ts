import { describe, expect, it } from 'vitest';
import { act } from './act.ts';
import { keysOf } from './keys.ts';
import { screenOf } from './screen.ts';
import { open, type Editor } from './state.ts';

const size = { columns: 40, rows: 8 };
const START = 'one two three\n  four (five)\nsix\n';

function after(keys: string, text = START): Editor {
  let editor = open('f', text, '');
  for (const key of keysOf(keys)) editor = act(editor, key, size);
  return editor;
}

/** Text and cursor after keys, the cursor as `|`. */
function shown(keys: string, text = START): string {
  const { lines, row, col } = after(keys, text);
  return lines
    .map((line, at) => (at === row ? `${line.slice(0, col)}|${line.slice(col)}` : line))
    .join('\n');
}

describe('vi', () => {
  it.each([
    ['motions', 'wj', 'one two three\n  fo|ur (five)\nsix'],
    ['a count and an end', '2e', 'one tw|o three\n  four (five)\nsix'],
    ['words over lines', '4w', 'one two three\n  four |(five)\nsix'],
    ['the last line', 'G', 'one two three\n  four (five)\n|six'],
    ['a letter and on', 'ft;', 'one two |three\n  four (five)\nsix'],
    ['a bracket', 'j%', 'one two three\n  four (five|)\nsix'],
    ['a word gone', 'dw', '|two three\n  four (five)\nsix'],
    ['two words changed', 'wc2wX\x1b', 'one |X\n  four (five)\nsix'],
    ['inside brackets', 'jf(ci(x\x1b', 'one two three\n  four (|x)\nsix'],
    ['a line gone and put', 'ddp', '  four (five)\n|one two three\nsix'],
    ['a line yanked', 'yyGp', 'one two three\n  four (five)\nsix\n|one two three'],
    ['to the end', 'wD', 'one| \n  four (five)\nsix'],
    ['again', 'x..', '| two three\n  four (five)\nsix'],
    ['again with text', 'cwA\x1bw.', 'A |A three\n  four (five)\nsix'],
    ['undone and done', 'ddddu\x12u', '  |four (five)\nsix'],
    ['joined', 'J', 'one two three| four (five)\nsix'],
    ['capitals', '~l~', 'OnE| two three\n  four (five)\nsix'],
    ['shifted', ':set sw=2\r>>', '  |one two three\n  four (five)\nsix'],
    ['lines chosen', 'Vjd', '|six'],
    ['letters chosen', 'wvee~', 'one |TWO THREE\n  four (five)\nsix'],
    ['thrice put in', '3ia\x1b', 'aa|aone two three\n  four (five)\nsix'],
    ['opened below', 'ox\x1b', 'one two three\n|x\n  four (five)\nsix'],
    ['indented as before', ':set ai\rjox\x1b', 'one two three\n  four (five)\n  |x\nsix'],
    ['looked for', '/i[vx]\rn', 'one two three\n  four (five)\ns|ix'],
    ['the word here', 'yyp*', '|one two three\none two three\n  four (five)\nsix'],
    ['replaced everywhere', ':%s/\\(o\\)n\\?/<\\1>/g\r', '<o>e tw<o> three\n  |f<o>ur (five)\nsix'],
    ['lines by pattern', ':g/i/d\r', '|one two three'],
    ['a range gone', ':2,$d\r', '|one two three'],
    ['a register', '"ayw"ap', 'oone| ne two three\n  four (five)\nsix'],
  ])('%s', (_name, keys, result) => expect(shown(keys)).toBe(result));

  it('shows text, tildes, and what is said', () => {
    expect(screenOf(after('ihe\x1b'), size)).toEqual({
      rows: [
        'heone two three',
        '  four (five)',
        'six',
        '~',
        '~',
        '~',
        '~',
        `${' '.repeat(22)}1,2           All`,
      ],
      cursor: { row: 0, col: 1 },
    });
    const messages = ['i', ':q\r\x1b', 'x:q\r', ':foo\r', '/zz\r', 'V', 'yyP3yy'].map(
      (keys) => screenOf(after(keys), { columns: 90, rows: 4 }).rows[3]?.trim().split('   ')[0],
    );
    expect(messages).toEqual([
      '-- INSERT --',
      '1,1',
      'E37: No write since last change (add ! to override)',
      'E492: Not an editor command: foo',
      'E486: Pattern not found: zz',
      '-- VISUAL LINE --',
      '3 lines yanked',
    ]);
  });

  it('numbers lines and folds long ones', () => {
    const { rows } = screenOf(after(':set nu\r', `${'x'.repeat(50)}\ny\n`), size);
    expect(rows.slice(0, 4)).toEqual([
      `  1 ${'x'.repeat(36)}`,
      `    ${'x'.repeat(14)}`,
      '  2 y',
      '~',
    ]);
  });

  it('wishes files to be written, and ends', () => {
    expect(after('x:wq\r').wish).toEqual({
      type: 'write',
      path: 'f',
      text: 'ne two three\n  four (five)\nsix\n',
      quit: true,
    });
    expect(after('ZZ').over).toBe(true);
    expect(after('x:q!\r').over).toBe(true);
  });
});
