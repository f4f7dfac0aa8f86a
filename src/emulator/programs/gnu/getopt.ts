/** A long option: the letter or name that it is known by, and whether it takes a value. */
export interface LongOption {
  readonly key: string;
  readonly value?: 'required' | 'optional';
}

/** Options as GNU getopt_long reads them. */
export interface OptionTable {
  /** Letters, each with `:` after it if it wants a value, `::` if it may have one. */
  readonly short: string;
  /** Long names: a letter that means the same, or a record. */
  readonly long?: Readonly<Record<string, string | LongOption>>;
  /** Real options that are not modelled: `-Z`, `--context`. */
  readonly unmodelled?: readonly string[];
  /** Options end with the first operand, as for commands that start others. */
  readonly inOrder?: boolean;
}

/** An option that was given. */
export interface Given {
  readonly key: string;
  readonly value: string | undefined;
}

export interface Options {
  readonly given: readonly Given[];
  readonly operands: readonly string[];
}

/** Why words cannot be read: a text that follows the tool's name, or an unmodelled option. */
export type Refusal = { readonly error: string } | { readonly unmodelled: string };

/** Reads the words after a tool's name. Long options may be shortened while they stay unique. */
export function readOptions(words: readonly string[], table: OptionTable): Options | Refusal {
  const given: Given[] = [];
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      if (table.inOrder) {
        operands.push(...words.slice(i));
        break;
      }
      operands.push(word);
      continue;
    }
    const read = word.startsWith('--')
      ? readLong(word, words[i + 1], table)
      : readShort(word, words[i + 1], table);
    if (!('options' in read)) return read;
    given.push(...read.options);
    if (read.tookNext) i += 1;
  }
  return { given, operands };
}

type Read = { readonly options: readonly Given[]; readonly tookNext: boolean } | Refusal;

function readShort(word: string, next: string | undefined, table: OptionTable): Read {
  const options: Given[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const place = letter === ':' ? -1 : table.short.indexOf(letter);
    if (place < 0) {
      if (table.unmodelled?.includes(`-${letter}`)) return { unmodelled: `-${letter}` };
      return { error: `invalid option -- '${letter}'` };
    }
    if (table.short[place + 1] !== ':') {
      options.push({ key: letter, value: undefined });
      continue;
    }
    const rest = word.slice(at + 1);
    if (rest !== '' || table.short[place + 2] === ':') {
      options.push({ key: letter, value: rest === '' ? undefined : rest });
      return { options, tookNext: false };
    }
    if (next === undefined) return { error: `option requires an argument -- '${letter}'` };
    options.push({ key: letter, value: next });
    return { options, tookNext: true };
  }
  return { options, tookNext: false };
}

function readLong(word: string, next: string | undefined, table: OptionTable): Read {
  const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const all = { help: '--help', version: '--version', ...table.long };
  const hidden = (table.unmodelled ?? []).filter((each) => each.startsWith('--'));
  const names = [...Object.keys(all), ...hidden.map((each) => each.slice(2))];
  const fits = names.includes(name) ? [name] : names.filter((each) => each.startsWith(name));
  if (fits.length === 0) return { error: `unrecognized option '${word}'` };
  const keys = new Set(fits.map((each) => keyOf(all, each)));
  if (keys.size > 1) {
    const list = fits.map((each) => `'--${each}'`).join(' ');
    return { error: `option '--${name}' is ambiguous; possibilities: ${list}` };
  }
  const [full] = fits as [string];
  const spec = all[full as keyof typeof all] as string | LongOption | undefined;
  if (spec === undefined) return { unmodelled: `--${full}` };
  const { key, value: wants } = normal(spec, table.short);
  if (wants === undefined && value !== undefined) {
    return { error: `option '--${full}' doesn't allow an argument` };
  }
  if (wants === 'required' && value === undefined) {
    if (next === undefined) return { error: `option '--${full}' requires an argument` };
    return { options: [{ key, value: next }], tookNext: true };
  }
  return { options: [{ key, value }], tookNext: false };
}

function keyOf(all: Readonly<Record<string, string | LongOption>>, name: string): string {
  const spec = all[name];
  return typeof spec === 'object' ? spec.key : (spec ?? name);
}

/** A long option named by a letter takes a value where the letter does. */
function normal(spec: string | LongOption, short: string): LongOption {
  if (typeof spec === 'object') return spec;
  const place = spec.length === 1 ? short.indexOf(spec) : -1;
  if (place < 0 || short[place + 1] !== ':') return { key: spec };
  return { key: spec, value: short[place + 2] === ':' ? 'optional' : 'required' };
}
