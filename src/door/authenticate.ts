import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import type { User } from '../emulator/apiserver/request.ts';
import { admin } from '../emulator/cluster/boot.ts';
import type { Cluster } from '../emulator/cluster/api.ts';
import { offeredProtocols } from './websocket.ts';

/** Who is let in. */
export interface Admission {
  readonly cluster: Cluster;
  /** A token that stands for the administrator. */
  readonly token: string;
  /** Whether one without a certificate and a token is `system:anonymous`, and not refused. */
  readonly anonymous: boolean;
  /** Whether one without either is the administrator (`--no-auth`). */
  readonly open: boolean;
}

const BEARER_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/** Tells who asks: by certificate, by bearer token (also as browsers' WebSockets send it). */
export function authenticator(
  admission: Admission,
): (incoming: IncomingMessage) => User | undefined {
  const { cluster, token: own, anonymous, open } = admission;
  return (incoming) => {
    const token = tokenOf(incoming);
    if (token !== undefined) {
      if (isEqual(token, own)) return admin;
      return ofToken(cluster, token);
    }
    const named = ofCertificate(incoming);
    if (named) return named;
    if (open) return admin;
    if (!anonymous) return undefined;
    return { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  };
}

function tokenOf(incoming: IncomingMessage): string | undefined {
  const [, token] = /^bearer +(\S+)$/i.exec(incoming.headers.authorization ?? '') ?? [];
  if (token !== undefined) return token;
  const offered = offeredProtocols(incoming).find((each) => each.startsWith(BEARER_PROTOCOL));
  return offered && Buffer.from(offered.slice(BEARER_PROTOCOL.length), 'base64url').toString();
}

function isEqual(given: string, own: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(own)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The account of a token that the cluster has given out; undefined for any other text. */
function ofToken(cluster: Cluster, token: string): User | undefined {
  const user = cluster.outside.authenticate({ token });
  return user && !/::|:$/.test(user.name) ? user : undefined;
}

/** The user and the groups of a certificate that the door's authority has signed. */
function ofCertificate({ socket }: IncomingMessage): User | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  if (!subject?.CN) return undefined;
  const { CN: name, O: groups } = subject as unknown as {
    readonly CN: string;
    readonly O?: string | readonly string[];
  };
  const list = groups === undefined ? [] : typeof groups === 'string' ? [groups] : groups;
  return { name, groups: [...list, 'system:authenticated'] };
}
