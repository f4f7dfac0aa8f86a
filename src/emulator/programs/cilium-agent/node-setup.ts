import { pluginBinary } from '../../cni/binary.ts';
import { CILIUM_SOCKET, type CiliumNodeState } from '../../cni/cilium-cni/state.ts';
import { editRules } from '../../cni/rules.ts';
import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { RouteInfo } from '../../network/api.ts';

const CONF_DIRECTORY = '/host/etc/cni/net.d';
const CONF = '05-cilium.conflist';

const conflist = `
{
  "cniVersion": "0.3.1",
  "name": "cilium",
  "plugins": [
    {
       "type": "cilium-cni",
       "enable-debug": false,
       "log-file": "/var/run/cilium/cilium-cni.log"
    }
  ]
}
`;

/** The node's devices; the pods' gateway is the address of cilium_host. */
export function setUpDevices(sys: DaemonSys, state: CiliumNodeState): void {
  const { network } = sys;
  const has = (name: string) => network.links().some((link) => link.name === name);
  if (!has('cilium_host')) {
    const peer = { ...network.ref, name: 'cilium_net' };
    network.addLink({ name: 'cilium_host', kind: 'veth', peer, options: { txqlen: 1000 } });
  }
  if (!has('cilium_vxlan')) {
    const options = { id: 0, external: true, port: 8472, bpf: 'overlay', learning: 0 };
    network.addLink({ name: 'cilium_vxlan', kind: 'vxlan', mtu: state.mtu, options });
  }
  network.setLink('cilium_net', { up: true });
  network.setLink('cilium_host', { up: true, options: { bpf: 'host' } });
  network.setLink('cilium_vxlan', { up: true });
  network.addAddress('cilium_host', { address: state.router, prefix: 32, scope: 'global' });
  const mac = network.links().find(({ name }) => name === 'cilium_net')?.mac;
  // cilium_host does no ARP: whatever its routes lead to is behind the program.
  const neighbour = { address: state.router, device: 'cilium_host', state: 'PERMANENT' } as const;
  network.setNeighbour({ ...neighbour, ...(mac ? { mac } : {}) });
  network.setSysctl('net.ipv4.ip_forward', '1');
  network.setSysctl('net.ipv4.conf.all.rp_filter', '0');
}

/** Routes to all pods by way of cilium_host, in place of any other to the same networks. */
export function setUpRoutes(
  sys: DaemonSys,
  state: CiliumNodeState,
  others: readonly string[],
): void {
  const { network } = sys;
  const device = 'cilium_host';
  const { router, routeMtu } = state;
  const base = { via: router, device, source: router, protocol: 'kernel' } as const;
  const wanted: RouteInfo[] = [
    { destination: router, device, scope: 'link', protocol: 'kernel' },
    { destination: state.podCIDR, ...base },
    ...others.map((destination) => ({ destination, ...base, mtu: routeMtu })),
  ];
  const now = network.routes();
  for (const route of wanted) {
    const known = now.filter(({ destination }) => destination === route.destination);
    if (known.length === 1 && known[0]?.device === device && known[0].via === route.via) continue;
    for (const old of known) network.removeRoute(old);
    network.addRoute(route);
  }
  for (const route of now) {
    if (route.device !== device || wanted.some((each) => each.destination === route.destination)) {
      continue;
    }
    network.removeRoute(route);
  }
}

/** Masquerade of what leaves the cluster, and the way through FORWARD. */
export function setUpRules(sys: DaemonSys, { podCIDR }: CiliumNodeState): void {
  const rules = editRules(sys.network);
  const comment = (text: string) => `-m comment --comment "${text}"`;
  rules.chain('nat', 'CILIUM_POST_nat');
  const feeder = comment('cilium-feeder: CILIUM_POST_nat');
  rules.prepend('nat', 'POSTROUTING', `${feeder} -j CILIUM_POST_nat`);
  const out = comment('cilium masquerade non-cluster');
  const match = `-s ${podCIDR} ! -d ${podCIDR} ! -o cilium_+`;
  rules.append('nat', 'CILIUM_POST_nat', `${match} ${out} -j MASQUERADE`);
  rules.chain('filter', 'CILIUM_FORWARD');
  const forward = comment('cilium-feeder: CILIUM_FORWARD');
  rules.prepend('filter', 'FORWARD', `${forward} -j CILIUM_FORWARD`);
  for (const [where, text] of [
    ['-o cilium_host', 'cilium: any->cluster on cilium_host forward accept'],
    ['-i cilium_host', 'cilium: cluster->any on cilium_host forward accept (nodeport)'],
    ['-i lxc+', 'cilium: cluster->any on lxc+ forward accept'],
    ['-i cilium_net', 'cilium: cluster->any on cilium_net forward accept (nodeport)'],
  ] as const) {
    rules.append('filter', 'CILIUM_FORWARD', `${where} ${comment(text)} -j ACCEPT`);
  }
  rules.commit();
}

/** The plugin and its configuration; others' configurations are put aside (`cni.exclusive`). */
export function installPlugin(sys: DaemonSys): void {
  const { files } = sys;
  files.makeDirectory('/host/opt/cni/bin', { parents: true });
  files.write('/host/opt/cni/bin/cilium-cni', pluginBinary('cilium-cni'), { mode: 0o755 });
  files.makeDirectory(CONF_DIRECTORY, { parents: true });
  const names = files.list(CONF_DIRECTORY);
  for (const name of isErrno(names) ? [] : names) {
    if (name === CONF || !/\.(conf|conflist|json)$/.test(name)) continue;
    const path = `${CONF_DIRECTORY}/${name}`;
    files.rename(path, `${path}.cilium_bak`);
  }
  const own = files.read(`${CONF_DIRECTORY}/${CONF}`);
  if (isErrno(own) || own.text !== conflist) files.write(`${CONF_DIRECTORY}/${CONF}`, conflist);
  files.makeDirectory('/var/run/cilium', { parents: true });
  if (isErrno(files.stat(CILIUM_SOCKET))) files.write(CILIUM_SOCKET, '');
}
