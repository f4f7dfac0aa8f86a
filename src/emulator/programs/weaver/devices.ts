import { editRules } from '../../cni/rules.ts';
import { WEAVE_PREFIX, WEAVE_RANGE, type WeaveState } from '../../cni/weave-net/state.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import { equal, type Json } from '../../world/json.ts';

const TUNNEL = 'vxlan-6784';

/** The bridge of the pods, the datapath beside it, and the tunnel to the peers. */
export function setUpDevices(sys: DaemonSys, state: WeaveState, address: string): void {
  const { network } = sys;
  const has = (name: string) => network.links().some((link) => link.name === name);
  const { mtu } = state;
  if (!has('datapath')) {
    network.addLink({ name: 'datapath', kind: 'bridge', mtu, options: { ovs: true } });
  }
  if (!has('weave')) {
    network.addLink({ name: 'weave', kind: 'bridge', mac: state.name, mtu });
  }
  if (!has('vethwe-bridge')) {
    const peer = { ...network.ref, name: 'vethwe-bridge' };
    network.addLink({ name: 'vethwe-datapath', kind: 'veth', mtu, peer });
  }
  if (!has(TUNNEL)) {
    const options = { id: 1, local: address, port: 6784, learning: 1, remotes: [] };
    network.addLink({ name: TUNNEL, kind: 'vxlan', mtu: 65_535, options });
  }
  const ports = [
    ['vethwe-datapath', 'datapath'],
    [TUNNEL, 'datapath'],
    ['vethwe-bridge', 'weave'],
  ] as const;
  for (const [name, master] of ports) {
    const link = network.links().find((each) => each.name === name);
    if (link && (!link.up || link.master !== master)) network.setLink(name, { up: true, master });
  }
  for (const name of ['datapath', 'weave']) network.setLink(name, { up: true });
  const bits = { address: state.bridge, prefix: WEAVE_PREFIX };
  const broadcast = '10.47.255.255';
  network.addAddress('weave', { ...bits, scope: 'global', broadcast });
  network.setSysctl('net.ipv4.ip_forward', '1');
  network.setSysctl('net.bridge.bridge-nf-call-iptables', '1');
}

/** Masquerade of what leaves Weave's range, and of what comes into it. */
export function setUpRules(sys: DaemonSys): void {
  const rules = editRules(sys.network);
  rules.chain('nat', 'WEAVE');
  rules.append('nat', 'POSTROUTING', '-j WEAVE');
  rules.append('nat', 'WEAVE', `-s ${WEAVE_RANGE} -d 224.0.0.0/4 -j RETURN`);
  rules.append('nat', 'WEAVE', `! -s ${WEAVE_RANGE} -d ${WEAVE_RANGE} -j MASQUERADE`);
  rules.append('nat', 'WEAVE', `-s ${WEAVE_RANGE} ! -d ${WEAVE_RANGE} -j MASQUERADE`);
  rules.commit();
}

/** The machines that the tunnel leads to. */
export function setRemotes(sys: DaemonSys, remotes: readonly string[]): void {
  const link = sys.network.links().find(({ name }) => name === TUNNEL);
  const wanted = remotes.toSorted();
  if (!link || equal((link.options?.['remotes'] ?? []) as Json, wanted)) return;
  sys.network.setLink(TUNNEL, { options: { ...link.options, remotes: wanted } });
}
