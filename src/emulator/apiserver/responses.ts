import type { ApiStatus } from '../apimachinery/status.ts';
import type { Json } from '../world/json.ts';
import type { ApiResponse } from './request.ts';

/** A good answer. */
export function answer(
  status: number,
  body: unknown,
  warnings: readonly string[] = [],
): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    ...(warnings.length > 0 && { warnings }),
    body: body as Json,
  };
}

/** What a Status says, with its own code. */
export function refuse(status: ApiStatus, warnings: readonly string[] = []): ApiResponse {
  return answer(status.code ?? 500, status, warnings);
}

/** Plain text, as `/healthz` and logs answer. */
export function plain(status: number, text: string): ApiResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}
