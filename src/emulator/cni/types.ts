import { errorCodes } from './error-codes.ts';
import type { NetworkConfig } from '../network/api.ts';
import type { Files } from '../host/syscalls.ts';
import type { Chance } from '../world/chance.ts';

export type CniCommand = 'ADD' | 'DEL' | 'CHECK' | 'VERSION' | 'STATUS' | 'GC';

/** What plugins answer instead of a result: code, message, details (CNI spec, section 5). */
export interface CniError {
  readonly code: number;
  readonly msg: string;
  readonly details?: string;
}

export interface Interface {
  readonly name: string;
  readonly mac?: string;
  readonly sandbox?: string;
}

export interface IpConfig {
  readonly interface?: number;
  readonly address: string;
  readonly gateway?: string;
}

export interface CniRoute {
  readonly dst: string;
  readonly gw?: string;
}

export interface Dns {
  readonly nameservers?: readonly string[];
  readonly domain?: string;
  readonly search?: readonly string[];
  readonly options?: readonly string[];
}

/** A result in the newest form; `result.ts` turns it into the form of a version and back. */
export interface CniResult {
  readonly interfaces?: readonly Interface[];
  readonly ips: readonly IpConfig[];
  readonly routes?: readonly CniRoute[];
  readonly dns?: Dns;
}

/** One plugin's configuration: JSON of its own, with the fields that all have. */
export interface NetConf {
  readonly cniVersion?: string;
  readonly name?: string;
  readonly type?: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly ipam?: { readonly type?: string; readonly [name: string]: unknown };
  readonly dns?: Dns;
  readonly args?: unknown;
  readonly runtimeConfig?: Readonly<Record<string, unknown>>;
  readonly prevResult?: unknown;
  readonly [name: string]: unknown;
}

/** What a runtime asks for, besides the configuration: the CNI_* variables. */
export interface CniRequest {
  readonly containerID: string;
  /** Path of the namespace, such as `/var/run/netns/cni-…`; empty when it is gone. */
  readonly netns: string;
  readonly ifName: string;
  /** `KEY=value;…` of CNI_ARGS. */
  readonly args?: string;
  /** Folders with plugins (CNI_PATH). */
  readonly path?: string;
  /** What the runtime offers plugins that declare the capability: `portMappings`, `ips` … */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Result of the ADD, for CHECK and DEL. */
  readonly prevResult?: unknown;
}

/** The machine that plugins work on. */
export interface CniNode {
  readonly files: Files;
  /** Configuration of the machine's own namespace. */
  readonly host: NetworkConfig;
  /** Configuration of the namespace behind a path; undefined if there is none. */
  netns(path: string): NetworkConfig | undefined;
  readonly chance: Chance;
  /**
   * Asks the API server as a kubeconfig on the node says: the answer's status and message, or why
   * there is none. Left out where there is no server to ask.
   */
  ask?(kubeconfig: string, url: string): AskedServer;
  /** What the bridge plugin breaks off with after it has an address (`debugPostIPAMError`). */
  readonly postIpamError?: string;
}

/** What came of a question to the API server. */
export type AskedServer =
  | { readonly status: number; readonly message: string }
  | 'no kubeconfig'
  | { readonly unreachable: string };

/** One call of a plugin. */
export interface Invocation {
  readonly command: 'ADD' | 'DEL' | 'CHECK' | 'STATUS' | 'GC';
  readonly request: CniRequest;
  readonly conf: NetConf;
  /** Calls another plugin with the same request, as plugins do for `ipam`. */
  delegate(type: string, command: Invocation['command'], conf: NetConf): Answer;
}

/** What a plugin comes to: a result (ADD), nothing, or an error. */
export type Answer = CniResult | CniError | undefined;

/** A plugin: pure planning over a node. */
export interface CniPlugin {
  readonly name: string;
  run(invocation: Invocation, node: CniNode): Answer;
}

/** Whether a plugin answered with an error. */
export function isError(answer: unknown): answer is CniError {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'msg' in answer;
}

/** A plain error of a plugin: code 999. */
export function failure(msg: string): CniError {
  return { code: errorCodes.internal, msg };
}
