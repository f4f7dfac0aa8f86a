import { DAY, HOUR, MINUTE, SECOND } from '../world/time.ts';
import type { Micros } from '../world/json.ts';

/** An age as kubectl prints it (apimachinery `duration.HumanDuration`): two units at the most. */
export function humanDuration(time: Micros): string {
  const seconds = Math.trunc(time / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(time / MINUTE);
  if (minutes < 10) {
    const rest = Math.trunc(time / SECOND) % 60;
    return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`;
  }
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(time / HOUR);
  if (hours < 8) {
    const rest = minutes % 60;
    return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
  }
  if (hours < 48) return `${hours}h`;
  if (hours < 192) {
    const rest = hours % 24;
    return rest === 0 ? `${Math.trunc(hours / 24)}d` : `${Math.trunc(hours / 24)}d${rest}h`;
  }
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`;
  const years = Math.trunc(hours / 24 / 365);
  if (hours < 24 * 365 * 8) {
    const rest = Math.trunc(hours / 24) % 365;
    return rest === 0 ? `${years}y` : `${years}y${rest}d`;
  }
  return `${years}y`;
}

/** The short form (`duration.ShortHumanDuration`): one unit, cut off. */
export function shortHumanDuration(time: Micros): string {
  const seconds = Math.trunc(time / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60) return `${seconds}s`;
  if (time < HOUR) return `${Math.trunc(time / MINUTE)}m`;
  if (time < DAY) return `${Math.trunc(time / HOUR)}h`;
  if (time < 365 * DAY) return `${Math.trunc(time / DAY)}d`;
  return `${Math.trunc(time / (365 * DAY))}y`;
}

/** A Go duration text (`1h30m`, `500ms`, `0`) in microseconds; undefined if it is none. */
export function parseGoDuration(text: string): Micros | undefined {
  if (text === '0') return 0;
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (!match) return undefined;
  const units: Record<string, number> = {
    ns: 0.001,
    us: 1,
    µs: 1,
    ms: 1_000,
    s: SECOND,
    m: MINUTE,
    h: HOUR,
  };
  let total = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(value) * (units[unit as string] as number);
  }
  return Math.round(match[1] === '-' ? -total : total);
}

/** A duration as Go prints it: `1m30s`, `500ms`. */
export function goDuration(time: Micros): string {
  if (time === 0) return '0s';
  if (Math.abs(time) < SECOND) return time % 1000 === 0 ? `${time / 1000}ms` : `${time / 1000}ms`;
  const hours = Math.trunc(time / HOUR);
  const minutes = Math.trunc((time % HOUR) / MINUTE);
  const seconds = (time % MINUTE) / SECOND;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
