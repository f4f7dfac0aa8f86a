import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bits,
  element,
  explicit,
  identifier,
  integer,
  octets,
  sequence,
  set,
  time,
  truth,
  utf8,
} from '../emulator/x509/der.ts';
import { ipv6Groups } from '../emulator/x509/ip-octets.ts';
import { pem } from '../emulator/x509/octets.ts';

/** A certificate and its key, as PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that lives as long as the door does. */
export interface Authority {
  readonly certificate: string;
  /** A certificate for a server by its names and addresses. */
  forServer(names: readonly string[]): Pair;
  /** A certificate for a client: its user and groups. */
  forClient(name: string, groups: readonly string[]): Pair;
}

const [COMMON_NAME, ORGANIZATION] = ['2.5.4.3', '2.5.4.10'];
const ECDSA_SHA256 = sequence(identifier('1.2.840.10045.4.3.2'));
const [SERVER, CLIENT] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
const DAY = 86_400_000;

/** Makes an authority of its own, as kubeadm does (`CN=kubernetes`). */
export function createAuthority(now = new Date()): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = nameOf('kubernetes', []);
  const issue = (
    name: Uint8Array,
    publicKey: KeyObject,
    extensions: readonly Uint8Array[],
    days: number,
  ): string => {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const period = [time((now.getTime() - DAY) * 1000), time((now.getTime() + days * DAY) * 1000)];
    const body = sequence(
      explicit(0, integer(Buffer.of(2))),
      integer(Buffer.of(1, ...randomBytes(15))),
      ECDSA_SHA256,
      subject,
      sequence(...period),
      name,
      spki,
      explicit(3, sequence(...extensions)),
    );
    const signature = sign('sha256', body, keys.privateKey);
    return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bits(signature)));
  };
  const own = keyId(keys.publicKey);
  const authorityKey = extension('2.5.29.35', sequence(element(0x80, own)));
  const make = (name: Uint8Array, usage: string, extra: readonly Uint8Array[]): Pair => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const extensions = [
      extension('2.5.29.15', element(0x03, Buffer.of(5, 0xa0)), true),
      extension('2.5.29.37', sequence(identifier(usage))),
      authorityKey,
      ...extra,
    ];
    return {
      certificate: issue(name, pair.publicKey, extensions, 365),
      key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    };
  };
  const forItself = [
    extension('2.5.29.15', element(0x03, Buffer.of(2, 0xa4)), true),
    extension('2.5.29.19', sequence(truth()), true),
    extension('2.5.29.14', octets(own)),
  ];
  return {
    certificate: issue(subject, keys.publicKey, forItself, 3_650),
    forServer: (names) =>
      make(nameOf('kube-apiserver', []), SERVER, [
        extension('2.5.29.17', sequence(...names.map(alternative))),
      ]),
    forClient: (name, groups) => make(nameOf(name, groups), CLIENT, []),
  };
}

function nameOf(common: string, organizations: readonly string[]): Uint8Array {
  const part = (type: string, text: string) => set(sequence(identifier(type), utf8(text)));
  return sequence(
    ...organizations.map((each) => part(ORGANIZATION, each)),
    part(COMMON_NAME, common),
  );
}

function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(identifier(id), ...(critical ? [truth()] : []), octets(value));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** A name or an address that a server answers to. */
function alternative(name: string): Uint8Array {
  switch (isIP(name)) {
    case 4:
      return element(0x87, Buffer.from(name.split('.').map(Number)));
    case 6:
      return element(
        0x87,
        Buffer.from(ipv6Groups(name).flatMap((each) => [each >> 8, each & 0xff])),
      );
    default:
      return element(0x82, Buffer.from(name));
  }
}
