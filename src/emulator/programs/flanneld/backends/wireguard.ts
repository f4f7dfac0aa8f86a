import { isErrno } from '../../../host/errno.ts';
import { privateKey } from '../../../network/link/wireguard/keys.ts';
import type { Lease } from '../lease.ts';
import type { Backend, BackendContext } from './backend.ts';

const DEVICE = 'flannel-wg';
const KEY_FILE = '/run/flannel/wgkey';
const DEFAULT_PORT = 51_820;
/** Bytes of the outer headers (IPv6's, as the larger). */
const OVERHEAD = 80;

const portOf = ({ conf }: BackendContext) => Number(conf.Backend['ListenPort'] ?? DEFAULT_PORT);

/** One WireGuard device on each node, every other node a peer (`pkg/backend/wireguard`). */
export const wireguard: Backend = {
  type: 'wireguard',
  register(context) {
    const { sys, external, subnet, conf } = context;
    if (context.second) return { error: 'wireguard with EnableIPv6 is not modelled here' };
    const { network } = sys;
    const mtu = Number(conf.Backend['MTU'] ?? external.mtu - OVERHEAD);
    if (!network.links().some(({ name }) => name === DEVICE)) {
      const failed = network.addLink({ name: DEVICE, kind: 'wireguard', mtu });
      if (failed) {
        return {
          error: `failed to create wireguard device: could not create interface: ${failed}`,
        };
      }
    }
    const key = readKey(context);
    const peers = network.wireguard(DEVICE)?.peers ?? [];
    network.setWireguard(DEVICE, { privateKey: key, listenPort: portOf(context), peers });
    const address = subnet.split('/')[0] ?? '';
    network.addAddress(DEVICE, { address, prefix: 32, scope: 'global' });
    network.setLink(DEVICE, { up: true, mtu });
    network.addRoute({ destination: conf.Network, device: DEVICE, scope: 'link' });
    const publicKey = network.wireguard(DEVICE)?.publicKey ?? '';
    return { mtu, backendData: { PublicKey: publicKey } };
  },
  add(context, lease) {
    if (lease.backendType !== 'wireguard') {
      const text = `Ignoring non-wireguard subnet: type=${lease.backendType}`;
      return context.say('W', 'wireguard_network.go:219', text);
    }
    const publicKey = keyOf(lease);
    if (publicKey === undefined) {
      const text = `failed to unmarshal the lease of ${lease.subnet}: no PublicKey`;
      return context.say('E', 'wireguard_network.go:229', text);
    }
    const text = `Subnet added: ${lease.subnet} via ${lease.publicIP}:${portOf(context)}`;
    context.say('I', 'wireguard_network.go:235', text);
    const keepalive = Number(context.conf.Backend['PersistentKeepaliveInterval'] ?? 0);
    setPeers(context, (peers) => [
      ...peers.filter((peer) => peer.publicKey !== publicKey),
      {
        publicKey,
        endpoint: { address: lease.publicIP, port: portOf(context) },
        allowedIps: [lease.subnet],
        ...(keepalive > 0 ? { persistentKeepalive: keepalive } : {}),
      },
    ]);
    // Another backend's way there would be the more specific one.
    for (const route of context.sys.network.routes()) {
      if (route.destination === lease.subnet && route.device !== DEVICE) {
        context.sys.network.removeRoute(route);
      }
    }
  },
  remove(context, lease) {
    const publicKey = keyOf(lease);
    context.say('I', 'wireguard_network.go:273', `Subnet removed: ${lease.subnet}`);
    setPeers(context, (peers) => peers.filter((peer) => peer.publicKey !== publicKey));
  },
  check() {},
};

type Peers = NonNullable<ReturnType<BackendContext['sys']['network']['wireguard']>>['peers'];
type SetPeers = Parameters<BackendContext['sys']['network']['setWireguard']>[1]['peers'];

function setPeers({ sys }: BackendContext, change: (peers: Peers) => SetPeers): void {
  const now = sys.network.wireguard(DEVICE);
  if (now) sys.network.setWireguard(DEVICE, { ...now, peers: change(now.peers) });
}

const keyOf = ({ backendData }: Lease) => (backendData as { PublicKey?: string } | null)?.PublicKey;

/** The node's private key, which outlives the daemon. */
function readKey({ sys }: BackendContext): string {
  const found = sys.files.read(KEY_FILE);
  if (!isErrno(found)) return found.text.trim();
  const made = privateKey(sys.chance.hex(`flannel/wgkey/${sys.now}`, 64));
  sys.files.makeDirectory('/run/flannel', { parents: true });
  sys.files.write(KEY_FILE, made, { mode: 0o400 });
  return made;
}
