import { algorithmFor, signed, type SignatureAlgorithm } from './certificate.ts';
import { element, elements, identifierOf, inside, sequence, set } from './der.ts';
import { identifier, explicit } from './der.ts';
import type { DigestName } from './digest.ts';
import { extensionOctets, readExtensions, type Extension } from './extensions.ts';
import { checkWith, publicOf, spkiOf, type PrivateKey, type PublicKey } from './keys.ts';
import { nameOctets, readName, type Name } from './names.ts';
import { pemBlocks, type Octets } from './octets.ts';

/** A request for a certificate (PKCS #10). */
export interface Request {
  readonly der: Octets;
  readonly subject: Name;
  readonly key: PublicKey | undefined;
  readonly extensions: readonly Extension[];
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly signature: Octets;
  /** Whether its own key signed it. */
  readonly good: boolean;
}

const EXTENSIONS = '1.2.840.113549.1.9.14';

/** Makes a request and signs it. */
export function makeRequest(
  subject: Name,
  key: PrivateKey,
  extensions: readonly Extension[],
  digest: DigestName,
): Octets {
  const wanted = sequence(
    identifier(EXTENSIONS),
    set(sequence(...extensions.map(extensionOctets))),
  );
  const body = sequence(
    element(0x02, Uint8Array.of(0)),
    nameOctets(subject),
    spkiOf(key),
    explicit(0, ...(extensions.length > 0 ? [wanted] : [])),
  );
  const algorithm = algorithmFor(key.type, digest) as SignatureAlgorithm;
  return signed(body, algorithm, key);
}

/** The request in a PEM text. */
export function readRequest(text: string): Request | undefined {
  const labels = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];
  const block = pemBlocks(text).find(({ label }) => labels.includes(label));
  const [body, algorithmPart, signaturePart] = inside(block && elements(block.der)?.[0]);
  const [, subject, spki, attributes] = inside(body);
  if (!block || !body || !spki || !signaturePart) return undefined;
  const id = identifierOf(inside(algorithmPart)[0]);
  const all = (['sha256', 'sha384', 'sha512', 'sha1'] as const).flatMap((digest) =>
    (['rsa', 'ec'] as const).map((type) => algorithmFor(type, digest)),
  );
  const algorithm = all.find((each) => each?.id === id);
  const key = publicOf(spki);
  const signature = signaturePart.content.subarray(1);
  const attribute = inside(attributes).find((each) => identifierOf(inside(each)[0]) === EXTENSIONS);
  const list = inside(inside(attribute)[1])[0];
  const good =
    key !== undefined &&
    algorithm !== undefined &&
    checkWith(key, body.whole, signature, algorithm.digest);
  return {
    der: block.der,
    subject: readName(subject),
    key,
    extensions: readExtensions(list),
    algorithm,
    signature,
    good,
  };
}
