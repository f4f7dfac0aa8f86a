import type { ApiObject } from '../apimachinery/object.ts';
import { bytesToBase64, decodeBase64 } from '../world/base64.ts';
import { SECOND } from '../world/time.ts';
import type { World } from '../world/world.ts';
import { accountGroups } from './authorization/impersonate.ts';
import type { User } from './request.ts';

/** Who issues tokens, and whom they are for unless something else is asked. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const KEY_ID = 'fTqQH1cEtN0iJ7gQbPWmKmUFkQvwRZ0FkNa7cQ2c0Vg';
const EXTRA = 'authentication.kubernetes.io';

interface Named {
  readonly name: string;
  readonly uid: string;
}

/** What a token says (`serviceaccount.Claims`). */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly node?: Named;
    readonly pod?: Named;
    readonly secret?: Named;
    readonly serviceaccount: Named;
    readonly warnafter?: number;
  };
  readonly nbf: number;
  readonly sub: string;
}

/** Issues and reads tokens of service accounts. */
export interface Tokens {
  sign(claims: Claims): string;
  /** The user of a token, and whom it is for; undefined for one that is not, or no longer, good. */
  read(token: string): { readonly user: User; readonly audiences: readonly string[] } | undefined;
}

/** A token that was read, and whom it stands for. */
interface Known {
  readonly claims: Claims;
  readonly user: User;
}

/** Tokens that have been read, so that each is taken apart once; so many are kept. */
const KEPT = 2_000;
/** Bytes of a signature of an RSA key of 2,048 bits. */
const SIGNATURE = 256;

/**
 * Tokens over a world's store: three parts of base64 as JWTs are. The third is drawn by lot from
 * the text before it, in place of a signature.
 */
export function createTokens(world: World): Tokens {
  const known = new Map<string, Known>();
  const seal = (text: string) => {
    const bytes = new Uint8Array(SIGNATURE);
    let state = world.chance.integer(`token/${text}`, 2 ** 31);
    for (let i = 0; i < SIGNATURE; i++) {
      // One draw is enough for all bytes: each follows from the one before (xorshift).
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state & 255;
    }
    return url(bytesToBase64(bytes));
  };
  const claimsOf = (token: string): Known | undefined => {
    const found = known.get(token);
    if (found) return found;
    const [head = '', body = '', signature = '', ...more] = token.split('.');
    if (signature === '' || more.length > 0 || seal(`${head}.${body}`) !== signature)
      return undefined;
    const claims = JSON.parse(decodeBase64(standard(body))) as Claims;
    if (known.size >= KEPT) known.clear();
    const made = { claims, user: userOf(claims) };
    known.set(token, made);
    return made;
  };
  return {
    sign(claims) {
      const head = encode({ alg: 'RS256', kid: KEY_ID });
      const text = `${head}.${encode(claims)}`;
      return `${text}.${seal(text)}`;
    },
    read(token) {
      const found = claimsOf(token);
      if (!found || found.claims.exp * SECOND <= world.clock.now) return undefined;
      if (!isGood(world, found.claims)) return undefined;
      return { user: found.user, audiences: found.claims.aud };
    },
  };
}

const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const standard = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');

function encode(value: unknown): string {
  return url(bytesToBase64(new TextEncoder().encode(JSON.stringify(value))));
}

/** The account, and what the token is bound to, must still be the same ones. */
function isGood(world: World, claims: Claims): boolean {
  const { namespace, serviceaccount, pod, secret } = claims['kubernetes.io'];
  const same = (resource: string, { name, uid }: Named) =>
    world.store.get<ApiObject>(`/registry/${resource}/${namespace}/${name}`)?.metadata.uid === uid;
  return (
    same('serviceaccounts', serviceaccount) &&
    (!pod || same('pods', pod)) &&
    (!secret || same('secrets', secret))
  );
}

function userOf(claims: Claims): User {
  const { namespace, serviceaccount, pod, node } = claims['kubernetes.io'];
  return {
    name: claims.sub,
    uid: serviceaccount.uid,
    groups: [...accountGroups(namespace), 'system:authenticated'],
    extra: {
      [`${EXTRA}/credential-id`]: [`JTI=${claims.jti}`],
      ...(node && { [`${EXTRA}/node-name`]: [node.name], [`${EXTRA}/node-uid`]: [node.uid] }),
      ...(pod && { [`${EXTRA}/pod-name`]: [pod.name], [`${EXTRA}/pod-uid`]: [pod.uid] }),
    },
  };
}
