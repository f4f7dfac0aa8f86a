// Certificates of the recorded cluster's servers, with the fields that the records show.
import { certificatePem, issue } from '../../../src/emulator/x509/certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
  type Extension,
} from '../../../src/emulator/x509/extensions.ts';
import { keyIdOf, privatePem, type PrivateKey } from '../../../src/emulator/x509/keys.ts';
import { isAddress } from '../../../src/emulator/x509/ip-octets.ts';
import { parseSubject, type Name } from '../../../src/emulator/x509/names.ts';
import { makeRsa } from '../../../src/emulator/x509/rsa-keys.ts';

const DAY = 86_400_000_000;

interface Signer {
  readonly name: Name;
  readonly key: PrivateKey;
}

const keyOf = (number: number): PrivateKey =>
  makeRsa(2048, (below) => number % below) as PrivateKey;
const nameOf = (subject: string): Name => parseSubject(subject) as Name;

function make(
  { name, key }: Signer,
  number: number,
  start: number,
  days: number,
  extensions: readonly Extension[],
  signer?: Signer,
): string {
  const serial = Uint8Array.from({ length: 20 }, (_, index) => 64 + number + index);
  const issuer = (signer ?? { name }).name;
  const period = { notBefore: start, notAfter: start + days * DAY };
  const wish = { serial, subject: name, issuer, key, extensions, ...period };
  return certificatePem(issue(wish, (signer ?? { key }).key));
}

const names = (...all: readonly string[]) =>
  subjectAltName(all.map((text) => ({ type: isAddress(text) ? 'IP' : 'DNS', text })));

/** PEM texts by the names of their files. */
export function certificatesAt(start: number): { readonly [file: string]: string } {
  const authority = (subject: string, number: number) => {
    const signer = { name: nameOf(subject), key: keyOf(number) };
    const ids = [
      subjectKeyIdentifier(keyIdOf(signer.key)),
      authorityKeyIdentifier(keyIdOf(signer.key)),
    ];
    return {
      signer,
      ids,
      pem: make(signer, number, start, 3650, [...ids, basicConstraints(true)]),
    };
  };
  const server = (
    number: number,
    subject: string,
    by: Signer,
    days: number,
    extensions: readonly Extension[],
  ) => {
    const own = { name: nameOf(subject), key: keyOf(number) };
    const ids = [subjectKeyIdentifier(keyIdOf(own.key)), authorityKeyIdentifier(keyIdOf(by.key))];
    return [
      make(own, number, start, days, [...extensions, ...ids], by),
      privatePem(own.key),
    ] as const;
  };
  const forServers = extendedKeyUsage(['serverAuth']);
  const outside = authority('/O=Lab/CN=Lab Root CA', 1);
  const ingress = authority('/O=Lab/CN=Lab Root CA', 2);
  const cluster = authority('/CN=kubernetes', 3).signer;
  const fake = authority('/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate', 4);
  const own = [...fake.ids, basicConstraints(true), names('ingress.local')];
  const [shop, shopKey] = server(5, '/CN=shop.example.com', ingress.signer, 90, [
    names('shop.example.com'),
    forServers,
  ]);
  const [real, realKey] = server(6, '/CN=real.example.com', outside.signer, 90, [
    names('real.example.com'),
    forServers,
  ]);
  const service = ['', '.default', '.default.svc', '.default.svc.cluster.local'];
  const [api, apiKey] = server(7, '/CN=kube-apiserver', cluster, 365, [
    names(
      'control-plane',
      ...service.map((rest) => `kubernetes${rest}`),
      '10.96.0.1',
      '192.168.56.11',
    ),
    keyUsage(['digitalSignature', 'keyEncipherment']),
    forServers,
  ]);
  return {
    'ca.crt': outside.pem,
    'ingca.crt': ingress.pem,
    'own.crt': make(fake.signer, 4, start, 365, own),
    'own.key': privatePem(fake.signer.key),
    'shop.crt': shop,
    'shop.key': shopKey,
    'real.crt': real,
    'real.key': realKey,
    'api.crt': api,
    'api.key': apiKey,
  };
}
