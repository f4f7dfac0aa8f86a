const seconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Time span as coreutils' sleep and timeout read it: a number with at most one suffix letter.
 * @param word such as `0.5`, `2m` or `infinity`
 * @returns microseconds, or undefined where the word is none
 */
export function readInterval(word: string): number | undefined {
  if (/^inf(inity)?$/i.test(word)) return 1e15;
  const match = /^\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)([smhd]?)$/i.exec(word);
  if (match === null) return undefined;
  const unit = seconds[match[2] as string];
  if (unit === undefined) return undefined;
  return Math.min(1e15, Math.ceil(Number(match[1]) * unit * 1_000_000));
}
