import type { Call, Sys } from '../host/syscalls.ts';

/** What short and long options of a GNU tool are called, and whether they take a value. */
export interface OptionSpec {
  /** Letters without a value. */
  readonly flags?: string;
  /** Letters with a value. */
  readonly values?: string;
  /** Long names, each to the letter it stands for. */
  readonly long?: Readonly<Record<string, string>>;
  /** Letters and long names that the real tool has and that are not modelled. */
  readonly unmodelled?: readonly string[];
}

export interface Options {
  readonly has: (letter: string) => boolean;
  readonly value: (letter: string) => string | undefined;
  readonly rest: readonly string[];
}

/** Reads options as GNU getopt does; what is wrong is told on stderr, and the exit code given. */
export function* readOptions(
  sys: Sys,
  argv: readonly string[],
  spec: OptionSpec,
  code = 1,
): Call<Options | number> {
  const name = argv[0]?.split('/').at(-1) ?? '';
  const found = new Map<string, string>();
  const rest: string[] = [];
  const invalid = function* (text: string): Call<number> {
    yield* sys.write(2, `${name}: ${text}\nTry '${name} --help' for more information.\n`);
    return code;
  };
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    if (!/^-./.test(word)) {
      rest.push(word);
      continue;
    }
    if (word.startsWith('--')) {
      const [key = '', value] = word.slice(2).split(/=(.*)/s);
      const letter = spec.long?.[key];
      if (letter === undefined) {
        if (spec.unmodelled?.includes(`--${key}`)) {
          yield* sys.write(2, `${name}: --${key} is not modelled here\n`);
          return 2;
        }
        return yield* invalid(`unrecognized option '--${key}'`);
      }
      found.set(letter, value ?? (spec.values?.includes(letter) ? (argv[++i] ?? '') : ''));
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (spec.values?.includes(letter)) {
        const value = word.slice(at + 1) || argv[++i];
        if (value === undefined)
          return yield* invalid(`option requires an argument -- '${letter}'`);
        found.set(letter, value);
        break;
      }
      if (spec.flags?.includes(letter)) found.set(letter, '');
      else if (spec.unmodelled?.includes(`-${letter}`)) {
        yield* sys.write(2, `${name}: -${letter} is not modelled here\n`);
        return 2;
      } else return yield* invalid(`invalid option -- '${letter}'`);
    }
  }
  return { has: (letter) => found.has(letter), value: (letter) => found.get(letter), rest };
}
