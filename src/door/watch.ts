import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, User } from '../emulator/apiserver/request.ts';
import { splitUrl } from '../emulator/apiserver/route.ts';
import { writeAnswer } from './message.ts';
import type { DoorParts } from './parts.ts';

/** Bytes that wait for a slow client before its watch is ended; it then lists again. */
const BACKLOG = 16 * 1024 * 1024;
/** How long a watch lasts where the client names no time: half an hour to an hour upstream. */
const USUAL_SECONDS = 1_800;

/** Whether a request asks for a watch. */
export function isWatch(request: ApiRequest): boolean {
  if (request.method !== 'GET') return false;
  const { path, query } = splitUrl(request.url);
  return query.flag('watch') && /^\/(api|apis\/[^/]+)\/[^/]+\//.test(path);
}

/** Answers a watch: one JSON line for each event, until the client or the time ends it. */
export function serveWatch(
  { cluster, pace }: DoorParts,
  request: ApiRequest,
  user: User,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const early: string[] = [];
  let open = false;
  const write = (text: string) => {
    if (!open) return void early.push(text);
    if (outgoing.writableLength > BACKLOG) return void outgoing.destroy();
    outgoing.write(text);
  };
  const started = cluster.outside.watch(request, user, (event) => {
    write(`${JSON.stringify(event)}\n`);
    if (event.type === 'ERROR') outgoing.end();
  });
  if (typeof started === 'string') return void outgoing.destroy();
  if ('status' in started) return writeAnswer(incoming, outgoing, started);
  outgoing.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    'audit-id': crypto.randomUUID(),
  });
  outgoing.flushHeaders();
  open = true;
  for (const text of early) write(text);
  const asked = Number(splitUrl(request.url).query.get('timeoutSeconds') ?? 0);
  const seconds = asked > 0 ? asked : USUAL_SECONDS;
  const timer = setTimeout(() => outgoing.end(), Math.min(seconds, 2_000_000) * 1_000);
  pace.waits(1);
  outgoing.once('close', () => {
    pace.waits(-1);
    clearTimeout(timer);
    started.end();
  });
}
