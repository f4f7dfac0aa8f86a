import type { DaemonSys } from '../../host/syscalls.ts';
import { withoutIptables } from '../../proxy/iptables/leftovers.ts';
import { DUMMY_DEVICE } from '../../proxy/ipvs/plan.ts';
import { ipvsLeftovers } from '../../proxy/ipvs/leftovers.ts';
import { TABLE } from '../../proxy/nftables/plan.ts';
import { setName, sets } from '../../proxy/ipvs/sets.ts';
import type { ProxyMode } from '../../proxy/config/config.ts';

const FAMILIES = ['IPv4', 'IPv6'] as const;

/**
 * Takes away what other modes left (upstream `platformCleanup`). The modes on iptables do not clean
 * up after each other: what they left stays until `kube-proxy --cleanup`, which is `all`.
 */
export function cleanUp(sys: DaemonSys, mode: ProxyMode | 'all'): void {
  if (mode === 'nftables' || mode === 'all') {
    for (const family of FAMILIES) {
      const before = sys.network.iptables(family);
      const after = ipvsLeftovers(withoutIptables(before));
      if (after !== before) sys.network.setIptables(after, family);
    }
    cleanIpvs(sys);
  }
  // What nftables mode made goes as soon as another mode starts.
  if (mode !== 'nftables') cleanNftables(sys);
}

function cleanNftables({ network }: DaemonSys): void {
  const before = network.nftables();
  const tables = before.tables.filter(({ name }) => name !== TABLE);
  if (tables.length < before.tables.length) network.setNftables({ ...before, tables });
}

function cleanIpvs({ network }: DaemonSys): void {
  const { ipvs } = network;
  if (ipvs.view.servers.size > 0) {
    ipvs.write([...ipvs.view.servers.keys()].map((key) => [key, undefined]));
  }
  network.removeLink(DUMMY_DEVICE);
  const own = new Set(FAMILIES.flatMap((family) => sets.map(({ name }) => setName(name, family))));
  const left = [...network.sets()].filter(([name]) => !own.has(name));
  if (left.length < network.sets().size) network.setSets(new Map(left));
}
