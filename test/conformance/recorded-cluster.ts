import type { ApiServer } from '../../src/emulator/apiserver/request.ts';
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import { bound } from '../../src/emulator/apiserver/bootstrap-policy/policy.ts';
import { postPolicy, postRanges } from '../../src/emulator/cluster/bootstrap.ts';
import { createCluster } from '../../src/emulator/cluster/cluster.ts';
import { addMachine, conflist } from '../../src/emulator/cluster/machines.ts';
import { staticPods } from '../../src/emulator/cluster/manifests/static-pods.ts';
import { findTopology, type Topology } from '../../src/emulator/cluster/topology.ts';
import { wire, type Wired } from '../../src/emulator/cluster/wire.ts';
import { admin } from '../../src/emulator/cluster/boot.ts';
import { dualRanges } from './kubectl/dual-stack.ts';
import { createStandIn } from './kubectl/stand-in.ts';
import { pluginBinary } from '../../src/emulator/cni/binary.ts';
import { subnetEnv } from '../../src/emulator/cni/flannel/routes.ts';
import type { Json } from '../../src/emulator/world/json.ts';

const SECOND = 1_000_000;
/** More events than any wait has. */
const EVENTS = 10_000_000;

/** A cluster like the recorded one, driven by shell commands from its workstation. */
export interface RecordedCluster {
  readonly api: ApiServer;
  readonly cluster: Cluster;
  run(command: string, stdin?: string): { stdout: string; stderr: string; exit: number };
  writeFile(name: string, text: string): void;
  wait(time: number | 'settled'): void;
  /** Starts kube-proxy on a node with these lines of its configuration. */
  startProxy(node: string, config: string): void;
  /** From now on kubelets behave as a step's note says. */
  note(text: string): void;
}

/**
 * Boots the cluster that the recordings were made with: a control plane without pods of its own,
 * three nodes, no add-ons. Some are of a second cluster with ranges of both families. `start` is
 * the virtual time of the boot, where it matters.
 */
export function bootRecorded(dual = false, start?: number): RecordedCluster {
  const usual = findTopology('two-nodes') as Topology;
  const [[podCidr, podCidr6], [serviceCidr, serviceCidr6]] = [
    dualRanges.podCidrs,
    dualRanges.serviceCidrs,
  ];
  const topology = {
    ...usual,
    ...(dual && { podCidr, podCidr6, serviceCidr, serviceCidr6 }),
    ...(start !== undefined && { start }),
  };
  const standIn = createStandIn(dual);
  const wired = wire(topology, 7, { ...standIn, ...(dual && dualRanges) });
  const cluster = createCluster(topology, 7, wired);
  for (const machine of topology.machines)
    addMachine(wired.hosts, wired.network, topology, machine);
  startControlPlane(wired, topology);
  bootstrap(wired, topology, dual ? dualRanges.serviceCidrs : [topology.serviceCidr]);
  startNodes(wired, topology);
  const { clock } = wired.world;
  clock.runUntil(clock.now + 60 * SECOND, EVENTS);
  forgetEvents(wired);
  const place = { cwd: '/home/learner/w' };
  const home = wired.hosts.files('workstation');
  home.setMode('/home/learner/.kube', 0o777);
  home.setMode('/home/learner/.kube/config', 0o666);
  wired.hosts.files('workstation').makeDirectory(place.cwd, { parents: true });
  return {
    api: wired.api,
    cluster,
    run(command, stdin) {
      return cluster.script(command, { ...place, ...(stdin !== undefined && { stdin }) });
    },
    note: (text) => standIn.note(text, wired.api),
    startProxy: (node, config) => startProxy(wired, topology, node, config),
    writeFile: (name, text) => cluster.writeFile(`${place.cwd}/${name}`, text),
    wait(time) {
      if (time === 'settled') cluster.settle();
      else clock.runUntil(clock.now + time * SECOND, EVENTS);
      if (time === 'settled') keepService(wired, topology);
    },
  };
}

/** The components run as plain processes beside the node's own, so that no pod shows them. */
function startControlPlane({ hosts, world }: Wired, topology: Topology): void {
  const host = 'control-plane';
  const address = topology.machines[0]?.address ?? '';
  const files = hosts.files(host);
  for (const [file, manifest] of Object.entries(staticPods(topology, address))) {
    files.remove(`/etc/kubernetes/manifests/${file}`);
    const argv = [...manifest.matchAll(/^ +- (kube-[\w-]+|--\S+)$/gm)].map(
      (match) => match[1] as string,
    );
    const name = argv[0] as string;
    if (!name.startsWith('kube-')) continue;
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
    const sandbox = {
      id: name,
      host,
      netns: 'host',
      hostname: host,
      image: `registry.k8s.io/${name}:${topology.version}`,
      mounts: [{ path: '/etc/kubernetes', source: '/etc/kubernetes' }],
      env,
      cwd: '/',
      user: 'root',
    };
    world.store.commit(world.cause('test'), [
      { key: `/host/${host}/sandbox/${name}`, value: sandbox },
    ]);
    const how = { parent: 1, sandbox: name, user: 'root', env, cwd: '/', fds: new Map() };
    hosts.kernel.spawn(host, argv, how);
    hosts.kernel.drain();
  }
}

/** kube-proxy as a plain process, with the rights of the node's administrator. */
function startProxy(
  { hosts, world }: Wired,
  topology: Topology,
  node: string,
  config: string,
): void {
  const kind = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n';
  hosts.files(node).makeDirectory('/var/lib/kube-proxy', { parents: true });
  const connection = 'clientConnection:\n  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf\n';
  hosts.files(node).write('/var/lib/kube-proxy/config.conf', `${kind}${connection}${config}`);
  const kubeconfig = hosts.files('workstation').read('/home/learner/.kube/config');
  const own = typeof kubeconfig === 'string' ? '' : kubeconfig.text;
  hosts.files(node).write('/var/lib/kube-proxy/kubeconfig.conf', own);
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  const sandbox = {
    id: 'kube-proxy',
    host: node,
    netns: 'host',
    hostname: node,
    image: `registry.k8s.io/kube-proxy:${topology.version}`,
    mounts: [{ path: '/var/lib/kube-proxy', source: '/var/lib/kube-proxy' }],
    env,
    cwd: '/',
    user: 'root',
  };
  world.store.commit(world.cause('test'), [
    { key: `/host/${node}/sandbox/kube-proxy`, value: sandbox },
  ]);
  const argv = ['kube-proxy', '--config=/var/lib/kube-proxy/config.conf'];
  const how = { parent: 1, sandbox: 'kube-proxy', user: 'root', env, cwd: '/', fds: new Map() };
  hosts.kernel.spawn(node, [...argv, `--hostname-override=${node}`], how);
  hosts.kernel.drain();
}

function startNodes({ hosts }: Wired, topology: Topology): void {
  topology.machines.forEach(({ name, role }, index) => {
    if (role !== 'control-plane' && role !== 'worker') return;
    const files = hosts.files(name);
    files.write('/etc/cni/net.d/10-flannel.conflist', conflist);
    files.write('/opt/cni/bin/flannel', pluginBinary('flannel'), { mode: 0o755 });
    files.write(
      '/run/flannel/subnet.env',
      subnetEnv(topology.podCidr, `10.244.${index}.0/24`, 1450, true),
    );
    const flags = ['--kubeconfig=/etc/kubernetes/kubelet.conf', `--hostname-override=${name}`];
    if (role === 'control-plane') {
      flags.push(
        '--node-labels=node-role.kubernetes.io/control-plane=,' +
          'node.kubernetes.io/exclude-from-external-load-balancers=',
      );
      flags.push('--register-with-taints=node-role.kubernetes.io/control-plane=:NoSchedule');
    }
    hosts.start(name, ['/usr/bin/containerd']);
    hosts.start(name, ['kubelet', ...flags]);
  });
}

/** What the API server makes of its own accord. */
function bootstrap({ api }: Wired, topology: Topology, ranges: readonly string[]): void {
  const post = (url: string, body: unknown) => {
    const headers = { 'user-agent': 'kube-apiserver' };
    api.handle({ method: 'POST', url, headers, body: body as Json }, admin);
  };
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  postRanges(api, ranges);
  postPolicy(api);
  // The recordings were made by one who may do everything.
  post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'kubeadm:cluster-admins' },
    ...bound('ClusterRole', 'cluster-admin', ['Group kubeadm:cluster-admins']),
  });
  keepService({ api }, topology);
  keepConfigMaps({ api });
}

/** Nothing is left of what happened before a scenario. */
function forgetEvents({ api }: Wired): void {
  api.handle({ method: 'DELETE', url: '/api/v1/namespaces/default/events', headers: {} }, admin);
}

/** ConfigMaps that the API server and the controllers keep of their own accord. */
function keepConfigMaps({ api }: Pick<Wired, 'api'>): void {
  const url = '/api/v1/namespaces/kube-system/configmaps';
  for (const [name, data] of Object.entries(ownConfigMaps)) {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
    const headers = { 'user-agent': 'kube-apiserver' };
    api.handle({ method: 'POST', url, headers, body: body as Json }, admin);
  }
}

const ownConfigMaps = {
  'extension-apiserver-authentication': {
    'client-ca-file': '',
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': '',
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  },
  'kube-apiserver-legacy-service-account-token-tracking': { since: '2026-11-23' },
};

/** The Service of the API server itself, which makes it anew when it is gone. */
function keepService({ api }: Pick<Wired, 'api'>, topology: Topology): void {
  const url = '/api/v1/namespaces/default/services';
  const found = api.handle({ method: 'GET', url: `${url}/kubernetes`, headers: {} }, admin);
  if (found.status === 200) return;
  const post = (to: string, body: unknown) => {
    const headers = { 'user-agent': 'kube-apiserver' };
    api.handle({ method: 'POST', url: to, headers, body: body as Json }, admin);
  };
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  post(url, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  });
  const ip = topology.machines[0]?.address ?? '';
  const ports = [{ name: 'https', port: 6443, protocol: 'TCP' }];
  post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports,
  });
  const skip = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  post('/api/v1/namespaces/default/endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'kubernetes', namespace: 'default', labels: skip },
    subsets: [{ addresses: [{ ip }], ports }],
  });
}
