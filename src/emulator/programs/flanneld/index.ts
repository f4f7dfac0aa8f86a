import type { ApiObject } from '../../apimachinery/object.ts';
import { planRoutes, subnetEnv, writeRules, type FlannelNode } from '../../cni/flannel/routes.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, Daemon, DaemonSys } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import { createApi, klog, urlOf } from '../component.ts';

interface Node extends ApiObject {
  readonly spec: { readonly podCIDR?: string };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/** flanneld with the kube subnet manager and the host-gw backend: routes to every other node. */
const daemon: Daemon = {
  name: 'flanneld',
  paths: ['/opt/bin/flanneld'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        yield* start(sys);
        return undefined;
      case 'timer':
        if (message.name === 'start') yield* start(sys);
        else yield* sync(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('sync', 20_000);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

interface NetConf {
  readonly Network: string;
  readonly Backend?: { readonly Type?: string };
}

function readConf(sys: DaemonSys): NetConf | undefined {
  const found = sys.files.read('/etc/kube-flannel/net-conf.json');
  return isErrno(found) ? undefined : (JSON.parse(found.text) as NetConf);
}

function* start(sys: DaemonSys): Call<void> {
  const conf = readConf(sys);
  if (conf?.Backend?.Type !== 'host-gw') {
    klog(
      sys,
      'E',
      'main.go:359',
      `Error registering network: backend ${conf?.Backend?.Type} is not modelled here`,
    );
    return;
  }
  const fd = yield* sys.watch({
    method: 'GET',
    url: `${urlOf('nodes')}?watch=true&sendInitialEvents=true`,
  });
  if (typeof fd !== 'number') {
    klog(sys, 'E', 'main.go:238', 'Failed to create SubnetManager: error retrieving pod spec');
    sys.setTimer('start', 1 * SECOND);
    return;
  }
  sys.setTimer('sync', 10_000);
}

function* sync(sys: DaemonSys): Call<void> {
  const conf = readConf(sys);
  const api = createApi(sys, 'flanneld', undefined);
  const nodes = (yield* api.list<Node>('nodes')).flatMap(
    ({ metadata, spec, status }): FlannelNode[] => {
      const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
      return address && spec.podCIDR
        ? [{ name: metadata.name, address, podCIDR: spec.podCIDR }]
        : [];
    },
  );
  const own = nodes.find(({ name }) => name === sys.hostname);
  if (!own || !conf) {
    sys.setTimer('sync', 1 * SECOND);
    return;
  }
  const plan = planRoutes(own.name, nodes, 'eth0', conf.Network, sys.network.routes());
  for (const route of plan.remove) sys.network.removeRoute(route);
  for (const route of plan.add) sys.network.addRoute(route);
  const text = subnetEnv(conf.Network, own.podCIDR, 1500, true);
  const before = sys.files.read('/run/flannel/subnet.env');
  if (isErrno(before) || before.text !== text) {
    sys.files.write('/run/flannel/subnet.env', text);
    klog(sys, 'I', 'main.go:435', 'Wrote subnet file to /run/flannel/subnet.env');
    klog(sys, 'I', 'main.go:439', 'Running backend.');
  }
  writeRules(sys.network, conf.Network, own.podCIDR, { ipMasq: true, forward: true });
  // Rules that a learner flushes come back, as flanneld's own resync brings them (every 5 s there).
  sys.setTimer('sync', 30 * SECOND);
}
