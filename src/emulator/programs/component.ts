import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import type { Api } from '../controllers/controller.ts';
import { isErrno } from '../host/errno.ts';
import { optionsOf, readKubeconfig } from '../host/kubeconfig.ts';
import type { ApiOptions, Call, DaemonSys } from '../host/syscalls.ts';
import type { Json } from '../world/json.ts';
import { rfc3339, rfc3339Micro } from '../world/time.ts';

/** URL of a resource: `deployments.apps`, `x.v2.autoscaling`, an object of it, a subresource. */
export function urlOf(
  resource: string,
  namespace?: string,
  name?: string,
  subresource?: string,
): string {
  const [plural = '', ...group] = resource.split('.');
  const version = /^v\d/.test(group[0] ?? '') ? group.shift() : 'v1';
  const base = group.length === 0 ? '/api/v1' : `/apis/${group.join('.')}/${version}`;
  const scope = namespace ? `/namespaces/${namespace}` : '';
  return (
    `${base}${scope}/${plural}${name ? `/${name}` : ''}` + `${subresource ? `/${subresource}` : ''}`
  );
}

/** What a flag of a component says: `--kubeconfig=x` or `--kubeconfig x`. */
export function flagOf(argv: readonly string[], name: string): string | undefined {
  const index = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (index < 0) return undefined;
  const word = argv[index] as string;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[index + 1];
}

/**
 * Server and credentials of a component, from the kubeconfig that its flags name. It is read when
 * first needed; a change of the file counts from the next start, as with the real ones.
 */
export function componentOptions(sys: DaemonSys): ApiOptions | undefined {
  const known = sys.memory<Json>('kubeconfig');
  if (known !== undefined) return known as unknown as ApiOptions;
  const path = flagOf(sys.argv, 'kubeconfig');
  const config = path === undefined ? undefined : readKubeconfig(sys.files, path);
  const options = config && optionsOf(config);
  if (options) sys.remember('kubeconfig', options as unknown as Json);
  return options;
}

/** No answer: what a request that did not arrive counts as. */
const unreachable: ApiResponse = { status: 503, headers: {}, body: null };

/** Credentials that a component writes with, where it reads with others. */
export interface Writer {
  readonly options: ApiOptions;
  /** Told when the server does not know the credentials any more. */
  refused(): void;
}

/**
 * The requests of a component. Lists are kept until a write of its own or the end of the handler.
 * Its events tell the recorder's name. With a writer, reading is what informers do: lists.
 */
export function createApi(
  sys: DaemonSys,
  component: string,
  options: ApiOptions | undefined,
  recorder = component,
  writer?: Writer,
): Api {
  const lists = new Map<string, readonly ApiObject[]>();
  const sendAs = function* (request: ApiRequest, as: ApiOptions | undefined): Call<ApiResponse> {
    const own = { 'user-agent': component, accept: 'application/json;keep=kinds' };
    const answer = yield* sys.api({ ...request, headers: { ...own, ...request.headers } }, as);
    return isErrno(answer) ? unreachable : answer;
  };
  const read = (request: ApiRequest) => sendAs(request, options);
  const send = function* (request: ApiRequest): Call<ApiResponse> {
    const answer = yield* sendAs(request, writer?.options ?? options);
    if (answer.status === 401) writer?.refused();
    return answer;
  };
  const write = function* (resource: string, request: ApiRequest): Call<ApiResponse> {
    for (const key of [...lists.keys()]) if (key.startsWith(`${resource}/`)) lists.delete(key);
    return yield* send(request);
  };
  const list = function* (resource: string, namespace?: string): Call<readonly ApiObject[]> {
    const key = `${resource}/${namespace ?? ''}`;
    const known = lists.get(key);
    if (known) return known;
    const answer = yield* read({ method: 'GET', url: urlOf(resource, namespace) });
    const items =
      answer.status === 200 ? (answer.body as { items: readonly ApiObject[] }).items : [];
    lists.set(key, items);
    return items;
  };
  return {
    now: sys.now,
    chance: sys.chance,
    flag: (name) => flagOf(sys.argv, name),
    request: send,
    *get<T extends ApiObject>(
      resource: string,
      namespace: string | undefined,
      name: string,
    ): Call<T | undefined> {
      if (writer) {
        const url = `${urlOf(resource, namespace)}?fieldSelector=metadata.name%3D${name}`;
        const answer = yield* read({ method: 'GET', url });
        return answer.status === 200
          ? (answer.body as { items: readonly T[] }).items[0]
          : undefined;
      }
      const answer = yield* read({ method: 'GET', url: urlOf(resource, namespace, name) });
      return answer.status === 200 ? (answer.body as unknown as T) : undefined;
    },
    list: list as Api['list'],
    create: (resource, object, namespace) =>
      write(resource, { method: 'POST', url: urlOf(resource, namespace), body: object as never }),
    update: (resource, object) =>
      write(resource, {
        method: 'PUT',
        url: urlOf(resource, object.metadata.namespace, object.metadata.name),
        body: object as never,
      }),
    updateStatus: (resource, object) =>
      write(resource, {
        method: 'PUT',
        url: urlOf(resource, object.metadata.namespace, object.metadata.name, 'status'),
        body: object as never,
      }),
    patch: (resource, namespace, name, patch) =>
      write(resource, {
        method: 'PATCH',
        url: urlOf(resource, namespace, name),
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: patch as never,
      }),
    delete: (resource, namespace, name, how) =>
      write(resource, {
        method: 'DELETE',
        url: urlOf(resource, namespace, name),
        ...(how && { body: how as never }),
      }),
    event: (about, type, reason, message) =>
      recordEvent(sys, send, recorder, about, { type, reason, message }),
  };
}

interface Said {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/** So many different events of one kind about one object, and they are told together. */
const SIMILAR = 10;
/** Seconds after which similar events are looked at anew. */
const SIMILAR_SECONDS = 600;

interface Remembered {
  readonly name: string;
  readonly count: number;
}

/**
 * An Event; one like it that is still remembered is counted up instead, and many that differ in
 * their message alone become one (client-go's `EventCorrelator`).
 */
export function* recordEvent(
  sys: DaemonSys,
  send: (request: ApiRequest) => Call<ApiResponse>,
  component: string,
  about: ApiObject,
  said: Said,
  host?: string,
): Call<void> {
  const namespace = about.metadata.namespace ?? 'default';
  const now = rfc3339(sys.now);
  const { message, known } = aggregate(sys, component, about, said);
  const before = sys.memory<Remembered & Record<string, Json>>(known);
  if (before) {
    const count = before.count + 1;
    const patched = yield* send({
      method: 'PATCH',
      url: urlOf('events', namespace, before.name),
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { count, lastTimestamp: now, message },
    });
    if (patched.status < 400) {
      sys.remember(known, { name: before.name, count });
      return;
    }
  }
  const name = `${about.metadata.name}.${momentOf(sys)}`;
  const made = yield* send({
    method: 'POST',
    url: urlOf('events', namespace),
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: reference(about, said.fieldPath),
      reason: said.reason,
      message,
      type: said.type,
      source: { component, ...(host && { host }) },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    },
  });
  if (made.status < 400) sys.remember(known, { name, count: 1 });
}

/**
 * An Event as the newer recorder of `events.k8s.io` writes it, which the scheduler uses: it has the
 * moment of what it tells in microseconds and no first and last times.
 */
export function* recordAction(
  sys: DaemonSys,
  send: (request: ApiRequest) => Call<ApiResponse>,
  controller: string,
  about: ApiObject,
  said: Said & { readonly action: string },
): Call<void> {
  const namespace = about.metadata.namespace ?? 'default';
  const { type, reason, message, action } = said;
  yield* send({
    method: 'POST',
    url: urlOf('events', namespace),
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${about.metadata.name}.${momentOf(sys)}`, namespace },
      involvedObject: reference(about, undefined),
      type,
      reason,
      message,
      action,
      source: {},
      eventTime: rfc3339Micro(sys.now),
      firstTimestamp: null,
      lastTimestamp: null,
      reportingComponent: controller,
      reportingInstance: `${controller}-${sys.hostname}`,
    },
  });
}

function reference({ apiVersion, kind, metadata }: ApiObject, fieldPath: string | undefined) {
  return {
    kind,
    ...(metadata.namespace && { namespace: metadata.namespace }),
    name: metadata.name,
    uid: metadata.uid,
    apiVersion,
    resourceVersion: metadata.resourceVersion,
    ...(fieldPath && { fieldPath }),
  };
}

/** The message to tell, and what events that count up with it are remembered by. */
function aggregate(
  sys: DaemonSys,
  component: string,
  { metadata }: ApiObject,
  { reason, message, fieldPath }: Said,
): { readonly message: string; readonly known: string } {
  const similar = `similar/${component}/${metadata.uid}/${reason}/${fieldPath ?? ''}`;
  const before = sys.memory<{ readonly at: number; readonly messages: string[] }>(similar);
  const fresh = before && sys.now - before.at <= SIMILAR_SECONDS * 1_000_000;
  const messages = [...new Set([...(fresh ? before.messages : []), message])];
  const many = messages.length >= SIMILAR;
  sys.remember(similar, { at: sys.now, messages: messages.slice(0, SIMILAR - 1) });
  if (many) return { message: `(combined from similar events): ${message}`, known: similar + '/n' };
  const known = `event/${metadata.uid}/${reason}/${fieldPath ?? ''}/${message.slice(0, 200)}`;
  return { message, known };
}

/** Nanoseconds in hexadecimal, as event names end with; one process never gives one twice. */
function momentOf(sys: DaemonSys): string {
  const last = BigInt(sys.memory<string>('event-moment') ?? '0');
  const now = BigInt(Math.round(sys.now)) * 1_000n;
  const moment = now > last ? now : last + 1n;
  sys.remember('event-moment', String(moment));
  return moment.toString(16);
}

/** A klog line: `I1125 09:00:00.000000       1 file.go:10] text`. */
export function klog(sys: DaemonSys, level: 'I' | 'W' | 'E', place: string, text: string): void {
  const time = rfc3339Micro(sys.now);
  sys.log(
    `${level}${time.slice(5, 7)}${time.slice(8, 10)} ` +
      `${time.slice(11, 26)}       1 ${place}] ${text}`,
  );
}
