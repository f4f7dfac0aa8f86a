import { columns } from './columns.ts';
import type { AgentState } from './state.ts';

const APIS = [
  'cilium/v2::CiliumClusterwideNetworkPolicy',
  'cilium/v2::CiliumEndpoint',
  'cilium/v2::CiliumNetworkPolicy',
  'cilium/v2::CiliumNode',
  'core/v1::Namespace',
  'core/v1::Pods',
  'core/v1::Service',
  'discovery/v1::EndpointSlice',
  'networking.k8s.io/v1::NetworkPolicy',
];

/** Flows that hubble keeps. */
const FLOWS = 4095;

/** `cilium-dbg status [--brief]`. */
export function status(state: AgentState, words: readonly string[]): string {
  if (words.includes('--brief')) return 'OK\n';
  const { node, endpoints } = state;
  const tunnels = new Set([...state.ipcache.values()].map(({ tunnel }) => tunnel ?? ''));
  const count = tunnels.size;
  const replaced = node.kubeProxyReplacement;
  const direct = replaced ? [`[eth0   ${node.address} (Direct Routing)]`] : [];
  const share = ((state.events.length / FLOWS) * 100).toFixed(2);
  const flows = `Current/Max Flows: ${state.events.length}/${FLOWS} (${share}%), Flows/s: 0.50`;
  const controllers = 20 + endpoints.length * 4;
  const conf = '/host/etc/cni/net.d/05-cilium.conflist';
  const kind = node.externalEnvoy ? 'external' : 'embedded';
  const proxy = `OK, ip ${node.router}, 0 redirects active on ports 10000-20000, Envoy: ${kind}`;
  return columns([
    ['KVStore:', 'Disabled'],
    ['Kubernetes:', 'Ok', '1.36 (v1.36.2) [linux/amd64]'],
    ['Kubernetes APIs:', `[${APIS.map((each) => JSON.stringify(each)).join(', ')}]`],
    ['KubeProxyReplacement:', replaced ? 'True' : 'False', ...direct],
    ['Host firewall:', 'Disabled'],
    ['SRv6:', 'Disabled'],
    ['CNI Chaining:', 'none'],
    ['CNI Config file:', `successfully wrote CNI configuration file to ${conf}`],
    ['Cilium:', 'Ok', `${node.version} (v${node.version})`],
    ['NodeMonitor:', 'Listening for events on 4 CPUs with 64x4096 of shared memory'],
    ['Cilium health daemon:', 'Ok'],
    ['IPAM:', `IPv4: ${endpoints.length + 2}/254 allocated from ${node.podCIDR},`],
    ['IPv4 BIG TCP:', 'Disabled'],
    ['IPv6 BIG TCP:', 'Disabled'],
    ['BandwidthManager:', 'Disabled'],
    ['Routing:', 'Network: Tunnel [vxlan]', 'Host: Legacy'],
    ['Attach Mode:', 'TCX'],
    ['Device Mode:', 'veth'],
    ['Masquerading:', 'IPTables [IPv4: Enabled, IPv6: Disabled]'],
    ['Controller Status:', `${controllers}/${controllers} healthy`],
    ['Proxy Status:', proxy],
    ['Global Identity Range:', 'min 256, max 65535'],
    ['Hubble:', 'Ok', `${flows}   Metrics: Disabled`],
    ['Encryption:', 'Disabled'],
    ['Cluster health:', `${count}/${count} reachable`],
    ['Modules Health:', 'Stopped(0) Degraded(0) OK(60)'],
  ]);
}

/** `cilium-dbg version`. */
export function version({ node }: AgentState): string {
  const built = '0f4e4b4e 2025-11-12T10:00:00+00:00 go version go1.24.10 linux/amd64';
  return `Client: ${node.version} ${built}\nDaemon: ${node.version} ${built}\n`;
}
