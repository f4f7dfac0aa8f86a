import type { DaemonSys } from '../../host/syscalls.ts';
import type { NetworkConfig } from '../../network/api.ts';
import type { Tunnel } from './addresses.ts';
import type { Seen } from './shapes.ts';

export const VXLAN_DEVICE = 'vxlan.calico';
export const IPIP_DEVICE = 'tunl0';
const OVERHEAD: Readonly<Record<Tunnel, number>> = { ipip: 20, vxlan: 50 };

/** Makes the tunnels' devices, and writes for the plugin what pods' packets may measure. */
export function keepTunnels(
  sys: DaemonSys,
  { address, device }: Seen,
  tunnels: Readonly<Partial<Record<Tunnel, string>>>,
): void {
  const { network } = sys;
  const outer = network.links().find(({ name }) => name === device)?.mtu ?? 1500;
  const used = (['ipip', 'vxlan'] as const).filter((each) => tunnels[each] !== undefined);
  const mtu = outer - Math.max(0, ...used.map((each) => OVERHEAD[each]));
  const text = `${mtu}`;
  const before = sys.files.read('/var/lib/calico/mtu');
  if (typeof before === 'string' || before.text !== text) {
    sys.files.write('/var/lib/calico/mtu', text);
  }
  if (tunnels.ipip) {
    if (!has(network, IPIP_DEVICE)) network.addLink({ name: IPIP_DEVICE, kind: 'ipip' });
    setUp(network, IPIP_DEVICE, tunnels.ipip, outer - OVERHEAD.ipip);
  }
  if (tunnels.vxlan) {
    if (!has(network, VXLAN_DEVICE)) {
      const mac = `66:${sys.chance.hex('calico/vtep', 10).match(/../g)?.join(':') ?? ''}`;
      const options = { id: 4096, local: address, dev: device, port: 4789, learning: 0 };
      network.addLink({ name: VXLAN_DEVICE, kind: 'vxlan', mac, options });
    }
    setUp(network, VXLAN_DEVICE, tunnels.vxlan, outer - OVERHEAD.vxlan);
  } else if (has(network, VXLAN_DEVICE)) network.removeLink(VXLAN_DEVICE);
}

const has = (network: NetworkConfig, device: string) =>
  network.links().some(({ name }) => name === device);

function setUp(network: NetworkConfig, device: string, address: string, mtu: number): void {
  const link = network.links().find(({ name }) => name === device);
  for (const old of link?.addresses ?? []) {
    if (old.address !== address && old.scope === 'global') {
      network.removeAddress(device, old.address, old.prefix);
    }
  }
  if (!link?.addresses.some((own) => own.address === address)) {
    network.addAddress(device, { address, prefix: 32, scope: 'global' });
  }
  if (!link?.up || link.mtu !== mtu) network.setLink(device, { up: true, mtu });
}
