import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  badRequestStatus,
  internalStatus,
  tooLargeStatus,
  unauthorizedStatus,
} from '../emulator/apimachinery/status.ts';
import type { Json } from '../emulator/world/json.ts';
import { allowOrigin } from './cors.ts';
import { isFollow, serveFollow } from './logs.ts';
import { isTooFast, tooManyStatus } from './rate.ts';
import { readBody, toApiRequest, writeAnswer, writeStatus } from './message.ts';
import type { DoorParts } from './parts.ts';
import { decodeProtobuf, isProtobuf, ProtobufError } from './protobuf/decode.ts';
import { serveUpgrade } from './upgrade.ts';
import { isWatch, serveWatch } from './watch.ts';

/** Gives a server all that a door answers. */
export function equip<T extends Server>(server: T, parts: DoorParts): T {
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    answer(parts, incoming, outgoing).catch((error: Error) => fault(incoming, outgoing, error));
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    remember(socket);
    serveUpgrade(parts, incoming, socket, head);
  });
  limit(server);
  return server;
}

/** Ends a server and all of its connections. */
export async function close(server: Server): Promise<void> {
  const over = new Promise((resolve) => server.close(resolve));
  for (const socket of upgraded) socket.destroy();
  server.closeAllConnections();
  await over;
}

/** Connections that were upgraded are no longer the server's own to end. */
const upgraded = new Set<Duplex>();

function remember(socket: Duplex): void {
  upgraded.add(socket);
  socket.once('close', () => upgraded.delete(socket));
}

/** Our own bug: the client is told, the others go on, and whoever runs the door reads of it. */
function fault(incoming: IncomingMessage, outgoing: ServerResponse, error: Error): void {
  process.stderr.write(`${incoming.method} ${incoming.url}: ${error.stack ?? error.message}\n`);
  if (outgoing.headersSent) outgoing.destroy();
  else writeStatus(incoming, outgoing, internalStatus(error.message));
}

/** Times and sizes, so that a slow or broken client holds nothing but its own connection. */
function limit(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 90_000;
  server.maxHeadersCount = 200;
  server.maxConnections = 1_000;
  server.on('clientError', (_error, socket) => socket.destroy());
}

/** Listens; gives the port. */
export async function listen(server: Server, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function answer(
  parts: DoorParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { cluster, pace } = parts;
  if (allowOrigin(parts, incoming, outgoing)) return;
  if (isTooFast(incoming.socket, performance.now())) {
    outgoing.setHeader('retry-after', '1');
    return writeStatus(incoming, outgoing, tooManyStatus);
  }
  let body: Buffer | undefined;
  try {
    body = await readBody(incoming);
  } catch {
    outgoing.destroy();
    return;
  }
  if (!body) {
    outgoing.setHeader('connection', 'close');
    const message = 'Request entity too large: limit is 3145728';
    return writeStatus(incoming, outgoing, tooLargeStatus(message));
  }
  const user = parts.authenticate(incoming);
  if (!user) return writeStatus(incoming, outgoing, unauthorizedStatus());
  pace.catchUp();
  const content = contentOf(body);
  if (content instanceof ProtobufError) {
    return writeStatus(incoming, outgoing, badRequestStatus(content.message));
  }
  const request = toApiRequest(incoming, content);
  if (isWatch(request)) serveWatch(parts, request, user, incoming, outgoing);
  else if (isFollow(request)) serveFollow(parts, request, user, incoming, outgoing);
  else {
    const response = cluster.outside.handle(request, user);
    if (typeof response === 'string') outgoing.destroy();
    else writeAnswer(incoming, outgoing, response);
  }
  pace.catchUp();
}

/** A body as the API server takes it: text, or the data of a protobuf message. */
function contentOf(body: Buffer): Json | undefined | ProtobufError {
  if (body.length === 0) return undefined;
  if (!isProtobuf(body)) return body.toString('utf8');
  try {
    return decodeProtobuf(body);
  } catch (error) {
    if (error instanceof ProtobufError) return error;
    throw error;
  }
}
