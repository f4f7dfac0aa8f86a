// The overlays of the recordings, built in the recorded cluster with the commands that make them,
// and the faults that a record's context tells of.
import { privateKey, publicKey } from '../../../src/emulator/network/link/wireguard/keys.ts';
import { runIn, type TrafficCluster } from './traffic-cluster.ts';

export type Overlay = 'vxlan' | 'ipip' | 'wireguard' | 'bgp' | 'none';

const nodes = ['control-plane', 'worker-1', 'worker-2'] as const;
const address = (n: number) => `192.168.56.${11 + n}`;
const macs = ['ca:fe:c0:ff:ee:11', '7a:1c:5b:02:9d:12', 'e6:44:0f:7b:31:13'] as const;

/** Which overlay a file of the recordings is about. */
export function overlayOf(path: string): Overlay {
  const [, name] = /overlay-(vxlan|ipip|wireguard)/.exec(path) ?? [];
  if (name !== undefined) return name as Overlay;
  return path.includes('bgp') ? 'bgp' : 'none';
}

/** Builds an overlay and then the situation of a record. */
export function prepareOverlay(cluster: TrafficCluster, overlay: Overlay, context: string): void {
  if (overlay !== 'none') {
    for (const n of nodes.keys()) {
      for (const command of commandsOf(overlay, n)) {
        runIn(cluster, { host: nodes[n] as string, sandbox: 'host' }, command);
      }
    }
  }
  if (overlay === 'vxlan') {
    for (const [sandbox, host] of [
      ['client', 'worker-1'],
      ['web-6c5f4d8b9c-2hq7z', 'worker-1'],
    ] as const) {
      runIn(cluster, { host, sandbox }, 'ip link set eth0 mtu 1450');
    }
  }
  const fault = FAULTS.find(([text]) => context.includes(text));
  if (fault) {
    const [, command, pod] = fault;
    runIn(cluster, { host: 'worker-1', sandbox: pod ? 'client' : 'host' }, command);
  }
}

function commandsOf(overlay: Overlay, n: number): readonly string[] {
  const others = nodes.map((_, index) => index).filter((index) => index !== n);
  switch (overlay) {
    case 'vxlan':
      return [
        `ip link add flannel.1 address ${macs[n]} type vxlan id 1 local ${address(n)} ` +
          'dev eth0 dstport 8472 nolearning',
        'ip link set flannel.1 up',
        `ip addr add 10.244.${n}.0/32 dev flannel.1`,
        'ip link set cni0 mtu 1450',
        ...others.flatMap((m) => [
          `ip route replace 10.244.${m}.0/24 via 10.244.${m}.0 dev flannel.1 onlink`,
          `ip neigh replace 10.244.${m}.0 lladdr ${macs[m]} dev flannel.1`,
          `bridge fdb add ${macs[m]} dev flannel.1 dst ${address(m)}`,
        ]),
      ];
    case 'ipip':
      return [
        'ip link add tunl0 type ipip',
        'ip link set tunl0 up',
        `ip addr add 10.244.${n}.128/32 dev tunl0`,
        ...others.flatMap((m) => [
          `ip route del 10.244.${m}.0/24`,
          `ip route add 10.244.${m}.0/26 via ${address(m)} dev tunl0 proto bird onlink`,
        ]),
      ];
    case 'wireguard':
      return wireguard(n, others);
    case 'bgp':
      return others.map(
        (m) => `ip route replace 10.244.${m}.0/24 via ${address(m)} dev eth0 proto bird`,
      );
    default:
      return [];
  }
}

const secret = (n: number) => privateKey(`${n + 1}`.repeat(64));

function wireguard(n: number, others: readonly number[]): readonly string[] {
  const peers = others.map(
    (m) =>
      `peer ${publicKey(secret(m))} endpoint ${address(m)}:51820 ` +
      `allowed-ips 10.244.${m}.0/24 persistent-keepalive 25`,
  );
  return [
    `echo ${secret(n)} > /tmp/key`,
    'ip link add wg0 type wireguard',
    `wg set wg0 listen-port 51820 private-key /tmp/key ${peers.join(' ')}`,
    `ip addr add 10.244.${n}.254/32 dev wg0`,
    'ip link set wg0 up',
    ...others.map((m) => `ip route replace 10.244.${m}.0/24 dev wg0`),
  ];
}

/** Faults by words of the context: what was done on worker-1, or in the pod `client`. */
const FAULTS: readonly (readonly [text: string, command: string, pod?: boolean])[] = [
  ['fdb entry', `bridge fdb del ${macs[2]} dev flannel.1`],
  ['neigh', 'ip neigh del 10.244.2.0 dev flannel.1'],
  ['no default route', 'ip route del default', true],
  ['eth0 down', 'ip link set eth0 down', true],
  ['route to the other node', 'ip route del 10.244.2.0/24'],
  ['route missing', 'ip route del 10.244.2.0/24'],
  ['flannel.1 up again', 'ip link set flannel.1 down; ip link set flannel.1 up'],
  ['flannel.1 down', 'ip link set flannel.1 down'],
  ['ip_forward=0', 'sysctl -qw net.ipv4.ip_forward=0'],
  ['cni0 down', 'ip link set cni0 down'],
  ['peer worker-2 stopped', 'ip route del 10.244.2.0/24'],
  ['peer down', 'ip link set wg0 down'],
];
