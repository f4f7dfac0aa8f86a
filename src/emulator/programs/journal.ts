import type { ContainerRuntime } from '../host/runtime-api.ts';
import type { Sys } from '../host/syscalls.ts';
import type { Micros } from '../world/json.ts';
import { formatTime } from './gnu/calendar.ts';

/** An entry of a machine's journal. */
export interface JournalEntry {
  readonly at: Micros;
  readonly unit: string;
  readonly identifier: string;
  readonly pid: number;
  readonly text: string;
}

/** Units are services here; a name without a suffix is that of a service. */
export function unitName(word: string): string {
  return word.includes('.') ? word : `${word}.service`;
}

/** What the units of these names (without suffix) have written, in the order of time. */
export function journalOf(runtime: ContainerRuntime, units: readonly string[]): JournalEntry[] {
  return units
    .flatMap((unit) =>
      runtime.logs(unit).map(({ at, text, pid = 1 }) => ({
        ...{ at, pid, text: text.replace(/\n$/, '') },
        unit: `${unit}.service`,
        identifier: pid === 1 ? 'systemd' : unit,
      })),
    )
    .sort((a, b) => a.at - b.at);
}

/** An entry as `journalctl -o short` shows it. */
export function shortLine(sys: Sys, { at, identifier, pid, text }: JournalEntry): string {
  return `${formatTime(at, '%b %d %H:%M:%S')} ${sys.hostname} ${identifier}[${pid}]: ${text}`;
}

/** Folders where unit files lie, the first before the others. */
const FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system'];

/** Names of all services with a unit file, without their suffix. */
export function unitNames(sys: Sys): string[] {
  const found = FOLDERS.flatMap((folder) => {
    const names = sys.files.list(folder);
    return typeof names === 'string' ? [] : names;
  });
  const services = found.filter((name) => name.endsWith('.service'));
  return [...new Set(services.map((name) => name.slice(0, -8)))].sort();
}

/** Where a unit's file lies; undefined if there is none. */
export function unitPath(sys: Sys, name: string): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find(
    (path) => typeof sys.files.read(path) !== 'string',
  );
}
