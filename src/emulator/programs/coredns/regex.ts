/** A regular expression of Go's as one of JavaScript's; undefined where it is none. */
export function compileGo(pattern: string, flags = ''): RegExp | undefined {
  // Go refuses what is not UTF-8; such bytes arrive as U+FFFD.
  if (pattern.includes('\ufffd')) return undefined;
  try {
    const insensitive = pattern.startsWith('(?i)');
    const text = pattern.replace(/^\(\?i\)/, '').replaceAll('(?P<', '(?<');
    return new RegExp(text, flags + (insensitive ? 'i' : ''));
  } catch {
    return undefined;
  }
}

/** Number of groups of a compiled expression. */
export function groupCount(pattern: RegExp): number {
  return (new RegExp(`${pattern.source}|`, pattern.flags).exec('')?.length ?? 1) - 1;
}

/** Puts groups into a text with `{1}`, `{2}` …; `{0}` is the whole match. */
export function fillGroups(replacement: string, match: readonly (string | undefined)[]): string {
  return replacement.replaceAll(
    /\{(\d+)\}/g,
    (whole, digits: string) => match[Number(digits)] ?? whole,
  );
}

/** The highest group that a replacement speaks of. */
export function highestGroup(replacement: string): number {
  const found = [...replacement.matchAll(/\{(\d+)\}/g)].map(([, digits]) => Number(digits));
  return Math.max(0, ...found);
}
