import { certificatePem, issue, readCertificates, type Certificate } from './certificate.ts';
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage } from './extensions.ts';
import { keyUsage, subjectAltName } from './extensions.ts';
import { isAddress } from './ip-octets.ts';
import { keyIdOf, readPrivate, type PrivateKey } from './keys.ts';
import { apiServerKey, caCertificate, caKey } from './kubernetes-keys.ts';
import { octetsOfHex } from './octets.ts';
import type { Micros } from '../world/json.ts';

const MINUTE = 60_000_000;
const YEAR = 365 * 24 * 60 * MINUTE;

/**
 * The files of /etc/kubernetes/pki that the API server's door needs, as kubeadm makes them (its
 * `certs` package): the authority, and the server's own for its names and addresses.
 */
export function kubeadmFiles(
  names: readonly string[],
  now: Micros,
  serial: string,
): Readonly<Record<string, string>> {
  const authority = readCertificates(caCertificate)[0] as Certificate;
  const signer = readPrivate(caKey) as PrivateKey;
  const key = readPrivate(apiServerKey) as PrivateKey;
  const start = now - (now % 1_000_000);
  const der = issue(
    {
      serial: octetsOfHex(serial),
      subject: [{ type: 'CN', text: 'kube-apiserver' }],
      issuer: authority.subject,
      notBefore: start - 5 * MINUTE,
      notAfter: start + YEAR,
      key,
      extensions: [
        keyUsage(['digitalSignature', 'keyEncipherment']),
        extendedKeyUsage(['serverAuth']),
        basicConstraints(false),
        authorityKeyIdentifier(keyIdOf(signer)),
        subjectAltName(names.map((text) => ({ type: isAddress(text) ? 'IP' : 'DNS', text }))),
      ],
    },
    signer,
  );
  return {
    'apiserver.crt': certificatePem(der),
    'apiserver.key': apiServerKey,
    'ca.crt': caCertificate,
    'ca.key': caKey,
  };
}
