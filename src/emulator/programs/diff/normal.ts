import { script, type Edit } from '../unified-diff.ts';

/** The form without options: `2,3c2` and the lines. */
export function normalDiff(before: string, after: string): string {
  const lines = (text: string) => text.replace(/\n$/, '').split('\n');
  const edits = script(before === '' ? [] : lines(before), after === '' ? [] : lines(after));
  const ends = [before, after].map((text) => text === '' || text.endsWith('\n'));
  const totals = [before, after].map((text) => (text === '' ? 0 : lines(text).length));
  let [a, b] = [0, 0];
  let made = '';
  for (let at = 0; at < edits.length;) {
    if ((edits[at] as Edit).sign === ' ') {
      [a, b, at] = [a + 1, b + 1, at + 1];
      continue;
    }
    const hunk: Edit[] = [];
    while (at < edits.length && (edits[at] as Edit).sign !== ' ') hunk.push(edits[at++] as Edit);
    const gone = hunk.filter(({ sign }) => sign === '-');
    const come = hunk.filter(({ sign }) => sign === '+');
    const range = (start: number, count: number) => {
      if (count === 0) return String(start);
      return count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
    };
    const letter = gone.length === 0 ? 'a' : come.length === 0 ? 'd' : 'c';
    made += `${range(a, gone.length)}${letter}${range(b, come.length)}\n`;
    a += gone.length;
    b += come.length;
    const missing = '\\ No newline at end of file\n';
    made += gone.map(({ line }) => `< ${line}\n`).join('');
    if (gone.length > 0 && a === totals[0] && !ends[0]) made += missing;
    if (gone.length > 0 && come.length > 0) made += '---\n';
    made += come.map(({ line }) => `> ${line}\n`).join('');
    if (come.length > 0 && b === totals[1] && !ends[1]) made += missing;
  }
  return made;
}
