import type { Endpoint } from '../../network/api.ts';
import type { DnsMessage, DnsRcode } from '../../host/resolver/message.ts';
import type { Call, DaemonSys, Files } from '../../host/syscalls.ts';
import type { Json, Micros } from '../../world/json.ts';
import type { ConfigError, Controller } from './corefile/controller.ts';
import type { ClusterData } from './cluster-data.ts';

/** A question on its way through the plugins. */
export interface Query {
  /** The message as it came, or as a plugin changed it. */
  readonly request: DnsMessage;
  readonly client: Endpoint;
  readonly local: Endpoint;
  readonly protocol: 'udp' | 'tcp';
  /** Number of the query: names its draws of chance. */
  readonly number: number;
  readonly started: Micros;
}

/** What a plugin leaves behind: a message, or a code that the server writes a message for. */
export interface Outcome {
  readonly message?: DnsMessage;
  readonly rcode: DnsRcode;
  readonly error?: string;
  /** Nothing is sent at all, and nothing is to be (acl's drop). */
  readonly dropped?: boolean;
}

/** What a plugin waits for. A run is started anew with all answers so far, so it asks in order. */
export type Ask =
  | {
      readonly ask: 'upstream';
      readonly server: Endpoint;
      readonly protocol: 'udp' | 'tcp';
      readonly question: DnsMessage;
      readonly timeout: Micros;
    }
  | { readonly ask: 'wait'; readonly delay: Micros };

/** What came of an Ask. `text` is the error in Go's words. */
export type Answered =
  | { readonly message: DnsMessage; readonly at: Micros }
  | { readonly failed: 'timeout' | 'refused'; readonly text: string; readonly at: Micros }
  | { readonly waited: true; readonly at: Micros };

/** A part of a run that may have to wait for another machine. */
export type Steps<T> = Generator<Ask, T, Answered>;
export type Next = (query: Query) => Steps<Outcome>;

/** What plugins may use. What is written takes effect when the whole run is through. */
export interface Context {
  readonly now: Micros;
  readonly server: ServerConfig;
  readonly files: Files | undefined;
  /** A number in [0, 1) for a purpose of this query. */
  chance(query: Query, purpose: string): number;
  memory<T extends Json>(name: string): T | undefined;
  remember(name: string, value: Json | undefined): void;
  /** The same at once, also in a run that comes to a wait: for what may well be said twice. */
  rememberNow(name: string, value: Json): void;
  memories(prefix: string): readonly (readonly [name: string, value: Json])[];
  log(line: string): void;
  /** The cluster as the informers know it. */
  readonly cluster: ClusterData;
  /** Addresses that this server listens on. */
  readonly localAddresses: readonly string[];
  /** Asks the whole server again, for the target of an alias. */
  lookup(query: Query, name: string, type: string): Steps<DnsMessage | undefined>;
}

/** One plugin of a server block, with what its set-up made of the stanza. */
export interface PluginConfig {
  readonly name: string;
  readonly config: Json;
}

/** One zone of a server block at one port. Plain data: it is a record. */
export interface ServerConfig {
  readonly zone: string;
  readonly port: number;
  /** Number of the server block, for what its plugins share. */
  readonly block: number;
  readonly plugins: readonly PluginConfig[];
  readonly keys: readonly string[];
}

/** An HTTP endpoint that a plugin opens. */
export interface HttpEndpoint {
  readonly address: string;
  readonly port: number;
}

export interface DnsPlugin<Config extends Json = Json> {
  readonly name: string;
  /** Reads the stanzas of one server block. undefined: the plugin does nothing by itself. */
  setup(controller: Controller): Config | ConfigError | undefined;
  /** Lines that set-up wrote to the log are given back with `warnings` of the controller. */
  serve?(config: Config, query: Query, next: Next, context: Context): Steps<Outcome>;
  /** HTTP endpoints to open at the start. */
  endpoints?(config: Config): readonly HttpEndpoint[];
  /** Answer of such an endpoint; undefined is 404. */
  answer?(
    path: string,
    state: { readonly synced: boolean; readonly metrics: string },
  ): { readonly status: number; readonly body: string; readonly type?: string } | undefined;
  /** What it does when the servers listen. */
  start?(config: Config, sys: DaemonSys, server: ServerConfig): Call<void>;
  /** How long it keeps the process after SIGTERM. */
  lameduck?(config: Config): Micros | undefined;
}

/** Text of "no next plugin", as plugin.NextOrFailure says it. */
export function noNext(name: string): Outcome {
  return { rcode: 'SERVFAIL', error: `plugin/${name}: no next plugin found` };
}
