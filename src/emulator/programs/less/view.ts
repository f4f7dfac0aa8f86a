import { cellWidth } from '../../host/terminal/width.ts';

/** What a pager shows, as a value that keys change. */
export interface View {
  readonly name: string;
  readonly lines: readonly string[];
  /** The first line on the screen. */
  readonly top: number;
  /** What is being typed after `/`, `?` or `:`. */
  readonly typing: string | undefined;
  /** What was looked for last, and which way. */
  readonly pattern: RegExp | undefined;
  readonly backwards: boolean;
  readonly note: string | undefined;
  readonly over: boolean;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The view at the beginning: `+G` is the end, `+/x` the first match. */
export function begin(text: string, name: string, options: readonly string[], size: Size): View {
  const numbers = options.some((word) => /^-\w*N/.test(word));
  const chops = options.some((word) => /^-\w*S/.test(word));
  const source = text.replace(/\n$/, '').split('\n');
  const lines = source.flatMap((line, at) => {
    const lead = numbers ? `${String(at + 1).padStart(7)} ` : '';
    const folded = fold(lead + line.replaceAll('\t', '        '), size.columns);
    return chops ? folded.slice(0, 1) : folded;
  });
  const empty = { pattern: undefined, typing: undefined, backwards: false, note: undefined };
  const view: View = { name, lines, top: 0, over: false, ...empty };
  if (options.some((word) => word === '+G' || word === '+F')) return act(view, 'G', size);
  const wanted = options.find((word) => word.startsWith('+/'));
  return wanted === undefined ? view : search({ ...view, top: -1 }, wanted.slice(2), false, size);
}

/** A line in pieces as wide as the screen. */
function fold(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const letter of line) {
    const cells = cellWidth(letter);
    if (width + cells > columns) {
      pieces.push(piece);
      [piece, width] = ['', 0];
    }
    piece += letter;
    width += cells;
  }
  return [...pieces, piece];
}

/** The view after a key. */
export function act(view: View, key: string, size: Size): View {
  if (view.typing !== undefined) return typed(view, key, size);
  const page = size.rows - 1;
  const last = Math.max(0, view.lines.length - page);
  const move = (by: number): View => ({
    ...view,
    note: undefined,
    top: Math.max(0, Math.min(last, view.top + by)),
  });
  switch (key) {
    case 'q':
    case 'Q':
      return { ...view, over: true };
    case ' ':
    case 'f':
    case '\x06':
    case '\x1b[6~':
      return move(page);
    case 'b':
    case '\x02':
    case '\x1b[5~':
      return move(-page);
    case 'd':
    case '\x04':
      return move(Math.floor(page / 2));
    case 'u':
    case '\x15':
      return move(-Math.floor(page / 2));
    case 'j':
    case 'e':
    case '\r':
    case '\n':
    case '\x1b[B':
    case '\x1bOB':
      return move(1);
    case 'k':
    case 'y':
    case '\x1b[A':
    case '\x1bOA':
      return move(-1);
    case 'g':
    case '<':
    case '\x1b[H':
      return move(-view.lines.length);
    case 'G':
    case '>':
    case '\x1b[F':
      return move(view.lines.length);
    case '/':
    case '?':
    case ':':
      return { ...view, typing: key, note: undefined };
    case 'n':
    case 'N':
      if (!view.pattern) return { ...view, note: 'No previous regular expression' };
      return search(view, undefined, view.backwards !== (key === 'N'), size);
    default:
      return { ...view, note: undefined };
  }
}

function typed(view: View, key: string, size: Size): View {
  const typing = view.typing as string;
  if (key === '\x7f' || key === '\b') {
    return { ...view, typing: typing.length > 1 ? typing.slice(0, -1) : undefined };
  }
  if (key === '\x03' || key === '\x1b') return { ...view, typing: undefined };
  if (key !== '\r' && key !== '\n') return key < ' ' ? view : { ...view, typing: typing + key };
  const done = { ...view, typing: undefined };
  const word = typing.slice(1);
  if (typing[0] === ':') return /^q/.test(word) ? { ...done, over: true } : done;
  const backwards = typing[0] === '?';
  const found = search(done, word === '' ? undefined : word, backwards, size);
  return { ...found, backwards };
}

/** Goes to the next line that matches; `undefined` is what was looked for last. */
function search(view: View, word: string | undefined, backwards: boolean, size: Size): View {
  let { pattern } = view;
  if (word !== undefined) {
    try {
      pattern = new RegExp(word, 'u');
    } catch {
      return { ...view, note: 'Invalid pattern' };
    }
  }
  if (!pattern) return { ...view, note: 'No previous regular expression' };
  const step = backwards ? -1 : 1;
  for (let at = view.top + step; at >= 0 && at < view.lines.length; at += step) {
    if (!pattern.test(view.lines[at] as string)) continue;
    const last = Math.max(0, view.lines.length - (size.rows - 1));
    return { ...view, pattern, top: Math.min(at, Math.max(last, at)), note: undefined };
  }
  return { ...view, pattern, top: Math.max(0, view.top), note: 'Pattern not found' };
}

/** The whole screen: lines, and what stands below them. */
export function draw(view: View, { columns, rows }: Size): string {
  const { lines, top, pattern, typing, note, name } = view;
  const shown = lines.slice(top, top + rows - 1);
  const marked = shown.map((line) =>
    pattern
      ? line.replaceAll(new RegExp(pattern.source, 'gu'), (found) =>
          found === '' ? '' : `\x1b[7m${found}\x1b[27m`,
        )
      : line,
  );
  while (marked.length < rows - 1) marked.push('~');
  const atEnd = top + rows - 1 >= lines.length;
  const first = top === 0 && name !== '' ? name : ':';
  const status = note
    ? `\x1b[7m${note}  (press RETURN)\x1b[27m`
    : atEnd
      ? '\x1b[7m(END)\x1b[27m'
      : first === ':'
        ? ':'
        : `\x1b[7m${first.slice(0, columns - 1)}\x1b[27m`;
  return `\x1b[H${marked.map((line) => `${line}\x1b[K\n`).join('')}${typing ?? status}\x1b[K`;
}
