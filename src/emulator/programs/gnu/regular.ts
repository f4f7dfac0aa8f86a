/** A POSIX regular expression that cannot be read; GNU's words for it. */
export class RegularError extends Error {}

/**
 * How an expression is written: basic (`\(`), extended (`(`), mawk's (extended, with escapes in
 * brackets and without intervals), or as plain text.
 */
export type RegularKind = 'basic' | 'extended' | 'awk' | 'fixed' | 'perl';

const classes: Readonly<Record<string, string>> = {
  alnum: '\\p{L}\\p{N}',
  alpha: '\\p{L}',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e\\u00a1-\\u{10ffff}',
  lower: '\\p{Ll}',
  print: '\\x20-\\x7e\\u00a0-\\u{10ffff}',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\s',
  upper: '\\p{Lu}',
  xdigit: '0-9A-Fa-f',
};

/** The source of an expression in JavaScript's language (with the `u` flag). */
export function regularSource(pattern: string, kind: RegularKind): string {
  if (kind === 'fixed') return pattern.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (kind === 'perl') return pattern;
  return createTranslator(pattern, kind !== 'basic', kind === 'awk')();
}

/** Compiles an expression; throws RegularError. */
export function compileRegular(pattern: string, kind: RegularKind, flags = ''): RegExp {
  const source = regularSource(pattern, kind);
  try {
    return new RegExp(source, `${flags.replace('u', '')}u`);
  } catch {
    throw new RegularError(
      kind === 'perl' ? 'invalid pattern' : 'Invalid preceding regular expression',
    );
  }
}

/** Walks over a pattern once, with what stands before the place in mind. */
function createTranslator(pattern: string, extended: boolean, escapes: boolean): () => string {
  let at = 0;
  let open = 0;
  let groups = 0;
  /** Nothing stands before that could be repeated. */
  let fresh = true;
  /** What stands before is repeated already: `a+*` is no more than that. */
  let repeated = false;
  const closed = new Set<number>();
  const stack: number[] = [];

  const atom = (source: string) => {
    fresh = false;
    repeated = false;
    return source;
  };
  const group = (opens: boolean): string => {
    if (opens) {
      open += 1;
      groups += 1;
      stack.push(groups);
      fresh = true;
      return '(';
    }
    if (open === 0) {
      if (extended) return atom('\\)');
      throw new RegularError('Unmatched ) or \\)');
    }
    open -= 1;
    closed.add(stack.pop() as number);
    return atom(')');
  };
  const again = (source: string): string => {
    if (repeated) return '';
    repeated = true;
    return source;
  };
  const repeat = (sign: string): string => (fresh ? atom(`\\${sign}`) : again(sign));
  const interval = (): string => {
    const close = extended ? '}' : '\\}';
    const end = pattern.indexOf(close, at);
    const inside = end < 0 ? '' : pattern.slice(at, end);
    if (end < 0 || !/^\d*(,\d*)?$/.test(inside) || inside === '' || inside === ',') {
      if (extended) return atom('\\{');
      throw new RegularError(end < 0 ? 'Unmatched { or \\{' : 'Invalid content of \\{\\}');
    }
    at = end + close.length;
    const [from = '', to] = inside.split(',');
    if (to && Number(from || 0) > Number(to)) throw new RegularError('Invalid content of \\{\\}');
    return again(`{${from || 0}${to === undefined ? '' : `,${to}`}}`);
  };
  const escaped = (): string => {
    const letter = pattern[at++];
    if (letter === undefined) throw new RegularError('Trailing backslash');
    if (!extended && letter === '(') return group(true);
    if (!extended && letter === ')') return group(false);
    if (!extended && letter === '{') return interval();
    if (!extended && letter === '|') {
      fresh = true;
      return '|';
    }
    if (!extended && (letter === '+' || letter === '?')) return repeat(letter);
    if (/[1-9]/.test(letter)) {
      if (!closed.has(Number(letter))) throw new RegularError('Invalid back reference');
      return atom(`\\${letter}`);
    }
    const known: Readonly<Record<string, string>> = {
      w: '[\\p{L}\\p{N}_]',
      W: '[^\\p{L}\\p{N}_]',
      s: '\\s',
      S: '\\S',
      '<': '(?<![\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_])',
      '>': '(?<=[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_])',
      b: '(?:(?<![\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_])|(?<=[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_]))',
      B: '\\B',
      n: '\\n',
      t: '\\t',
      ...(escapes && { r: '\\r', f: '\\f', v: '\\v', a: '\\x07', y: 'y' }),
      '`': '^',
      "'": '$',
    };
    if (known[letter] !== undefined) return atom(known[letter]);
    return atom(/[\\^$.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter);
  };
  const isEnd = () =>
    at >= pattern.length ||
    (extended ? /^[|)]/ : /^\\[|)]/).test(pattern.slice(at)) ||
    pattern[at] === '\n';
  const one = (letter: string): string => {
    switch (letter) {
      case '\\':
        return escaped();
      case '[':
        return atom(set());
      case '.':
        return atom('[^]');
      case '*':
        if (fresh) return extended ? '' : atom('\\*');
        return again('*');
      case '^':
        if (extended || fresh) return '^';
        return atom('\\^');
      case '$':
        return extended || isEnd() ? atom('$') : atom('\\$');
      case '+':
      case '?':
        return extended ? repeat(letter) : atom(`\\${letter}`);
      case '(':
      case ')':
        return extended ? group(letter === '(') : atom(`\\${letter}`);
      case '{':
        return extended && !escapes && !fresh ? interval() : atom('\\{');
      case '|':
        if (!extended) return atom('\\|');
        fresh = true;
        return '|';
      case '}':
      case ']':
      case '/':
        return atom(`\\${letter}`);
      default:
        return atom(letter);
    }
  };
  const set = (): string => {
    const unmatched = () => new RegularError('Unmatched [, [^, [:, [., or [=');
    const negated = pattern[at] === '^';
    if (negated) at += 1;
    let inside = '';
    for (const first = at; ;) {
      const letter = pattern[at];
      if (letter === undefined) throw unmatched();
      if (letter === ']' && at > first) {
        at += 1;
        return `[${negated ? '^' : ''}${inside}]`;
      }
      const named = /^\[([:.=])(.*?)\1\]/.exec(pattern.slice(at));
      if (named) {
        const [all, kind, name = ''] = named;
        if (kind === ':' && classes[name] === undefined) {
          throw new RegularError('Invalid character class name');
        }
        inside += kind === ':' ? (classes[name] as string) : name;
        at += all.length;
      } else if (escapes && letter === '\\' && at + 1 < pattern.length) {
        const next = pattern[at + 1] as string;
        inside += /[nrtfv\\\][^-]/.test(next) ? `\\${next}` : next;
        at += 2;
      } else {
        const isRange = letter === '-' && at > first && pattern[at + 1] !== ']';
        inside += isRange || !/[\\\][^-]/.test(letter) ? letter : `\\${letter}`;
        at += letter.length;
      }
    }
  };
  return () => {
    let source = '';
    while (at < pattern.length) {
      const letter = String.fromCodePoint(pattern.codePointAt(at) as number);
      at += letter.length;
      source += one(letter);
    }
    if (open > 0) throw new RegularError('Unmatched ( or \\(');
    return source;
  };
}
