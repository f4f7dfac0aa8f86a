import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, User } from '../emulator/apiserver/request.ts';
import { splitUrl } from '../emulator/apiserver/route.ts';
import type { Place } from '../emulator/cluster/outside-streams.ts';
import { shownLine } from '../emulator/programs/kubelet/server.ts';
import { bytesOf } from './bytes.ts';
import { writeAnswer } from './message.ts';
import type { DoorParts } from './parts.ts';

/** Bytes on their way to a slow client; its log waits while there are more. */
const AHEAD = 1024 * 1024;
const LOG = /^(\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+)\/log$/;

/** Whether a request is for a log that is to be followed. */
export function isFollow({ method, url }: ApiRequest): boolean {
  const { path, query } = splitUrl(url);
  return method === 'GET' && LOG.test(path) && query.flag('follow') && !query.flag('previous');
}

/** Answers with a log, and with what is added to it until its container ends. */
export function serveFollow(
  parts: DoorParts,
  request: ApiRequest,
  user: User,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { cluster, pace } = parts;
  const { query } = splitUrl(request.url);
  const log = cluster.outside.handle(request, user);
  if (typeof log === 'string') return void outgoing.destroy();
  const place = placeOf(parts, request, user);
  if (log.status !== 200 || !place) return writeAnswer(incoming, outgoing, log);
  const follower = cluster.outside.follow(place);
  const timestamps = query.flag('timestamps');
  const stream = { Stdout: 'stdout', Stderr: 'stderr' }[query.get('stream') ?? ''];
  let left = Number(query.get('limitBytes') ?? Infinity);
  const send = (text: string) => {
    const bytes = bytesOf(text).subarray(0, Math.min(left, Number.MAX_SAFE_INTEGER));
    left -= bytes.length;
    if (bytes.length > 0) outgoing.write(bytes);
    if (left <= 0) outgoing.end();
  };
  outgoing.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
  outgoing.flushHeaders();
  send(log.body as string);
  const pump = () => {
    if (outgoing.writableLength > AHEAD) return;
    const ended = follower.ended();
    const lines = follower.take().filter((line) => !stream || line.stream === stream);
    const text = lines.map((line) => (timestamps ? shownLine(line, true) : line.text)).join('');
    if (text !== '') send(text);
    if (ended) outgoing.end();
  };
  const stop = pace.onPassed(pump);
  pace.waits(1);
  outgoing.once('close', () => {
    pace.waits(-1);
    stop();
  });
}

/** Where the container runs; undefined where it does not. */
function placeOf({ cluster }: DoorParts, { url }: ApiRequest, user: User): Place | undefined {
  const { path, query } = splitUrl(url);
  const [, pod] = LOG.exec(path) ?? [];
  const container = query.get('container');
  const suffix = container === undefined ? '' : `?container=${encodeURIComponent(container)}`;
  const asked = cluster.outside.handle({ method: 'GET', url: `${pod}/attach${suffix}` }, user);
  if (typeof asked === 'string' || asked.status !== 200) return undefined;
  return asked.body as unknown as Place;
}
