import type { Call, Sys } from '../../host/syscalls.ts';
import { kubectl } from './kubectl.ts';

interface Workload {
  readonly desired: number;
  readonly ready: number;
}

export interface CiliumStatus {
  readonly agent: Workload | undefined;
  readonly operator: Workload | undefined;
  readonly envoy: Workload | undefined;
  readonly managed: number;
  readonly pods: number;
  readonly images: readonly (readonly [name: string, image: string, count: number])[];
  readonly errors: readonly string[];
}

interface Object {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly replicas?: number;
    readonly hostNetwork?: boolean;
    readonly template?: { readonly spec: { readonly containers: readonly { image: string }[] } };
  };
  readonly status?: {
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
    readonly readyReplicas?: number;
    readonly phase?: string;
  };
}

/** Asks the cluster how Cilium is. */
export function* readStatus(sys: Sys): Call<CiliumStatus> {
  const system = ['-n', 'kube-system', 'get'];
  const agent = yield* read(sys, [...system, 'ds', 'cilium']);
  const operator = yield* read(sys, [...system, 'deploy', 'cilium-operator']);
  const envoy = (yield* read(sys, [...system, 'ds', 'cilium-envoy'])) as Object | undefined;
  const pods = yield* read(sys, ['get', 'pods', '-A']);
  const endpoints = yield* read(sys, ['get', 'ciliumendpoints.cilium.io', '-A']);
  const items = (found: unknown) =>
    (found as { items?: readonly Object[] } | undefined)?.items ?? [];
  const running = items(pods).filter(({ spec }) => spec?.hostNetwork !== true);
  const ds = agent as Object | undefined;
  const deploy = operator as Object | undefined;
  const first: Workload | undefined = ds && {
    desired: ds.status?.desiredNumberScheduled ?? 0,
    ready: ds.status?.numberReady ?? 0,
  };
  const second: Workload | undefined = deploy && {
    desired: deploy.spec?.replicas ?? 1,
    ready: deploy.status?.readyReplicas ?? 0,
  };
  const third: Workload | undefined = envoy && {
    desired: envoy.status?.desiredNumberScheduled ?? 0,
    ready: envoy.status?.numberReady ?? 0,
  };
  const errors: string[] = [];
  const judge = (name: string, kind: string, workload: Workload | undefined) => {
    if (!workload) errors.push(`${name}             ${name}    ${kind}s.apps "${name}" not found`);
    else if (workload.ready < workload.desired) {
      const missing = workload.desired - workload.ready;
      errors.push(
        `${name}             ${name}    ${missing} pods of ${kind} ${name} are not ready`,
      );
    }
  };
  judge('cilium', 'daemonset', first);
  if (third) judge('cilium-envoy', 'daemonset', third);
  judge('cilium-operator', 'deployment', second);
  const image = (object: Object | undefined) =>
    object?.spec?.template?.spec.containers[0]?.image ?? '';
  return {
    agent: first,
    operator: second,
    envoy: third,
    managed: items(endpoints).length,
    pods: running.length,
    images: [
      ...(first ? [['cilium', image(ds), first.desired] as const] : []),
      ...(third ? [['cilium-envoy', image(envoy), third.desired] as const] : []),
      ...(second ? [['cilium-operator', image(deploy), second.desired] as const] : []),
    ],
    errors,
  };
}

function* read(sys: Sys, words: readonly string[]): Call<unknown> {
  const ran = yield* kubectl(sys, [...words, '-o', 'json']);
  return ran.exit === 0 ? (JSON.parse(ran.stdout) as unknown) : undefined;
}

/** The status as it is printed. */
export function statusText(found: CiliumStatus): string {
  const word = (workload: Workload | undefined) =>
    workload && workload.ready >= workload.desired ? 'OK' : workload ? '1 errors' : '1 errors';
  const line = (kind: string, name: string, workload: Workload | undefined) => {
    if (!workload) return '';
    const { desired, ready } = workload;
    const text = `Desired: ${desired}, Ready: ${ready}/${desired}, Available: ${ready}/${desired}`;
    return `${kind.padEnd(23)}${name.padEnd(19)}${text}\n`;
  };
  const { agent, operator, envoy } = found;
  const proxy = envoy ? word(envoy) : 'disabled (using embedded mode)';
  const count = (workload: Workload | undefined) => workload?.desired ?? 0;
  const first = found.images[0]?.[1] ?? '';
  const version = /:v([^@]+)/.exec(first)?.[1] ?? '';
  return (
    `    /¯¯\\\n /¯¯\\__/¯¯\\    Cilium:             ${word(agent)}\n` +
    ` \\__/¯¯\\__/    Operator:           ${word(operator)}\n` +
    ` /¯¯\\__/¯¯\\    Envoy DaemonSet:    ${proxy}\n` +
    ' \\__/¯¯\\__/    Hubble Relay:       disabled\n' +
    '    \\__/       ClusterMesh:        disabled\n\n' +
    line('DaemonSet', 'cilium', agent) +
    line('DaemonSet', 'cilium-envoy', envoy) +
    line('Deployment', 'cilium-operator', operator) +
    `Containers:            cilium             Running: ${count(agent)}\n` +
    (envoy ? `                       cilium-envoy       Running: ${count(envoy)}\n` : '') +
    `                       cilium-operator    Running: ${count(operator)}\n` +
    `Cluster Pods:          ${found.managed}/${found.pods} managed by Cilium\n` +
    `Helm chart version:    ${version}\n` +
    found.images
      .map(
        ([name, image, number], index) =>
          (index === 0 ? 'Image versions' : '').padEnd(23) +
          `${name.padEnd(19)}${image}: ${number}\n`,
      )
      .join('') +
    found.errors
      .map((text, index) => `${(index === 0 ? 'Errors:' : '').padEnd(23)}${text}\n`)
      .join('')
  );
}
