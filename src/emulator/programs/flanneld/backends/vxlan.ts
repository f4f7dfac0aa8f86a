import type { Json } from '../../../world/json.ts';
import type { Backend, BackendContext } from './backend.ts';
import type { Lease } from '../lease.ts';

/** Bytes of the outer headers. */
const OVERHEAD = 50;
const DEFAULT_PORT = 8472;

interface Settings {
  readonly vni: number;
  readonly port: number;
  readonly mtu?: number;
}

const deviceOf = ({ vni }: Settings) => `flannel.${vni}`;

function settingsOf({ conf }: BackendContext): Settings {
  const { VNI = 1, Port = 0, MTU } = conf.Backend as { VNI?: number; Port?: number; MTU?: number };
  return { vni: VNI, port: Port || DEFAULT_PORT, ...(MTU ? { mtu: MTU } : {}) };
}

/** A vxlan device on each node, with what it must know of the others (`pkg/backend/vxlan`). */
export const vxlan: Backend = {
  type: 'vxlan',
  register(context) {
    const { sys, external, subnet, conf, say } = context;
    const settings = settingsOf(context);
    const flag = (name: string) => conf.Backend[name] === true;
    const told = ['GBP', 'Learning', 'DirectRouting'].map((name) => `${name}=${flag(name)}`);
    const port = Number(conf.Backend['Port'] ?? 0);
    const text = `VXLAN config: VNI=${settings.vni} Port=${port} ${told.join(' ')}`;
    say('I', 'vxlan.go:141', text);
    if (flag('DirectRouting')) return { error: 'DirectRouting is not modelled here' };
    const device = deviceOf(settings);
    const mtu = settings.mtu ?? external.mtu - OVERHEAD;
    const options = {
      id: settings.vni,
      local: external.address,
      dev: external.device,
      port: settings.port,
      learning: flag('Learning') ? 1 : 0,
    };
    const found = sys.network.links().find(({ name }) => name === device);
    if (found && !sameOptions(found.options, options)) {
      const why = `vtep (local): ${String(found.options?.['local'])} vs ${external.address}`;
      say(
        'W',
        'device.go:95',
        `"${device}" already exists with incompatible configuration: ${why}; recreating device`,
      );
      sys.network.removeLink(device);
    }
    if (!found || !sameOptions(found.options, options)) {
      const mac = macOf(sys.chance.hex(`flannel/vtep/${sys.now}`, 12));
      const failed = sys.network.addLink({ name: device, kind: 'vxlan', mac, mtu, options });
      if (failed) return { error: `failed to create vxlan device: ${failed}` };
    }
    const address = subnet.split('/')[0] ?? '';
    for (const old of sys.network.links().find(({ name }) => name === device)?.addresses ?? []) {
      if (old.address !== address && old.scope === 'global') {
        sys.network.removeAddress(device, old.address, old.prefix);
      }
    }
    sys.network.addAddress(device, { address, prefix: 32, scope: 'global' });
    sys.network.setLink(device, { up: true, mtu });
    const mac = sys.network.links().find(({ name }) => name === device)?.mac ?? '';
    return { mtu, backendData: { VNI: settings.vni, VtepMAC: mac } };
  },
  add(context, lease) {
    if (!isOurs(context, lease, 'added')) return;
    connect(context, lease);
  },
  remove(context, lease) {
    if (!isOurs(context, lease, 'removed')) return;
    const device = deviceOf(settingsOf(context));
    const via = gatewayOf(lease);
    const mac = vtepOf(lease);
    context.sys.network.removeRoute({ destination: lease.subnet, via, device });
    context.sys.network.removeNeighbour(via, device);
    if (mac) context.sys.network.removeFdb(mac, device);
  },
  // The device's entries are made when a node is heard of, and never looked at again.
  check() {},
};

function connect(context: BackendContext, lease: Lease): void {
  const { network } = context.sys;
  const device = deviceOf(settingsOf(context));
  const via = gatewayOf(lease);
  const mac = vtepOf(lease);
  if (!mac) {
    return context.say('E', 'vxlan_network.go:160', 'error decoding subnet lease JSON: no VtepMAC');
  }
  network.setNeighbour({ address: via, device, mac, state: 'PERMANENT' });
  network.setFdb(mac, device, lease.publicIP);
  for (const route of network.routes()) {
    if (route.destination === lease.subnet && route.device !== device) network.removeRoute(route);
  }
  network.addRoute({ destination: lease.subnet, via, device, onlink: true });
}

function isOurs({ say }: BackendContext, lease: Lease, what: string): boolean {
  if (lease.backendType !== 'vxlan') {
    const subnets = `v4Subnet(${lease.subnet}) v6Subnet(::/0)`;
    const text = `ignoring non-vxlan ${subnets}: type=${lease.backendType}`;
    say('W', 'vxlan_network.go:101', text);
    return false;
  }
  if (what === 'added') {
    const data = JSON.stringify(lease.backendData);
    const told =
      `BackendType: vxlan, PublicIP: ${lease.publicIP}, PublicIPv6: (nil), ` +
      `BackendData: ${data}, BackendV6Data: (nil)`;
    say('I', 'vxlan_network.go:115', `Received Subnet Event with VxLan: ${told}`);
  }
  return true;
}

const gatewayOf = ({ subnet }: Lease) => subnet.split('/')[0] ?? '';
const vtepOf = ({ backendData }: Lease) => (backendData as { VtepMAC?: string } | null)?.VtepMAC;

/** A random MAC address of a machine's own (locally administered, no group). */
function macOf(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const first = ((Number.parseInt(bytes[0] ?? '0', 16) & 0xfe) | 2).toString(16).padStart(2, '0');
  return [first, ...bytes.slice(1)].join(':');
}

function sameOptions(
  found: Readonly<Record<string, Json>> | undefined,
  wanted: Readonly<Record<string, Json>>,
): boolean {
  return ['id', 'local', 'port'].every((name) => found?.[name] === wanted[name]);
}
