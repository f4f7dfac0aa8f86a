import type { Json } from '../../world/json.ts';
import type { World } from '../../world/world.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Running } from '../kernel/state.ts';
import { complete } from './complete.ts';
import { draw, editKey, insertText, newEditor, splitKeys, type EditorState } from './editor.ts';

/** What a line editor gave to the shell. */
export type LineAnswer = { readonly line: string } | 'interrupt' | null;

/** A command as the transcript shows it. */
export interface TranscriptRecord {
  readonly prompt: string;
  readonly command: string;
  readonly output: string;
  readonly running: boolean;
}

/** A terminal as a record. */
interface TerminalRecord {
  readonly id: string;
  readonly host: string;
  readonly columns: number;
  readonly rows: number;
  readonly pid: number;
  readonly commands: number;
  readonly history: readonly string[];
}

/** A terminal's present: what is typed, and who waits for it. */
interface Live {
  editor: EditorState | undefined;
  reader: Running | undefined;
  answers: LineAnswer[];
  /** Keys that came while nobody read a line. */
  typed: string;
  input: string[];
  ended: boolean;
  raw: boolean;
}

export interface Terminals {
  open(id: string, host: string, columns: number, rows: number): void;
  resize(id: string, columns: number, rows: number): void;
  keys(id: string, data: string): void;
  line(id: string, text: string): void;
  write(id: string, text: string): void;
  takeLine(id: string, prompt: string, process: Running): LineAnswer | undefined;
  takeInput(id: string): string | null | undefined;
  hasInput(id: string): boolean;
  size(id: string): { readonly columns: number; readonly rows: number };
  setRaw(id: string, raw: boolean): void;
  onScreen(listener: (terminal: string, data: string) => void): void;
  screen(id: string): string;
  transcript(id: string): readonly TranscriptRecord[];
  list(): readonly {
    readonly id: string;
    readonly state: 'idle' | 'waiting' | 'stream';
    readonly commands: number;
  }[];
  forget(): void;
}

const SCREEN_KEPT = 60_000;
const HISTORY_KEPT = 500;
const TRANSCRIPT_KEPT = 200;
const recordKey = (id: string) => `/terminal/${id}`;
const screenKey = (id: string) => `/volatile/screen/${id}`;
const transcriptKey = (id: string) => `/volatile/transcript/${id}`;

/** Starts the login shell of a terminal on a host; gives its process. */
export type Login = (host: string, terminal: string) => Running | undefined;

/** The terminals of a world. */
export function createTerminals(world: World, kernel: Kernel, login: Login): Terminals {
  const live = new Map<string, Live>();
  const listeners: ((terminal: string, data: string) => void)[] = [];
  const record = (id: string) => world.store.get<TerminalRecord>(recordKey(id));
  const commit = (key: string, value: unknown) =>
    void world.store.commit(world.cause('terminal'), [{ key, value: value as Json }]);
  const of = (id: string): Live => {
    const found = live.get(id);
    if (found) return found;
    const made: Live = {
      editor: undefined,
      reader: undefined,
      answers: [],
      typed: '',
      input: [],
      ended: false,
      raw: false,
    };
    live.set(id, made);
    return made;
  };
  const columnsOf = (id: string) => record(id)?.columns ?? 80;

  const show = (id: string, data: string) => {
    if (data === '') return;
    const kept = (world.store.get<string>(screenKey(id)) ?? '') + data;
    commit(screenKey(id), kept.length > SCREEN_KEPT * 1.5 ? kept.slice(-SCREEN_KEPT) : kept);
    for (const listener of listeners) listener(id, data);
  };
  const note = (id: string, change: (list: TranscriptRecord[]) => TranscriptRecord[]) => {
    const list = change([
      ...(world.store.get<readonly TranscriptRecord[]>(transcriptKey(id)) ?? []),
    ]);
    commit(transcriptKey(id), list.slice(-TRANSCRIPT_KEPT));
  };
  const answer = (id: string, given: LineAnswer) => {
    const terminal = of(id);
    const prompt = terminal.editor?.prompt ?? '';
    terminal.editor = undefined;
    terminal.answers.push(given);
    const found = record(id);
    if (found && given !== null && given !== 'interrupt') {
      const { line } = given;
      const repeat = line.trim() === '' || found.history.at(-1) === line;
      const history = repeat ? found.history : [...found.history, line].slice(-HISTORY_KEPT);
      commit(recordKey(id), {
        ...found,
        history,
        commands: found.commands + (line.trim() === '' ? 0 : 1),
      });
      if (line.trim() !== '')
        note(id, (list) => [...list, { prompt, command: line, output: '', running: true }]);
    }
    if (terminal.reader) kernel.wake(terminal.reader);
    terminal.reader = undefined;
  };
  const press = (id: string, key: string) => {
    const terminal = of(id);
    if (terminal.raw) return push(id, key);
    if (!terminal.editor) return cooked(id, key);
    const step = editKey(terminal.editor, key, columnsOf(id));
    terminal.editor = step.state;
    show(id, step.output);
    if (step.act === 'enter') {
      show(id, '\r\n');
      answer(id, { line: step.state.text });
    } else if (step.act === 'interrupt') {
      show(id, '^C\r\n');
      answer(id, 'interrupt');
    } else if (step.act === 'end') {
      answer(id, null);
    } else if (step.act === 'complete') completeLine(id, terminal, step.state);
  };
  const completeLine = (id: string, terminal: Live, state: EditorState) => {
    if (!terminal.reader) return;
    const result = complete(kernel, terminal.reader, state.text.slice(0, state.cursor));
    const drawn = result.insert ? insertText(state, result.insert, columnsOf(id)) : undefined;
    if (drawn) {
      terminal.editor = drawn.state;
      show(id, drawn.output);
    } else if (state.tabs > 1 && result.choices.length > 0) {
      const again = draw({ ...state, row: 0, tabs: 0 }, columnsOf(id));
      terminal.editor = again.state;
      show(id, `\r\n${inColumns(result.choices, columnsOf(id))}${again.output}`);
    }
  };
  /** Keys while a program runs: echoed, a line at a time, with the signals of the keyboard. */
  const cooked = (id: string, key: string) => {
    const terminal = of(id);
    if (key === '\x03') {
      show(id, '^C');
      terminal.typed = '';
      return signalForeground(kernel, id, 'INT');
    }
    if (key === '\x1c') return signalForeground(kernel, id, 'QUIT');
    if (key === '\x04') {
      if (terminal.typed === '') terminal.ended = true;
      else push(id, terminal.typed);
      terminal.typed = '';
      return wakeReaders(kernel, id);
    }
    if (key === '\x7f' || key === '\b') {
      if (terminal.typed === '') return;
      terminal.typed = [...terminal.typed].slice(0, -1).join('');
      return show(id, '\b \b');
    }
    if (key === '\r' || key === '\n') {
      show(id, '\r\n');
      push(id, `${terminal.typed}\n`);
      terminal.typed = '';
    } else if (!key.startsWith('\x1b')) {
      terminal.typed += key;
      show(id, key);
    }
  };
  const push = (id: string, text: string) => {
    of(id).input.push(text);
    wakeReaders(kernel, id);
  };

  const terminals: Terminals = {
    open(id, host, columns, rows) {
      if (record(id)) return terminals.resize(id, columns, rows);
      commit(recordKey(id), { id, host, columns, rows, pid: 0, commands: 0, history: [] });
      const shell = login(host, id);
      const made = record(id);
      if (shell && made) commit(recordKey(id), { ...made, pid: shell.pid });
      kernel.drain();
    },
    resize(id, columns, rows) {
      const found = record(id);
      if (!found || (found.columns === columns && found.rows === rows)) return;
      commit(recordKey(id), { ...found, columns, rows });
      const { editor } = of(id);
      if (editor) {
        const drawn = draw(editor, columns);
        of(id).editor = drawn.state;
        show(id, drawn.output);
      }
    },
    keys(id, data) {
      // A paste arrives between markers; its lines are entered one by one.
      // oxlint-disable-next-line no-control-regex
      for (const key of splitKeys(data.replaceAll(/\x1b\[20[01]~/g, ''))) {
        press(id, key);
        kernel.drain();
      }
    },
    line(id, text) {
      const terminal = of(id);
      if (terminal.editor && terminal.editor.text !== '') press(id, '\x15');
      for (const line of text.split('\n')) {
        for (const letter of line) press(id, letter);
        press(id, '\r');
        kernel.drain();
      }
    },
    write(id, text) {
      const crlf = text.replaceAll(/\r?\n/g, '\r\n');
      show(id, crlf);
      note(id, (list) => {
        const last = list.at(-1);
        if (!last?.running || last.output.length > 20_000) return list;
        return [...list.slice(0, -1), { ...last, output: last.output + text }];
      });
    },
    takeLine(id, prompt, process) {
      const terminal = of(id);
      const ready = terminal.answers.shift();
      if (ready !== undefined) return ready;
      if (terminal.editor && terminal.reader === process) return undefined;
      terminal.reader = process;
      const drawn = draw(newEditor(prompt, record(id)?.history ?? []), columnsOf(id));
      terminal.editor = drawn.state;
      terminal.input = [];
      show(id, drawn.output);
      note(id, (list) => {
        const last = list.at(-1);
        return last?.running ? [...list.slice(0, -1), { ...last, running: false }] : list;
      });
      const waiting = terminal.typed;
      terminal.typed = '';
      for (const key of waiting) press(id, key);
      return terminal.answers.shift();
    },
    takeInput(id) {
      const terminal = of(id);
      const text = terminal.input.shift();
      if (text !== undefined) return text;
      if (!terminal.ended) return undefined;
      terminal.ended = false;
      return null;
    },
    hasInput: (id) => of(id).input.length > 0 || of(id).ended,
    size: (id) => ({ columns: columnsOf(id), rows: record(id)?.rows ?? 24 }),
    setRaw(id, raw) {
      of(id).raw = raw;
    },
    onScreen: (listener) => void listeners.push(listener),
    screen: (id) => world.store.get<string>(screenKey(id)) ?? '',
    transcript: (id) => world.store.get<readonly TranscriptRecord[]>(transcriptKey(id)) ?? [],
    list: () =>
      world.store.list<TerminalRecord>('/terminal/').map(([, { id, commands }]) => {
        const busy = of(id).editor === undefined;
        return { id, commands, state: busy ? paceOf(kernel, id) : ('idle' as const) };
      }),
    forget: () => live.clear(),
  };
  return terminals;
}

function signalForeground(kernel: Kernel, terminal: string, signal: 'INT' | 'QUIT'): void {
  const all = [...kernel.processes.values()].filter((each) => each.terminal === terminal);
  const groups = new Set(all.filter(({ login }) => login).map(({ group }) => group));
  for (const process of all) {
    if (groups.has(process.group) || groups.size === 0)
      kernel.signal(process.host, process.pid, signal);
  }
}

function wakeReaders(kernel: Kernel, terminal: string): void {
  for (const process of kernel.processes.values()) {
    if (process.terminal === terminal && process.waiting) kernel.wake(process);
  }
}

/** Whether what runs in the foreground shows a stream, or only waits. */
function paceOf(kernel: Kernel, terminal: string): 'waiting' | 'stream' {
  for (const process of kernel.processes.values()) {
    if (process.terminal !== terminal) continue;
    if (process.pace === 'stream') return 'stream';
    const call = process.waiting?.call;
    if (call?.call === 'read' && process.fds.get(call.fd)?.type === 'terminal') return 'stream';
  }
  return 'waiting';
}

/** Names side by side, as `ls` and completion show them. */
function inColumns(names: readonly string[], columns: number): string {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(names.length / across);
  let text = '';
  for (let row = 0; row < rows; row++) {
    const cells = Array.from({ length: across }, (_, column) => names[column * rows + row] ?? '');
    text += `${cells
      .map((cell) => cell.padEnd(width))
      .join('')
      .trimEnd()}\r\n`;
  }
  return text;
}
