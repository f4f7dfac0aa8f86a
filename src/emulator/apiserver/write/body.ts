import { parse as parseYaml } from 'yaml';
import { decode } from '../../apimachinery/decode.ts';
import { omitEmpty } from '../../apimachinery/omit-empty.ts';
import { jsonSyntaxError } from '../../apimachinery/json-syntax.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import {
  badRequestStatus,
  tooLargeStatus,
  unsupportedMediaTypeStatus,
  type Outcome,
} from '../../apimachinery/status.ts';
import { goName, type Schemas } from '../../apimachinery/schema.ts';
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

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
/** Forms of whole objects. Callers inside the page hand data over, whatever form they name. */
const forms = ['application/json', 'application/yaml', PROTOBUF];
const LIMIT = 3_145_728;

/** Data of a body that holds an object of a kind; its form is checked. */
export function objectData(request: ApiRequest, kind: ResourceKind): Outcome<Json> {
  const type = header(request, 'content-type').split(';')[0] ?? '';
  if (type !== '' && !forms.includes(type)) {
    return { ok: false, status: unsupportedMediaTypeStatus(forms) };
  }
  return bodyData(request, kind.names.kind);
}

/** Data of a body: as it was handed over, or read from JSON or YAML text. */
export function bodyData(request: ApiRequest, kind = 'Object'): Outcome<Json> {
  const { body } = request;
  if (typeof body !== 'string') return { ok: true, value: body ?? null };
  if (body.length > LIMIT) {
    return { ok: false, status: tooLargeStatus(`Request entity too large: limit is ${LIMIT}`) };
  }
  if (/yaml/.test(header(request, 'content-type'))) return yamlData(body);
  try {
    return { ok: true, value: JSON.parse(body) as Json };
  } catch {
    const why = jsonSyntaxError(body) ?? 'unexpected end of JSON input';
    const message =
      `the object provided is unrecognized (must be of type ${kind}): couldn't get ` +
      `version/kind; json parse error: ${why} (${hex(body)})`;
    return { ok: false, status: badRequestStatus(message) };
  }
}

function yamlData(text: string): Outcome<Json> {
  try {
    return { ok: true, value: (parseYaml(text) ?? null) as Json };
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    return { ok: false, status: badRequestStatus(`error decoding YAML: ${first}`) };
  }
}

/** The text's bytes, as Go's `%x` prints them; long texts are cut as upstream cuts them. */
function hex(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].slice(0, 1024);
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
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
    const message = `the object provided is unrecognized (must be of type ${kind.names.kind})`;
    return { ok: false, status: badRequestStatus(message) };
  }
  const untyped = typeMetaError(kind, object);
  if (untyped) return { ok: false, status: badRequestStatus(untyped) };
  const expected = apiVersionOf(kind);
  const mismatch = versionError(server, kind, object, expected);
  if (mismatch) return { ok: false, status: badRequestStatus(mismatch) };
  const typed = { ...object, apiVersion: expected, kind: kind.names.kind };
  const { schemas } = server.types;
  const first = decode(schemas, kind.definition, typed);
  // Clients send their fields in order of their names: so the first mistake is told.
  const bad = first.wrong !== undefined || first.unknown.length > 1;
  const { wrong, unknown } = bad ? decode(schemas, kind.definition, sorted(typed)) : first;
  const subject = subjectOf(kind, kind.names.kind, kind.names.version);
  if (wrong) return { ok: false, status: badRequestStatus(`${subject}: ${wrong}`) };
  const mode = query.get('fieldValidation') ?? 'Warn';
  if (unknown.length > 0 && mode === 'Strict') {
    const message = `${subject}: strict decoding error: ${unknown.join(', ')}`;
    return { ok: false, status: badRequestStatus(message) };
  }
  const known = unknown.length > 0 ? dropUnknown(typed, unknown) : typed;
  const bare = kind.custom
    ? bareCustom(schemas, known)
    : omitEmpty(schemas, kind.definition, known);
  const whole = bare.metadata ? bare : { ...bare, metadata: {} as ApiObject['metadata'] };
  return { ok: true, value: { object: whole, warnings: mode === 'Warn' ? unknown : [] } };
}

/** Of a custom object only the metadata goes through Go's types; the rest stays as it is. */
function bareCustom(schemas: Schemas, object: ApiObject): ApiObject {
  return { ...object, metadata: omitEmpty(schemas, 'V1ObjectMeta', object.metadata) };
}

/** A value with its fields in order of their names, at all depths. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}

function subjectOf(kind: ResourceKind, given: string, version: string): string {
  return `${given} in version "${version}" cannot be handled as a ${goName(kind.definition)}`;
}

/** What is said of a version or a kind that is no text. */
function typeMetaError({ names }: ResourceKind, object: ApiObject): string | undefined {
  for (const field of ['apiVersion', 'kind'] as const) {
    const given: unknown = object[field];
    if (given === undefined || given === null || typeof given === 'string') continue;
    const form = Array.isArray(given)
      ? 'array'
      : typeof given === 'boolean'
        ? 'bool'
        : typeof given;
    return (
      `the object provided is unrecognized (must be of type ${names.kind}): couldn't get ` +
      `version/kind; json parse error: json: cannot unmarshal ${form} into Go struct field ` +
      `.${field} of type string (${hex(JSON.stringify(object))})`
    );
  }
  return undefined;
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
    const scheme = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30';
    const why = `no kind "${given}" is registered for version "${version}" in scheme "${scheme}"`;
    return `${subjectOf(kind, given, version)}: ${why}`;
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
