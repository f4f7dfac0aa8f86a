import type { Json } from '../../world/json.ts';
import type { World } from '../../world/world.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Running } from '../kernel/state.ts';
import { take } from '../kernel/streams.ts';
import type { LineOptions, ReadHow } from '../syscalls.ts';
import { inColumns } from './columns.ts';
import {
  controls,
  hangUp,
  isForeground,
  paceOf,
  signalForeground,
  wakeReaders,
} from './foreground.ts';
import { drawn, editKey, insertText, newEditor, splitKeys, type EditorState } from './editor.ts';
import { createScreens, type TranscriptRecord } from './screens.ts';
import { editorKey, nothingOf, recordKey } from './keys.ts';
import { newLive, type LineAnswer, type Live } from './live.ts';

export type { LineAnswer } from './live.ts';
export type { TranscriptRecord } from './screens.ts';

/** A terminal as a record. */
interface TerminalRecord {
  readonly id: string;
  readonly host: string;
  readonly columns: number;
  readonly rows: number;
  readonly pid: number;
  readonly commands: number;
}

/** A line that is asked for, as the system call has it. */
export interface LineCall {
  readonly prompt: string;
  readonly options: LineOptions;
}

export interface Terminals {
  open(id: string, host: string, columns: number, rows: number): void;
  /** A terminal of a client outside, which begins with no shell, and its end. */
  lend(id: string, host: string, columns: number, rows: number): void;
  takeBack(id: string): void;
  /** Hangs a terminal up: what runs in it is told (SIGHUP), and nothing of it stays. */
  close(id: string): void;
  resize(id: string, columns: number, rows: number): void;
  keys(id: string, data: string): void;
  line(id: string, text: string): void;
  write(id: string, text: string): void;
  takeLine(id: string, call: LineCall, process: Running): LineAnswer | undefined;
  takeInput(id: string, process: Running, how?: ReadHow): string | null | undefined;
  hasInput(id: string): boolean;
  size(id: string): { readonly columns: number; readonly rows: number };
  setRaw(id: string, raw: boolean): void;
  /** The shell that a terminal began with has ended: another begins. */
  loggedOut(id: string): void;
  onScreen(listener: (terminal: string, data: string) => void): void;
  /** Tells the screen's listeners what was written since the last time. */
  flush(): void;
  screen(id: string): string;
  transcript(id: string): readonly TranscriptRecord[];
  list(): readonly {
    readonly id: string;
    readonly state: 'idle' | 'waiting' | 'stream';
    readonly commands: number;
  }[];
  forget(): void;
}

/** More completions than this are only shown when asked for. */
const MANY = 100;
const PASTE = /\x1b\[200~([\s\S]*?)\x1b\[201~/; // oxlint-disable-line no-control-regex

/** Starts the login shell of a terminal on a host; gives its process. */
export type Login = (host: string, terminal: string) => Running | undefined;

/** The terminals of a world. */
export function createTerminals(world: World, kernel: Kernel, login: Login): Terminals {
  const live = new Map<string, Live>();
  const screens = createScreens(world);
  /** Terminals of a world that was loaded, whose prompt is on the screen already. */
  const loaded = new Set<string>();
  const record = (id: string) => world.store.get<TerminalRecord>(recordKey(id));
  const commit = (id: string, value: TerminalRecord) =>
    void world.store.commit(world.cause('terminal'), [
      { key: recordKey(id), value: value as unknown as Json },
    ]);
  const of = (id: string): Live => {
    const found = live.get(id);
    if (found) return found;
    const made = newLive();
    live.set(id, made);
    return made;
  };
  const edit = (id: string, editor: EditorState | undefined) => {
    of(id).editor = editor;
    if (!editor) return;
    const { history: _history, ...state } = editor;
    const value = state as unknown as Json;
    world.store.commit(world.cause('terminal'), [{ key: editorKey(id), value }]);
  };
  const columnsOf = (id: string) => record(id)?.columns ?? 80;
  const enter = (id: string) => {
    const shell = login(record(id)?.host ?? '', id);
    const made = record(id);
    if (shell && made) commit(id, { ...made, pid: shell.pid });
  };

  const answer = (id: string, given: LineAnswer) => {
    const terminal = of(id);
    const { editor, options } = terminal;
    terminal.answer = given;
    terminal.editor = undefined;
    if (given !== null && given !== 'interrupt' && editor && given.line.trim() !== '') {
      const found = record(id);
      if (found) commit(id, { ...found, commands: found.commands + 1 });
      screens.begin(
        id,
        editor.prompt.slice(terminal.before.length),
        given.line,
        options.continued ?? false,
      );
    }
    if (terminal.reader) kernel.wake(terminal.reader);
    terminal.reader = undefined;
  };
  const press = (id: string, key: string) => {
    const terminal = of(id);
    if (terminal.raw) return push(id, key);
    if (terminal.asking) return choose(id, terminal, key);
    if (!terminal.editor) return cooked(id, terminal, key);
    const step = editKey(terminal.editor, key, columnsOf(id));
    edit(id, step.state);
    screens.show(id, step.output);
    if (step.act === 'enter') {
      screens.show(id, '\r\n\x1b[?2004l\r');
      answer(id, { line: step.state.text });
    } else if (step.act === 'interrupt') {
      screens.show(id, '^C\r\n\x1b[?2004l\r');
      answer(id, 'interrupt');
    } else if (step.act === 'end') {
      screens.show(id, '\r\n\x1b[?2004l\r');
      answer(id, null);
    } else if (step.act === 'complete') completeLine(id, terminal, step.state);
  };
  const completeLine = (id: string, terminal: Live, state: EditorState) => {
    const result = terminal.options.complete?.(state.text.slice(0, state.cursor));
    if (!result) return;
    if (result.insert) {
      const made = insertText(state, result.insert, columnsOf(id));
      edit(id, made.state);
      screens.show(id, made.output);
    } else if (result.choices.length === 0 || state.tabs < 2) screens.show(id, '\x07');
    else if (result.choices.length > MANY) {
      terminal.asking = result.choices;
      screens.show(id, `\r\nDisplay all ${result.choices.length} possibilities? (y or n)`);
    } else list(id, terminal, result.choices);
  };
  const list = (id: string, terminal: Live, choices: readonly string[]) => {
    const state = terminal.editor as EditorState;
    const again = drawn({ ...state, row: 0, tabs: 0 }, columnsOf(id));
    edit(id, again.state);
    screens.show(id, `\r\n${inColumns(choices, columnsOf(id))}${again.output}`);
  };
  /** The answer to whether all completions shall be shown. */
  const choose = (id: string, terminal: Live, key: string) => {
    const choices = /^[yY ]$/.test(key) ? (terminal.asking ?? []) : [];
    if (!/^[yYnN \x7f\x03\r]$/.test(key)) return;
    terminal.asking = undefined;
    list(id, terminal, choices);
  };
  /** Keys while a program runs: echoed, a line at a time, with the signals of the keyboard. */
  const cooked = (id: string, terminal: Live, key: string) => {
    const sign = controls[key];
    if (sign) {
      screens.show(id, sign.shown);
      terminal.typed = '';
      return signalForeground(kernel, id, sign.signal);
    }
    if (key === '\x04') {
      if (terminal.typed === '') terminal.ended = true;
      else terminal.input += terminal.typed;
      terminal.typed = '';
      return wakeReaders(kernel, id);
    }
    if (key === '\x7f' || key === '\b') {
      const last = [...terminal.typed].at(-1);
      if (last === undefined) return;
      terminal.typed = terminal.typed.slice(0, -last.length);
      return screens.show(id, '\b \b'.repeat(last > '\u1100' ? 2 : 1));
    }
    if (key === '\x15') {
      screens.show(id, '\b \b'.repeat(terminal.typed.length));
      terminal.typed = '';
    } else if (key === '\r' || key === '\n') {
      screens.show(id, '\r\n');
      push(id, `${terminal.typed}\n`);
      terminal.typed = '';
    } else {
      terminal.typed += key;
      screens.show(id, key.replace('\x1b', '^['));
    }
  };
  const push = (id: string, text: string) => {
    of(id).input += text;
    wakeReaders(kernel, id);
  };
  const paste = (id: string, text: string) => {
    const terminal = of(id);
    for (const piece of text.replaceAll(/\r\n?/g, '\n').split(/(\n)/)) {
      if (piece === '') continue;
      if (piece === '\n' || !terminal.editor || terminal.editor.search !== undefined) {
        for (const key of piece) press(id, key === '\n' ? '\r' : key);
      } else {
        const made = insertText(terminal.editor, piece, columnsOf(id));
        edit(id, made.state);
        screens.show(id, made.output);
      }
      kernel.drain();
    }
  };

  /** Keys as they come; a long run of letters is put in at once, as it makes no difference. */
  const typed = (id: string, data: string) => {
    const { editor, raw } = of(id);
    const plain = editor && editor.search === undefined && !raw;
    if (plain && /^[^\x00-\x1f\x7f]{16,}$/.test(data)) {
      const made = insertText(editor, data, columnsOf(id));
      edit(id, made.state);
      return screens.show(id, made.output);
    }
    for (const key of splitKeys(data)) {
      press(id, key);
      kernel.drain();
    }
  };

  const terminals: Terminals = {
    open(id, host, columns, rows) {
      if (record(id)) return terminals.resize(id, columns, rows);
      commit(id, { id, host, columns, rows, pid: 0, commands: 0 });
      enter(id);
      kernel.drain();
    },
    lend: (id, host, columns, rows) => commit(id, { id, host, columns, rows, pid: 0, commands: 0 }),
    takeBack(id) {
      screens.flush();
      live.delete(id);
      kernel.foreground.delete(id);
      world.store.commit(world.cause('terminal'), nothingOf(id));
    },
    close(id) {
      if (!record(id)) return;
      // Without its record a shell that ends is not followed by another.
      world.store.commit(world.cause('terminal'), [{ key: recordKey(id), value: undefined }]);
      hangUp(kernel, id);
      kernel.drain();
      terminals.takeBack(id);
    },
    resize(id, columns, rows) {
      const found = record(id);
      if (!found || (found.columns === columns && found.rows === rows)) return;
      commit(id, { ...found, columns, rows });
      const terminal = of(id);
      if (terminal.editor) {
        const made = drawn(terminal.editor, columns);
        edit(id, made.state);
        screens.show(id, made.output);
      }
      signalForeground(kernel, id, 'WINCH');
      kernel.drain();
      screens.flush();
    },
    keys(id, data) {
      let rest = data;
      for (let found = PASTE.exec(rest); found; found = PASTE.exec(rest)) {
        for (const key of splitKeys(rest.slice(0, found.index))) press(id, key);
        paste(id, found[1] as string);
        rest = rest.slice(found.index + found[0].length);
      }
      for (const piece of rest.split(/([^\x00-\x1f\x7f]{16,})/)) typed(id, piece);
      screens.flush();
    },
    line(id, text) {
      const terminal = of(id);
      if (terminal.editor && terminal.editor.text !== '') {
        press(id, '\x05');
        press(id, '\x15');
      }
      paste(id, `${text}\n`);
      screens.flush();
    },
    write(id, text) {
      screens.show(id, text.replaceAll(/\r?\n/g, '\r\n'));
      screens.output(id, text);
    },
    takeLine(id, { prompt, options }, process) {
      const terminal = of(id);
      const ready = terminal.answer;
      if (ready !== undefined) {
        terminal.answer = undefined;
        return ready;
      }
      if (terminal.editor && terminal.reader === process) return undefined;
      terminal.reader = process;
      terminal.options = options;
      terminal.raw = false;
      const history = options.history ?? [];
      const before = loaded.delete(id) && world.store.get<object>(editorKey(id));
      if (before) {
        terminal.editor = { ...(before as EditorState), history };
        return undefined;
      }
      // What of a prompt stands above its last line is written once.
      const lines = prompt.split('\n');
      const above = lines.slice(0, -1).map((each) => `${each}\r\n`);
      terminal.before = above.length > 0 ? '' : screens.unfinished(id);
      const shown = terminal.before + (lines.at(-1) as string);
      const made = drawn(newEditor(shown, history), columnsOf(id));
      edit(id, made.state);
      screens.show(id, `\x1b[?2004h${above.join('')}${made.output}`);
      screens.end(id, options.status);
      const waiting = terminal.input + terminal.typed;
      terminal.typed = '';
      terminal.input = '';
      for (const key of waiting) {
        if (terminal.editor) press(id, key === '\n' ? '\r' : key);
        else cooked(id, terminal, key);
      }
      if (terminal.ended && terminal.editor) {
        terminal.ended = false;
        press(id, '\x04');
      }
      const given = terminal.answer as LineAnswer | undefined;
      terminal.answer = undefined;
      return given;
    },
    takeInput(id, process, how) {
      const terminal = of(id);
      if (!isForeground(kernel, id, process)) return undefined;
      if (terminal.input !== '') {
        const line = terminal.raw ? how : { until: '\n', ...how };
        const [text, rest] = take(terminal.input, line);
        terminal.input = rest;
        return text;
      }
      if (!terminal.ended) return undefined;
      terminal.ended = false;
      return null;
    },
    hasInput: (id) => of(id).input !== '' || of(id).ended,
    size: (id) => ({ columns: columnsOf(id), rows: record(id)?.rows ?? 24 }),
    setRaw(id, raw) {
      of(id).raw = raw;
    },
    loggedOut(id) {
      if (!record(id)) return;
      live.delete(id);
      kernel.foreground.delete(id);
      enter(id);
    },
    onScreen: screens.onScreen,
    flush: screens.flush,
    screen: screens.screen,
    transcript: screens.transcript,
    list: () =>
      world.store.list<TerminalRecord>('/terminal/').map(([, { id, commands }]) => {
        const busy = of(id).editor === undefined;
        return { id, commands, state: busy ? paceOf(kernel, id) : ('idle' as const) };
      }),
    forget() {
      live.clear();
      for (const [, { id }] of world.store.list<TerminalRecord>('/terminal/')) loaded.add(id);
    },
  };
  return terminals;
}
