/** Sizes, rates, times and shares as iproute2's `tc_util.c` and `utils.c` read and print them. */

const SCALES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const BINARY: Readonly<Record<string, number>> = { ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30 };

/** A rate in bytes a second: `1mbit`, `125kbps`, bits where no unit is told. */
export function readRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kmgt]i?)?(bit|bps)?$/i.exec(text);
  if (!match) return undefined;
  const [, number = '', prefix = '', unit = 'bit'] = match;
  const scale = SCALES[prefix.toLowerCase()] ?? BINARY[prefix.toLowerCase()] ?? 1;
  return (Number(number) * scale) / (unit.toLowerCase() === 'bit' ? 8 : 1);
}

/** A size in bytes: `32kbit`, `10k`, `1600`. */
export function readSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kmg])?(bit|b)?$/i.exec(text);
  if (!match) return undefined;
  const [, number = '', prefix = '', unit = 'b'] = match;
  const scale = BINARY[`${prefix.toLowerCase()}i`] ?? 1;
  return Math.floor((Number(number) * scale) / (unit.toLowerCase() === 'bit' ? 8 : 1));
}

/** A time in microseconds: `100ms`, `1s`, microseconds where no unit is told. */
export function readTime(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(s|secs?|ms|msecs?|us|usecs?)?$/.exec(text);
  if (!match) return undefined;
  const [, number = '', unit = 'us'] = match;
  const scale = unit.startsWith('s') ? 1e6 : unit.startsWith('ms') ? 1e3 : 1;
  return Math.round(Number(number) * scale);
}

/** A share, 0 to 1, of `10%`. */
export function readPercent(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%?$/.exec(text);
  const share = Number(match?.[1]) / 100;
  return match && share <= 1 ? share : undefined;
}

export function rateText(bytes: number): string {
  let rate = bytes * 8;
  let unit = 0;
  const units = ['', 'K', 'M', 'G', 'T'];
  for (; unit < units.length - 1; unit++) {
    if (rate < 1000 || (rate % 1000 !== 0 && rate < 1000 * 1000)) break;
    rate /= 1000;
  }
  return `${rate.toFixed(0)}${units[unit]}bit`;
}

export function sizeText(bytes: number): string {
  const near = (unit: number, slack: number) =>
    bytes >= unit && Math.abs(unit * Math.round(bytes / unit) - bytes) < slack;
  if (near(2 ** 20, 1024)) return `${Math.round(bytes / 2 ** 20)}Mb`;
  if (near(1024, 16)) return `${Math.round(bytes / 1024)}Kb`;
  return `${bytes}b`;
}

/** Three digits that count, as `%.3g`. */
const short = (value: number) => String(Number(value.toPrecision(3)));

export function timeText(micros: number): string {
  if (micros >= 1e6) return `${short(micros / 1e6)}s`;
  return micros >= 1e3 ? `${short(micros / 1e3)}ms` : `${Math.round(micros)}us`;
}

/** `%g` of a share in hundredths. */
export const percentText = (share: number) => `${Number((share * 100).toPrecision(6))}%`;
