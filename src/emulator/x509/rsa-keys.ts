import { base64ToBytes } from '../world/base64.ts';
import { power } from './modular.ts';
import { numberOf } from './octets.ts';
import { primes1024, primes2048 } from './primes.ts';
import { E, rsaOf, type RsaPrivate } from './rsa.ts';

/** Sizes of keys that can be made, in bits. */
export const rsaSizes = [512, 1024, 2048, 4096] as const;

/**
 * A key of so many bits; `draw` gives a whole number below its argument. undefined for a size that
 * there are no primes for. Small primes are searched for, large ones come from the table.
 */
export function makeRsa(bits: number, draw: (below: number) => number): RsaPrivate | undefined {
  if (bits === 512 || bits === 1024) {
    return rsaOf(search(bits / 2, draw), search(bits / 2, draw));
  }
  const table = bits === 2048 ? primes1024 : bits === 4096 ? primes2048 : undefined;
  if (!table) return undefined;
  const first = draw(table.length);
  const second = (first + 1 + draw(table.length - 1)) % table.length;
  const prime = (index: number) => numberOf(base64ToBytes(table[index] as string));
  return rsaOf(prime(first), prime(second));
}

function search(bits: number, draw: (below: number) => number): bigint {
  const bytes = Uint8Array.from({ length: bits / 8 }, () => draw(256));
  bytes[0] = (bytes[0] as number) | 0xc0;
  let candidate = numberOf(bytes) | 1n;
  while (!isPrime(candidate) || (candidate - 1n) % E === 0n) candidate += 2n;
  return candidate;
}

function isPrime(n: bigint): boolean {
  const small = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
  if (small.some((each) => n % each === 0n)) return false;
  let odd = n - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos += 1;
  return small.slice(0, 8).every((base) => {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}
