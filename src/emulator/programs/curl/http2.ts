import type { HttpHead, HttpField } from '../../host/http/message.ts';
import { statusOf } from '../../host/http/message.ts';
import type { Call } from '../../host/syscalls.ts';
import { hostHeader, type Url } from './url.ts';
import { note, traceHeader, type Connection, type Session } from './session.ts';

// Where client and server have agreed on h2, curl speaks of the request and the answer as HTTP/2
// has them. What goes over the wire under the mask is HTTP/1.1 all the same.

export const isHttp2 = ({ tls }: Connection): boolean => tls?.alpn === 'h2';

/** Fields that only HTTP/1.1 has. */
const CONNECTION = new Set(['connection', 'transfer-encoding', 'keep-alive']);

/** What `-v` tells of a request: its pseudo headers, the stream, and its head. */
export function* traceRequest2(
  session: Session,
  connection: Connection,
  url: Url,
  method: string,
  fields: readonly HttpField[],
): Call<void> {
  const own = fields.filter(([name]) => !CONNECTION.has(name.toLowerCase()));
  const named = own.filter(([name]) => name.toLowerCase() !== 'host');
  const pseudo = [
    [':method', method],
    [':path', url.target],
    [':scheme', url.scheme],
    [':authority', hostHeader(url)],
    ...named.map(([name, value]) => [name.toLowerCase(), value]),
  ];
  for (const [name, value] of pseudo) yield* note(session, `h2h3 [${name}: ${value}]`);
  session.streams += 1;
  const handle = session.sys.chance.hex('easy', 9);
  const stream = session.streams * 2 - 1;
  yield* note(session, `Using Stream ID: ${stream} (easy handle 0x55${handle}0)`);
  const lines = own.map(([name, value]) => {
    const shown = name.toLowerCase() === 'host' ? name : name.toLowerCase();
    return `${shown}: ${value}`;
  });
  yield* traceHeader(session, '>', [`${method} ${url.target} HTTP/2`, ...lines, '']);
}

/** An answer's head as HTTP/2 has it. */
export function headOf2(head: HttpHead): HttpHead {
  return {
    first: `HTTP/2 ${statusOf(head) ?? 0} `,
    fields: head.fields
      .filter(([name]) => !CONNECTION.has(name.toLowerCase()))
      .map(([name, value]) => [name.toLowerCase(), value] as const),
  };
}

/** What Go's servers tell of themselves with the first answer. */
export function* traceSettings(session: Session, connection: Connection): Call<void> {
  if (session.settled.has(connection.number)) return;
  session.settled.add(connection.number);
  yield* note(session, 'Connection state changed (MAX_CONCURRENT_STREAMS == 250)!');
}
