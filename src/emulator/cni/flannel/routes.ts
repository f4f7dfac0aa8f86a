import type { NeighbourInfo, NetworkConfig, RouteInfo } from '../../network/api.ts';
import { editRules } from '../rules.ts';

/** A node as flanneld in host-gw mode sees it. */
export interface FlannelNode {
  readonly name: string;
  /** InternalIP of the node (`flannel.alpha.coreos.com/public-ip`). */
  readonly address: string;
  readonly podCIDR: string;
}

/** What is to be done to a node's routes. */
export interface RoutePlan {
  readonly add: readonly RouteInfo[];
  readonly remove: readonly RouteInfo[];
}

/**
 * Routes of the host-gw backend: every other node's pod network by way of that node's address, on
 * the device that joins the nodes. Routes of nodes that are gone are taken away: those within the
 * cluster's network that lead to a gateway.
 */
export function planRoutes(
  self: string,
  nodes: readonly FlannelNode[],
  device: string,
  network: string,
  routes: readonly RouteInfo[],
): RoutePlan {
  const wanted = nodes
    .filter((node) => node.name !== self && node.podCIDR !== '')
    .map((node): RouteInfo => ({ destination: node.podCIDR, via: node.address, device }));
  const equal = (a: RouteInfo, b: RouteInfo) =>
    a.destination === b.destination && a.via === b.via && a.device === b.device;
  const own = routes.filter(
    (route) => route.via !== undefined && route.device === device && within(route, network),
  );
  return {
    add: wanted.filter((route) => !routes.some((other) => equal(other, route))),
    remove: own.filter((route) => !wanted.some((other) => equal(other, route))),
  };
}

function within(route: RouteInfo, network: string): boolean {
  const [base = '', bits = '32'] = network.split('/');
  const octets = Math.floor(Number(bits) / 8);
  const head = (text: string) => text.split('.').slice(0, octets).join('.');
  return route.destination !== 'default' && head(route.destination) === head(base);
}

/** What the vxlan backend keeps for one other node. */
export interface OverlayPlan {
  readonly route: RouteInfo;
  readonly neighbour: NeighbourInfo;
  readonly fdb: { readonly mac: string; readonly device: string; readonly destination: string };
}

/**
 * The vxlan backend: for every other node a route by way of its flannel.1 address (onlink), the MAC
 * address of that device as a permanent neighbour, and the node behind it in the fdb.
 */
export function planOverlay(
  self: string,
  nodes: readonly (FlannelNode & { readonly vtepMac: string })[],
  device = 'flannel.1',
): readonly OverlayPlan[] {
  return nodes
    .filter((node) => node.name !== self && node.podCIDR !== '')
    .map(({ podCIDR, vtepMac, address }) => {
      const via = podCIDR.split('/')[0] ?? '';
      return {
        route: { destination: podCIDR, via, device, onlink: true },
        neighbour: { address: via, device, mac: vtepMac, state: 'PERMANENT' },
        fdb: { mac: vtepMac, device, destination: address },
      };
    });
}

/** Text of `/run/flannel/subnet.env`. Subnets are written with the gateway's address. */
export function subnetEnv(
  network: string,
  podCIDR: string,
  mtu: number,
  ipMasq: boolean,
  second?: { readonly network: string; readonly subnet: string },
): string {
  const [base = '', prefix = '24'] = podCIDR.split('/');
  const gateway = base.replace(/\d+$/, (last) => String(Number(last) + 1));
  const six = second
    ? [
        `FLANNEL_IPV6_NETWORK=${second.network}`,
        `FLANNEL_IPV6_SUBNET=${second.subnet.replace('::/', '::1/')}`,
      ]
    : [];
  return [
    `FLANNEL_NETWORK=${network}`,
    `FLANNEL_SUBNET=${gateway}/${prefix}`,
    ...six,
    `FLANNEL_MTU=${mtu}`,
    `FLANNEL_IPMASQ=${ipMasq}`,
    '',
  ].join('\n');
}

const COMMENT = '-m comment --comment "flanneld masq"';
const FORWARD = '-m comment --comment "flanneld forward"';

/** Writes flanneld's rules: FLANNEL-POSTRTG (with `--ip-masq`) and FLANNEL-FWD. */
export function writeRules(
  host: NetworkConfig,
  network: string,
  podCIDR: string,
  options: { readonly ipMasq: boolean; readonly forward: boolean },
): void {
  const rules = editRules(host, network.includes(':') ? 'IPv6' : 'IPv4');
  if (options.ipMasq) {
    rules.chain('nat', 'FLANNEL-POSTRTG');
    rules.append('nat', 'POSTROUTING', `${COMMENT} -j FLANNEL-POSTRTG`);
    for (const text of masqueradeRules(network, podCIDR)) {
      rules.append('nat', 'FLANNEL-POSTRTG', text);
    }
  }
  if (options.forward) {
    rules.chain('filter', 'FLANNEL-FWD');
    rules.append('filter', 'FORWARD', `${FORWARD} -j FLANNEL-FWD`);
    rules.append('filter', 'FLANNEL-FWD', `-s ${network} ${FORWARD} -j ACCEPT`);
    rules.append('filter', 'FLANNEL-FWD', `-d ${network} ${FORWARD} -j ACCEPT`);
  }
  rules.commit();
}

/** Rules of FLANNEL-POSTRTG in order; a packet that kube-proxy marked is left to kube-proxy. */
function masqueradeRules(network: string, podCIDR: string): readonly string[] {
  const multicast = network.includes(':') ? 'ff00::/8' : '224.0.0.0/4';
  return [
    `-m mark --mark 0x4000/0x4000 ${COMMENT} -j RETURN`,
    `-s ${podCIDR} -d ${network} ${COMMENT} -j RETURN`,
    `-s ${network} -d ${podCIDR} ${COMMENT} -j RETURN`,
    `! -s ${network} -d ${podCIDR} ${COMMENT} -j RETURN`,
    `-s ${network} ! -d ${multicast} ${COMMENT} -j MASQUERADE --random-fully`,
    `! -s ${network} -d ${network} ${COMMENT} -j MASQUERADE --random-fully`,
  ];
}

/** The conflist that kube-flannel puts into `/etc/cni/net.d/10-flannel.conflist`. */
export const conflist = `{
  "name": "cbr0",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "flannel",
      "delegate": {
        "hairpinMode": true,
        "isDefaultGateway": true
      }
    },
    {
      "type": "portmap",
      "capabilities": {
        "portMappings": true
      }
    }
  ]
}
`;
