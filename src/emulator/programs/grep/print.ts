import type { Call } from '../../host/syscalls.ts';
import type { Tool } from '../gnu/tool.ts';
import type { Settings } from './options.ts';

interface Place {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
}

/** Writes what grep finds. */
export interface Printer {
  /** The lines that follow are of this file. */
  begin(name: string): void;
  /** A line: a hit, or one beside it. */
  line(place: Place, isHit: boolean): Call<void>;
  /** What `-c`, `-l` and `-L` say of a whole file. */
  summary(hits: number): Call<void>;
  flush(): Call<void>;
}

/** Characters that are kept before they are written. */
const KEPT = 8_192;

/** Makes the printer of one run; colours are those of GREP_COLORS' beginning. */
export function createPrinter(tool: Tool, settings: Settings): Printer {
  const { has } = tool;
  const { names, color, end, matcher } = settings;
  const context = settings.before > 0 || settings.after > 0;
  let name = '';
  let last: number | undefined;
  let printed = false;
  let text = '';

  const paint = (code: string, what: string) =>
    color && what !== '' ? `\x1b[${code}m\x1b[K${what}\x1b[m\x1b[K` : what;
  const lead = ({ number, offset }: Place, isHit: boolean) => {
    const mark = paint('36', isHit ? ':' : '-');
    let head = '';
    if (names) head += paint('35', name) + (has('Z') ? '\0' : mark);
    if (has('n')) head += paint('32', String(number).padStart(has('T') ? 2 : 0)) + mark;
    if (has('b')) head += paint('32', String(offset)) + mark;
    return has('T') && head !== '' ? `${head}\t` : head;
  };
  const write = function* (piece: string): Call<void> {
    text += piece;
    if (text.length >= KEPT) yield* printer.flush();
  };
  const printer: Printer = {
    begin(next) {
      name = next;
      last = undefined;
    },
    *line(place, isHit) {
      if (context && (last === undefined ? printed : place.number > last + 1)) {
        yield* write(`${paint('36', '--')}\n`);
      }
      last = place.number;
      printed = true;
      if (!has('o')) {
        const shown =
          color && isHit !== has('v')
            ? place.text.replaceAll(matcher, (found: string) => paint('01;31', found))
            : place.text;
        yield* write(lead(place, isHit) + shown + end);
        return;
      }
      if (!isHit || has('v')) return;
      matcher.lastIndex = 0;
      for (const found of place.text.matchAll(matcher)) {
        if (found[0] === '') continue;
        const at = { ...place, offset: place.offset + found.index };
        yield* write(lead(at, true) + paint('01;31', found[0]) + end);
      }
    },
    *summary(hits) {
      if (has('q')) return;
      const file = paint('35', name);
      if (has('l') || has('L')) {
        if (hits > 0 !== has('L')) yield* write(file + (has('Z') ? '\0' : '\n'));
      } else if (has('c')) {
        const head = names ? file + (has('Z') ? '\0' : paint('36', ':')) : '';
        yield* write(`${head}${hits}\n`);
      }
    },
    *flush() {
      const whole = text;
      text = '';
      if (whole !== '') yield* tool.sys.write(1, whole);
    },
  };
  return printer;
}
