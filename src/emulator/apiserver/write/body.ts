import { decode } from '../../apimachinery/decode.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { badRequestStatus, tooLargeStatus, type Outcome } from '../../apimachinery/status.ts';
import { goName } from '../../apimachinery/schema.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import type { Json } from '../../world/json.ts';
import type { ApiRequest } from '../request.ts';
import { apiVersionOf, header, type Query } from '../route.ts';
import type { Server } from '../server.ts';

/** A decoded body, and the warnings that decoding made. */
export interface Body {
  readonly object: ApiObject;
  readonly warnings: readonly string[];
}

/** Reads JSON text where the body is text. Go's words for broken JSON are kept short. */
export function bodyData(request: ApiRequest): Outcome<Json> {
  const { body } = request;
  if (typeof body !== 'string') return { ok: true, value: body ?? null };
  if (body.length > 3_145_728) {
    const message = 'Request entity too large: limit is 3145728';
    return { ok: false, status: tooLargeStatus(message) };
  }
  try {
    return { ok: true, value: JSON.parse(body) as Json };
  } catch {
    const message =
      "the object provided is unrecognized (must be of type Object): couldn't get version/kind; " +
      'json parse error: invalid character';
    return { ok: false, status: badRequestStatus(message) };
  }
}

/** Decodes an object of a kind strictly, as `fieldValidation` asks. */
export function readObject(
  server: Server,
  kind: ResourceKind,
  data: Json,
  query: Query,
): Outcome<Body> {
  const object = data as unknown as ApiObject;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return {
      ok: false,
      status: badRequestStatus('the object provided is unrecognized (must be of type Object)'),
    };
  }
  const expected = apiVersionOf(kind);
  const mismatch = versionError(server, kind, object, expected);
  if (mismatch) return { ok: false, status: badRequestStatus(mismatch) };
  const typed = { ...object, apiVersion: expected, kind: kind.names.kind };
  const { wrong, unknown } = decode(server.types.schemas, kind.definition, typed);
  const subject =
    `${kind.names.kind} in version "${kind.names.version}" cannot ` +
    `be handled as a ${goName(kind.definition)}`;
  if (wrong) return { ok: false, status: badRequestStatus(`${subject}: ${wrong}`) };
  const mode = query.get('fieldValidation') ?? 'Warn';
  if (unknown.length > 0 && mode === 'Strict') {
    return {
      ok: false,
      status: badRequestStatus(`${subject}: strict decoding error: ${unknown.join(', ')}`),
    };
  }
  const known = unknown.length > 0 ? dropUnknown(typed, unknown) : typed;
  return { ok: true, value: { object: known, warnings: mode === 'Warn' ? unknown : [] } };
}

function versionError(
  server: Server,
  kind: ResourceKind,
  object: ApiObject,
  expected: string,
): string | undefined {
  const given = object.kind ?? kind.names.kind;
  const version = object.apiVersion ?? expected;
  if (given !== kind.names.kind && !server.kindsByName.has(given)) {
    const scheme = 'k8s.io/apimachinery@v1.36/pkg/runtime/scheme.go:110';
    return `no kind "${given}" is registered for version "${version}" in scheme "${scheme}"`;
  }
  if (given !== kind.names.kind || version !== expected) {
    return (
      `the API version in the data (${version}) does not match the ` +
      `expected API version (${expected})`
    );
  }
  return undefined;
}

/** The object without the fields that strict decoding did not know; the rest is as it was. */
function dropUnknown(object: ApiObject, unknown: readonly string[]): ApiObject {
  const copy = structuredClone(object) as unknown as Record<string, Json>;
  for (const text of unknown) {
    const path = /^unknown field "(.*)"$/.exec(text)?.[1] ?? '';
    const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
    let parent: Record<string, Json> | undefined = copy;
    for (const part of parts.slice(0, -1))
      parent = parent?.[part] as Record<string, Json> | undefined;
    if (parent) delete parent[parts.at(-1) as string];
  }
  return copy as unknown as ApiObject;
}

/** The manager whose name fields are owned under: the parameter, or the client's own name. */
export function managerOf(request: ApiRequest, query: Query): string {
  const agent = header(request, 'user-agent').split('/')[0];
  return query.get('fieldManager') ?? (agent || 'unknown');
}

export function isDryRun(query: Query): boolean {
  return query.all('dryRun').includes('All');
}
