import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DoorParts } from './parts.ts';

/**
 * Lets pages of known origins read the answers, as `--cors-allowed-origins` does. Whether it was
 * the question that browsers ask before, which is answered by that.
 */
export function allowOrigin(
  { origins }: DoorParts,
  { headers, method }: IncomingMessage,
  outgoing: ServerResponse,
): boolean {
  const { origin } = headers;
  if (origin === undefined || !origins?.test(origin)) return false;
  outgoing.setHeader('access-control-allow-origin', origin);
  outgoing.setHeader('access-control-allow-methods', 'POST, GET, OPTIONS, PUT, DELETE, PATCH');
  outgoing.setHeader(
    'access-control-allow-headers',
    'Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, ' +
      'X-Requested-With, If-Modified-Since',
  );
  outgoing.setHeader('access-control-expose-headers', 'Date');
  outgoing.setHeader('access-control-allow-credentials', 'true');
  outgoing.setHeader('vary', 'Origin');
  if (method !== 'OPTIONS') return false;
  outgoing.writeHead(204).end();
  return true;
}
