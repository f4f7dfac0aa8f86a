import type { ApiTexts } from '../../resources/texts.ts';
import { etagOf, unchanged } from '../etag.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { answer, plain } from '../responses.ts';
import { header, splitUrl } from '../route.ts';
import type { Server } from '../server.ts';
import { documentOf, sourcesOf, type Source } from './documents.ts';
import { swaggerOf } from './v2.ts';

export type { CustomSchemas } from './documents.ts';

const V3 = '/openapi/v3';
/** Binary forms are made at the door, from the data that is answered here. */
const PROTOBUF_V2 = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/**
 * Answers what is asked below `/openapi`; undefined for any other path. A document of which the
 * client has the newest is `304 Not Modified`; one that is asked for with an old hash is elsewhere
 * (`301`). Follows `handler3/handler.go` of kube-openapi.
 */
export function openApi(
  server: Server,
  request: ApiRequest,
  path: string,
): ApiResponse | undefined {
  if (path !== '/openapi/v2' && path !== V3 && !path.startsWith(`${V3}/`)) return undefined;
  const api = server.texts();
  const sources = sourcesOf(server, api);
  if (path === '/openapi/v2') return swagger(server, api, sources, request);
  if (path === V3) return index(sources, request);
  const source = sources.find((each) => each.path === path.slice(V3.length + 1));
  return source ? document(server, api, source, request) : plain(404, '404 page not found\n');
}

function index(sources: readonly Source[], request: ApiRequest): ApiResponse {
  if (!accepts(request, 'application/json')) return plain(406, '');
  const paths = Object.fromEntries(
    sources.map((source) => [source.path, { serverRelativeURL: urlOf(source) }]),
  );
  const response = answer(200, { paths });
  return { ...response, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}

function urlOf({ path, hash }: Source): string {
  return `${V3}/${path}?hash=${hash}`;
}

function document(server: Server, api: ApiTexts, source: Source, request: ApiRequest): ApiResponse {
  if (!accepts(request, 'application/json')) return plain(406, '');
  const hash = splitUrl(request.url).query.get('hash');
  if (hash && hash !== source.hash) {
    const moved = plain(301, `<a href="${urlOf(source)}">Moved Permanently</a>.\n\n`);
    return { ...moved, headers: { ...moved.headers, location: urlOf(source) } };
  }
  const headers = {
    'cache-control': hash ? 'public, immutable' : 'no-cache, private',
    etag: `"${source.hash}"`,
    vary: 'Accept',
  };
  const kept = unchanged(request, headers);
  if (kept) return kept;
  const response = answer(200, documentOf(server, api, source));
  return { ...response, headers: { ...response.headers, ...headers } };
}

function swagger(
  server: Server,
  api: ApiTexts,
  sources: readonly Source[],
  request: ApiRequest,
): ApiResponse {
  if (!accepts(request, 'application/json', PROTOBUF_V2)) return plain(406, '');
  const all = sources.map(({ hash }) => hash).join('');
  const headers = { etag: etagOf(all), vary: 'Accept' };
  const kept = unchanged(request, headers);
  if (kept) return kept;
  const response = answer(200, swaggerOf(server, api));
  return { ...response, headers: { ...response.headers, ...headers } };
}

/** Whether an Accept header takes one of these forms. */
function accepts(request: ApiRequest, ...forms: readonly string[]): boolean {
  const accept = header(request, 'accept');
  return (
    accept === '' ||
    accept.split(',').some((each) => {
      const [wanted = ''] = each.trim().split(';');
      return forms.includes(wanted) || wanted === '*/*' || wanted === 'application/*';
    })
  );
}
