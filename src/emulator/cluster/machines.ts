import { pluginBinary } from '../cni/binary.ts';
import { conflist } from '../cni/flannel/routes.ts';
import { fullName } from '../programs/kubelet/image-name.ts';
import type { Hosts } from '../host/hosts.ts';
import type { Network, NetworkConfig } from '../network/api.ts';
import { caCertificate } from '../x509/kubernetes-keys.ts';
import { kubeadmFiles } from '../x509/kubernetes-pki.ts';
import { kubeconfig, kubeletConfig } from './manifests/node-files.ts';
import { addonImages } from './manifests/addons.ts';
import { unitFiles } from './manifests/units.ts';
import { controlPlaneImages, staticPods } from './manifests/static-pods.ts';
import type { Machine, Topology } from './topology.ts';

export { conflist };

/** What the package kubernetes-cni puts into `/opt/cni/bin`. */
const PLUGINS =
  'bandwidth bridge dhcp dummy firewall host-device host-local ipvlan loopback macvlan ' +
  'portmap ptp sbr static tap tuning vlan vrf';

const GATEWAY = '192.168.49.1';
const GATEWAY6 = 'fd00:49::1';

/** Plugs a machine into the segment and writes the files that an installation leaves on it. */
export function addMachine(
  hosts: Hosts,
  network: Network,
  topology: Topology,
  machine: Machine,
): void {
  const { name, role } = machine;
  const image = role === 'workstation' ? 'podways/workstation' : 'podways/node';
  hosts.addHost(name, image, role === 'workstation' ? 'learner' : 'root');
  const config = network.config({ host: name, netns: 'host' });
  plugIn(config, machine);
  writeBasics(hosts, topology, machine);
  if (role === 'control-plane' || role === 'worker') writeNode(hosts, config, topology, machine);
  if (role === 'workstation') writeWorkstation(hosts, topology, name);
}

function plugIn(config: NetworkConfig, { address, address6, role }: Machine): void {
  const last = Number(address.split('.')[3]).toString(16).padStart(2, '0');
  config.addLink({ name: 'eth0', kind: 'physical', mac: `02:42:c0:a8:31:${last}` });
  config.setLink('eth0', { up: true });
  const broadcast = '192.168.49.255';
  config.addAddress('eth0', { address, prefix: 24, scope: 'global', broadcast });
  if (role !== 'outside') {
    config.addRoute({ destination: 'default', via: GATEWAY, device: 'eth0' });
  }
  if (address6 === undefined) return;
  config.addAddress('eth0', { address: address6, prefix: 64, scope: 'global' });
  if (role === 'outside') return;
  config.addRoute({ destination: '::/0', via: GATEWAY6, device: 'eth0' });
}

function writeBasics(hosts: Hosts, topology: Topology, { name }: Machine): void {
  const files = hosts.files(name);
  const others = topology.machines
    .filter(({ role }) => role !== 'outside')
    .flatMap(({ address, address6, name: other }) =>
      [address, address6].flatMap((own) => (own === undefined ? [] : `${own}\t${other}\n`)),
    );
  const own = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';
  files.write('/etc/hosts', own + others.join(''));
  files.write('/etc/hostname', `${name}\n`);
  files.write('/etc/resolv.conf', `nameserver ${GATEWAY}\n`);
}

const FOLDERS = [
  '/etc/kubernetes/manifests',
  '/etc/kubernetes/pki',
  '/etc/cni/net.d',
  '/opt/cni/bin',
  '/var/lib/kubelet',
  '/var/lib/cni',
  '/run/flannel',
];
const SECRET = { mode: 0o600 };
const SERIAL = '2f5c1d7a90b3e846';

/** The authority's files and the API server's, for all names that kubeadm puts into them. */
function pki(topology: Topology, { name, address }: Machine) {
  const { clusterDomain, serviceAddress, start } = topology;
  const service = ['', '.default', '.default.svc', `.default.svc.${clusterDomain}`];
  const names = [name, ...service.map((rest) => `kubernetes${rest}`), serviceAddress, address];
  return kubeadmFiles(names, start, SERIAL);
}

function writeNode(
  hosts: Hosts,
  config: NetworkConfig,
  topology: Topology,
  machine: Machine,
): void {
  const { name, role, address } = machine;
  const files = hosts.files(name);
  for (const path of FOLDERS) files.makeDirectory(path, { parents: true });
  for (const plugin of PLUGINS.split(' ')) {
    files.write(`/opt/cni/bin/${plugin}`, pluginBinary(plugin), { mode: 0o755 });
  }
  // What kubeadm's preflight checks ask for.
  config.setSysctl('net.ipv4.ip_forward', '1');
  config.setSysctl('net.bridge.bridge-nf-call-iptables', '1');
  if (machine.address6 !== undefined) config.setSysctl('net.ipv6.conf.all.forwarding', '1');
  const node = `system:node:${name}`;
  const conf = (user: string, group?: string) => kubeconfig(topology, user, group);
  files.write('/etc/kubernetes/kubelet.conf', conf(node, 'system:nodes'), SECRET);
  files.write('/var/lib/kubelet/config.yaml', kubeletConfig(topology));
  for (const [path, text] of Object.entries(unitFiles(machine))) {
    files.makeDirectory(path.slice(0, path.lastIndexOf('/')), { parents: true });
    files.write(path, text);
  }
  const images = role === 'control-plane' ? controlPlaneImages(topology) : [];
  keepImages(hosts, name, [...images, ...addonImages(topology)]);
  files.write('/etc/kubernetes/pki/ca.crt', caCertificate);
  if (role !== 'control-plane') return;
  const admin = conf('kubernetes-admin', 'kubeadm:cluster-admins');
  files.makeDirectory('/root/.kube', { parents: true });
  files.write('/etc/kubernetes/admin.conf', admin, SECRET);
  files.write('/root/.kube/config', admin, SECRET);
  for (const [file, text] of Object.entries(pki(topology, machine))) {
    const mode = file.endsWith('.key') ? SECRET : {};
    files.write(`/etc/kubernetes/pki/${file}`, text, mode);
  }
  for (const component of ['controller-manager', 'scheduler']) {
    const text = conf(`system:kube-${component}`);
    files.write(`/etc/kubernetes/${component}.conf`, text, SECRET);
  }
  for (const [file, text] of Object.entries(staticPods(topology, address))) {
    files.write(`/etc/kubernetes/manifests/${file}`, text, SECRET);
  }
}

/**
 * Images of kubeadm and the add-ons are on the nodes before they start (`kubeadm config images
 * pull`).
 */
function keepImages(hosts: Hosts, host: string, images: readonly string[]): void {
  const { world } = hosts.kernel;
  const puts = images.map((image) => ({
    key: `/host/${host}/image/${encodeURIComponent(fullName(image))}`,
    value: true,
  }));
  world.store.commit(world.cause('containerd'), puts);
}

function writeWorkstation(hosts: Hosts, topology: Topology, name: string): void {
  const files = hosts.files(name);
  files.makeDirectory('/home/learner/.kube', { parents: true });
  const admin = kubeconfig(topology, 'kubernetes-admin', 'kubeadm:cluster-admins');
  files.write('/home/learner/.kube/config', admin, SECRET);
  for (const path of ['', '/.kube', '/.kube/config']) {
    files.setOwner?.(`/home/learner${path}`, 'learner');
  }
}
