import type { Input } from '../../session/protocol.ts';

/** Inputs that no save has yet, written down as they are done: a page that goes away loses none. */
export interface Unsaved {
  /** Writes one down and gives its number. */
  note(input: Input): number;
  /** A save that has all inputs up to a number has been written. */
  saved(upTo: number): void;
  /** What an earlier page has left, to be done again. */
  take(): readonly Input[];
  /** Forgets it all. */
  clear(): void;
}

interface Left {
  readonly inputs: readonly { readonly number: number; readonly input: Input }[];
  /** How often these have been taken: what ends a cluster each time is not done for ever. */
  readonly taken: number;
}

/** More than that is a flood, and a save comes soon. */
const MOST_CHARACTERS = 1_000_000;
const MOST_TIMES = 2;

/** What is unsaved of a place, in this tab. */
export function createUnsaved(place: string, storage: Storage = sessionStorage): Unsaved {
  const key = `podways-unsaved/${place}`;
  let next = 1;
  let left: Left = { inputs: [], taken: 0 };
  const write = () => {
    const text = left.inputs.length > 0 ? JSON.stringify(left) : '';
    try {
      if (text === '' || text.length > MOST_CHARACTERS) storage.removeItem(key);
      else storage.setItem(key, text);
    } catch {
      // A full storage keeps less, and everything else goes on.
    }
  };
  return {
    note(input) {
      const number = next++;
      left = { ...left, inputs: [...left.inputs, { number, input }] };
      write();
      return number;
    },
    saved(upTo) {
      const inputs = left.inputs.filter(({ number }) => number > upTo);
      if (inputs.length === left.inputs.length) return;
      left = { inputs, taken: 0 };
      write();
    },
    take() {
      const before = JSON.parse(storage.getItem(key) ?? 'null') as Left | null;
      if (!before || before.taken >= MOST_TIMES) return [];
      left = { inputs: [], taken: before.taken + 1 };
      return before.inputs.map(({ input }) => input);
    },
    clear() {
      left = { inputs: [], taken: 0 };
      write();
    },
  };
}
