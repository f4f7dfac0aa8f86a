import { draw } from './draw.ts';

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
  /** Ctrl-R: what is searched for, and the line before. */
  readonly search: string | undefined;
  /** The cursor's row below the prompt's, as it was last drawn. */
  readonly row: number;
  readonly tabs: number;
  /** Earlier texts, for undo. */
  readonly past: readonly { readonly text: string; readonly cursor: number }[];
}

/** What a key leads to besides a new state. */
export interface EditorStep {
  readonly state: EditorState;
  readonly output: string;
  readonly act?: 'enter' | 'interrupt' | 'end' | 'complete';
}

/** An empty line after a prompt. */
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
    past: [],
  };
}

/** Splits what a terminal sends into keys: escape sequences stay whole. */
export function splitKeys(data: string): string[] {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return data.match(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO[A-Z]|\x1b[^[O]|[\s\S]/gu) ?? [];
}

type Change = Partial<Pick<EditorState, 'text' | 'cursor' | 'killed'>>;

/** Keys that change the line or move in it, under each of their names. */
const changes: Readonly<Record<string, (state: EditorState) => Change>> = {
  '\x7f': ({ text, cursor }) => ({
    text: text.slice(0, previous(text, cursor)) + text.slice(cursor),
    cursor: previous(text, cursor),
  }),
  '\x1b[3~': ({ text, cursor }) => ({
    text: text.slice(0, cursor) + text.slice(next(text, cursor)),
  }),
  '\x1b[D': ({ text, cursor }) => ({ cursor: previous(text, cursor) }),
  '\x1b[C': ({ text, cursor }) => ({ cursor: next(text, cursor) }),
  '\x1b[H': () => ({ cursor: 0 }),
  '\x1b[F': ({ text }) => ({ cursor: text.length }),
  '\x1bb': ({ text, cursor }) => ({
    cursor: wordBack(text, cursor, /[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u),
  }),
  '\x1bf': ({ text, cursor }) => ({ cursor: wordForward(text, cursor) }),
  '\x17': (state) => killBack(state, wordBack(state.text, state.cursor, /\S*\s*$/)),
  '\x1b\x7f': (state) =>
    killBack(state, wordBack(state.text, state.cursor, /[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u)),
  '\x1bd': ({ text, cursor }) => {
    const end = wordForward(text, cursor);
    return { text: text.slice(0, cursor) + text.slice(end), killed: text.slice(cursor, end) };
  },
  '\x0b': ({ text, cursor }) => ({ text: text.slice(0, cursor), killed: text.slice(cursor) }),
  '\x15': (state) => killBack(state, 0),
  '\x19': ({ text, cursor, killed }) => ({
    text: text.slice(0, cursor) + killed + text.slice(cursor),
    cursor: cursor + killed.length,
  }),
  '\x14': swap,
  '\x1b.': (state) => {
    const last = state.history.at(-1)?.trim().split(/\s+/).at(-1) ?? '';
    const { text, cursor } = state;
    return {
      text: text.slice(0, cursor) + last + text.slice(cursor),
      cursor: cursor + last.length,
    };
  },
};

/** Other names of the same keys. */
const names: Readonly<Record<string, string>> = {
  '\b': '\x7f',
  '\x02': '\x1b[D',
  '\x06': '\x1b[C',
  '\x1bOD': '\x1b[D',
  '\x1bOC': '\x1b[C',
  '\x1bOA': '\x1b[A',
  '\x1bOB': '\x1b[B',
  '\x10': '\x1b[A',
  '\x0e': '\x1b[B',
  '\x1bOH': '\x1b[H',
  '\x1b[1~': '\x1b[H',
  '\x1b[7~': '\x1b[H',
  '\x01': '\x1b[H',
  '\x1bOF': '\x1b[F',
  '\x1b[4~': '\x1b[F',
  '\x1b[8~': '\x1b[F',
  '\x05': '\x1b[F',
  '\x1b[1;5D': '\x1bb',
  '\x1b[1;3D': '\x1bb',
  '\x1b[1;5C': '\x1bf',
  '\x1b[1;3C': '\x1bf',
  '\x1b_': '\x1b.',
  '\n': '\r',
};

/** One key: a pure step of the line editor. */
export function editKey(state: EditorState, given: string, columns: number): EditorStep {
  if (state.search !== undefined) return searchKey(state, given, columns);
  const key = names[given] ?? given;
  const { text, cursor } = state;
  const change = changes[key];
  if (change) {
    const made = change(state);
    const same = (made.text ?? text) === text && (made.cursor ?? cursor) === cursor;
    return same ? { state: { ...state, tabs: 0 }, output: '' } : changed(state, made, columns);
  }
  switch (key) {
    case '\r':
      return { ...drawn({ ...state, cursor: text.length }, columns), act: 'enter' };
    case '\x03':
      return { ...drawn({ ...state, cursor: text.length }, columns), act: 'interrupt' };
    case '\x04':
      if (text === '') return { state, output: '', act: 'end' };
      return editKey(state, '\x1b[3~', columns);
    case '\t':
      return { state: { ...state, tabs: state.tabs + 1 }, output: '', act: 'complete' };
    case '\x0c': {
      const made = drawn({ ...state, row: 0 }, columns);
      return { ...made, output: `\x1b[H\x1b[2J${made.output}` };
    }
    case '\x1f':
      return undo(state, columns);
    case '\x1b[A':
      return recall(state, state.at - 1, columns);
    case '\x1b[B':
      return recall(state, state.at + 1, columns);
    case '\x1b<':
      return recall(state, 0, columns);
    case '\x1b>':
      return recall(state, state.history.length, columns);
    case '\x12':
      return drawSearch({ ...state, search: '' }, columns);
    default:
      if (key < ' ' || key.startsWith('\x1b')) return { state: { ...state, tabs: 0 }, output: '' };
      return insertText(state, key, columns);
  }
}

/** Puts text at the cursor, as typing, pasting and completion do. */
export function insertText(state: EditorState, text: string, columns: number): EditorStep {
  const { cursor } = state;
  const whole = state.text.slice(0, cursor) + text + state.text.slice(cursor);
  const made = changed(state, { text: whole, cursor: cursor + text.length }, columns);
  // Typing at the end of a line that stays on its row needs no drawing anew.
  const plain =
    cursor === state.text.length && made.state.row === state.row && !text.includes('\n');
  return plain && made.state.row === 0 ? { ...made, output: text } : made;
}

/** The line drawn anew, from where it stands. */
export function drawn(state: EditorState, columns: number): EditorStep {
  const { output, row } = draw(state, columns);
  return { state: { ...state, row }, output };
}

function changed(state: EditorState, made: Change, columns: number): EditorStep {
  const { text, cursor, past } = state;
  const isEdit = made.text !== undefined && made.text !== text;
  const kept = isEdit ? [...past.slice(-99), { text, cursor }] : past;
  return drawn({ ...state, tabs: 0, ...made, past: kept }, columns);
}

function undo(state: EditorState, columns: number): EditorStep {
  const before = state.past.at(-1);
  if (!before) return { state, output: '\x07' };
  return drawn({ ...state, ...before, past: state.past.slice(0, -1), tabs: 0 }, columns);
}

function previous(text: string, cursor: number): number {
  const letter = [...text.slice(0, cursor)].at(-1) ?? '';
  return cursor - letter.length;
}

function next(text: string, cursor: number): number {
  return cursor + ([...text.slice(cursor)][0]?.length ?? 0);
}

function wordBack(text: string, cursor: number, word: RegExp): number {
  return word.exec(text.slice(0, cursor))?.index ?? 0;
}

function wordForward(text: string, cursor: number): number {
  const found = /^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(text.slice(cursor));
  return cursor + (found?.[0].length ?? 0);
}

function killBack({ text, cursor }: EditorState, from: number): Change {
  return {
    text: text.slice(0, from) + text.slice(cursor),
    cursor: from,
    killed: text.slice(from, cursor),
  };
}

/** Ctrl-T: the two letters before the cursor change places. */
function swap({ text, cursor }: EditorState): Change {
  const at = cursor === text.length ? previous(text, cursor) : cursor;
  if (at === 0) return {};
  const first = previous(text, at);
  const end = next(text, at);
  const swapped = text.slice(at, end) + text.slice(first, at);
  return { text: text.slice(0, first) + swapped + text.slice(end), cursor: end };
}

function recall(state: EditorState, at: number, columns: number): EditorStep {
  if (at < 0 || at > state.history.length || at === state.at) return { state, output: '' };
  const draft = state.at === state.history.length ? state.text : state.draft;
  const text = at === state.history.length ? draft : (state.history[at] as string);
  return drawn({ ...state, at, draft, text, cursor: text.length, tabs: 0, past: [] }, columns);
}

function searchKey(state: EditorState, key: string, columns: number): EditorStep {
  const search = state.search ?? '';
  if (key === '\x12' || key === '\x7f' || (key >= ' ' && !key.startsWith('\x1b'))) {
    const wanted = key === '\x7f' ? search.slice(0, -1) : key === '\x12' ? search : search + key;
    const from = key === '\x12' ? state.at - 1 : state.history.length - 1;
    const at = wanted === '' ? -1 : findBack(state.history, wanted, from);
    if (at < 0) return drawSearch({ ...state, search: wanted }, columns, wanted !== '');
    const text = state.history[at] as string;
    const cursor = text.indexOf(wanted);
    return drawSearch({ ...state, search: wanted, text, cursor, at }, columns);
  }
  if (key === '\x07' || key === '\x03') {
    const text = state.draft;
    const ended = drawn({ ...state, search: undefined, text, cursor: text.length }, columns);
    return key === '\x07' ? ended : { ...ended, act: 'interrupt' };
  }
  const ended = drawn({ ...state, search: undefined }, columns);
  if (key === '\x1b') return ended;
  const after = editKey(ended.state, key, columns);
  return { ...after, output: ended.output + after.output };
}

function findBack(history: readonly string[], wanted: string, from: number): number {
  for (let i = from; i >= 0; i--) if ((history[i] as string).includes(wanted)) return i;
  return -1;
}

function drawSearch(state: EditorState, columns: number, failed = false): EditorStep {
  const prompt = `(${failed ? 'failed ' : ''}reverse-i-search)\`${state.search}': `;
  const { output, row } = draw({ ...state, prompt }, columns);
  return { state: { ...state, row }, output };
}
