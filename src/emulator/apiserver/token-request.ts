import { invalid, type FieldError } from '../apimachinery/field-error.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import {
  badRequestStatus,
  conflictStatus,
  invalidStatus,
  notFoundStatus,
  type Outcome,
} from '../apimachinery/status.ts';
import type { ResourceKind } from '../resources/kind.ts';
import { rfc3339, SECOND } from '../world/time.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { answer, refuse } from './responses.ts';
import type { Target } from './route.ts';
import type { Server } from './server.ts';
import { ISSUER, type Claims } from './tokens.ts';
import { objectData } from './write/body.ts';

const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;
/** What the kubelet asks for: the server makes it last, and warns after that time. */
const PROJECTED = HOUR + 7;

interface BoundObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}
interface TokenRequest extends ApiObject {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: BoundObject;
  };
}
interface PodLike extends ApiObject {
  readonly spec: { readonly nodeName?: string; readonly serviceAccountName?: string };
}

/** POST of a TokenRequest (`pkg/registry/core/serviceaccount/storage/token.go`). */
export function requestToken(server: Server, target: Target, request: ApiRequest): ApiResponse {
  const { kind, namespace = '', name = '' } = target;
  const data = objectData(request, kind);
  if (!data.ok) return refuse(data.status);
  const asked = (data.value ?? {}) as unknown as TokenRequest;
  const account = server.storage.get(kind, namespace, name);
  if (!account) return refuse(notFoundStatus(kind.names, name));
  const { audiences = [], expirationSeconds = HOUR, boundObjectRef } = asked.spec ?? {};
  const errors = lifetimeErrors(expirationSeconds);
  if (errors.length > 0) {
    const group = 'authentication.k8s.io';
    return refuse(
      invalidStatus({ group, kind: 'TokenRequest' }, asked.metadata?.name ?? '', errors),
    );
  }
  const bound = boundTo(server, namespace, name, boundObjectRef);
  if (!bound.ok) return refuse(bound.status);
  const aud = audiences.length > 0 ? audiences : [ISSUER];
  const now = Math.floor(server.world.clock.now / SECOND);
  const lasts = expirationSeconds === PROJECTED && aud.includes(ISSUER);
  const exp = now + (lasts ? YEAR : expirationSeconds);
  const draw = `jti/${namespace}/${name}/${server.world.clock.now}/${JSON.stringify(asked.spec)}`;
  const claims: Claims = {
    aud,
    exp,
    iat: now,
    iss: ISSUER,
    jti: server.world.chance.uuid(draw),
    'kubernetes.io': {
      namespace,
      ...bound.value,
      serviceaccount: { name, uid: account.metadata.uid },
      ...(lasts && { warnafter: now + PROJECTED }),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return answer(201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: rfc3339(server.world.clock.now) },
    spec: {
      audiences: aud,
      boundObjectRef: boundObjectRef ?? null,
      expirationSeconds,
    },
    status: {
      token: server.tokens.sign(claims),
      expirationTimestamp: rfc3339((now + expirationSeconds) * SECOND),
    },
  });
}

/** `ValidateTokenRequest`. */
function lifetimeErrors(seconds: number): FieldError[] {
  const path = 'spec.expirationSeconds';
  const errors: FieldError[] = [];
  if (seconds < 600) {
    errors.push(invalid(path, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > 2 ** 32) {
    errors.push(invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  return errors;
}

type Bound = Pick<Claims['kubernetes.io'], 'pod' | 'node' | 'secret'>;

/** What a token is bound to: a pod that runs as the account, a secret, a node. */
function boundTo(
  server: Server,
  namespace: string,
  account: string,
  ref: BoundObject | undefined,
): Outcome<Bound> {
  if (!ref) return { ok: true, value: {} };
  const plural = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }[ref.kind ?? ''];
  if (!plural) {
    const text = `cannot bind token for serviceaccount "${account}" to object of type`;
    return { ok: false, status: badRequestStatus(`${text} /v1, Kind=${ref.kind ?? ''}`) };
  }
  const kind = server.byResource.get(plural) as ResourceKind;
  const { name = '' } = ref;
  const found = server.storage.get(kind, plural === 'nodes' ? undefined : namespace, name);
  if (!found) return { ok: false, status: notFoundStatus(kind.names, name) };
  const { uid } = found.metadata;
  if (ref.uid && ref.uid !== uid) {
    const what = `the UID in the bound object reference (${ref.uid})`;
    const why = `${what} does not match the UID in record`;
    return { ok: false, status: conflictStatus(kind.names, name, why) };
  }
  if (plural === 'secrets') return { ok: true, value: { secret: { name, uid } } };
  if (plural === 'nodes') return { ok: true, value: { node: { name, uid } } };
  const { nodeName, serviceAccountName } = (found as PodLike).spec;
  if (serviceAccountName !== account) {
    const text = `cannot bind token for serviceaccount "${account}" to pod running with different`;
    return { ok: false, status: badRequestStatus(`${text} serviceaccount name.`) };
  }
  const nodes = server.byResource.get('nodes') as ResourceKind;
  const node = nodeName ? server.storage.get(nodes, undefined, nodeName) : undefined;
  return {
    ok: true,
    value: {
      ...(node && { node: { name: node.metadata.name, uid: node.metadata.uid } }),
      pod: { name, uid },
    },
  };
}
