// How libxtables reads the values of options (libxtables/xtoptions.c), with its messages.
import type { Option, OptionDefinition, Options, ReadError } from '../extension.ts';
import { hex, option, readNumber } from '../extension.ts';

type Read = NonNullable<OptionDefinition['read']>;

/** A whole number within bounds, printed as decimal. */
export function uint(name: string, flag: string, max = 0xffffffff, min = 0): Read {
  return ([text = '']) => {
    const number = readNumber(text, max);
    if (number !== undefined && number >= min) return [String(number)];
    return {
      error: `${name}: bad value for option "${flag}", or out of range (${min}-${max}).\n`,
    };
  };
}

/** `low:high` or one number; a missing end is the least or the greatest number. */
export function uintRange(name: string, flag: string, max: number): Read {
  return ([text = '']) => {
    const parts = text.split(':');
    if (parts.length > 2)
      return { error: `${name}: Too many components for option "${flag}" (max: 2)\n` };
    const numbers: number[] = [];
    for (const [index, part] of parts.entries()) {
      const number = part === '' ? (index === 1 ? max : 0) : readNumber(part, max);
      if (number === undefined) {
        const near = parts.slice(index).join(':');
        return {
          error:
            `${name}: bad value for option "${flag}" near "${near}", ` +
            `or out of range (0-${max}).\n`,
        };
      }
      numbers.push(number);
    }
    const [low = 0, high = low] = numbers;
    return [low === high ? `${low}` : `${low}:${high}`];
  };
}

/** A string of so many characters at most; what is longer is cut. */
export function text(max: number, min = 0): Read {
  return ([given = '']) =>
    given.length < min
      ? { error: `Argument must have a minimum length of ${min} characters\n` }
      : [given.slice(0, max)];
}

/** `value/mask` of 32 bits in hexadecimal; a full mask is left out. */
export function markMask(name: string, flag: string): Read {
  return ([given = '']) => {
    const [head = '', tail, ...more] = given.split('/');
    const value = readNumber(head, 0xffffffff);
    const mask = tail === undefined ? 0xffffffff : readNumber(tail, 0xffffffff);
    if (more.length > 0 && value !== undefined) {
      return { error: `${name}: trailing garbage after value for option "${flag}".\n` };
    }
    if (value === undefined || mask === undefined) {
      return { error: `${name}: bad integer value for option "${flag}", or out of range.\n` };
    }
    return [mask === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`];
  };
}

/** The usual complaint about a value (`XTF_BAD_VALUE`). */
export const badValue = (name: string, flag: string, given: string): ReadError => ({
  error: `${name}: Bad value for "${flag}" option: "${given}"`,
});

/** Flags without values. */
export const switches = (...flags: readonly string[]): readonly OptionDefinition[] =>
  flags.map((flag) => ({ flag, values: 0 }));

/** Options in the order in which they are printed; others are left out. */
export function only(options: Options, flags: readonly string[]): Options {
  return flags.flatMap((flag) => options.filter((each) => each.flag === flag));
}

/** `0x` and two or more digits. */
export const hex2 = (number: number): string => `0x${number.toString(16).padStart(2, '0')}`;

/** ` ! ` in front of a word where an option is inverted. */
export const bang = (given: Option | undefined): string => (given?.invert ? ' !' : '');

/** Whether a flag was given. */
export const has = (options: Options, flag: string): boolean => option(options, flag) !== undefined;
