import type { ApiList, ApiObject } from '../apimachinery/object.ts';
import type { ApiStatus } from '../apimachinery/status.ts';
import type { Address, Json, Micros } from '../world/json.ts';

/**
 * A request at the API server's door: an HTTP request as plain data. `url` is path and query, for
 * example `/api/v1/namespaces/default/pods?labelSelector=app%3Dweb`. The body is the decoded JSON
 * (a caller inside the page hands over the object) or its text (a caller from outside). Header
 * names are in lower case. The same door stands behind the web-standard `fetch(Request)` of
 * `session/`, which turns one into the other.
 */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/**
 * The answer. `body` is plain data: an object, a list, a Table, a Status, a discovery document, or
 * text where the real server sends text (`/healthz`, `log`). Warnings are those of the `Warning`
 * header, without the `299 - ` before the text.
 */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
  readonly body: Json | ApiObject | ApiList | ApiStatus;
}

/** Who asks, after authentication. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  /** Further facts, by keys like `authentication.kubernetes.io/pod-name`. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What a watcher receives as a queue message, in order. BOOKMARK carries only metadata. */
export interface WatchMessage {
  readonly type: 'watch';
  readonly watch: number;
  readonly event: {
    readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
    readonly object: Json;
  };
}

/**
 * The API server as its callers see it. It is the only writer of `/registry`. Watches are records,
 * so that a save holds them; events reach `deliverTo` as WatchMessage through the queue.
 */
export interface ApiServer {
  handle(request: ApiRequest, user: User): ApiResponse;
  /** Starts a watch (`…?watch=true`); a refusal is a response, as for any request. */
  watch(request: ApiRequest, user: User, deliverTo: Address): WatchStart;
  /** Whom a bearer token stands for; undefined where it is not, or no longer, good. */
  authenticate(token: string): User | undefined;
  /** Tells a watch up to which version it has heard of everything, in order with its events. */
  bookmark(watch: number): void;
  /** When a watch is to get its next bookmark, in virtual time, if its client asked for some. */
  bookmarkDue(watch: number): Micros | undefined;
  /** Ends a watch. */
  unwatch(watch: number): void;
}

export type WatchStart =
  | { readonly ok: true; readonly watch: number }
  | { readonly ok: false; readonly response: ApiResponse };
