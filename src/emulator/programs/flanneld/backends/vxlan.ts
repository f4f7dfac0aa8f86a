import type { Json } from '../../../world/json.ts';
import type { Backend, BackendContext } from './backend.ts';
import type { Lease } from '../lease.ts';

/** Bytes of the outer headers. */
const OVERHEAD = 50;
const OVERHEAD6 = 70;
const DEFAULT_PORT = 8472;

interface Settings {
  readonly vni: number;
  readonly port: number;
  readonly mtu?: number;
}

/** A family of the overlay: its device, and where the node stands in it. */
interface Overlay {
  readonly device: string;
  readonly local: string;
  readonly subnet: string;
  readonly overhead: number;
}

/** What one other node is reached by in a family. */
type End = Pick<Lease, 'subnet' | 'publicIP' | 'backendData'>;

function overlaysOf(context: BackendContext): readonly [Overlay, ...Overlay[]] {
  const { vni } = settingsOf(context);
  const { external, subnet, second } = context;
  const { address: local } = external;
  const first = { device: `flannel.${vni}`, local, subnet, overhead: OVERHEAD };
  if (!second) return [first];
  const six = { local: second.address, subnet: second.subnet, overhead: OVERHEAD6 };
  return [first, { device: `flannel-v6.${vni}`, ...six }];
}

function settingsOf({ conf }: BackendContext): Settings {
  const { VNI = 1, Port = 0, MTU } = conf.Backend as { VNI?: number; Port?: number; MTU?: number };
  return { vni: VNI, port: Port || DEFAULT_PORT, ...(MTU ? { mtu: MTU } : {}) };
}

/** A vxlan device on each node, with what it must know of the others (`pkg/backend/vxlan`). */
export const vxlan: Backend = {
  type: 'vxlan',
  register(context) {
    const { external, conf, say } = context;
    const settings = settingsOf(context);
    const flag = (name: string) => conf.Backend[name] === true;
    const told = ['GBP', 'Learning', 'DirectRouting'].map((name) => `${name}=${flag(name)}`);
    const port = Number(conf.Backend['Port'] ?? 0);
    const text = `VXLAN config: VNI=${settings.vni} Port=${port} ${told.join(' ')}`;
    say('I', 'vxlan.go:141', text);
    if (flag('DirectRouting')) return { error: 'DirectRouting is not modelled here' };
    const macs: string[] = [];
    for (const overlay of overlaysOf(context)) {
      const made = setUp(context, settings, overlay);
      if ('error' in made) return made;
      macs.push(made.mac);
    }
    const [first = '', second] = macs;
    return {
      mtu: settings.mtu ?? external.mtu - OVERHEAD,
      backendData: { VNI: settings.vni, VtepMAC: first },
      ...(second === undefined ? {} : { backendData6: { VNI: settings.vni, VtepMAC: second } }),
    };
  },
  add(context, lease) {
    if (!isOurs(context, lease, 'added')) return;
    for (const [overlay, end] of endsOf(context, lease)) connect(context, overlay, end);
  },
  remove(context, lease) {
    if (!isOurs(context, lease, 'removed')) return;
    const { network } = context.sys;
    for (const [{ device }, end] of endsOf(context, lease)) {
      const via = gatewayOf(end);
      const mac = vtepOf(end);
      network.removeRoute({ destination: end.subnet, via, device });
      network.removeNeighbour(via, device);
      if (mac) network.removeFdb(mac, device);
    }
  },
  // The device's entries are made when a node is heard of, and never looked at again.
  check() {},
};

/** Makes a family's device as it should be; gives its MAC address. */
function setUp(
  { sys, external, conf, say }: BackendContext,
  settings: Settings,
  { device, local, subnet, overhead }: Overlay,
): { readonly mac: string } | { readonly error: string } {
  const { network } = sys;
  const mtu = settings.mtu ?? external.mtu - overhead;
  const options = {
    id: settings.vni,
    local,
    dev: external.device,
    port: settings.port,
    learning: conf.Backend['Learning'] === true ? 1 : 0,
  };
  const found = network.links().find(({ name }) => name === device);
  if (found && !sameOptions(found.options, options)) {
    const why = `vtep (local): ${String(found.options?.['local'])} vs ${local}`;
    const text = `"${device}" already exists with incompatible configuration: ${why}`;
    say('W', 'device.go:95', `${text}; recreating device`);
    network.removeLink(device);
  }
  if (!found || !sameOptions(found.options, options)) {
    const what = local.includes(':') ? 'vtep6' : 'vtep';
    const mac = macOf(sys.chance.hex(`flannel/${what}/${sys.now}`, 12));
    const failed = network.addLink({ name: device, kind: 'vxlan', mac, mtu, options });
    if (failed) return { error: `failed to create vxlan device: ${failed}` };
  }
  const address = subnet.split('/')[0] ?? '';
  for (const old of network.links().find(({ name }) => name === device)?.addresses ?? []) {
    if (old.address !== address && old.scope === 'global') {
      network.removeAddress(device, old.address, old.prefix);
    }
  }
  const prefix = address.includes(':') ? 128 : 32;
  network.addAddress(device, { address, prefix, scope: 'global' });
  network.setLink(device, { up: true, mtu });
  return { mac: network.links().find(({ name }) => name === device)?.mac ?? '' };
}

/** The other node in each family that both have. */
function endsOf(context: BackendContext, lease: Lease): readonly (readonly [Overlay, End])[] {
  const [first, second] = overlaysOf(context);
  return second && lease.second
    ? [
        [first, lease],
        [second, lease.second],
      ]
    : [[first, lease]];
}

function connect({ sys, say }: BackendContext, { device }: Overlay, end: End): void {
  const { network } = sys;
  const via = gatewayOf(end);
  const mac = vtepOf(end);
  if (!mac) return say('E', 'vxlan_network.go:160', 'error decoding subnet lease JSON: no VtepMAC');
  network.setNeighbour({ address: via, device, mac, state: 'PERMANENT' });
  network.setFdb(mac, device, end.publicIP);
  for (const route of network.routes(undefined, via.includes(':') ? 'inet6' : 'inet')) {
    if (route.destination === end.subnet && route.device !== device) network.removeRoute(route);
  }
  network.addRoute({ destination: end.subnet, via, device, onlink: true });
}

function isOurs({ say }: BackendContext, lease: Lease, what: string): boolean {
  if (lease.backendType !== 'vxlan') {
    const subnets = `v4Subnet(${lease.subnet}) v6Subnet(${lease.second?.subnet ?? '::/0'})`;
    const text = `ignoring non-vxlan ${subnets}: type=${lease.backendType}`;
    say('W', 'vxlan_network.go:101', text);
    return false;
  }
  if (what === 'added') {
    const data = JSON.stringify(lease.backendData);
    const told =
      `BackendType: vxlan, PublicIP: ${lease.publicIP}, ` +
      `PublicIPv6: ${lease.second?.publicIP ?? '(nil)'}, BackendData: ${data}, ` +
      `BackendV6Data: ${lease.second ? JSON.stringify(lease.second.backendData) : '(nil)'}`;
    say('I', 'vxlan_network.go:115', `Received Subnet Event with VxLan: ${told}`);
  }
  return true;
}

const gatewayOf = ({ subnet }: End) => subnet.split('/')[0] ?? '';
const vtepOf = ({ backendData }: End) => (backendData as { VtepMAC?: string } | null)?.VtepMAC;

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
