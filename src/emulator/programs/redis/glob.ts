/** Whether a text fits a pattern of `*`, `?`, `[a-c]` and `\` (stringmatchlen of Redis). */
export function matchesGlob(pattern: string, text: string): boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] as string;
    if (letter === '*') source += '.*';
    else if (letter === '?') source += '.';
    else if (letter === '\\' && at + 1 < pattern.length) source += escaped(pattern[++at] as string);
    else if (letter === '[') {
      const end = pattern.indexOf(']', at);
      if (end < 0) return false;
      const inside = pattern.slice(at + 1, end).replaceAll(/[\\[]/g, '\\$&');
      source += `[${inside}]`;
      at = end;
    } else source += escaped(letter);
  }
  return new RegExp(`^${source}$`, 's').test(text);
}

function escaped(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
}
