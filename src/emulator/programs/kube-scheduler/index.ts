import { isErrno } from '../../host/errno.ts';
import type { Call, Daemon, DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { MILLISECOND, rfc3339, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, klog, recordAction, urlOf } from '../component.ts';
import { choose, failureText, loadsOf, place, type Node } from './choose.ts';
import { missingText, refuseByStorage, settleStorage, storageOf } from './volumes.ts';

const COMPONENT = 'default-scheduler';

/** Gives each pod without a node one that fits (`pkg/scheduler`). */
const daemon: Daemon = {
  name: 'kube-scheduler',
  paths: ['/usr/local/bin/kube-scheduler'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        yield* start(sys);
        return undefined;
      case 'watch':
        if (message.event.type === 'ERROR') {
          sys.close(message.fd);
          sys.remember(`watch/${message.fd}`, undefined);
          sys.setTimer('start', 1 * SECOND);
        } else sys.setTimer('work', 5 * MILLISECOND);
        return undefined;
      case 'timer':
        if (message.name === 'start') yield* start(sys);
        else yield* work(sys);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

function* start(sys: DaemonSys): Call<void> {
  const options = componentOptions(sys);
  for (const [resource, selector] of [
    ['pods', '&fieldSelector=spec.nodeName%3D'],
    ['nodes', ''],
    ['persistentvolumeclaims', ''],
  ] as const) {
    if (sys.memories('watch/').some(([, value]) => value === resource)) continue;
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true${selector}`;
    const fd = yield* sys.watch({ method: 'GET', url }, options);
    if (typeof fd !== 'number') {
      if (isErrno(fd))
        klog(sys, 'E', 'reflector.go:205', `"Failed to watch" err="${fd}" type="${resource}"`);
      sys.setTimer('start', 1 * SECOND);
      return;
    }
    sys.remember(`watch/${fd}`, resource);
  }
}

function* work(sys: DaemonSys): Call<void> {
  const api = createApi(sys, COMPONENT, componentOptions(sys));
  const all = yield* api.list<Pod>('pods');
  const waiting = all.filter(
    (pod) =>
      !pod.spec.nodeName && !pod.metadata.deletionTimestamp && pod.spec.schedulerName === COMPONENT,
  );
  if (waiting.length === 0) return;
  const nodes = yield* api.list<Node>('nodes');
  const placed = all.filter(
    (pod) =>
      pod.spec.nodeName && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed',
  );
  const loads = loadsOf(nodes, placed);
  for (const pod of waiting) {
    const storage = yield* storageOf(api, pod);
    if (storage.missing) {
      yield* unschedulable(sys, pod, missingText(nodes.length, storage.missing));
      continue;
    }
    const refuse = (node: Node) => refuseByStorage(storage, node);
    const choice = choose(pod, nodes, loads, sys.chance, refuse);
    if ('node' in choice && storage.waiting.length > 0) {
      const node = nodes.find(({ metadata }) => metadata.name === choice.node) as Node;
      // The pod goes there once its claims are bound: the watch of claims tells.
      yield* settleStorage(api, storage, node);
    } else if ('node' in choice) {
      const { namespace, name } = pod.metadata;
      const bound = yield* api.request({
        method: 'POST',
        url: urlOf('pods', namespace, name, 'binding'),
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace: namespace ?? '' },
          target: { kind: 'Node', name: choice.node },
        },
      });
      if (bound.status >= 400) continue;
      place(loads, pod, choice.node);
      yield* recordAction(sys, api.request, COMPONENT, pod, {
        type: 'Normal',
        reason: 'Scheduled',
        message: `Successfully assigned ${namespace}/${name} to ${choice.node}`,
        action: 'Binding',
      });
    } else yield* unschedulable(sys, pod, failureText(nodes.length, choice.refusals));
  }
}

/** A pod that fits nowhere keeps waiting; it is told once for each reason. */
function* unschedulable(sys: DaemonSys, pod: Pod, message: string): Call<void> {
  const api = createApi(sys, COMPONENT, componentOptions(sys));
  const before = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (before?.message === message) return;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    lastTransitionTime: rfc3339(sys.now),
    observedGeneration: pod.metadata.generation ?? 1,
  };
  const conditions = [
    ...(pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
    condition,
  ];
  yield* api.updateStatus('pods', { ...pod, status: { ...pod.status, conditions } });
  yield* recordAction(sys, api.request, COMPONENT, pod, {
    type: 'Warning',
    reason: 'FailedScheduling',
    message,
    action: 'Scheduling',
  });
}
