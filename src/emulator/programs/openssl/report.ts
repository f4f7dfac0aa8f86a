import type { Call, Sys } from '../../host/syscalls.ts';
import type { TlsFailure, TlsSession } from '../../host/tls/client.ts';
import { suites } from '../../host/tls/suites.ts';
import { SECOND } from '../../world/time.ts';
import { certificatePem, type Certificate } from '../../x509/certificate.ts';
import { bitsOf } from '../../x509/keys.ts';
import { printName } from '../../x509/names.ts';
import { hexOf, type Octets } from '../../x509/octets.ts';
import { verifyTexts } from '../../x509/verify.ts';
import { digests } from '../../x509/digest.ts';
import { dateText, nameLine, styleOf } from './names.ts';
import type { Line } from './options.ts';

/** How verification ended. */
export interface Verified {
  code: number;
  name: string | undefined;
}

const verdictLine = ({ code, name }: Verified): string =>
  code === 0
    ? `Verification: OK\n${name === undefined ? '' : `Verified peername: ${name}\n`}`
    : `Verification error: ${verifyTexts[code] ?? ''}\n`;

const isElliptic = (certificate: Certificate | undefined): boolean =>
  certificate?.key?.type === 'ec';
const signatureOf = (certificate: Certificate | undefined): string =>
  isElliptic(certificate) ? 'ECDSA' : 'RSA-PSS';
const temporaryKey = 'Server Temp Key: X25519, 253 bits\n';

/** What `-brief` tells, on standard error. */
export function* brief(sys: Sys, made: TlsSession, verified: Verified): Call<void> {
  const [leaf] = made.chain;
  const formats = 'uncompressed:ansiX962_compressed_prime:ansiX962_compressed_char2';
  yield* sys.write(
    2,
    'CONNECTION ESTABLISHED\n' +
      `Protocol version: ${made.version}\nCiphersuite: ${suites[made.suite]}\n` +
      (leaf ? `Peer certificate: ${printName(leaf.subject)}\n` : '') +
      `Hash used: SHA256\nSignature type: ${signatureOf(leaf)}\n` +
      verdictLine(verified) +
      (made.version === 'TLSv1.2' ? `Supported Elliptic Curve Point Formats: ${formats}\n` : '') +
      temporaryKey,
  );
}

/** All that is told of a connection (print_stuff of s_client.c). */
export function* report(line: Line, made: TlsSession | TlsFailure, verified: Verified): Call<void> {
  const { sys } = line;
  const { chain = [], version = 'TLSv1.3', suite } = made;
  const failed = 'failed' in made;
  const leaf = failed ? undefined : chain[0];
  const name = suite === undefined ? '(NONE)' : (suites[suite] ?? '(NONE)');
  const alpn = failed ? undefined : made.alpn;
  const asked = !failed && made.asked;
  const parts = [
    chain.length > 0 ? `---\nCertificate chain\n${chainText(line, chain)}` : '',
    '---\n',
    leaf ? serverText(line, leaf) : 'no peer certificate available\n',
    asked
      ? '---\nAcceptable client certificate CA names\n'
      : '---\nNo client certificate CA names sent\n',
    leaf ? `Peer signing digest: SHA256\nPeer signature type: ${signatureOf(leaf)}\n` : '',
    suite === undefined ? '' : temporaryKey,
    `---\nSSL handshake has read ${made.read} bytes and written ${made.written} bytes\n`,
    verdictLine(verified),
    `---\nNew, ${suite === undefined ? '(NONE)' : version}, Cipher is ${name}\n`,
    leaf?.key ? `Server public key is ${bitsOf(leaf.key)} bit\n` : '',
    `Secure Renegotiation IS${version === 'TLSv1.2' && leaf ? '' : ' NOT'} supported\n`,
    'Compression: NONE\nExpansion: NONE\n',
    alpn === undefined ? 'No ALPN negotiated\n' : `ALPN protocol: ${alpn}\n`,
    version === 'TLSv1.2' && !failed
      ? sessionText(sys, made, made.tickets.at(-1), verified, 0)
      : `Early data was not sent\n${resultLine(verified)}`,
    '---\n',
  ];
  yield* sys.write(1, parts.join(''));
}

const resultLine = ({ code }: Verified): string =>
  `Verify return code: ${code} (${verifyTexts[code] ?? ''})\n`;

function chainText(line: Line, chain: readonly Certificate[]): string {
  return chain
    .map((each, index) => {
      const { key, algorithm } = each;
      const kind = key?.type === 'ec' ? 'id-ecPublicKey' : 'rsaEncryption';
      const bits = key ? bitsOf(key) : 0;
      const style = styleOf(line.value('nameopt'));
      return (
        `${String(index).padStart(2)} s:${printName(each.subject, style)}\n` +
        `   i:${printName(each.issuer, style)}\n` +
        `   a:PKEY: ${kind}, ${bits} (bit); sigalg: ${algorithm?.short ?? 'NULL'}\n` +
        `   v:NotBefore: ${dateText(each.notBefore)}; NotAfter: ${dateText(each.notAfter)}\n` +
        (line.has('showcerts') ? certificatePem(each.der) : '')
      );
    })
    .join('');
}

function serverText(line: Line, leaf: Certificate): string {
  const style = styleOf(line.value('nameopt'));
  return (
    'Server certificate\n' +
    (line.has('showcerts') ? '' : certificatePem(leaf.der)) +
    nameLine('subject', leaf.subject, style) +
    nameLine('issuer', leaf.issuer, style)
  );
}

/** A session as SSL_SESSION_print writes it; `number` counts the tickets of TLS 1.3. */
export function sessionText(
  sys: Sys,
  made: TlsSession,
  ticket: Octets | undefined,
  verified: Verified,
  number: number,
): string {
  const modern = made.version === 'TLSv1.3';
  const secret = sys.chance.hex(`session/${number}`, 96).toUpperCase();
  const id = ticket ? digests.sha256(ticket) : made.sessionId;
  const body = ticket && ticketOf(ticket, modern);
  return (
    'SSL-Session:\n' +
    `    Protocol  : ${made.version}\n    Cipher    : ${suites[made.suite]}\n` +
    `    Session-ID: ${hexOf(id).toUpperCase()}\n    Session-ID-ctx: \n` +
    `    ${modern ? 'Resumption PSK' : 'Master-Key'}: ${secret}\n` +
    '    PSK identity: None\n    PSK identity hint: None\n    SRP username: None\n' +
    (body
      ? '    TLS session ticket lifetime hint: 300 (seconds)\n    TLS session ticket:\n' +
        `${dump(body)}\n`
      : '') +
    `    Start Time: ${Math.floor(sys.now / SECOND)}\n    Timeout   : 7200 (sec)\n` +
    `    ${resultLine(verified)}    Extended master secret: ${modern ? 'no' : 'yes'}\n` +
    (modern ? '    Max Early Data: 0\n' : '')
  );
}

/** The ticket inside its message: behind the lifetime, and in TLS 1.3 an age and a nonce. */
function ticketOf(message: Octets, modern: boolean): Octets {
  const start = modern ? 4 + 4 + 4 + 1 + (message[12] ?? 0) : 4 + 4;
  const length = (message[start] ?? 0) * 256 + (message[start + 1] ?? 0);
  return message.slice(start + 2, start + 2 + length);
}

/** Bytes in rows of sixteen, with their letters (BIO_dump_indent). */
function dump(bytes: Octets): string {
  const rows = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, index) => index * 16);
  return rows
    .map((at) => {
      const row = [...bytes.slice(at, at + 16)];
      const digits = row
        .map((byte, index) => hexOf(Uint8Array.of(byte)) + (index === 7 ? '-' : ' '))
        .join('')
        .padEnd(48);
      const letters = row
        .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
        .join('');
      return `    ${at.toString(16).padStart(4, '0')} - ${digits}  ${letters}\n`;
    })
    .join('');
}
