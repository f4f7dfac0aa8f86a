import type { Micros } from '../../world/json.ts';
import {
  certificatePem,
  issue,
  readCertificates,
  type Certificate,
} from '../../x509/certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  extensionIds,
  keyUsage,
} from '../../x509/extensions.ts';
import { keyIdOf, readPrivate, type PrivateKey, type PublicKey } from '../../x509/keys.ts';
import { caCertificate, caKey } from '../../x509/kubernetes-keys.ts';
import type { Octets } from '../../x509/octets.ts';
import type { Request } from '../../x509/request.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** `--cluster-signing-duration`. */
const YEAR = 365 * 24 * HOUR;
/** Certificates begin so long ago, because clocks differ; short ones lose nothing by it. */
const BACKDATE = 5 * MINUTE;
const SHORT = 8 * HOUR;
const LEAST = 10 * MINUTE;

const bits: Readonly<Record<string, string>> = {
  signing: 'digitalSignature',
  'digital signature': 'digitalSignature',
  'content commitment': 'nonRepudiation',
  'key encipherment': 'keyEncipherment',
  'key agreement': 'keyAgreement',
  'data encipherment': 'dataEncipherment',
  'cert sign': 'keyCertSign',
  'crl sign': 'cRLSign',
  'encipher only': 'encipherOnly',
  'decipher only': 'decipherOnly',
};
const purposes: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': 'serverAuth',
  'client auth': 'clientAuth',
  'code signing': 'codeSigning',
  'email protection': 'emailProtection',
  's/mime': 'emailProtection',
  timestamping: 'timeStamping',
  'ocsp signing': 'OCSPSigning',
};

/** What is asked for beside the request itself. */
export interface Terms {
  readonly usages: readonly string[];
  readonly now: Micros;
  readonly serial: Octets;
  /** How long it is to hold, if the asker has said so. */
  readonly seconds?: number;
}

/** The certificate in PEM, signed by the cluster's own (`authority.PermissiveSigningPolicy`). */
export function certificateFor(request: Request, key: PublicKey, terms: Terms): string {
  const authority = readCertificates(caCertificate)[0] as Certificate;
  const signer = readPrivate(caKey) as PrivateKey;
  const { usages, serial } = terms;
  const now = terms.now - (terms.now % SECOND);
  const asked = terms.seconds === undefined ? YEAR : terms.seconds * SECOND;
  const length = Math.max(LEAST, Math.min(asked, YEAR));
  const notBefore = now - BACKDATE;
  const notAfter = (length < SHORT ? now : notBefore) + length;
  const names = request.extensions.filter(({ id }) => id === extensionIds.subjectAltName);
  const words = (table: Readonly<Record<string, string>>) => [
    ...new Set(usages.flatMap((usage) => table[usage] ?? [])),
  ];
  const extended = words(purposes);
  const der = issue(
    {
      serial,
      subject: request.subject,
      issuer: authority.subject,
      notBefore,
      notAfter: Math.min(notAfter, authority.notAfter),
      key,
      extensions: [
        keyUsage(words(bits)),
        ...(extended.length > 0 ? [extendedKeyUsage(extended)] : []),
        basicConstraints(false),
        authorityKeyIdentifier(keyIdOf(signer)),
        ...names.map((each) => ({ ...each, critical: false })),
      ],
    },
    signer,
  );
  return certificatePem(der);
}
