import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import { createRecords, type Records, type Separator } from '../gnu/records.ts';
import { AwkError, unquote } from './lexer.ts';
import type { Memory } from './memory.ts';
import { fromOutside, toNumber } from './value.ts';

/** The main input: the files of ARGV one after another, or standard input. */
export interface MainInput {
  /** The next record, with FILENAME and FNR set; undefined at the end. NR is the caller's. */
  next(before: () => Call<void>): Call<string | undefined>;
  /** Leaves out the rest of the present file. */
  skip(): void;
}

/** How records are cut now: RS as a text, an expression, or paragraphs. */
export function separatorOf(memory: Memory): Separator {
  const text = memory.text(memory.get('RS'));
  return text.length > 1 ? memory.regular(text) : text;
}

/** Makes the main input of a run; words `name=value` are set as they come up. */
export function createMainInput(sys: Sys, memory: Memory): MainInput {
  let index = 1;
  let present: { readonly fd: Fd; readonly records: Records } | undefined;
  let anyFile = false;

  const openNext = (): boolean => {
    const argv = memory.list('ARGV');
    while (index < toNumber(memory.get('ARGC'))) {
      const word = memory.text(argv.get(String(index++)));
      const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(word) ?? [];
      if (name !== undefined) {
        memory.set(name, fromOutside(unquote(value as string)));
        continue;
      }
      if (word === '') continue;
      anyFile = true;
      const fd = word === '-' ? 0 : sys.open(word, 'r');
      if (isErrno(fd)) throw new AwkError(`cannot open ${word} (${strerror(fd)})`);
      memory.set('FILENAME', word);
      present = { fd, records: createRecords(sys, fd) };
      memory.set('FNR', 0);
      return true;
    }
    if (anyFile) return false;
    anyFile = true;
    present = { fd: 0, records: createRecords(sys, 0) };
    return true;
  };
  const main: MainInput = {
    *next(before) {
      for (;;) {
        if (!present && !openNext()) return undefined;
        const line = yield* (present as { records: Records }).records.next(
          separatorOf(memory),
          before,
        );
        if (isErrno(line)) {
          throw new AwkError(`read error (${strerror(line)})`);
        }
        if (line !== undefined) {
          memory.set('FNR', toNumber(memory.get('FNR')) + 1);
          return line.text;
        }
        main.skip();
      }
    },
    skip() {
      if (present && present.fd > 2) sys.close(present.fd);
      present = undefined;
    },
  };
  return main;
}
