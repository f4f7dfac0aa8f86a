/** A pattern of the shell as a regular expression's source, without anchors. */
export function patternSource(pattern: string, options: { readonly path?: boolean } = {}): string {
  const any = options.path ? '[^/]' : '[\\s\\S]';
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const letter = pattern[i] as string;
    const group = /[?*+@!]/.test(letter) && pattern[i + 1] === '(' ? closing(pattern, i + 1) : -1;
    if (group > 0) {
      const choices = alternatives(pattern.slice(i + 2, group))
        .map((each) => patternSource(each, options))
        .join('|');
      const rest = patternSource(pattern.slice(group + 1), options);
      if (letter === '!') return `${source}(?!(?:${choices})${rest}$)${any}*?${rest}`;
      return `${source}(?:${choices})${letter === '@' ? '' : letter}${rest}`;
    }
    if (letter === '\\') source += escape(pattern[++i] ?? '\\');
    else if (letter === '*') source += `${any}*`;
    else if (letter === '?') source += any;
    else if (letter === '[') {
      const set = bracket(pattern, i);
      source += set ? set.source : '\\[';
      if (set) i = set.end;
    } else source += escape(letter);
  }
  return source;
}

/** A pattern that the whole of a text must match. */
export function patternToRegExp(
  pattern: string,
  options: { readonly path?: boolean; readonly ignoreCase?: boolean } = {},
): RegExp {
  return new RegExp(`^(?:${patternSource(pattern, options)})$`, options.ignoreCase ? 'iu' : 'u');
}

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
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** `[a-z]`, `[!x]`, `[[:digit:]]`; undefined where no `]` closes it. */
function bracket(pattern: string, open: number): { source: string; end: number } | undefined {
  let i = open + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i += 1;
  let inside = '';
  for (const first = i; i < pattern.length; i++) {
    const letter = pattern[i] as string;
    if (letter === ']' && i > first) {
      return { source: `[${negated ? '^' : ''}${inside}]`, end: i };
    }
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i));
    if (named) {
      inside += classes[named[1] as string] ?? '';
      i += named[0].length - 1;
    } else if (letter === '\\' && i + 1 < pattern.length)
      inside += escapeInSet(pattern[++i] as string);
    else if (letter === '-' && i > first && pattern[i + 1] !== ']') inside += '-';
    else inside += escapeInSet(letter);
  }
  return undefined;
}

function escapeInSet(letter: string): string {
  return /[\\\]^[-]/.test(letter) ? `\\${letter}` : letter;
}

function closing(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '\\') i += 1;
    else if (pattern[i] === '(') depth += 1;
    else if (pattern[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function alternatives(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === '|' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

function escape(letter: string): string {
  return letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Whether unquoted letters of a text make it a pattern. */
export function isPattern(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*([*?]|\[[^\]]*.\]|[+@!]\()/s.test(pattern);
}

/** Puts a backslash before each letter that would mean something in a pattern. */
export function quotePattern(text: string): string {
  return text.replaceAll(/[*?[\]\\()|+@!]/g, '\\$&');
}
