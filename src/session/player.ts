import type { Cluster } from '../emulator/cluster/api.ts';
import type { Input } from './protocol.ts';

/** Types the lines of a solution into a terminal, so that the learner sees them being typed. */
export interface Player {
  play(lines: readonly string[], terminal: string): void;
  stop(): void;
  tick(elapsedMillis: number): void;
}

const MILLIS_PER_KEY = 22;
const MILLIS_BETWEEN_LINES = 500;

/** A player with nothing to play; `press` types a key, as if a human did. */
export function createPlayer(cluster: Cluster, press: (keys: Input) => void): Player {
  let left: string[] = [];
  let terminal = '';
  let due = 0;
  return {
    play(lines, into) {
      terminal = into;
      due = 0;
      left = lines.flatMap((line) => [...line, '\r']);
    },
    stop: () => void (left = []),
    tick(elapsed) {
      due -= elapsed;
      while (due <= 0 && left.length > 0) {
        const busy = cluster
          .terminals()
          .some(({ id, state }) => id === terminal && state !== 'idle');
        if (busy) return;
        const key = left.shift() as string;
        press({ type: 'keys', terminal, data: key });
        due += key === '\r' ? MILLIS_BETWEEN_LINES : MILLIS_PER_KEY;
      }
    },
  };
}
