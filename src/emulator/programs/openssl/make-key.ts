import type { Call, Sys } from '../../host/syscalls.ts';
import { curves, makeEc } from '../../x509/ec.ts';
import type { PrivateKey } from '../../x509/keys.ts';
import { makeRsa, rsaSizes } from '../../x509/rsa-keys.ts';

/** A row of draws of this process. */
function drawer(sys: Sys): (below: number) => number {
  let count = 0;
  return (below) => sys.chance.integer(`key/${sys.now}/${count++}`, below);
}

/** The stars and dots of a search for primes. */
function progress(sys: Sys): string {
  const dots = (name: string) =>
    Array.from({ length: 20 + sys.chance.integer(name, 200) }, (_, index) =>
      sys.chance.number(`${name}/${index}`) < 0.2 ? '+' : '.',
    ).join('');
  const line = (name: string) => {
    const found = '+'.repeat(65);
    return `${dots(`${name}a`)}${found}*${dots(`${name}b`)}${found}*${dots(`${name}c`)}${found}\n`;
  };
  return line('p') + line('q');
}

/**
 * A new key by its algorithm and options (`rsa_keygen_bits:2048`, `ec_paramgen_curve:P-256`);
 * undefined after a complaint.
 */
export function* makeKey(
  sys: Sys,
  algorithm: string,
  options: readonly string[],
  loud: boolean,
): Call<PrivateKey | undefined> {
  const set = new Map(options.map((each) => [each.split(':')[0], each.split(':')[1] ?? '']));
  if (algorithm === 'EC') {
    const curve = curveOf(set.get('ec_paramgen_curve') ?? '');
    if (curve) return makeEc(curve, drawer(sys));
    yield* sys.write(2, `openssl: curve ${set.get('ec_paramgen_curve')} is not modelled here\n`);
    return undefined;
  }
  if (algorithm !== 'RSA') {
    yield* sys.write(2, `openssl: keys of ${algorithm} are not modelled here\n`);
    return undefined;
  }
  const bits = Number(set.get('rsa_keygen_bits') ?? 2048);
  const key = makeRsa(bits, drawer(sys));
  if (!key) {
    const known = rsaSizes.join(', ');
    yield* sys.write(2, `openssl: RSA keys of ${bits} bits are not modelled here, but ${known}\n`);
    return undefined;
  }
  if (loud) yield* sys.write(2, progress(sys));
  return key;
}

/** A curve by OpenSSL's name or NIST's. */
export const curveOf = (name: string) =>
  curves.find((each) => [each.name, each.nist, `secp${each.bits}r1`].includes(name));
