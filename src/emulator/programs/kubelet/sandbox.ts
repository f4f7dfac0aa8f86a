import { runChain } from '../../cni/chain.ts';
import { configFiles, loadNetwork } from '../../cni/spec.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { SECOND } from '../../world/time.ts';
import { tell } from './events.ts';
import { klog, runtimeLog, sandboxText } from './log.ts';
import { changePod, readPod, type PodRecord } from './records.ts';
import { nodeAddress, runtimeOf, wake } from './runtime.ts';

/** What containerd says while no CNI configuration is there. */
export const NO_NETWORK =
  'NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: cni plugin not initialized';
export const NOT_READY = `container runtime network not ready: ${NO_NETWORK}`;

/** Whether containerd has a network configuration (its `NetworkReady`). */
export function isNetworkReady(sys: DaemonSys): boolean {
  return configFiles(sys.files).length > 0;
}

/** The pod's network namespace with its interface; hostNetwork pods have the node's. */
export function* ensureSandbox(sys: DaemonSys, record: PodRecord): Call<PodRecord | undefined> {
  if (record.netns) return record;
  const { uid, pod } = record;
  if (pod.spec.hostNetwork) {
    changePod(sys, uid, { netns: 'host', ip: nodeAddress(sys) });
    return readPod(sys, uid);
  }
  if (!isNetworkReady(sys)) {
    const text = `network is not ready: ${NOT_READY}`;
    yield* tell(sys, record, 'Warning', 'NetworkNotReady', text);
    skipped(sys, pod, text);
    wake(sys, uid, 2 * SECOND);
    return undefined;
  }
  const runtime = runtimeOf(sys);
  const netns = `cni-${sys.chance.uuid(`netns/${uid}/${sys.now}`)}`;
  const id = sys.chance.hex(`sandbox/${uid}/${sys.now}`, 64);
  const network = loadNetwork(sys.files);
  if ('error' in network) return yield* sandboxFailed(sys, record, id, network.error);
  runtime.addNetns(netns);
  const config = runtime.network(netns);
  config.setLink('lo', { up: true });
  const answer = runChain('ADD', network.list.text, argumentsOf(pod, id, netns), nodeOf(sys));
  if (!answer.ok) {
    runtime.removeNetns(netns);
    return yield* sandboxFailed(sys, record, id, answer.message);
  }
  const eth0 = config.links().find(({ name }) => name === 'eth0');
  const ip = eth0?.addresses.find(({ scope }) => scope === 'global')?.address ?? '';
  runtimeLog(sys, [
    `level=info msg="RunPodSandbox for ${sandboxText(pod)} returns sandbox id \\"${id}\\""`,
  ]);
  changePod(sys, uid, { netns, ip, sandbox: id });
  return readPod(sys, uid);
}

function argumentsOf({ metadata, spec }: Pod, containerID: string, netns: string) {
  const portMappings = spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol, ...more }) => {
      const lower = (protocol ?? 'TCP').toLowerCase();
      const { hostIP = '' } = more as { hostIP?: string };
      return hostPort ? [{ hostPort, containerPort, protocol: lower, hostIP }] : [];
    }),
  );
  const args = [
    'IgnoreUnknown=1',
    `K8S_POD_NAMESPACE=${metadata.namespace}`,
    `K8S_POD_NAME=${metadata.name}`,
    `K8S_POD_INFRA_CONTAINER_ID=${containerID}`,
    `K8S_POD_UID=${metadata.uid}`,
  ];
  return {
    containerID,
    netns: `/var/run/netns/${netns}`,
    ifName: 'eth0',
    args: args.join(';'),
    capabilities: { portMappings },
  };
}

/** The node, as CNI plugins reach it. */
export function nodeOf(sys: DaemonSys) {
  const runtime = runtimeOf(sys);
  return {
    files: sys.files,
    host: sys.network,
    netns: (path: string) => runtime.network(path.split('/').at(-1) ?? ''),
    chance: sys.chance,
  };
}

function* sandboxFailed(
  sys: DaemonSys,
  record: PodRecord,
  id: string,
  why: string,
): Call<undefined> {
  const error =
    'rpc error: code = Unknown desc = failed to setup network for ' + `sandbox "${id}": ${why}`;
  const message = `Failed to create pod sandbox: ${error}`;
  yield* tell(sys, record, 'Warning', 'FailedCreatePodSandBox', message);
  sayFailed(sys, record.pod, error);
  runtimeLog(sys, [
    `level=error msg="RunPodSandbox for ${sandboxText(record.pod)} failed, error" ` +
      `error=${JSON.stringify(error)}`,
  ]);
  wake(sys, record.uid, 12 * SECOND);
  return undefined;
}

/** A sandbox that could not be made, told by each part of the kubelet that it passes. */
function sayFailed(sys: DaemonSys, pod: Pod, error: string): void {
  const { namespace, name, uid } = pod.metadata;
  const [err, which] = [`err=${JSON.stringify(error)}`, `pod="${namespace}/${name}"`];
  klog(sys, 'E', 'log.go:32', `"RunPodSandbox from runtime service failed" ${err}`);
  const sandbox = `"Failed to create sandbox for pod" ${err} ${which}`;
  klog(sys, 'E', 'kuberuntime_sandbox.go:70', sandbox);
  klog(
    sys,
    'E',
    'kuberuntime_manager.go:1553',
    `"CreatePodSandbox for pod failed" ${err} ${which}`,
  );
  const id = `${name}_${namespace}(${uid})`;
  const inner = `Failed to create sandbox for pod "${id}": ${error}`;
  const why = `"CreatePodSandbox" for "${id}" with CreatePodSandboxError: ${JSON.stringify(inner)}`;
  skipped(sys, pod, `failed to ${why}`);
}

function skipped(sys: DaemonSys, { metadata: { namespace, name, uid } }: Pod, why: string): void {
  const about = `err=${JSON.stringify(why)} pod="${namespace}/${name}" podUID="${uid}"`;
  klog(sys, 'E', 'pod_workers.go:1324', `"Error syncing pod, skipping" ${about}`);
}
