import type { ApiObject } from '../../apimachinery/object.ts';
import { isErrno } from '../../host/errno.ts';
import type { DaemonCode, PartCode } from '../../host/parts.ts';
import type { Call, DaemonSys, Process, ProgramCode } from '../../host/syscalls.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { rfc3339Micro } from '../../world/time.ts';
import { createApi, urlOf } from '../component.ts';

const GROUP = 'crd.projectcalico.org';
const STATUS = '/status/status.json';

/** calico/kube-controllers with the controller `node`. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        yield* start(sys);
        return undefined;
      case 'timer':
        if (message.name === 'start') yield* start(sys);
        else yield* clean(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('clean', 100 * MILLISECOND);
        return undefined;
      case 'watch-ended':
        sys.setTimer('start', 1 * SECOND);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

/** `check-status -r` and `-l`. */
const status: ProgramCode = {
  *run(argv, sys): Process {
    const [flag] = argv.slice(1);
    if (flag !== '-r' && flag !== '-l') {
      yield* sys.write(2, 'must specify exactly one of -r or -l\n');
      return 1;
    }
    if (!isErrno(sys.files.stat(STATUS))) return 0;
    yield* sys.write(
      1,
      `Failed to read status file ${STATUS}: open ${STATUS}: no such file or directory\n`,
    );
    return 1;
  },
};

const code: PartCode = { programs: { 'kube-controllers': daemon, 'check-status': status } };

export default code;

function say(sys: DaemonSys, text: string): void {
  const time = rfc3339Micro(sys.now).replace('T', ' ').slice(0, 23);
  sys.log(`${time} [INFO][1] ${text}`);
}

function* start(sys: DaemonSys): Call<void> {
  const fd = yield* sys.watch({
    method: 'GET',
    url: `${urlOf('nodes')}?watch=true&sendInitialEvents=true`,
  });
  if (typeof fd !== 'number') {
    say(sys, 'main.go 138: Failed to initialize datastore');
    sys.setTimer('start', 5 * SECOND);
    return;
  }
  say(
    sys,
    'main.go 107: Loaded configuration from environment config=&config.Config{LogLevel:"info"}',
  );
  say(sys, 'main.go 131: Ensuring Calico datastore is initialized');
  say(sys, 'main.go 157: Calico datastore is initialized');
  say(sys, 'main.go 335: Starting controller ControllerType="Node"');
  yield* configure(sys);
  sys.files.makeDirectory('/status', { parents: true });
  sys.files.write(
    STATUS,
    JSON.stringify({ Readiness: { CalicoDatastore: { Ready: true, Reason: '' } } }),
  );
}

function* configure(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'kube-controllers', undefined);
  const resource = `kubecontrollersconfigurations.${GROUP}`;
  if (yield* api.get(resource, undefined, 'default')) return;
  const node = { leakGracePeriod: '15m0s', reconcilerPeriod: '5m0s', syncLabels: 'Enabled' };
  const reconciler = { reconcilerPeriod: '5m0s' };
  yield* api.create(resource, {
    apiVersion: `${GROUP}/v1`,
    kind: 'KubeControllersConfiguration',
    metadata: { name: 'default' },
    spec: {
      controllers: {
        namespace: reconciler,
        node,
        policy: reconciler,
        serviceAccount: reconciler,
        workloadEndpoint: reconciler,
      },
      etcdV3CompactionPeriod: '10m0s',
      healthChecks: 'Enabled',
      logSeverityScreen: 'Info',
    },
  });
}

interface Affine extends ApiObject {
  readonly spec: { readonly affinity?: string; readonly node?: string };
}

/** Gives back what nodes had that are no more. */
function* clean(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'kube-controllers', undefined);
  const nodes = new Set((yield* api.list<ApiObject>('nodes')).map(({ metadata }) => metadata.name));
  if (nodes.size === 0) return;
  for (const plural of ['ipamblocks', 'blockaffinities']) {
    for (const { metadata, spec } of yield* api.list<Affine>(`${plural}.${GROUP}`)) {
      const node = spec.node ?? spec.affinity?.replace(/^host:/, '');
      if (node === undefined || nodes.has(node)) continue;
      const what = `Releasing block affinity ${metadata.name} of a node that is gone`;
      say(sys, `ipam.go 1119: ${what} node="${node}"`);
      yield* api.delete(`${plural}.${GROUP}`, undefined, metadata.name);
    }
  }
}
