import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiRequest, ApiResponse, User } from '../apiserver/request.ts';
import type { NetnsRef, NetworkConfig, Probe, ProbeRequest } from '../network/api.ts';
import type { Json, Micros } from '../world/json.ts';
import type { World } from '../world/world.ts';
import type { Outside } from './outside.ts';

/** Everything that a cluster is, as plain data: a mark, and the inputs that came after it. */
export interface SavedCluster {
  readonly format: 1;
  readonly topology: string;
  readonly seed: number;
  readonly mark: Json;
  readonly inputs: readonly { readonly at: Micros; readonly input: Json }[];
}

/** What a script printed, and how it ended. */
export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Where a script runs: on a host as a user, or inside a pod's container (or beside it). */
export interface ScriptPlace {
  readonly host?: string;
  readonly user?: string;
  /** `namespace/pod`, optionally with a container; `tools` runs netshoot's tools in its netns. */
  readonly pod?: string;
  readonly container?: string;
  readonly tools?: boolean;
  readonly cwd?: string;
  readonly stdin?: string;
}

/**
 * A running cluster. It is driven from outside by inputs and by time; everything that follows is
 * derived, so the same seed and inputs give the same bytes.
 */
export interface Cluster {
  readonly topology: string;
  readonly seed: number;
  readonly world: World;
  /** Does what a human did (`session/protocol.ts` Input), at the present moment. */
  dispatch(input: Json): void;
  /** Lets time pass. Stops early when the budget of events is spent. */
  run(until: Micros, budget?: number): { readonly events: number; readonly spent: boolean };
  /**
   * Lets time pass until nothing is about to change but clockwork (leases, probes), at most so
   * long.
   */
  settle(atMost?: Micros): void;
  /** Runs shell text to its end, time passing as it needs (at most `atMost`, then Ctrl-C). */
  script(text: string, place?: ScriptPlace, atMost?: Micros): ScriptResult;
  writeFile(path: string, text: string, host?: string): void;
  readFile(path: string, host?: string): string | undefined;
  /** A request to the API server as an administrator, from outside the simulated network. */
  api(request: ApiRequest, user?: User): ApiResponse;
  /** What real clients use, at the workstation's place in the network. */
  readonly outside: Outside;
  /** Asks what would become of a packet; nothing changes. */
  probe(where: NetnsRef, request: ProbeRequest): Probe;
  /** Links, routes, rules and sockets of a namespace, to look at. */
  network(where: NetnsRef): NetworkConfig;
  /** The network namespace of a pod (`namespace/name`); undefined while it has none. */
  podNetns(pod: string): NetnsRef | undefined;
  /** A read model by name: `topology`, `traces`, `transcript`, `files`. */
  view(name: string, args?: Json): Json;
  objects(resource: string, namespace?: string): readonly ApiObject[];
  /** What terminals print, as it comes; also replayed from the scroll-back by `screen`. */
  onScreen(listener: (terminal: string, data: string) => void): void;
  /** All that a terminal still shows, for a page that was reloaded. */
  screen(terminal: string): string;
  /** Terminals and what their foreground does: at the prompt, waiting, or showing a stream. */
  terminals(): readonly {
    readonly id: string;
    readonly state: 'idle' | 'waiting' | 'stream';
    readonly commands: number;
  }[];
  /**
   * The part (a folder of `programs/`, or all that a prompt does without) whose code is needed
   * before time may pass; undefined where nothing is. Who drives the cluster loads it.
   */
  readonly awaits: string | undefined;
  /** Goes on where it was: what it awaited is there. */
  proceed(): void;
  /** Whether a mark can be taken: no program is in the middle of something. */
  readonly quiescent: boolean;
  /** Whether a copy can be made: no daemon is in the middle of something. */
  readonly atRest: boolean;
  /** Takes a mark; undefined when not quiescent. Cheap: records are shared. */
  mark(): Json | undefined;
  /** Goes back to a mark of this cluster. */
  rewind(mark: Json): void;
  save(): SavedCluster;
  /**
   * An independent copy, to try things on; what runs in terminals is left out of it. undefined
   * while a daemon is in the middle of something.
   */
  fork(): Cluster | undefined;
}
