import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';

/** What the kubelet remembers of a container of a pod. */
export interface ContainerRecord {
  readonly name: string;
  /** Sandbox id of the runtime: the container's id. */
  readonly id: string;
  readonly phase: 'waiting' | 'running' | 'terminated' | 'backoff';
  readonly reason: string;
  readonly message?: string;
  readonly restarts: number;
  readonly startedAt?: Micros;
  readonly finishedAt?: Micros;
  readonly exitCode?: number;
  readonly last?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly startedAt: Micros;
    readonly finishedAt: Micros;
    readonly id: string;
  };
  /** Back-off before the next start, in seconds. */
  readonly backoff: number;
  readonly retryAt?: Micros;
  readonly ready: boolean;
  readonly started: boolean;
  readonly init: boolean;
}

/** What the kubelet remembers of a pod, under `pod/<uid>`. */
export interface PodRecord {
  readonly uid: string;
  readonly pod: Pod;
  readonly static: boolean;
  readonly netns?: string;
  readonly ip?: string;
  readonly sandboxAt?: Micros;
  readonly startTime: Micros;
  readonly containers: Readonly<Record<string, ContainerRecord>>;
  /** Deletion has begun: containers were told to end. */
  readonly ending?: boolean;
  /** Times at which conditions last changed, by type and status. */
  readonly transitions: Readonly<Record<string, { readonly status: string; readonly at: Micros }>>;
  /** What was last written to the API server. */
  readonly written?: string;
}
