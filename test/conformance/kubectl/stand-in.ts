import type { Catalogs } from '../../../src/emulator/cluster/early.ts';
import {
  executables as own,
  images as ownImages,
  texts,
} from '../../../src/emulator/cluster/catalogs.ts';
import type { ApiRequest, ApiServer } from '../../../src/emulator/apiserver/request.ts';
import type { Image } from '../../../src/emulator/host/runtime-api.ts';
import type {
  ApiOptions,
  Daemon,
  DaemonMessage,
  DaemonSys,
  Executable,
} from '../../../src/emulator/host/syscalls.ts';
import type { Condition, Pod } from '../../../src/emulator/resources/pod-template/shapes.ts';
import { withSecondFamily } from './dual-stack.ts';
import { admin } from '../../../src/emulator/cluster/boot.ts';

/**
 * What the recording's stand-in for kubelets does besides what real ones do: there are no
 * containers, so every image runs and is ready at once, unless a step of the recording says else.
 */
export interface StandIn {
  readonly executables: readonly Executable[];
  readonly images: readonly Image[];
  readonly texts: Catalogs['texts'];
  /** Does what a step's note says; notes that it does not know change nothing. */
  note(text: string, api: ApiServer): void;
}

/** How long a container takes to end. */
const ENDING = 1_500_000;

type Rule = (pod: Pod) => boolean;

/** Programs of images whose containers only have to be there. */
const stubs = ['nginx', 'postgres', 'httpd', 'redis', 'sh', 'sleep', 'pause'];
/** Images of the recordings, and tags that they find missing. */
const names = ['nginx', 'busybox', 'postgres', 'httpd', 'redis', 'alpine', 'registry.k8s.io/pause'];

export function createStandIn(dual = false): StandIn {
  let unready: readonly Rule[] = [];
  const lingering = new Set<string>();
  const late = createDelay();
  const isReady = (pod: Pod) => !unready.some((rule) => rule(pod));
  const kubelet = own.find(({ name }) => name === 'kubelet') as Daemon;
  const wrapped: Daemon = {
    ...kubelet,
    *on(message, sys) {
      const due = late.take(message, sys);
      const watched = withStatus(sys, (pod) =>
        withReady(dual ? withSecondFamily(pod) : pod, isReady(pod)),
      );
      if (due === message) return yield* kubelet.on(message, watched);
      for (const each of due ? [due] : []) yield* kubelet.on(each as DaemonMessage, watched);
      return undefined;
    },
  };
  const containers = stubs.map((name): Daemon => ({
    name: `stub-${name}`,
    paths: [`/usr/bin/${name}`],
    // oxlint-disable-next-line require-yield -- a daemon is a generator
    *on(message, sys) {
      if (message.type === 'signal' && !lingering.has(sys.hostname)) sys.setTimer('end', ENDING);
      return message.type === 'timer' ? 0 : undefined;
    },
  }));
  const images = names.map((name): Image => ({
    names: [name],
    ...(name === 'nginx' && { tags: nginxTags }),
    programs: containers.map((each) => each.name),
    entrypoint: ['sleep', 'infinity'],
    size: 66_546_277,
  }));
  return {
    executables: [...own.filter(({ name }) => name !== 'kubelet'), wrapped, ...containers],
    texts,
    images: [...images, ...ownImages.filter((each) => !each.names.some((n) => names.includes(n)))],
    note(text, api) {
      unready = rulesOf(text, unready);
      for (const [, name] of text.matchAll(/pod (\S+) will take long to terminate/g))
        lingering.add(name as string);
      for (const [, name] of text.matchAll(/termination of (\S+) finishes/g)) {
        lingering.delete(name as string);
        finish(api, name as string);
      }
      const [, slow = '', how = ''] = /pod "(\S+)" stays (?:in )?(\w+)/.exec(text) ?? [];
      late.hold(slow);
      for (const pod of podsOf(api)) {
        if (pod.metadata.name !== slow) rewrite(api, withReady(pod, isReady(pod)));
        else if (how === 'ContainerCreating') rewrite(api, creating(pod));
      }
    },
  };
}

const nginxTags = ['latest', '1.25', '1.26', '1.27', '1.28', '1.29'];

/** The stand-in looks for pods now and then; it sees them later than a kubelet would. */
const LATE = 300_000;
/** Not all pods at once. */
const STAGGER = 150_000;

/** Holds back what a watch says of pods; a timer's message gives what is due. */
function createDelay() {
  const held = new Map<string, DaemonMessage>();
  let number = 0;
  let slow = '';
  return {
    /** Nothing more is told of a pod by this name. */
    hold: (name: string) => void (slow = name),
    take(message: DaemonMessage, sys: DaemonSys): DaemonMessage | undefined {
      if (message.type === 'timer' && held.has(message.name)) {
        const due = held.get(message.name);
        held.delete(message.name);
        return due;
      }
      if (message.type !== 'watch') return message;
      const { kind, metadata } = message.event.object as unknown as Pod;
      if (kind !== 'Pod') return message;
      if (slow !== '' && metadata?.name === slow) return undefined;
      number += 1;
      held.set(`late/${number}`, message);
      const letters = [...(metadata?.name ?? '')].reduce(
        (sum, each) => sum + each.charCodeAt(0),
        0,
      );
      sys.setTimer(`late/${number}`, LATE + (letters % 8) * STAGGER);
      return undefined;
    },
  };
}

function rulesOf(text: string, before: readonly Rule[]): readonly Rule[] {
  const image = /pods with image (\S+) never become ready/.exec(text)?.[1];
  if (image) return [(pod) => pod.spec.containers.some((each) => each.image === image)];
  const name = /pod (\S+) (?:not ready|fails its readiness probe)/.exec(text)?.[1];
  if (name) return [({ metadata }) => metadata.name === name];
  const several = /pods (\S+) not ready/.exec(text)?.[1]?.split(',');
  if (several) return [({ metadata }) => several.includes(metadata.name)];
  if (/(both|all) pods unready/.test(text)) return [({ metadata }) => metadata.name.length === 1];
  return /ready again|readiness recovers/.test(text) ? [] : before;
}

/** The kubelet's system calls; statuses that it writes are made what the stand-in's would be. */
function withStatus(sys: DaemonSys, change: (pod: Pod) => Pod): DaemonSys {
  const api: DaemonSys['api'] = (request, options?: ApiOptions) =>
    sys.api(changed(request, change), options as ApiOptions);
  return new Proxy(sys, {
    get: (target, name) => (name === 'api' ? api : Reflect.get(target, name, target)),
  });
}

function changed(request: ApiRequest, change: (pod: Pod) => Pod): ApiRequest {
  if (request.method !== 'PUT' || !/\/pods\/[^/]+\/status$/.test(request.url)) return request;
  return { ...request, body: change(request.body as unknown as Pod) as never };
}

function withReady(pod: Pod, ready: boolean): Pod {
  const { status } = pod;
  const running = (status?.containerStatuses ?? []).every((each) => each.state?.running);
  if (!status || !running || status.phase !== 'Running') return pod;
  const unready = pod.spec.containers.map(({ name }) => name).join(' ');
  const message = `containers with unready status: [${unready}]`;
  const conditions = (status.conditions ?? []).map((each): Condition => {
    if (each.type !== 'Ready' && each.type !== 'ContainersReady') return each;
    const { reason, message: _message, ...rest } = each;
    if (ready) return reason === 'ReadinessGatesNotReady' ? each : { ...rest, status: 'True' };
    return { ...rest, status: 'False', reason: 'ContainersNotReady', message };
  });
  const containerStatuses = (status.containerStatuses ?? []).map((each) => ({ ...each, ready }));
  return { ...pod, status: { ...status, conditions, containerStatuses } };
}

/** A pod whose sandbox is not there yet. */
function creating(pod: Pod): Pod {
  const waiting = pod.spec.containers.map(({ name, image }) => ({
    name,
    image,
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { waiting: { reason: 'ContainerCreating' } },
  }));
  const startTime = pod.metadata.creationTimestamp as string;
  const condition = (type: string, status: string): Condition => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: startTime,
  });
  const conditions = [
    condition('PodReadyToStartContainers', 'False'),
    condition('Initialized', 'True'),
    condition('Ready', 'False'),
    condition('ContainersReady', 'False'),
    condition('PodScheduled', 'True'),
  ];
  const hostIP = pod.spec.nodeName === 'worker-1' ? '192.168.49.3' : '192.168.49.4';
  const status = { ...pod.status, hostIP, startTime, conditions, containerStatuses: waiting };
  return { ...pod, status };
}

function podsOf(api: ApiServer): readonly Pod[] {
  const answer = api.handle({ method: 'GET', url: '/api/v1/pods', headers: {} }, admin);
  return (answer.body as { readonly items?: readonly Pod[] } | null)?.items ?? [];
}

const urlOf = ({ metadata }: Pod) =>
  `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

/** Writes a pod's status as its kubelet would. */
function rewrite(api: ApiServer, pod: Pod): void {
  const body = { ...pod, apiVersion: 'v1', kind: 'Pod' } as never;
  const headers = { 'user-agent': 'kubelet' };
  api.handle({ method: 'PUT', url: `${urlOf(pod)}/status`, headers, body }, admin);
}

function finish(api: ApiServer, name: string): void {
  for (const pod of podsOf(api).filter(({ metadata }) => metadata.name === name)) {
    const url = `${urlOf(pod)}?gracePeriodSeconds=0`;
    api.handle({ method: 'DELETE', url, headers: {} }, admin);
  }
}
