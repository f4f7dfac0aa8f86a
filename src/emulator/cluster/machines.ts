import { conflist } from '../cni/flannel/routes.ts';
import type { Hosts } from '../host/hosts.ts';
import type { Network } from '../network/api.ts';
import { staticPods } from './manifests/static-pods.ts';
import type { Machine, Topology } from './topology.ts';

const PLUGINS = [
  'bandwidth',
  'bridge',
  'dhcp',
  'dummy',
  'firewall',
  'flannel',
  'host-device',
  'host-local',
  'ipvlan',
  'loopback',
  'macvlan',
  'portmap',
  'ptp',
  'sbr',
  'static',
  'tap',
  'tuning',
  'vlan',
  'vrf',
];

/** Plugs a machine into the segment and writes the files that an installation leaves on it. */
export function addMachine(
  hosts: Hosts,
  network: Network,
  topology: Topology,
  machine: Machine,
): void {
  const node = machine.role === 'control-plane' || machine.role === 'worker';
  hosts.addHost(
    machine.name,
    node || machine.role === 'outside' ? 'podways/node' : 'podways/workstation',
    machine.role === 'workstation' ? 'learner' : 'root',
  );
  const config = network.config({ host: machine.name, netns: 'host' });
  const last = Number(machine.address.split('.')[3]);
  config.addLink({
    name: 'eth0',
    kind: 'physical',
    mac: `02:42:c0:a8:31:${last.toString(16).padStart(2, '0')}`,
  });
  config.setLink('eth0', { up: true });
  config.addAddress('eth0', {
    address: machine.address,
    prefix: 24,
    scope: 'global',
    broadcast: '192.168.49.255',
  });
  if (machine.role !== 'outside') {
    config.addRoute({ destination: 'default', via: '192.168.49.1', device: 'eth0' });
  }
  writeBasics(hosts, topology, machine);
  if (node) writeNode(hosts, config, topology, machine);
  if (machine.role === 'workstation') writeWorkstation(hosts);
}

function writeBasics(hosts: Hosts, topology: Topology, { name, address }: Machine): void {
  const files = hosts.files(name);
  const lines = topology.machines
    .filter(({ role }) => role !== 'outside')
    .map((each) => `${each.address}\t${each.name}`);
  files.write(
    '/etc/hosts',
    `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${lines.join('\n')}\n`,
  );
  files.write('/etc/hostname', `${name}\n`);
  files.write('/etc/resolv.conf', 'nameserver 192.168.49.1\n');
  void address;
}

const ADMIN = 'CN=kubernetes-admin,O=kubeadm:cluster-admins';

function writeNode(
  hosts: Hosts,
  config: ReturnType<Network['config']>,
  topology: Topology,
  machine: Machine,
): void {
  const files = hosts.files(machine.name);
  const make = (path: string) => void files.makeDirectory(path, { parents: true });
  for (const path of [
    '/etc/kubernetes/manifests',
    '/etc/cni/net.d',
    '/opt/cni/bin',
    '/var/lib/kubelet',
    '/run/flannel',
    '/var/lib/cni',
  ])
    make(path);
  for (const name of PLUGINS) files.write(`/opt/cni/bin/${name}`, '\x7fELF', { mode: 0o755 });
  config.setSysctl('net.ipv4.ip_forward', '1');
  config.setSysctl('net.bridge.bridge-nf-call-iptables', '1');
  files.write(
    '/etc/kubernetes/kubelet.conf',
    kubeconfig(`CN=system:node:${machine.name},O=system:nodes`, `system:node:${machine.name}`),
    { mode: 0o600 },
  );
  if (machine.role !== 'control-plane') return;
  files.write('/etc/kubernetes/admin.conf', kubeconfig(ADMIN, 'kubernetes-admin'), { mode: 0o600 });
  files.makeDirectory('/root/.kube', { parents: true });
  files.write('/root/.kube/config', kubeconfig(ADMIN, 'kubernetes-admin'), { mode: 0o600 });
  files.write(
    '/etc/kubernetes/controller-manager.conf',
    kubeconfig('CN=system:kube-controller-manager', 'system:kube-controller-manager'),
    { mode: 0o600 },
  );
  files.write(
    '/etc/kubernetes/scheduler.conf',
    kubeconfig('CN=system:kube-scheduler', 'system:kube-scheduler'),
    { mode: 0o600 },
  );
  for (const [name, text] of Object.entries(staticPods(topology, machine.address))) {
    files.write(`/etc/kubernetes/manifests/${name}`, text, { mode: 0o600 });
  }
}

function writeWorkstation(hosts: Hosts): void {
  const files = hosts.files('workstation');
  files.makeDirectory('/home/learner/.kube', { parents: true });
  files.write('/home/learner/.kube/config', kubeconfig(ADMIN, 'kubernetes-admin'));
}

/** A kubeconfig as kubeadm writes it; certificates are named, not modelled. */
function kubeconfig(subject: string, user: string): string {
  return `apiVersion: v1
clusters:
- cluster:
    server: https://192.168.49.2:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${subject}
`;
}

export { conflist };
