import type { Json, Micros } from '../../world/json.ts';
import type { World } from '../../world/world.ts';

/** A line of a container's log; `text` has its line's end unless it is still being written. */
export interface LogLine {
  readonly at: Micros;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** The process that wrote it, where it is a unit's log. */
  readonly pid?: number;
}

/** Lines in one record; more begin the next. */
const CHUNK = 64;
/** Records that are kept of one log; older ones are rotated away. */
const CHUNKS = 200;

const prefix = (host: string, sandbox: string) => `/volatile/log/${host}/${sandbox}/`;

/** Adds text to a log; what does not end a line waits to be gone on with. */
export function appendLog(
  world: World,
  host: string,
  sandbox: string,
  stream: LogLine['stream'],
  text: string,
  pid?: number,
): void {
  const chunks = world.store.list<readonly LogLine[]>(prefix(host, sandbox));
  const last = chunks.at(-1);
  let number = last ? Number(last[0].split('/').at(-1)) : 0;
  let lines = [...(last?.[1] ?? [])];
  const puts: { key: string; value: Json | undefined }[] = [];
  for (const piece of text.split(/(?<=\n)/)) {
    if (piece === '') continue;
    const open = lines.at(-1);
    if (open && open.stream === stream && !open.text.endsWith('\n')) {
      lines[lines.length - 1] = { ...open, text: open.text + piece };
      continue;
    }
    if (lines.length >= CHUNK) {
      puts.push(put(host, sandbox, number, lines));
      number += 1;
      lines = [];
    }
    lines.push({ at: world.clock.now, stream, text: piece, ...(pid !== undefined && { pid }) });
  }
  puts.push(put(host, sandbox, number, lines));
  if (chunks.length > CHUNKS)
    puts.push({ key: (chunks[0] as readonly [string, unknown])[0], value: undefined });
  world.store.commit(world.cause('log'), puts);
}

function put(host: string, sandbox: string, number: number, lines: readonly LogLine[]) {
  return {
    key: `${prefix(host, sandbox)}${String(number).padStart(6, '0')}`,
    value: lines as unknown as Json,
  };
}

export function readLog(world: World, host: string, sandbox: string): readonly LogLine[] {
  return world.store.list<readonly LogLine[]>(prefix(host, sandbox)).flatMap(([, lines]) => lines);
}

export function dropLog(world: World, host: string, sandbox: string): void {
  const keys = world.store.list(prefix(host, sandbox)).map(([key]) => key);
  world.store.commit(
    world.cause('log'),
    keys.map((key) => ({ key, value: undefined })),
  );
}
