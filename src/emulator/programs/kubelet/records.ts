import type { DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Json, Micros } from '../../world/json.ts';
import { runtimeOf } from './runtime.ts';

/** What the kubelet remembers of a container of a pod. */
export interface ContainerRecord {
  readonly name: string;
  /** Sandbox id of the runtime: the container's id. */
  readonly id: string;
  /** Image that it was made from, as the pod names it. */
  readonly image: string;
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
  /** Back-off before the next start or pull, in seconds; 0 before the first failure. */
  readonly backoff: number;
  /** When a back-off is over. */
  readonly retryAt?: Micros;
  /** When the pull that has begun will be done. */
  readonly pulledAt?: Micros;
  readonly ready: boolean;
  readonly started: boolean;
}

/** What the kubelet remembers of a pod. */
export interface PodRecord {
  readonly uid: string;
  readonly pod: Pod;
  readonly static: boolean;
  /** Id of the pod's sandbox, as CNI knows it. */
  readonly sandbox?: string;
  readonly netns?: string;
  /** After a sandbox that could not be made: when the next one is tried. */
  readonly sandboxRetryAt?: Micros;
  readonly ip?: string;
  /** All its addresses, where it has one of each family. */
  readonly ips?: readonly string[];
  readonly startTime: Micros;
  readonly containers: Readonly<Record<string, ContainerRecord>>;
  /** Deletion has begun: containers are told to end, by this time at the latest. */
  readonly endBy?: Micros;
  /** Its containers have ended, but its sandbox cannot be taken away. */
  readonly stuck?: boolean;
  /** Times at which conditions last changed, by type and status. */
  readonly transitions: Readonly<Record<string, { readonly status: string; readonly at: Micros }>>;
  /** What was last written to the API server. */
  readonly written?: string;
}

/**
 * Pods lie on the node as containerd's and the kubelet's checkpoints do, so that a kubelet that is
 * started again finds its containers running.
 */
const FOLDER = 'kubelet/pod/';

/** Key of a pod's record for those that look from outside (`cluster/`). */
export const podRecordKey = (host: string, uid: string) => `/host/${host}/${FOLDER}${uid}`;
/** Prefix of the records of a node's pods. */
export const podRecords = (host: string) => `/host/${host}/${FOLDER}`;

export function readPod(sys: DaemonSys, uid: string): PodRecord | undefined {
  return runtimeOf(sys).record(`${FOLDER}${uid}`) as unknown as PodRecord | undefined;
}

export function savePod(sys: DaemonSys, uid: string, record: PodRecord | undefined): void {
  runtimeOf(sys).setRecord(`${FOLDER}${uid}`, record as unknown as Json | undefined);
}

export function allPods(sys: DaemonSys): PodRecord[] {
  return runtimeOf(sys)
    .records(FOLDER)
    .map(([, record]) => record as unknown as PodRecord);
}

/** Changes parts of a pod's record, if the pod is still there. */
export function changePod(sys: DaemonSys, uid: string, parts: Partial<PodRecord>): void {
  const record = readPod(sys, uid);
  if (record) savePod(sys, uid, { ...record, ...parts });
}

/** Writes a container's record into its pod's. */
export function putContainer(sys: DaemonSys, uid: string, container: ContainerRecord): void {
  const record = readPod(sys, uid);
  if (!record) return;
  const containers = { ...record.containers, [container.name]: container };
  savePod(sys, uid, { ...record, containers });
}
