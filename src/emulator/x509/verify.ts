import type { Micros } from '../world/json.ts';
import { extensionOf, isSignedBy, sameCertificate, type Certificate } from './certificate.ts';
import { hexOf } from './octets.ts';
import { readAuthorityKey, readConstraints, readKeyUsage, readPurposes } from './extensions.ts';
import { elements } from './der.ts';
import { nameFor } from './hostname.ts';
import { isAddress } from './ip-octets.ts';
import { sameName } from './names.ts';

/** Verification results by OpenSSL's numbers. */
export const verifyTexts: Readonly<Record<number, string>> = {
  0: 'ok',
  2: 'unable to get issuer certificate',
  7: 'certificate signature failure',
  9: 'certificate is not yet valid',
  10: 'certificate has expired',
  18: 'self-signed certificate',
  19: 'self-signed certificate in certificate chain',
  20: 'unable to get local issuer certificate',
  21: 'unable to verify the first certificate',
  22: 'certificate chain too long',
  24: 'invalid CA certificate',
  25: 'path length constraint exceeded',
  26: 'unsuitable certificate purpose',
  62: 'hostname mismatch',
  64: 'IP address mismatch',
  79: 'invalid CA certificate',
};

/** One thing that was looked at, at a place in the chain (0 is the certificate itself). */
export interface Step {
  readonly depth: number;
  /** What is wrong; 0 where nothing is. */
  readonly code: number;
}

/** What there is to verify with. */
export interface Trust {
  /** Whose signatures are believed. */
  readonly anchors: readonly Certificate[];
  readonly now: Micros;
  /** What the other side sent beside its own certificate. */
  readonly others?: readonly Certificate[];
  readonly host?: string;
  readonly purpose?: 'server' | 'client';
  /** Any trusted certificate ends the chain (`-partial_chain`; what Go does with roots). */
  readonly partial?: boolean;
}

/** The chain as far as it was found, and all steps in the order in which OpenSSL goes. */
export interface Verdict {
  readonly chain: readonly Certificate[];
  readonly trusted: boolean;
  readonly steps: readonly Step[];
  /** The steps at which something is wrong. */
  readonly problems: readonly Step[];
}

const LONGEST = 10;

const isSelfIssued = ({ subject, issuer }: Certificate): boolean => sameName(subject, issuer);

/** Whether one certificate can be the issuer of another, by names and key identifiers. */
function issues(issuer: Certificate, subject: Certificate): boolean {
  if (!sameName(issuer.subject, subject.issuer)) return false;
  const wanted = extensionOf(subject, 'authorityKeyIdentifier');
  const own = extensionOf(issuer, 'subjectKeyIdentifier');
  const id = wanted && readAuthorityKey(wanted);
  const content = own && elements(own)?.[0]?.content;
  if (id === undefined || !content) return true;
  return id === hexOf(content);
}

/** Builds a chain (X509_verify_cert's build_chain: trusted issuers first). */
function build(leaf: Certificate, { anchors, others = [], partial }: Trust) {
  const chain = [leaf];
  for (;;) {
    const last = chain.at(-1) as Certificate;
    const known = anchors.some((each) => sameCertificate(each, last));
    if (known && (isSelfIssued(last) || partial)) return { chain, trusted: true };
    if (chain.length >= LONGEST) return { chain, trusted: false };
    if (isSelfIssued(last) && issues(last, last)) return { chain, trusted: false };
    const next =
      anchors.find((each) => issues(each, last)) ?? others.find((each) => issues(each, last));
    if (!next || chain.some((each) => sameCertificate(each, next))) {
      return { chain, trusted: false };
    }
    chain.push(next);
  }
}

/** Verifies a certificate as OpenSSL does, going on after each problem. */
export function verify(leaf: Certificate, trust: Trust): Verdict {
  const { chain, trusted } = build(leaf, trust);
  const steps: Step[] = [];
  const last = chain.length - 1;
  const top = chain[last] as Certificate;
  if (!trusted) {
    const own = isSelfIssued(top);
    const code = own ? (last === 0 ? 18 : 19) : last > 0 && anchored(top, trust) ? 2 : 20;
    steps.push({ depth: last, code });
  }
  steps.push(...unfit(chain, trust));
  const { host } = trust;
  if (host !== undefined && !nameFor(leaf, host)) {
    steps.push({ depth: 0, code: isAddress(host) ? 64 : 62 });
  }
  steps.push(...signatures(chain, trust, trusted));
  return { chain, trusted, steps, problems: steps.filter(({ code }) => code !== 0) };
}

const anchored = (certificate: Certificate, { anchors }: Trust): boolean =>
  anchors.some((each) => sameCertificate(each, certificate));

/** Certificates that may not be where they stand in the chain. */
function unfit(chain: readonly Certificate[], { purpose }: Trust): readonly Step[] {
  return chain.flatMap((each, depth): Step[] => {
    if (depth > 0) {
      const value = extensionOf(each, 'basicConstraints');
      const { ca, length } = value ? readConstraints(value) : { ca: each.version === 1 };
      const usage = extensionOf(each, 'keyUsage');
      const signs = !usage || readKeyUsage(usage).includes('keyCertSign');
      if (!ca || !signs) return [{ depth, code: 79 }];
      return length !== undefined && depth - 1 > length ? [{ depth, code: 25 }] : [];
    }
    const value = extensionOf(each, 'extendedKeyUsage');
    if (!purpose || !value) return [];
    const wanted = purpose === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2';
    const good = readPurposes(value).some((id) => id === wanted || id === '2.5.29.37.0');
    return good ? [] : [{ depth, code: 26 }];
  });
}

/** Signatures and dates, from the top down (internal_verify). */
function signatures(
  chain: readonly Certificate[],
  { now }: Trust,
  trusted: boolean,
): readonly Step[] {
  const steps: Step[] = [];
  const alone = chain.length === 1 && !trusted && !isSelfIssued(chain[0] as Certificate);
  if (alone) steps.push({ depth: 0, code: 21 });
  for (let depth = chain.length - 1; depth >= 0; depth--) {
    const each = chain[depth] as Certificate;
    const issuer = chain[depth + 1];
    if (issuer && !isSignedBy(each, issuer.key)) steps.push({ depth, code: 7 });
    if (now < each.notBefore) steps.push({ depth, code: 9 });
    if (now > each.notAfter) steps.push({ depth, code: 10 });
    steps.push({ depth, code: 0 });
  }
  return steps;
}
