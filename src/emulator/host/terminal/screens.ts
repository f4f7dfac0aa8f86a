import type { Json } from '../../world/json.ts';
import type { World } from '../../world/world.ts';

/** A command as the transcript shows it. */
export interface TranscriptRecord {
  readonly prompt: string;
  readonly command: string;
  readonly output: string;
  readonly running: boolean;
  /** Status, once it has ended. */
  readonly exit?: number;
}

/** What was written to terminals: the screens' data, and a transcript of commands. */
export interface Screens {
  show(id: string, data: string): void;
  /** A command begins; `continued` lines belong to the one before. */
  begin(id: string, prompt: string, command: string, continued: boolean): void;
  output(id: string, text: string): void;
  end(id: string, status: number | undefined): void;
  flush(): void;
  onScreen(listener: (terminal: string, data: string) => void): void;
  screen(id: string): string;
  /** What stands before the cursor on its row: output that ended no line. */
  unfinished(id: string): string;
  transcript(id: string): readonly TranscriptRecord[];
}

const SCREEN_KEPT = 60_000;
const TRANSCRIPT_KEPT = 200;
const OUTPUT_KEPT = 20_000;
/** Characters that wait to be told before they are told at once. */
const BATCH = 8_192;
// oxlint-disable-next-line no-control-regex -- what colours text, and moves nothing
const COLOURS = /\x1b\[[0-9;]*m/g;
const screenKey = (id: string) => `/volatile/screen/${id}`;
const transcriptKey = (id: string) => `/volatile/transcript/${id}`;

/** The screens of a world's terminals. */
export function createScreens(world: World): Screens {
  const listeners: ((terminal: string, data: string) => void)[] = [];
  const pending = new Map<string, string>();
  const outputs = new Map<string, string>();
  const commit = (key: string, value: unknown) =>
    void world.store.commit(world.cause('terminal'), [{ key, value: value as Json }]);
  const list = (id: string) =>
    world.store.get<readonly TranscriptRecord[]>(transcriptKey(id)) ?? [];
  const tell = (id: string) => {
    const data = pending.get(id) ?? '';
    pending.delete(id);
    if (data !== '') {
      const kept = (world.store.get<string>(screenKey(id)) ?? '') + data;
      commit(screenKey(id), kept.length > SCREEN_KEPT * 1.5 ? kept.slice(-SCREEN_KEPT) : kept);
      for (const listener of listeners) listener(id, data);
    }
    const text = outputs.get(id) ?? '';
    outputs.delete(id);
    const last = list(id).at(-1);
    if (text === '' || !last?.running || last.output.length >= OUTPUT_KEPT) return;
    const output = (last.output + text).slice(0, OUTPUT_KEPT);
    commit(transcriptKey(id), [...list(id).slice(0, -1), { ...last, output }]);
  };
  const flush = () => {
    for (const id of [...new Set([...pending.keys(), ...outputs.keys()])]) tell(id);
  };
  return {
    show(id, data) {
      if (data === '') return;
      const all = (pending.get(id) ?? '') + data;
      pending.set(id, all);
      if (all.length > BATCH) tell(id);
    },
    begin(id, prompt, command, continued) {
      tell(id);
      const before = list(id);
      const last = before.at(-1);
      if (continued && last?.running) {
        const whole = { ...last, command: `${last.command}\n${command}` };
        return commit(transcriptKey(id), [...before.slice(0, -1), whole]);
      }
      const made: TranscriptRecord = { prompt, command, output: '', running: true };
      commit(transcriptKey(id), [...before, made].slice(-TRANSCRIPT_KEPT));
    },
    output(id, text) {
      outputs.set(id, (outputs.get(id) ?? '') + text);
    },
    end(id, status) {
      tell(id);
      const before = list(id);
      const last = before.at(-1);
      if (!last?.running || status === undefined) return;
      const over = { ...last, running: false, exit: status };
      commit(transcriptKey(id), [...before.slice(0, -1), over]);
    },
    flush,
    onScreen: (listener) => void listeners.push(listener),
    unfinished(id) {
      const all = (world.store.get<string>(screenKey(id)) ?? '') + (pending.get(id) ?? '');
      const row = all.slice(Math.max(all.lastIndexOf('\n'), all.lastIndexOf('\r')) + 1);
      // Programs that move the cursor leave it where nobody can tell.
      return row.replaceAll(COLOURS, '').includes('\x1b') ? '' : row;
    },
    screen: (id) => (world.store.get<string>(screenKey(id)) ?? '') + (pending.get(id) ?? ''),
    transcript(id) {
      tell(id);
      return list(id);
    },
  };
}
