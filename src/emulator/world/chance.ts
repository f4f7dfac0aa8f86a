import { assert } from './assert.ts';

/**
 * Keyed chance: each draw is a hash of the seed and a purpose that names the thing drawn for, so a
 * new draw somewhere never shifts the others. A thing that draws twice adds an ordinal.
 */
export interface Chance {
  /** A number in [0, 1). */
  number(purpose: string): number;
  /** A whole number in [0, below). */
  integer(purpose: string, below: number): number;
  /** One of the given things; there must be at least one. */
  pick<T>(purpose: string, from: readonly T[]): T;
  /** Letters as in generated names (apimachinery `rand.String`: no vowels, no 0, 1, 3). */
  suffix(purpose: string, length: number): string;
  /** A version 4 UUID. */
  uuid(purpose: string): string;
  /** Lower-case hexadecimal digits. */
  hex(purpose: string, length: number): string;
}

const ALPHANUMS = 'bcdfghjklmnpqrstvwxz2456789';

/** Chance for one seed. */
export function createChance(seed: number): Chance {
  const start: Words = [0xdeadbeef, 0x41c6ce57];
  const own = mix(start, `${seed}/`);
  const number = (purpose: string) => drawn(mix(own, purpose));
  const integer = (purpose: string, below: number) => Math.floor(number(purpose) * below);
  // Digit i is drawn for `purpose#i`; what these have in common is mixed once.
  const digits = (purpose: string, length: number, alphabet: string) => {
    const common = mix(own, `${purpose}#`);
    let text = '';
    for (let i = 0; i < length; i++) {
      text += alphabet[Math.floor(drawn(mix(common, String(i))) * alphabet.length)];
    }
    return text;
  };
  const hex = (purpose: string, length: number) => digits(purpose, length, '0123456789abcdef');
  return {
    number,
    integer,
    pick(purpose, from) {
      assert(from.length > 0, `nothing to pick from for ${purpose}`);
      return from[integer(purpose, from.length)] as (typeof from)[number];
    },
    suffix: (purpose, length) => digits(purpose, length, ALPHANUMS),
    uuid(purpose) {
      const h = hex(purpose, 32);
      const variant = '89ab'[parseInt(h[16] as string, 16) % 4];
      return (
        `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-` +
        `${variant}${h.slice(17, 20)}-${h.slice(20)}`
      );
    },
    hex,
  };
}

type Words = readonly [number, number];

/** Mixes a text into two 32-bit words, letter by letter (cyrb53's scheme). */
function mix([from, other]: Words, text: string): Words {
  let a = from;
  let b = other;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return [a, b];
}

/** A fraction of the words in their last form, in which each bit depends on all letters. */
function drawn([from, other]: Words): number {
  let a = from;
  let b = other;
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return ((b & 0x1fffff) * 4294967296 + (a >>> 0)) / 9007199254740992;
}
