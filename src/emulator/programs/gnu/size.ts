const units = 'KMGTPEZY';

/** A number with a unit of GNU tools (`10`, `2K`, `1MB`, `b`); undefined where it is none. */
export function readSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (unit === '') return Number(digits);
  if (unit === 'b') return Number(digits) * 512;
  const place = units.indexOf((unit[0] as string).toUpperCase());
  if (place < 0 || !/^.(iB|B)?$/.test(unit)) return undefined;
  const base = unit.length === 2 ? 1000 : 1024;
  return Number(digits) * base ** (place + 1);
}

/** A size as `-h` shows it: at most three figures and a unit, rounded up. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let place = -1;
  while (value >= base && place < units.length - 1) {
    value /= base;
    place += 1;
  }
  const shown = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value);
  if (shown >= base) return `1.0${units[place + 1]}`;
  const unit = base === 1000 && place === 0 ? 'k' : units[place];
  return `${shown < 10 ? shown.toFixed(1) : shown}${unit}`;
}
