import type { ApiStatus } from '../../apimachinery/status.ts';
import { isErrno } from '../../host/errno.ts';
import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import type { Errno } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import { exit, Failure, refused } from './failure.ts';
import type { HttpLog } from './http-log.ts';
import { goStrerror } from './go-errors.ts';
import type { ClientConfig } from './kubeconfig.ts';

/** Round trip of a request in microseconds: reads come from a cache, writes wait for etcd. */
const READ_TIME = 1_000;
const WRITE_TIME = 6_000;

/** What Go's client says when `--request-timeout` is over before there is a connection. */
const CANCELLED =
  'net/http: request canceled while waiting for connection ' +
  '(Client.Timeout exceeded while awaiting headers)';

export const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,' +
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

/** One request; the query is joined in the order given, empty values are left out. */
export interface ClientRequest {
  readonly method?: ApiRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  /** What the log shows in its place, where the real client asks in another way. */
  readonly shown?: { readonly method: 'GET'; readonly url: string; readonly status: number };
}

/** The REST client: throws a Failure for refusals and for connections that do not come about. */
export interface Client {
  /** The body of a good answer. */
  send<T = Json>(request: ClientRequest): Call<T>;
  watch(request: ClientRequest): Call<Fd>;
  /** A line of the log, at a level of `-v` and above. */
  note(level: number, place: string, text: string): Call<void>;
  readonly url: string;
}

/** A client that prints warnings of the server once each, as `rest.NewWarningWriter` does. */
export function createClient(
  sys: Sys,
  config: ClientConfig,
  strict: boolean,
  log: HttpLog,
): Client {
  const shown = new Set<string>();
  const warn = function* (response: ApiResponse): Call<void> {
    for (const text of response.warnings ?? []) {
      if (shown.has(text)) continue;
      shown.add(text);
      yield* sys.write(2, `Warning: ${text}\n`);
    }
    if (strict && shown.size > 0) {
      throw exit(1, `error: ${shown.size} warning${shown.size > 1 ? 's' : ''} received\n`);
    }
  };
  return {
    url: config.url,
    note: (level, place, text) => log.note(level, place, text),
    *send<T>(request: ClientRequest): Call<T> {
      const asked = toApiRequest(request, config);
      const told = { ...asked, ...request.shown };
      yield* log.asked(told);
      const start = sys.now;
      const response = yield* sys.api(asked, config.options);
      if (!isErrno(response)) yield* sys.sleep(asked.method === 'GET' ? READ_TIME : WRITE_TIME);
      const answer =
        request.shown && !isErrno(response) && response.status < 300
          ? { ...response, status: request.shown.status }
          : response;
      yield* log.answered(told, answer, sys.now - start);
      if (isErrno(response)) throw unreachable(config, asked.url, response);
      yield* warn(response);
      if (response.status >= 400) throw refused(statusOf(response, asked));
      return response.body as T;
    },
    *watch(request: ClientRequest): Call<Fd> {
      const query = { ...request.query, watch: 'true' };
      const asked = toApiRequest({ ...request, query }, config);
      yield* log.asked(asked);
      const start = sys.now;
      const fd = yield* sys.watch(asked, config.options);
      const answer = typeof fd === 'number' ? { status: 200, headers: {}, body: '' } : fd;
      yield* log.answered(asked, answer, sys.now - start);
      if (isErrno(fd)) throw unreachable(config, asked.url, fd);
      if (typeof fd === 'number') return fd;
      yield* warn(fd);
      throw refused(statusOf(fd, asked));
    },
  };
}

/** Go's `url.QueryEscape`, which leaves fewer signs as they are. */
function queryEscape(text: string): string {
  const sign = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, sign);
}

function toApiRequest(request: ClientRequest, { impersonation }: ClientConfig): ApiRequest {
  const query = Object.entries(request.query ?? {})
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${queryEscape(name)}=${queryEscape(value as string)}`);
  const joint = request.path.includes('?') ? '&' : '?';
  const headers: Record<string, string> = {
    accept: request.accept ?? 'application/json',
    'user-agent': 'kubectl/v1.35.2 (linux/amd64) kubernetes/fdc9d74',
    ...impersonation,
  };
  if (request.body !== undefined)
    headers['content-type'] = request.contentType ?? 'application/json';
  return {
    method: request.method ?? 'GET',
    url: query.length > 0 ? `${request.path}${joint}${query.join('&')}` : request.path,
    headers,
    ...(request.body !== undefined && { body: request.body as Json }),
  };
}

/** The Status in a refusal; one is made where the body is none. */
function statusOf(response: ApiResponse, asked: ApiRequest): ApiStatus {
  const body = response.body as Partial<ApiStatus> | null;
  if (typeof body === 'object' && body?.kind === 'Status') return body as ApiStatus;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason: response.status === 404 ? 'NotFound' : 'InternalError',
    message:
      response.status === 404
        ? `the server could not find the requested resource${placeOf(asked)}`
        : `an error on the server (${JSON.stringify(String(response.body).trimEnd())}) ` +
          'has prevented the request from succeeding',
    code: response.status,
  };
}

/** ` (get exhibits.museum.example.org)`: what client-go adds where the server says nothing more. */
function placeOf({ method, url }: ApiRequest): string {
  const path =
    /^\/(?:api\/[^/]+|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/[^/]+)?\/([^/?]+)(?:\/([^/?]+))?/;
  const [, group, resource, name] = path.exec(url) ?? [];
  if (!resource) return '';
  const what = group ? `${resource}.${group}` : resource;
  return ` (${method.toLowerCase()} ${what}${name ? ` ${name}` : ''})`;
}

/** What the Go HTTP client says when no answer comes (`url.Error` and its causes). */
function unreachable(config: ClientConfig, url: string, errno: Errno): Failure {
  const { address, port } = config.options.server;
  const host = config.url.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  void url;
  if (errno === 'ECONNREFUSED') {
    const text =
      `The connection to the server ${host} was refused - did you specify ` +
      'the right host or port?';
    return new Failure({ type: 'connection', text });
  }
  const why =
    errno === 'ETIMEDOUT' && config.options.timeout !== undefined
      ? CANCELLED
      : dialError(errno, `${address}:${port}`);
  const text = `Unable to connect to the server: ${why}`;
  return new Failure({ type: 'connection', text });
}

/** `dial tcp 192.168.49.2:6443: i/o timeout`. */
export function dialError(errno: Errno, address: string): string {
  if (errno === 'ETIMEDOUT') return `dial tcp ${address}: i/o timeout`;
  if (errno === 'ECONNRESET') return 'EOF';
  return `dial tcp ${address}: connect: ${goStrerror(errno)}`;
}
