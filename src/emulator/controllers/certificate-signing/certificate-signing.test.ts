import { expect, it } from 'vitest';
import { altNamesOf, commonNameOf, isSignedBy, readCertificates } from '../../x509/certificate.ts';
import { subjectAltName } from '../../x509/extensions.ts';
import { makeEc, curves, type Curve } from '../../x509/ec.ts';
import { caCertificate } from '../../x509/kubernetes-keys.ts';
import { pem } from '../../x509/octets.ts';
import { makeRequest, readRequest, type Request } from '../../x509/request.ts';
import { certificateFor } from './issue.ts';
import { usageError } from './signers.ts';

const DAY = 86_400_000_000;
const key = makeEc(curves[0] as Curve, (below) => Math.floor(below / 3));

function request(common: string, group: string, dns?: string): Request {
  const subject = [
    { type: 'CN', text: common },
    { type: 'O', text: group },
  ];
  const names = dns ? [subjectAltName([{ type: 'DNS', text: dns }])] : [];
  const text = pem('CERTIFICATE REQUEST', makeRequest(subject, key, names, 'sha256'));
  return readRequest(text) as Request;
}

it('signs what was asked for, for as long as was asked', () => {
  const asked = request('ann', 'devs');
  const now = Date.UTC(2026, 10, 1) * 1000;
  const serial = Uint8Array.of(1, 2, 3);
  const usages = ['client auth', 'digital signature'];
  const text = certificateFor(asked, key, { usages, now, serial, seconds: 86_400 });
  const [made] = readCertificates(text);
  const [authority] = readCertificates(caCertificate);
  expect(made && commonNameOf(made)).toBe('ann');
  expect(made && authority && isSignedBy(made, authority.key)).toBe(true);
  expect((made?.notAfter ?? 0) - (made?.notBefore ?? 0)).toBe(DAY);
});

it('keeps names that a server is asked for', () => {
  const asked = request('system:node:n', 'system:nodes', 'n.example');
  const usages = ['server auth', 'digital signature'];
  expect(usageError('kubernetes.io/kubelet-serving', asked, usages)).toBeUndefined();
  const text = certificateFor(asked, key, { usages, now: DAY * 20_000, serial: Uint8Array.of(9) });
  const [made] = readCertificates(text);
  expect(made && altNamesOf(made)).toEqual([{ type: 'DNS', text: 'n.example' }]);
});

it('refuses what does not fit its signer', () => {
  const asked = request('ann', 'devs');
  const client = 'kubernetes.io/kube-apiserver-client';
  expect(usageError(client, asked, ['server auth'])).toBe(
    'invalid usage for client certificate: server auth',
  );
  expect(usageError(client, asked, ['digital signature'])).toBe(
    'missing required usage for client certificate: client auth',
  );
  expect(usageError(`${client}-kubelet`, asked, ['client auth'])).toBe(
    'subject organization is not system:nodes',
  );
  expect(usageError('example.com/own', asked, ['client auth'])).toBe('foreign');
});
