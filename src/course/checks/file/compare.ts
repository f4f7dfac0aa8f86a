/** How the text of a file is compared with what it should hold. */
export type Form = 'value' | 'order' | 'set' | 'pairs' | 'numbers';

/** Whether two texts hold the same; tables, `-o name` and lists are all read as their values. */
export function sameAs(found: string, wanted: string, form: Form): boolean {
  if (form === 'pairs') return samePairs(found, wanted);
  if (form === 'numbers') return sameNumbers(found, wanted);
  const [mine, theirs] = [values(found, form), values(wanted, form)];
  if (form === 'set') {
    mine.sort();
    theirs.sort();
  }
  return mine.length === theirs.length && mine.every((each, at) => each === theirs[at]);
}

/** The values of a text: of a table the first column, of `pod/web` the name. */
function values(text: string, form: Form): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const table = /^(?:NAMESPACE|NAME)\s/.test(`${lines[0]} `);
  const column = /^NAMESPACE\s/.test(lines[0] ?? '') ? 1 : 0;
  const words = table
    ? lines.slice(1).map((line) => line.trim().split(/\s+/)[column] ?? '')
    : lines.join('\n').split(form === 'value' ? /\n/ : /[\s,;]+/);
  return words
    .map((word) => word.trim().replace(/^["'[]+|["'\]]+$/g, ''))
    .map((word) => (form === 'value' ? word : word.replace(/^[a-z][a-z0-9.]*\/(?=[a-z])/, '')))
    .filter((word) => word !== '');
}

/** Each wanted line's words stand together on some line, and no wanted word is on two. */
function samePairs(found: string, wanted: string): boolean {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.split(/[\s,:;=|]+/).filter((word) => word !== ''))
      .filter((words) => words.length > 0);
  const rows = lines(found);
  return lines(wanted).every((pair) => {
    const rowsOf = (word: string | undefined) => rows.filter((row) => row.includes(word ?? ''));
    const [first] = rowsOf(pair[0]);
    return rowsOf(pair[0]).length === 1 && pair.every((word) => first?.includes(word));
  });
}

/** Numbers in order, each to the hundredth: `0.333`, `1/3` and `33.3%` are one and the same. */
function sameNumbers(found: string, wanted: string): boolean {
  const numbers = (text: string) =>
    [...text.matchAll(/(\d+(?:\.\d+)?)(?:\s*\/\s*(\d+)|\s*(%))?/g)].map(
      ([, first, below, percent]) => Number(first) / (below ? Number(below) : percent ? 100 : 1),
    );
  const [mine, theirs] = [numbers(found), numbers(wanted)];
  return (
    mine.length === theirs.length &&
    mine.every((each, at) => Math.abs(each - (theirs[at] as number)) <= 0.01)
  );
}

/** A text in one short line, to be shown. */
export function shortened(text: string): string {
  const line = text
    .trim()
    .split(/\s*\n\s*/)
    .join(' · ');
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
