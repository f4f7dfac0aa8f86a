import { configFiles } from '../../cni/spec.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Condition } from '../../resources/pod-template/shapes.ts';
import { rfc3339, rfc3339Micro, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, flagOf } from '../component.ts';
import { nodeName } from './on.ts';

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
  const known = yield* api.get<Node>('nodes', undefined, name);
  if (known) return true;
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
  if (made.status >= 400) return false;
  const node = made.body as unknown as Node;
  yield* api.updateStatus('nodes', { ...node, status: statusOf(sys, node) });
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

/** The lease every 10 s; the status when it changed or every 5 minutes. */
export function* heartbeat(sys: DaemonSys, which: 'heartbeat' | 'node-status'): Call<void> {
  sys.setTimer(which, (which === 'heartbeat' ? 10 : 2) * SECOND);
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  if (which === 'heartbeat') {
    yield* renew(sys);
    return;
  }
  const ready = isNetworkReady(sys);
  const before = sys.memory<{ ready: boolean; at: number }>('node-status');
  if (before && before.ready === ready && sys.now - before.at < 300 * SECOND) {
    if (ready) sys.setTimer(which, 10 * SECOND);
    return;
  }
  const node = yield* api.get<Node>('nodes', undefined, nodeName(sys));
  if (!node) return;
  const status = statusOf(sys, node);
  const done = yield* api.updateStatus('nodes', { ...node, status });
  if (done.status >= 400) return;
  sys.remember('node-status', { ready, at: sys.now });
  if (ready && !before?.ready) {
    yield* api.event(node, 'Normal', 'NodeReady', `Node ${nodeName(sys)} status is now: NodeReady`);
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

/** Whether containerd has a network configuration (its `NetworkReady`). */
export function isNetworkReady(sys: DaemonSys): boolean {
  return configFiles(sys.files).length > 0;
}

function statusOf(sys: DaemonSys, node: Node): object {
  const ready = isNetworkReady(sys);
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
    ready
      ? ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status']
      : [
          'Ready',
          'False',
          'KubeletNotReady',
          'container runtime network not ready: NetworkReady=false ' +
            'reason:NetworkPluginNotReady message:Network plugin returns ' +
            'error: cni plugin not initialized',
        ],
  ];
  const conditions = rows.map(([type, status, reason, message]) => {
    const old = before.find((each) => each.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message };
  });
  const address =
    sys.network.links().find(({ name }) => name === 'eth0')?.addresses[0]?.address ?? '';
  const id = sys.chance.hex('machine-id', 32);
  const capacity = {
    cpu: '2',
    'ephemeral-storage': '61202244Ki',
    'hugepages-2Mi': '0',
    memory: '4015652Ki',
    pods: '110',
  };
  return {
    ...node.status,
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: nodeName(sys) },
    ],
    capacity,
    allocatable: { ...capacity, 'ephemeral-storage': '56403987978', memory: '3913252Ki' },
    conditions,
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: sys.chance.uuid('boot-id'),
      containerRuntimeVersion: 'containerd://2.2.1',
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
