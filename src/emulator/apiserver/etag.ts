import { sha256 } from '../apimachinery/sha256.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { header } from './route.ts';

/** An ETag for a text: its digest in capitals, in quotes. */
export function etagOf(text: string): string {
  const bytes = [...sha256(new TextEncoder().encode(text))];
  return `"${bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')}"`;
}

/** `304 Not Modified`, where the client says that it has what these headers' ETag names. */
export function unchanged(
  request: ApiRequest,
  headers: Readonly<Record<string, string>>,
): ApiResponse | undefined {
  const known = header(request, 'if-none-match')
    .split(',')
    .map((each) => each.trim());
  const { etag } = headers;
  if (!etag || (!known.includes(etag) && !known.includes('*'))) return undefined;
  return { status: 304, headers, body: null };
}
