import type { Micros } from '../../world/json.ts';
import { civil } from '../../world/time.ts';

const two = (value: number) => String(value).padStart(2, '0');
const six = (value: number) => String(value).padStart(6, '0');

/** Moments that times may be counted from. */
export interface Clock {
  first: Micros | undefined;
  previous: Micros | undefined;
}

/** What stands before a packet, by how often `-t` was given. */
export function timeText(at: Micros, mode: number, clock: Clock): string {
  const micros = at % 1_000_000;
  const { first = at, previous = at } = clock;
  clock.first ??= at;
  clock.previous = at;
  switch (mode) {
    case 0: {
      const { hour, minute, second } = civil(at);
      return `${two(hour)}:${two(minute)}:${two(second)}.${six(micros)} `;
    }
    case 1:
      return '';
    case 2:
      return `${Math.floor(at / 1_000_000)}.${six(micros)} `;
    case 4: {
      const { year, month, day, hour, minute, second } = civil(at);
      const date = `${year}-${two(month)}-${two(day)}`;
      return `${date} ${two(hour)}:${two(minute)}:${two(second)}.${six(micros)} `;
    }
    default: {
      const since = at - (mode === 3 ? previous : first);
      const seconds = Math.floor(since / 1_000_000);
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      return ` ${two(hours)}:${two(minutes)}:${two(seconds % 60)}.${six(since % 1_000_000)} `;
    }
  }
}
