import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificatePem, issue, isSignedBy, readCertificates } from './certificate.ts';
import { digests } from './digest.ts';
import { curves, makeEc } from './ec.ts';
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage } from './extensions.ts';
import { keyUsage, subjectAltName, subjectKeyIdentifier } from './extensions.ts';
import { keyIdOf, privatePem, readPrivate, type PrivateKey } from './keys.ts';
import { parseSubject, printName, type Name } from './names.ts';
import { hexOf, utf8Octets } from './octets.ts';
import { makeRsa } from './rsa-keys.ts';
import { verify } from './verify.ts';
import { fromCivil } from '../world/time.ts';

/** A made-up row of numbers that is the same each time. */
function drawer(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const now = fromCivil(2026, 11, 25, 9, 0, 0);
const day = 86_400_000_000;

function chainOf(ca: PrivateKey, leaf: PrivateKey) {
  const authority = parseSubject('/O=Lab/CN=Lab Root CA') as Name;
  const base = { notBefore: now, notAfter: now + 90 * day, issuer: authority };
  const root = issue(
    {
      ...base,
      serial: Uint8Array.of(1),
      subject: authority,
      key: ca,
      extensions: [
        subjectKeyIdentifier(keyIdOf(ca)),
        authorityKeyIdentifier(keyIdOf(ca)),
        basicConstraints(true),
        keyUsage(['keyCertSign', 'cRLSign']),
      ],
    },
    ca,
  );
  const own = issue(
    {
      ...base,
      serial: Uint8Array.of(0x90, 2),
      subject: parseSubject('/CN=shop.example.com') as Name,
      key: leaf,
      extensions: [
        subjectAltName([
          { type: 'DNS', text: 'shop.example.com' },
          { type: 'IP', text: '10.0.0.1' },
        ]),
        extendedKeyUsage(['serverAuth']),
        authorityKeyIdentifier(keyIdOf(ca)),
      ],
    },
    ca,
  );
  return readCertificates(certificatePem(own) + certificatePem(root));
}

describe('digests', () => {
  it('are those of Node', () => {
    for (const length of [0, 3, 55, 56, 64, 111, 112, 128, 1000]) {
      const message = Uint8Array.from({ length }, (_, index) => index * 7);
      for (const [name, digest] of Object.entries(digests)) {
        expect(hexOf(digest(message)), name).toBe(createHash(name).update(message).digest('hex'));
      }
    }
  });
});

describe('certificates', () => {
  const pairs: readonly (readonly [string, PrivateKey, PrivateKey])[] = [
    ['RSA', makeRsa(2048, drawer(1))!, makeRsa(2048, drawer(2))!],
    ['small RSA', makeRsa(1024, drawer(1))!, makeRsa(512, drawer(2))!],
    ['P-256', makeEc(curves[0]!, drawer(3)), makeEc(curves[0]!, drawer(4))],
    ['P-384', makeEc(curves[1]!, drawer(5)), makeRsa(4096, drawer(6))!],
  ];
  it.each(pairs)('of %s keys are believed by Node', (_, ca, leaf) => {
    const [own, root] = chainOf(ca, leaf).map(({ der }) => new X509Certificate(der));
    expect(own!.verify(root!.publicKey)).toBe(true);
    expect(own!.checkHost('shop.example.com')).toBe('shop.example.com');
    expect(own!.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(root!.ca).toBe(true);
    expect(own!.validFrom).toBe('Nov 25 09:00:00 2026 GMT');
    expect(readPrivate(privatePem(leaf))).toEqual(leaf);
  });

  it('are verified with the numbers of OpenSSL', () => {
    const ca = makeEc(curves[0]!, drawer(3));
    const [own, root] = chainOf(ca, makeEc(curves[0]!, drawer(4)));
    const codes = (...args: Parameters<typeof verify>) =>
      verify(...args).problems.map(({ depth, code }) => `${depth}:${code}`);
    expect(isSignedBy(own!, root!.key)).toBe(true);
    expect(codes(own!, { anchors: [root!], now, host: 'shop.example.com' })).toEqual([]);
    expect(codes(own!, { anchors: [], now })).toEqual(['0:20', '0:21']);
    expect(codes(own!, { anchors: [], others: [root!], now })).toEqual(['1:19']);
    expect(codes(root!, { anchors: [], now })).toEqual(['0:18']);
    expect(codes(own!, { anchors: [root!], now: now + 91 * day })).toEqual(['1:10', '0:10']);
    expect(codes(own!, { anchors: [root!], now, host: 'other' })).toEqual(['0:62']);
    expect(codes(own!, { anchors: [root!], now, purpose: 'client' })).toEqual(['0:26']);
    expect(printName(own!.issuer)).toBe('O = Lab, CN = Lab Root CA');
  });

  it('made elsewhere are read', () => {
    const text = execFileSync(
      'openssl',
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null'
        .concat(' -days 30 -subj /C=KR/O=Lab,Inc/CN=x')
        .split(' '),
      { encoding: 'utf8', stdio: 'pipe' },
    );
    const [made] = readCertificates(text);
    expect(printName(made!.subject)).toBe('C = KR, O = "Lab,Inc", CN = x');
    expect(isSignedBy(made!, made!.key)).toBe(true);
    expect(isSignedBy({ ...made!, body: utf8Octets('x') }, made!.key)).toBe(false);
  });
});
