import { cellWidth } from './width.ts';

/** A line being edited, as readline keeps it. */
export interface EditorState {
  readonly prompt: string;
  readonly text: string;
  readonly cursor: number;
  readonly history: readonly string[];
  /** Place in the history; its length is the line itself. */
  readonly at: number;
  readonly draft: string;
  readonly killed: string;
  /** Ctrl-R: what is searched for. */
  readonly search: string | undefined;
  /** Rows that the line took on the screen when it was last drawn, and the cursor's row. */
  readonly row: number;
  readonly tabs: number;
}

/** What a key leads to besides a new state. */
export interface EditorStep {
  readonly state: EditorState;
  readonly output: string;
  readonly act?: 'enter' | 'interrupt' | 'end' | 'complete';
}

export function newEditor(prompt: string, history: readonly string[]): EditorState {
  return {
    prompt,
    text: '',
    cursor: 0,
    history,
    at: history.length,
    draft: '',
    killed: '',
    search: undefined,
    row: 0,
    tabs: 0,
  };
}

/** Splits what a terminal sends into keys: escape sequences stay whole. */
export function splitKeys(data: string): string[] {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return data.match(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO[A-Z]|\x1b.|[\s\S]/gu) ?? [];
}

/** One key: a pure step of the line editor. */
export function editKey(state: EditorState, key: string, columns: number): EditorStep {
  if (state.search !== undefined) return searchKey(state, key, columns);
  const { text, cursor } = state;
  const change = (next: Partial<EditorState>) => draw({ ...state, tabs: 0, ...next }, columns);
  switch (key) {
    case '\r':
    case '\n':
      return { ...draw({ ...state, cursor: text.length }, columns), act: 'enter' };
    case '\x03':
      return { ...draw({ ...state, cursor: text.length }, columns), act: 'interrupt' };
    case '\x04':
      if (text === '') return { state, output: '', act: 'end' };
      return change({ text: text.slice(0, cursor) + text.slice(cursor + 1) });
    case '\t':
      return { state: { ...state, tabs: state.tabs + 1 }, output: '', act: 'complete' };
    case '\x7f':
    case '\b':
      if (cursor === 0) return { state, output: '' };
      return change({
        text: text.slice(0, previous(text, cursor)) + text.slice(cursor),
        cursor: previous(text, cursor),
      });
    case '\x1b[3~':
      return change({ text: text.slice(0, cursor) + text.slice(next(text, cursor)) });
    case '\x1b[D':
    case '\x02':
      return change({ cursor: previous(text, cursor) });
    case '\x1b[C':
    case '\x06':
      return change({ cursor: next(text, cursor) });
    case '\x1b[H':
    case '\x1bOH':
    case '\x1b[1~':
    case '\x01':
      return change({ cursor: 0 });
    case '\x1b[F':
    case '\x1bOF':
    case '\x1b[4~':
    case '\x05':
      return change({ cursor: text.length });
    case '\x1b[1;5D':
    case '\x1bb':
      return change({ cursor: wordBack(text, cursor) });
    case '\x1b[1;5C':
    case '\x1bf':
      return change({ cursor: wordForward(text, cursor) });
    case '\x17':
      return change({
        text: text.slice(0, wordBack(text, cursor)) + text.slice(cursor),
        cursor: wordBack(text, cursor),
        killed: text.slice(wordBack(text, cursor), cursor),
      });
    case '\x0b':
      return change({ text: text.slice(0, cursor), killed: text.slice(cursor) });
    case '\x15':
      return change({ text: text.slice(cursor), cursor: 0, killed: text.slice(0, cursor) });
    case '\x19':
      return change({
        text: text.slice(0, cursor) + state.killed + text.slice(cursor),
        cursor: cursor + state.killed.length,
      });
    case '\x0c': {
      const drawn = draw({ ...state, row: 0 }, columns);
      return { ...drawn, output: `\x1b[H\x1b[2J${drawn.output}` };
    }
    case '\x1b[A':
    case '\x10':
      return recall(state, -1, columns);
    case '\x1b[B':
    case '\x0e':
      return recall(state, 1, columns);
    case '\x12':
      return drawSearch({ ...state, search: '' }, columns);
    default:
      if (key.startsWith('\x1b') || (key < ' ' && key !== '\t')) return { state, output: '' };
      return change({
        text: text.slice(0, cursor) + key + text.slice(cursor),
        cursor: cursor + key.length,
      });
  }
}

/** Puts text at the cursor, as completion does. */
export function insertText(state: EditorState, text: string, columns: number): EditorStep {
  const { cursor } = state;
  return draw(
    {
      ...state,
      text: state.text.slice(0, cursor) + text + state.text.slice(cursor),
      cursor: cursor + text.length,
      tabs: 0,
    },
    columns,
  );
}

function previous(text: string, cursor: number): number {
  const letter = text.slice(0, cursor).at(-1) ?? '';
  return cursor - letter.length;
}

function next(text: string, cursor: number): number {
  return cursor + (text.slice(cursor)[0]?.length ?? 0);
}

function wordBack(text: string, cursor: number): number {
  return /\S*\s*$/.exec(text.slice(0, cursor))?.index ?? 0;
}

function wordForward(text: string, cursor: number): number {
  return cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

function recall(state: EditorState, by: number, columns: number): EditorStep {
  const at = state.at + by;
  if (at < 0 || at > state.history.length) return { state, output: '' };
  const draft = state.at === state.history.length ? state.text : state.draft;
  const text = at === state.history.length ? draft : (state.history[at] as string);
  return draw({ ...state, at, draft, text, cursor: text.length, tabs: 0 }, columns);
}

function searchKey(state: EditorState, key: string, columns: number): EditorStep {
  const search = state.search ?? '';
  if (key === '\x12' || key === '\x7f' || key >= ' ') {
    const wanted = key === '\x7f' ? search.slice(0, -1) : key === '\x12' ? search : search + key;
    const from = key === '\x12' ? state.at - 1 : state.history.length - 1;
    const at = findBack(state.history, wanted, from);
    const text = at < 0 ? state.text : (state.history[at] as string);
    return drawSearch(
      { ...state, search: wanted, text, cursor: text.length, at: at < 0 ? state.at : at },
      columns,
    );
  }
  const ended = draw({ ...state, search: undefined }, columns);
  if (key === '\x07' || key === '\x1b') return ended;
  const after = editKey(ended.state, key, columns);
  return { ...after, output: ended.output + after.output };
}

function findBack(history: readonly string[], wanted: string, from: number): number {
  for (let i = from; i >= 0; i--) if ((history[i] as string).includes(wanted)) return i;
  return -1;
}

function drawSearch(state: EditorState, columns: number): EditorStep {
  const shown = { ...state, prompt: `(reverse-i-search)\`${state.search}': ` };
  const drawn = draw(shown, columns);
  return { state: { ...drawn.state, prompt: state.prompt }, output: drawn.output };
}

/** Draws prompt and line anew from the row where they begin. */
export function draw(state: EditorState, columns: number): EditorStep {
  const { prompt, text, cursor, row } = state;
  const up = row > 0 ? `\x1b[${row}A` : '';
  // oxlint-disable-next-line no-control-regex -- colours in a prompt take no cells
  const lead = cellWidth(prompt.replaceAll(/\x1b\[[0-9;]*m/g, ''));
  const total = lead + cellWidth(text);
  const place = lead + cellWidth(text.slice(0, cursor));
  const lastRow = Math.floor(total / columns);
  const cursorRow = Math.floor(place / columns);
  // A line that fills its row exactly leaves the cursor behind it: a blank moves it on.
  const wrap = total > 0 && total % columns === 0 ? ' \r' : '';
  const back = lastRow > cursorRow ? `\x1b[${lastRow - cursorRow}A` : '';
  const column = place % columns;
  const output =
    `\r${up}\x1b[J${prompt}${text}${wrap}${back}\r` + `${column > 0 ? `\x1b[${column}C` : ''}`;
  return { state: { ...state, row: cursorRow }, output };
}
