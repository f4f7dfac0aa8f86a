const classes: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** A POSIX extended regular expression as one of JavaScript; undefined where it is not one. */
export function toExtendedRegExp(pattern: string, flags: string): RegExp | undefined {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const letter = pattern[i] as string;
    if (letter === '\\') {
      const next = pattern[++i] ?? '';
      source += /[\w\s]/.test(next) ? next : `\\${next}`;
    } else if (letter === '[') {
      const end = endOfSet(pattern, i);
      if (end < 0) return undefined;
      source += setSource(pattern.slice(i + 1, end));
      i = end;
    } else if (letter === '{' && !/^\{\d*,?\d*\}/.test(pattern.slice(i))) source += '\\{';
    else if (letter === '}' && !/\{\d*,?\d*$/.test(pattern.slice(0, i))) source += '\\}';
    else if (letter === '/') source += '\\/';
    else source += letter;
  }
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

function endOfSet(pattern: string, open: number): number {
  let i = open + 1;
  if (pattern[i] === '^') i += 1;
  if (pattern[i] === ']') i += 1;
  for (; i < pattern.length; i++) {
    if (pattern.startsWith('[:', i)) i = Math.max(i, pattern.indexOf(':]', i) + 1);
    else if (pattern[i] === ']') return i;
  }
  return -1;
}

function setSource(inside: string): string {
  const negated = inside.startsWith('^');
  const body = (negated ? inside.slice(1) : inside).replaceAll(
    /\[:(\w+):\]|[\\\][^]/g,
    (all, name: string | undefined) => (name ? (classes[name] ?? '') : `\\${all}`),
  );
  return `[${negated ? '^' : ''}${body}]`;
}
