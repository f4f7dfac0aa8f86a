/** What tar was asked for. */
export interface Options {
  readonly mode: 'c' | 'x' | 't' | undefined;
  readonly file: string | undefined;
  readonly folder: string | undefined;
  readonly flags: ReadonlySet<string>;
  readonly excludes: readonly string[];
  readonly strip: number;
  readonly operands: readonly string[];
}

/** Options that are understood and change nothing here: files have one owner and no locks. */
const idle = 'opkSsb';
const withValue = 'fCbX';
const long: Readonly<Record<string, string>> = {
  create: 'c',
  extract: 'x',
  get: 'x',
  list: 't',
  file: 'f',
  directory: 'C',
  verbose: 'v',
  touch: 'm',
  'preserve-permissions': 'p',
  'same-permissions': 'p',
  'no-same-permissions': 'o',
  'no-same-owner': 'o',
  'same-owner': 'p',
  'to-stdout': 'O',
  'absolute-names': 'P',
  dereference: 'h',
  'numeric-owner': 'o',
  'keep-old-files': 'k',
  exclude: 'exclude',
  'strip-components': 'strip',
};
const unmodelled =
  /^-?-?(z|j|J|Z|r|u|A|d|W|T|X|append|update|delete|gzip|bzip2|xz|zstd|files-from|diff|compare)$/;

/** Reads the words after `tar`; text is the error. `usage` errors are argp's. */
export function readOptions(
  words: readonly string[],
): Options | { readonly wrong: string } | { readonly unmodelled: string } {
  const flags = new Set<string>();
  const values: Record<string, string> = {};
  const excludes: string[] = [];
  const operands: string[] = [];
  const rest = [...words];
  const take = (letter: string, value: string) => {
    if (letter === 'exclude') excludes.push(value);
    else values[letter] = value;
  };
  const letters = (text: string, near: boolean): string | undefined => {
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at] as string;
      if (unmodelled.test(`-${letter}`)) return `?-${letter}`;
      if (withValue.includes(letter)) {
        const glued = near ? text.slice(at + 1) : '';
        const value = glued || rest.shift();
        if (value === undefined) return `option requires an argument -- '${letter}'`;
        take(letter, value);
        if (near) return undefined;
      } else if (`cxtvmOPh${idle}`.includes(letter)) flags.add(letter);
      else return `invalid option -- '${letter}'`;
    }
    return undefined;
  };
  const named = (word: string): string | undefined => {
    const [name = '', ...parts] = word.slice(2).split('=');
    const letter = long[name];
    if (unmodelled.test(name)) return `?${word}`;
    if (letter === undefined) return `unrecognized option '${word}'`;
    if (withValue.includes(letter) || letter.length > 1) {
      const value = parts.length > 0 ? parts.join('=') : rest.shift();
      if (value === undefined) return `option '--${name}' requires an argument`;
      take(letter, value);
    } else flags.add(letter);
    return undefined;
  };
  let ended = false;
  let wrong: string | undefined;
  // The first word may be letters without a dash.
  if (rest[0] !== undefined && !rest[0].startsWith('-')) wrong = letters(rest.shift() ?? '', false);
  for (let word = rest.shift(); word !== undefined && !wrong; word = rest.shift()) {
    if (ended || word === '-' || !word.startsWith('-')) operands.push(word);
    else if (word === '--') ended = true;
    else wrong = word.startsWith('--') ? named(word) : letters(word.slice(1), true);
  }
  if (wrong?.startsWith('?')) return { unmodelled: wrong.slice(1) };
  if (wrong) return { wrong };
  const mode = (['c', 'x', 't'] as const).find((each) => flags.has(each));
  const { f: file, C: folder, strip = '0' } = values;
  return { mode, file, folder, flags, excludes, strip: Number(strip) || 0, operands };
}
