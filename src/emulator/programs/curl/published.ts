import { publishedAt } from '../../manifests/catalog.ts';
import type { HttpHead } from '../../host/http/message.ts';
import type { Call } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import type { Request } from './request.ts';
import { endMeter, type Figures, type Session } from './session.ts';
import type { Sink } from './transfer.ts';
import type { Url } from './url.ts';

/** How long the internet takes to answer. */
const DELAY = 180_000;
const ADDRESS = '185.199.108.133';
/** Where GitHub keeps what belongs to releases. */
const ASSETS = 'release-assets.githubusercontent.com';

/**
 * A manifest that a project publishes. There is no internet behind it: the answer comes without a
 * connection, and only on machines, as in pods a network may stand in the way.
 */
export function* published(
  session: Session,
  url: Url,
  request: Request,
  figures: Figures,
  sink: Sink,
): Call<HttpHead | undefined> {
  const { sys } = session;
  if (url.scheme !== 'https' || sys.env['KUBERNETES_SERVICE_HOST'] !== undefined) return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const host = url.host === ASSETS ? 'github.com' : url.host;
  const text = publishedAt(`https://${host}${url.target}`);
  if (text === undefined) return undefined;
  yield* sys.sleep(DELAY);
  const release = url.host === 'github.com';
  const head = release ? movedHead(url) : foundHead(text);
  const size = release ? 0 : byteLength(text);
  const since = sys.now - figures.start;
  Object.assign(figures, { looked: since, connected: since, secured: since, pretransfer: since });
  Object.assign(figures, { first: since, connects: figures.connects + 1, version: '2' });
  figures.status = release ? 302 : 200;
  figures.contentType = release ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  figures.expected = size;
  figures.remote = { address: ADDRESS, port: 443 };
  figures.headerSize += JSON.stringify(head).length;
  yield* sink.head(head);
  if (request.method === 'GET' && size > 0) {
    yield* sink.body(text);
    figures.downloaded += size;
  }
  const { downloaded: received } = figures;
  const elapsed = sys.now - session.meterAt;
  yield* endMeter(session, { elapsed, received, sent: 0, toSend: 0, expected: size });
  figures.end = sys.now - figures.start;
  return head;
}

const foundHead = (text: string): HttpHead => ({
  first: 'HTTP/2 200 ',
  fields: [
    ['cache-control', 'max-age=300'],
    ['content-type', 'text/plain; charset=utf-8'],
    ['content-length', String(byteLength(text))],
    ['accept-ranges', 'bytes'],
  ],
});

const movedHead = ({ target }: Url): HttpHead => ({
  first: 'HTTP/2 302 ',
  fields: [
    ['content-type', 'text/html; charset=utf-8'],
    ['location', `https://${ASSETS}${target}`],
    ['content-length', '0'],
  ],
});
