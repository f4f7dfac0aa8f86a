import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { SECOND } from '../../world/time.ts';
import { tell } from './events.ts';
import { klog, runtimeLog, sandboxText } from './log.ts';
import { attach, networkProblem } from './network.ts';
import { changePod, readPod, type PodRecord } from './records.ts';
import { nodeAddresses, runtimeOf, wake } from './runtime.ts';

/** What containerd says of its network while that cannot be used; undefined while it can. */
export function networkNotReady(sys: DaemonSys): string | undefined {
  const problem = networkProblem(sys);
  if (problem === undefined) return undefined;
  const why = `Network plugin returns error: ${problem}`;
  return `NetworkReady=false reason:NetworkPluginNotReady message:${why}`;
}

/** The pod's network namespace with its interface; hostNetwork pods have the node's. */
export function* ensureSandbox(sys: DaemonSys, record: PodRecord): Call<PodRecord | undefined> {
  if (record.netns) return record;
  const { uid, pod } = record;
  if (pod.spec.hostNetwork) {
    const ips = nodeAddresses(sys);
    const all = ips.length > 1 ? { ips } : {};
    changePod(sys, uid, { netns: 'host', ip: ips[0] ?? '', ...all });
    return readPod(sys, uid);
  }
  if (record.sandboxRetryAt !== undefined && sys.now < record.sandboxRetryAt) return undefined;
  const notReady = networkNotReady(sys);
  if (notReady !== undefined) {
    const text = `network is not ready: container runtime network not ready: ${notReady}`;
    yield* tell(sys, record, 'Warning', 'NetworkNotReady', text);
    skipped(sys, pod, text);
    wake(sys, uid, 2 * SECOND);
    return undefined;
  }
  const runtime = runtimeOf(sys);
  const netns = `cni-${sys.chance.uuid(`netns/${uid}/${sys.now}`)}`;
  const id = sys.chance.hex(`sandbox/${uid}/${sys.now}`, 64);
  runtime.addNetns(netns);
  const attached = attach(sys, pod, id, netns);
  if ('error' in attached) {
    runtime.removeNetns(netns);
    return yield* sandboxFailed(sys, record, id, attached.error);
  }
  const [ip = ''] = attached.ips;
  runtimeLog(sys, [
    `level=info msg="RunPodSandbox for ${sandboxText(pod)} returns sandbox id \\"${id}\\""`,
  ]);
  const all = attached.ips.length > 1 ? { ips: attached.ips } : {};
  changePod(sys, uid, { netns, ip, ...all, sandbox: id });
  return readPod(sys, uid);
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
  changePod(sys, record.uid, { sandboxRetryAt: sys.now + 12 * SECOND });
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
