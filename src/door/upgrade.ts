import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiRequest, ApiResponse, User } from '../emulator/apiserver/request.ts';
import { unauthorizedStatus } from '../emulator/apimachinery/status.ts';
import { splitUrl, type Query } from '../emulator/apiserver/route.ts';
import type { Place } from '../emulator/cluster/outside-streams.ts';
import { channelProtocols, overSpdy, overWebSocket, type Carrier } from './channels.ts';
import { headersOf, toApiRequest } from './message.ts';
import type { DoorParts } from './parts.ts';
import { forwardProtocol, servePortForward, tunnelProtocol } from './port-forward.ts';
import { runRemote } from './remote-command.ts';
import type { Status } from './status.ts';
import { createSpdy } from './spdy.ts';
import { isWatch } from './watch.ts';
import { acceptWebSocket, offeredProtocols, type WebSocketEnd } from './websocket.ts';

/** Bytes of events on their way to a slow client, before its watch is ended. */
const BACKLOG = 16 * 1024 * 1024;
const POD = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|attach|portforward)$/;

/** What a request to upgrade is about. */
interface Upgrade {
  readonly parts: DoorParts;
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly request: ApiRequest;
  readonly user: User;
  readonly query: Query;
}

/** Answers a request that wants another protocol: WebSocket or SPDY. */
export function serveUpgrade(
  parts: DoorParts,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on('error', () => socket.destroy());
  const user = parts.authenticate(incoming);
  if (!user) return refuse(socket, 401, unauthorizedStatus());
  const request = toApiRequest(incoming, undefined);
  const { path, query } = splitUrl(request.url);
  const upgrade: Upgrade = { parts, incoming, socket, head, request, user, query };
  parts.pace.catchUp();
  const [, namespace, name, verb] = POD.exec(path) ?? [];
  if (verb === undefined) {
    if (isWatch(request)) return watchOver(upgrade);
    return answer(socket, parts.cluster.outside.handle(request, user));
  }
  const place = parts.cluster.outside.handle(request, user);
  if (typeof place === 'string') return answer(socket, place);
  if (place.status === 500 && verb !== 'portforward' && !isSpdy(incoming)) {
    return tellOver(upgrade, place.body as unknown as Status);
  }
  if (place.status >= 400) return answer(socket, place);
  if (verb === 'portforward') return forwardOver(upgrade, `${namespace}/${name}`);
  remoteOver(upgrade, verb as 'exec' | 'attach', place.body as unknown as Place);
}

const isSpdy = ({ headers }: IncomingMessage) => /^spdy\/3\.1$/i.test(headers.upgrade ?? '');

function remoteOver(upgrade: Upgrade, verb: 'exec' | 'attach', place: Place): void {
  const { parts, incoming, socket, head, query } = upgrade;
  if (isSpdy(incoming)) {
    const wanted = ['error', ...['stdin', 'stdout', 'stderr'].filter((each) => query.flag(each))];
    const tty = query.flag('tty');
    const streams = tty ? [...wanted.filter((each) => each !== 'stderr'), 'resize'] : wanted;
    const spdy = acceptSpdy(upgrade, 'v4.channel.k8s.io');
    if (!spdy) return;
    return overSpdy(spdy.end, spdy.carrier, streams, (channels) =>
      runRemote(parts, verb, place, query, channels),
    );
  }
  const offered = offeredProtocols(incoming);
  const protocol = channelProtocols.find((each) => offered.includes(each));
  const accepted = acceptWebSocket(incoming, socket, head, protocol);
  if (!accepted) return;
  const channels = overWebSocket(accepted, protocol ?? 'channel.k8s.io', query.flag('tty'));
  runRemote(parts, verb, place, query, channels);
}

/** What the kubelet refuses is told on the error channel: the WebSocket ends at the API server. */
function tellOver({ incoming, socket, head, query }: Upgrade, refused: Status): void {
  const offered = offeredProtocols(incoming);
  const protocol = channelProtocols.find((each) => offered.includes(each));
  const accepted = acceptWebSocket(incoming, socket, head, protocol);
  if (!accepted) return;
  const channels = overWebSocket(accepted, protocol ?? 'channel.k8s.io', query.flag('tty'));
  channels.finish({ ...refused, reason: 'InternalError' });
}

function forwardOver(upgrade: Upgrade, pod: string): void {
  const { parts, incoming, socket, head } = upgrade;
  if (isSpdy(incoming)) {
    const spdy = acceptSpdy(upgrade, forwardProtocol);
    if (spdy) servePortForward(parts, pod, spdy.end);
    return;
  }
  if (!offeredProtocols(incoming).includes(tunnelProtocol)) {
    return refuse(socket, 400, `unable to upgrade: no ${tunnelProtocol} among the subprotocols`);
  }
  const accepted = acceptWebSocket(incoming, socket, head, tunnelProtocol);
  if (!accepted) return;
  const spdy = createSpdy(
    (bytes) => accepted.send(bytes),
    () => accepted.close(),
  );
  accepted.onMessage(({ data }) => spdy.receive(data));
  accepted.onClose(spdy.closed);
  servePortForward(parts, pod, spdy);
}

/** Switches a connection to SPDY/3.1. */
function acceptSpdy({ incoming, socket, head }: Upgrade, protocol: string) {
  const offered = (headersOf(incoming)['x-stream-protocol-version'] ?? '').split(',');
  if (!offered.map((each) => each.trim()).includes(protocol)) {
    refuse(socket, 403, `unable to upgrade: unable to negotiate protocol: ${protocol}`);
    return undefined;
  }
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  const end = createSpdy(
    (bytes) => void socket.write(bytes),
    () => socket.destroy(),
  );
  const carrier: Carrier = {
    waiting: () => socket.writableLength,
    pause: (paused) => void (paused ? socket.pause() : socket.resume()),
    onClose: (listener) => void socket.on('close', listener),
    end: () => void socket.end(),
  };
  socket.on('data', (bytes: Buffer) => end.receive(bytes));
  socket.on('close', end.closed);
  if (head.length > 0) end.receive(head);
  return { end, carrier };
}

/** A watch whose events are messages, as browsers have it. */
function watchOver(upgrade: Upgrade): void {
  const { parts, incoming, socket, head, request, user } = upgrade;
  let accepted: WebSocketEnd | undefined;
  const early: string[] = [];
  const send = (text: string) => {
    if (!accepted) return void early.push(text);
    if (accepted.waiting > BACKLOG) return accepted.close(1013);
    accepted.send(text);
  };
  const started = parts.cluster.outside.watch(request, user, (event) =>
    send(JSON.stringify(event)),
  );
  if (typeof started === 'string' || 'status' in started) return answer(socket, started);
  const [protocol] = offeredProtocols(incoming).filter((each) => /^(v\d\.)?.*k8s\.io$/.test(each));
  accepted = acceptWebSocket(incoming, socket, head, protocol);
  if (!accepted) return started.end();
  parts.pace.waits(1);
  for (const text of early) accepted.send(text);
  accepted.onClose(() => {
    parts.pace.waits(-1);
    started.end();
  });
}

/** An ordinary answer on a connection that was to be upgraded. */
function answer(socket: Duplex, response: ApiResponse | string): void {
  if (typeof response === 'string') return void socket.destroy();
  refuse(socket, response.status, response.body);
}

function refuse(socket: Duplex, status: number, body: unknown): void {
  const plain = typeof body === 'string';
  const text = plain ? body : `${JSON.stringify(body)}\n`;
  const type = plain ? 'text/plain; charset=utf-8' : 'application/json';
  socket.end(
    `HTTP/1.1 ${status} \r\ncontent-type: ${type}\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
