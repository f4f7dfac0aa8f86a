import type { ApiObject } from '../../apimachinery/object.ts';
import { controllers } from '../../controllers/catalog.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, Daemon, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { accountOf } from './accounts.ts';
import { componentOptions, createApi, klog, urlOf, type Writer } from '../component.ts';

/** Time between a change and the work that it makes, so that changes are worked off together. */
const BATCH = 4 * MILLISECOND;
const COMPONENT = 'kube-controller-manager';

/** Runs all controllers: watches, a queue of keys per controller, and reconciling. */
const daemon: Daemon = {
  name: COMPONENT,
  paths: ['/usr/local/bin/kube-controller-manager'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        yield* start(sys);
        return undefined;
      case 'watch':
        yield* changed(sys, message);
        return undefined;
      case 'timer':
        if (message.name === 'start') yield* start(sys);
        else if (message.name === 'work') yield* work(sys);
        else enqueue(sys, message.name.slice('again/'.length));
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

/** Opens a watch for each resource that some controller wants; tries again until all are open. */
function* start(sys: DaemonSys): Call<void> {
  const options = componentOptions(sys);
  const wanted = [...new Set(controllers.flatMap(({ watches }) => watches))].sort();
  for (const resource of wanted) {
    if (sys.memories('watch/').some(([, value]) => value === resource)) continue;
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url }, options);
    if (typeof fd !== 'number') {
      if (isErrno(fd))
        klog(sys, 'E', 'reflector.go:205', `"Failed to watch" err="${fd}" type="${resource}"`);
      sys.setTimer('start', 1 * SECOND);
      return;
    }
    sys.remember(`watch/${fd}`, resource);
  }
  sys.setTimer('work', BATCH);
}

function* changed(sys: DaemonSys, message: DaemonMessage & { type: 'watch' }): Call<void> {
  const resource = sys.memory<string>(`watch/${message.fd}`);
  if (!resource || message.event.type === 'BOOKMARK') return;
  if (message.event.type === 'ERROR') {
    sys.close(message.fd);
    sys.remember(`watch/${message.fd}`, undefined);
    sys.setTimer('start', 1 * SECOND);
    return;
  }
  const object = message.event.object as unknown as ApiObject;
  const api = createApi(sys, COMPONENT, componentOptions(sys), COMPONENT, readOnly(sys));
  for (const controller of controllers) {
    if (!controller.watches.includes(resource)) continue;
    for (const key of yield* controller.keys(resource, object, api))
      enqueue(sys, `${controller.name}/${key}`);
  }
}

/** What concerns whom is asked of the informers alone. */
function readOnly(sys: DaemonSys): Writer | undefined {
  const options = componentOptions(sys);
  return options && { options, refused: () => undefined };
}

function enqueue(sys: DaemonSys, key: string): void {
  sys.remember(`queue/${key}`, true);
  if (!sys.memory('working')) {
    sys.remember('working', true);
    sys.setTimer('work', BATCH);
  }
}

/** Works off all keys that wait. */
function* work(sys: DaemonSys): Call<void> {
  sys.remember('working', undefined);
  const options = componentOptions(sys);
  const reachable = yield* sys.api({ method: 'GET', url: '/readyz' }, options);
  if (isErrno(reachable)) {
    sys.remember('working', true);
    sys.setTimer('work', 1 * SECOND);
    return;
  }
  for (const [name] of sys.memories('queue/')) {
    sys.remember(name, undefined);
    const path = name.slice('queue/'.length);
    const cut = path.indexOf('/');
    const controller = controllers.find((each) => each.name === path.slice(0, cut));
    if (!controller) continue;
    const writer = yield* accountOf(sys, options, controller.account ?? controller.name);
    const api = createApi(sys, COMPONENT, options, recorderOf(controller.name), writer);
    const again = yield* controller.reconcile(path.slice(cut + 1), api);
    const wait = again === 'failed' ? backOff(sys, path) : again;
    if (again !== 'failed') sys.remember(`failed/${path}`, undefined);
    if (wait) sys.setTimer(`again/${path}`, wait);
  }
}

/** The longest wait between two tries. */
const LONGEST = 1000 * SECOND;

/** How long to wait after one more failure: twice as long each time (client-go's rate limiter). */
function backOff(sys: DaemonSys, path: string): number {
  const failures = sys.memory<number>(`failed/${path}`) ?? 0;
  sys.remember(`failed/${path}`, failures + 1);
  return Math.min(LONGEST, 5 * MILLISECOND * 2 ** Math.min(failures, 30));
}

/** The component that a controller's events tell; some have a name of their own. */
function recorderOf(name: string): string {
  return recorders[name] ?? name;
}

const recorders: Readonly<Record<string, string>> = {
  'persistentvolume-binder-controller': 'persistentvolume-controller',
  'local-path-provisioner': 'rancher.io/local-path_local-path-provisioner',
  'horizontal-pod-autoscaler-controller': 'horizontal-pod-autoscaler',
  'node-lifecycle-controller': 'node-controller',
  'endpoints-controller': 'endpoint-controller',
  'endpointslice-controller': 'endpoint-slice-controller',
  'endpointslice-mirroring-controller': 'endpoint-slice-mirroring-controller',
};
