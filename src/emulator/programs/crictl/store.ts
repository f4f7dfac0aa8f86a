import { sha256 } from '../../apimachinery/sha256.ts';
import type { ContainerRuntime } from '../../host/runtime-api.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Json, Micros } from '../../world/json.ts';

/** A pod's sandbox as the runtime has it. */
export interface PodSandbox {
  readonly id: string;
  readonly pod: Pod;
  readonly netns: string | undefined;
  readonly ip: string | undefined;
  readonly created: Micros;
}

/** A container, running or ended. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly attempt: number;
  readonly created: Micros;
  readonly finished: Micros | undefined;
  readonly running: boolean;
  readonly exitCode: number;
  readonly reason: string;
  readonly sandbox: PodSandbox;
}

/** The parts of the kubelet's records that the runtime would know too. */
interface Kept {
  readonly pod: Pod;
  readonly sandbox?: string;
  readonly netns?: string;
  readonly ip?: string;
  readonly startTime: Micros;
  readonly containers: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly id: string;
        readonly image: string;
        readonly phase: string;
        readonly reason: string;
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
      }
    >
  >;
}

/** Hexadecimal SHA-256 of a name: ids of what is not modelled to the byte. */
export function idOf(text: string): string {
  const bytes = sha256(new TextEncoder().encode(text));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const kept = (runtime: ContainerRuntime): readonly Kept[] =>
  runtime.records<Json>('kubelet/pod/').map(([, value]) => value as unknown as Kept);

function sandboxOf({ pod, sandbox, netns, ip, startTime }: Kept): PodSandbox {
  const id = sandbox ?? idOf(`sandbox/${pod.metadata.uid}`);
  return { id, pod, netns, ip, created: startTime };
}

/** Pods with a sandbox, the newest first. */
export function sandboxes(runtime: ContainerRuntime): readonly PodSandbox[] {
  const all = kept(runtime).filter(({ netns }) => netns !== undefined);
  return all.map(sandboxOf).sort((a, b) => b.created - a.created);
}

/** Containers, the newest first; those that ended before are there once each. */
export function containers(runtime: ContainerRuntime): readonly Container[] {
  const found = kept(runtime).flatMap((each): Container[] => {
    const sandbox = sandboxOf(each);
    return Object.values(each.containers).flatMap((one): Container[] => {
      const base = { name: one.name, image: one.image, sandbox };
      const made = one.id !== '' && one.startedAt !== undefined;
      const now: Container = {
        ...base,
        id: one.id,
        attempt: one.restarts,
        created: one.startedAt ?? 0,
        finished: one.finishedAt,
        running: one.phase === 'running',
        exitCode: one.exitCode ?? 0,
        reason: one.reason,
      };
      const { last } = one;
      const before: Container[] =
        last && last.id !== one.id
          ? [
              {
                ...base,
                id: last.id,
                attempt: Math.max(0, one.restarts - 1),
                created: last.startedAt,
                finished: last.finishedAt,
                running: false,
                exitCode: last.exitCode,
                reason: last.reason,
              },
            ]
          : [];
      return [...(made ? [now] : []), ...before];
    });
  });
  return found.sort((a, b) => b.created - a.created);
}

/** Full names of the images that were pulled. */
export const images = (runtime: ContainerRuntime): readonly string[] =>
  runtime.records<Json>('image/').map(([path]) => decodeURIComponent(path.slice('image/'.length)));

/** An image's whole name: registry, repository and tag. */
export function fullName(image: string): string {
  const tagged = /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
  const [first = '', ...rest] = tagged.split('/');
  if (rest.length === 0) return `docker.io/library/${tagged}`;
  return /[.:]/.test(first) || first === 'localhost' ? tagged : `docker.io/${tagged}`;
}
