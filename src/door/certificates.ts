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
} from './der.ts';

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
    name: Buffer,
    publicKey: KeyObject,
    extensions: readonly Buffer[],
    days: number,
  ): string => {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const period = [
      time(new Date(now.getTime() - DAY)),
      time(new Date(now.getTime() + days * DAY)),
    ];
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
  const make = (name: Buffer, usage: string, extra: readonly Buffer[]): Pair => {
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

function nameOf(common: string, organizations: readonly string[]): Buffer {
  const part = (type: string, text: string) => set(sequence(identifier(type), utf8(text)));
  return sequence(
    ...organizations.map((each) => part(ORGANIZATION, each)),
    part(COMMON_NAME, common),
  );
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(identifier(id), ...(critical ? [truth()] : []), octets(value));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** A name or an address that a server answers to. */
function alternative(name: string): Buffer {
  switch (isIP(name)) {
    case 4:
      return element(0x87, Buffer.from(name.split('.').map(Number)));
    case 6:
      return element(0x87, addressBytes(name));
    default:
      return element(0x82, Buffer.from(name));
  }
}

function addressBytes(address: string): Buffer {
  const [before = '', after] = address.split('::');
  const groups = (text: string) => text.split(':').filter((each) => each !== '');
  const [left, right] = [groups(before), groups(after ?? '')];
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const all = [...left, ...middle, ...right].map((each) => Number.parseInt(each, 16));
  return Buffer.from(all.flatMap((each) => [each >> 8, each & 0xff]));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
