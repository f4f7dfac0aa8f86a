import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Condition } from '../../resources/pod-template/shapes.ts';
import { rfc3339, rfc3339Micro, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, flagOf } from '../component.ts';
import { isRuntimeUp, klog } from './log.ts';
import { nodeAddresses, nodeName } from './runtime.ts';
import { networkNotReady } from './sandbox.ts';

interface Node extends ApiObject {
  readonly spec?: object;
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly [field: string]: unknown;
  };
}

/** The node object, made if it is not there; whether the API server answered. */
export function* register(sys: DaemonSys): Call<boolean> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const name = nodeName(sys);
  klog(sys, 'I', 'kubelet_node_status.go:75', `"Attempting to register node" node="${name}"`);
  const known = yield* api.get<Node>('nodes', undefined, name);
  if (known) {
    klog(sys, 'I', 'kubelet_node_status.go:124', `"Node was previously registered" node="${name}"`);
    return true;
  }
  const role = flagOf(sys.argv, 'node-labels');
  const labels: Record<string, string> = {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  };
  for (const pair of role?.split(',') ?? []) {
    const [key = '', value = ''] = pair.split('=');
    labels[key] = value;
  }
  const taint = flagOf(sys.argv, 'register-with-taints');
  const taints = (taint ? [taint] : []).map((text) => {
    const [, key = '', effect = ''] = /^([^=:]+)(?:=[^:]*)?:(.+)$/.exec(text) ?? [];
    return { key, effect };
  });
  taints.push({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' });
  const annotations = {
    'node.alpha.kubernetes.io/ttl': '0',
    'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
  };
  const made = yield* api.create('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels, annotations },
    spec: { taints },
  });
  if (made.status >= 400) {
    const server = componentOptions(sys)?.server;
    const url = `https://${server?.address}:${server?.port}/api/v1/nodes`;
    const dial = `dial tcp ${server?.address}:${server?.port}: connect: connection refused`;
    const err = `Post \\"${url}\\": ${dial}`;
    const text = `"Unable to register node with API server" err="${err}" node="${name}"`;
    klog(sys, 'E', 'kubelet_node_status.go:107', text);
    return false;
  }
  klog(sys, 'I', 'kubelet_node_status.go:78', `"Successfully registered node" node="${name}"`);
  const node = made.body as unknown as Node;
  yield* api.updateStatus('nodes', { ...node, status: statusOf(sys, node) });
  sayReady(sys, notReadyBecause(sys), true);
  yield* api.event(node, 'Normal', 'Starting', 'Starting kubelet.');
  yield* api.event(
    node,
    'Normal',
    'NodeHasSufficientMemory',
    `Node ${name} status is now: NodeHasSufficientMemory`,
  );
  yield* renew(sys);
  return true;
}

/** The lease every 10 s; the status when it changed, else every 5 minutes. */
export function* heartbeat(sys: DaemonSys, which: 'heartbeat' | 'node-status'): Call<void> {
  const why = notReadyBecause(sys);
  const ready = why === undefined;
  // A node that waits for its network looks out for it more often.
  sys.setTimer(which, (which === 'heartbeat' || ready ? 10 : 2) * SECOND);
  if (which === 'heartbeat') return yield* renew(sys);
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const node = yield* api.get<Node>('nodes', undefined, nodeName(sys));
  if (!node) {
    yield* register(sys);
    return;
  }
  const was = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const written = sys.memory<number>('node-status') ?? 0;
  const same = was === (ready ? 'True' : 'False');
  sayReady(sys, why, same);
  if (same && sys.now - written < 300 * SECOND) return;
  const done = yield* api.updateStatus('nodes', { ...node, status: statusOf(sys, node) });
  if (done.status >= 400) return;
  sys.remember('node-status', sys.now);
  if (same) return;
  const reason = ready ? 'NodeReady' : 'NodeNotReady';
  yield* api.event(node, 'Normal', reason, `Node ${nodeName(sys)} status is now: ${reason}`);
}

/** Why pods cannot run here now; undefined where they can. */
function notReadyBecause(sys: DaemonSys): string | undefined {
  if (!isRuntimeUp(sys)) return 'container runtime is down';
  const network = networkNotReady(sys);
  return network === undefined ? undefined : `${NETWORK}${network}`;
}

const NETWORK = 'container runtime network not ready: ';

/** What the log says of the node's readiness, when it changes and while it lasts. */
function sayReady(sys: DaemonSys, why: string | undefined, same: boolean): void {
  if (why === undefined && !same) {
    const text = '"Fast updating node status as it just became ready"';
    klog(sys, 'I', 'kubelet_node_status.go:502', text);
  } else if (why?.startsWith(NETWORK)) {
    const network = JSON.stringify(why.slice(NETWORK.length));
    const text = `"Container runtime network not ready" networkReady=${network}`;
    klog(sys, 'E', 'kubelet.go:3117', text);
  } else if (why !== undefined) {
    klog(sys, 'E', 'kubelet.go:2451', `"Skipping pod synchronization" err="${why}"`);
  }
}

function* renew(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const name = nodeName(sys);
  const lease = yield* api.get<ApiObject>('leases.coordination.k8s.io', 'kube-node-lease', name);
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: rfc3339Micro(sys.now) };
  if (lease) yield* api.update('leases.coordination.k8s.io', { ...lease, spec });
  else {
    yield* api.create(
      'leases.coordination.k8s.io',
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace: 'kube-node-lease' },
        spec,
      },
      'kube-node-lease',
    );
  }
}

function statusOf(sys: DaemonSys, node: Node): object {
  const why = notReadyBecause(sys);
  const now = rfc3339(sys.now);
  const before = node.status?.conditions ?? [];
  const rows: [string, string, string, string][] = [
    [
      'MemoryPressure',
      'False',
      'KubeletHasSufficientMemory',
      'kubelet has sufficient memory available',
    ],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    why === undefined
      ? ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status']
      : ['Ready', 'False', 'KubeletNotReady', why],
  ];
  const conditions = rows.map(([type, status, reason, message]) => {
    const old = before.find((each) => each.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message };
  });
  // What a network plugin says of the node is not the kubelet's to change.
  const others = before.filter(({ type }) => !rows.some(([own]) => own === type));
  const id = sys.chance.hex('machine-id', 32);
  const capacity = {
    cpu: '4',
    'ephemeral-storage': '61255492Ki',
    'hugepages-2Mi': '0',
    memory: '8148792Ki',
    pods: '110',
  };
  return {
    ...node.status,
    addresses: [
      ...nodeAddresses(sys).map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: nodeName(sys) },
    ],
    capacity,
    allocatable: { ...capacity, 'ephemeral-storage': '56453061334' },
    conditions: [...others, ...conditions],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: sys.chance.uuid('boot-id'),
      containerRuntimeVersion: 'containerd://2.1.4',
      kernelVersion: '6.8.0-45-generic',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.36.2',
      machineID: id,
      operatingSystem: 'linux',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      systemUUID: sys.chance.uuid('system-uuid'),
    },
  };
}
