import { badRequestStatus, expiredStatus, type Outcome } from '../apimachinery/status.ts';
import { decodeBase64, encodeBase64 } from '../world/base64.ts';

/**
 * Where a list in chunks goes on (apiserver `storage/continue.go`): after which key, and as of
 * which revision. Revision -1 means the state of now, for who has accepted an inconsistent list.
 */
export interface ContinueToken {
  readonly revision: number;
  /** `namespace/name` or `name`: the last one that was sent. */
  readonly after: string;
}

/** The token as clients carry it: JSON in unpadded, URL-safe base64. */
export function encodeContinue({ revision, after }: ContinueToken): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\u0000` });
  return encodeBase64(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Reads a token that a client sent back; refuses what no server made. */
export function decodeContinue(token: string): Outcome<ContinueToken> {
  const bad = (why: string): Outcome<ContinueToken> => ({
    ok: false,
    status: badRequestStatus(`continue key is not valid: ${why}`),
  });
  const text = decodeBase64(token.replaceAll('-', '+').replaceAll('_', '/'));
  const found = /^\{"v":"([^"]*)","rv":(-?\d+),"start":"([^"]*)\\u0000"\}$/.exec(text);
  if (!found) return bad('illegal base64 data or encoding');
  const [, version, revision, after = ''] = found;
  if (version !== 'meta.k8s.io/v1') {
    return bad(`server does not recognize this encoded version "${version}"`);
  }
  return { ok: true, value: { revision: Number(revision), after } };
}

/** 410 of a token whose revision is forgotten, with one that goes on regardless. */
export function tokenExpired({ after }: ContinueToken) {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can ' +
    'start a new list without the continue parameter, or use the continue token in this response ' +
    'to retrieve the remainder of the results. Continuing with the provided token results in an ' +
    'inconsistent list - objects that were created, modified, or deleted between the time the ' +
    'first chunk was returned and now may show up in the list.';
  const metadata = { continue: encodeContinue({ revision: -1, after }) };
  return { ...expiredStatus(message), metadata };
}
