import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { inServerOrder } from '../emulator/programs/kubectl/member-order.ts';
import type { Obj } from '../emulator/programs/kubectl/object.ts';
import type { Json } from '../emulator/world/json.ts';
import { encodeOpenApiV2, openApiV2Type, wantsOpenApiProtobuf } from './openapi-v2.ts';
import type { ApiRequest, ApiResponse } from '../emulator/apiserver/request.ts';
import { splitUrl } from '../emulator/apiserver/route.ts';
import type { ApiStatus } from '../emulator/apimachinery/status.ts';

/** Bytes of one body, as the real server limits them. */
const BODY_LIMIT = 3 * 1024 * 1024;
/** Answers below this size are not worth being compressed (`defaultGzipThresholdBytes`). */
const GZIP_FROM = 128 * 1024;

/** Aggregated discovery is named in its content type: clients look for it there. */
const DISCOVERY = 'APIGroupDiscoveryList';
const DISCOVERY_TYPE = `application/json;g=apidiscovery.k8s.io;v=v2;as=${DISCOVERY}`;

/** Bytes of a body that is too large which are still read, so that the client hears why. */
const PATIENCE = 4 * BODY_LIMIT;

/** Reads a whole body; undefined where it is larger than the limit. Throws where it breaks off. */
export function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    incoming.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= BODY_LIMIT) pieces.push(piece);
      else if (size > PATIENCE) incoming.destroy();
      else resolve(undefined);
    });
    incoming.on('end', () => resolve(size > BODY_LIMIT ? undefined : Buffer.concat(pieces)));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('the request broke off')));
  });
}

/** Headers by their lower-case names; a repeated one has its values joined by commas. */
export function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  const { rawHeaders } = incoming;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    const value = rawHeaders[at + 1] as string;
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

/** An HTTP request as the API server takes it. */
export function toApiRequest(incoming: IncomingMessage, body: ApiRequest['body']): ApiRequest {
  const headers = headersOf(incoming);
  // The document is made as JSON, and put into protobuf on its way out.
  if (wantsOpenApiProtobuf(incoming)) headers['accept'] = 'application/json';
  return {
    method: incoming.method as ApiRequest['method'],
    url: incoming.url ?? '/',
    headers,
    ...(body !== undefined && { body }),
  };
}

/** Writes an answer in the form that the client accepts, compressed where it is large. */
export function writeAnswer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: ApiResponse,
): void {
  const headers: Record<string, string> = { ...answer.headers };
  const { kind } = (answer.body ?? {}) as { readonly kind?: string };
  if (kind === DISCOVERY) headers['content-type'] = DISCOVERY_TYPE;
  if (wantsOpenApiProtobuf(incoming) && answer.status === 200) {
    headers['content-type'] = openApiV2Type;
    const document = encodeOpenApiV2(answer.body as Json);
    return writeBytes(incoming, outgoing, answer.status, headers, document);
  }
  let text: string;
  if (typeof answer.body === 'string') text = answer.body;
  else if (answer.body === null && answer.status === 304) text = '';
  else if (wantsYaml(incoming)) {
    headers['content-type'] = 'application/yaml';
    text = stringify(answer.body, {
      lineWidth: 0,
      sortMapEntries: true,
      // Parts of an answer may be one object of ours; YAML of a server has no aliases.
      aliasDuplicateObjects: false,
    });
  } else if (wantsPretty(incoming)) text = JSON.stringify(inOrder(answer.body), null, 2);
  else text = `${JSON.stringify(inOrder(answer.body))}\n`;
  writeText(incoming, outgoing, answer.status, headers, text, answer.warnings);
}

/** Objects have their members in the order of the server's structs. */
function inOrder(body: ApiResponse['body']): unknown {
  const { kind } = (body ?? {}) as { readonly kind?: unknown };
  return typeof kind === 'string' ? inServerOrder(body as unknown as Obj) : body;
}

/** A refusal that the door itself makes. */
export function writeStatus(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: ApiStatus,
): void {
  const { code = 500 } = status;
  const headers = { 'content-type': 'application/json' };
  writeAnswer(incoming, outgoing, { status: code, headers, body: status });
}

function writeText(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  text: string,
  warnings: readonly string[] = [],
): void {
  writeBytes(incoming, outgoing, status, headers, Buffer.from(text, 'utf8'), warnings);
}

function writeBytes(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  plain: Buffer,
  warnings: readonly string[] = [],
): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const packed = plain.length >= GZIP_FROM && acceptsGzip(incoming);
  const bytes = packed ? gzipSync(plain, { level: 1 }) : plain;
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  if (!outgoing.hasHeader('cache-control')) {
    outgoing.setHeader('cache-control', 'no-cache, private');
  }
  outgoing.setHeader('audit-id', crypto.randomUUID());
  if (packed) outgoing.setHeader('content-encoding', 'gzip');
  if (GZIP_FROM <= plain.length) outgoing.setHeader('vary', 'Accept-Encoding');
  if (warnings.length > 0) outgoing.setHeader('warning', warnings.map(warningHeader));
  if (status !== 304) outgoing.setHeader('content-length', bytes.length);
  outgoing.end(incoming.method === 'HEAD' || status === 304 ? undefined : bytes);
}

/** `299 - "text"`: the text is quoted as RFC 7234 has it. */
function warningHeader(text: string): string {
  const safe = Buffer.from(text.replaceAll(/[\r\n]+/g, ' '), 'utf8').toString('latin1');
  return `299 - "${safe.replaceAll(/["\\]/g, '\\$&')}"`;
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
}

function wantsYaml({ headers }: IncomingMessage): boolean {
  return /^\s*application\/yaml/.test(headers.accept ?? '');
}

/** Browsers, curl and wget see JSON over several lines, and so do those who ask for it. */
function wantsPretty({ headers, url = '' }: IncomingMessage): boolean {
  const { path, query } = splitUrl(url);
  const asked = query.get('pretty');
  if (path === '/version') return true;
  if (asked !== undefined) return asked === '1' || asked === 'true';
  return /^(curl|Wget|Mozilla\/)/.test(headers['user-agent'] ?? '');
}
