import type { DaemonSys } from '../../host/syscalls.ts';
import type { Family, ProxyEndpoint, ServicePort } from '../../proxy/services.ts';
import type { ProxyState } from './state.ts';

/** What one sync of one family works on. */
export interface SyncInput {
  readonly family: Family;
  readonly ports: readonly ServicePort[];
  readonly endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>;
  readonly nodeIP: string;
}

/** How traffic of this node's pods is told from other traffic; undefined where it cannot be. */
export function localTraffic({ config }: ProxyState, family: Family) {
  const { mode, detectLocalMode, clusterCIDR, bridgeInterface, interfaceNamePrefix } = config;
  const nft = mode === 'nftables';
  const pair = (name: string, value: string) =>
    nft
      ? { ifLocal: `${name} ${value}`, ifNotLocal: `${name} != ${value}` }
      : { ifLocal: `${name} ${value}`, ifNotLocal: `! ${name} ${value}` };
  if (detectLocalMode === 'BridgeInterface') return pair(nft ? 'iif' : '-i', bridgeInterface);
  if (detectLocalMode === 'InterfaceNamePrefix') {
    return nft ? pair('iifname', `${interfaceNamePrefix}*`) : pair('-i', `${interfaceNamePrefix}+`);
  }
  const own = (cidr: string) => cidr !== '' && cidr.includes(':') === (family === 'IPv6');
  const cidr = clusterCIDR.split(',').find(own);
  if (cidr === undefined) return undefined;
  return pair(nft ? `${family === 'IPv6' ? 'ip6' : 'ip'} saddr` : '-s', cidr);
}

/** Addresses of one family on the node's devices, but for one device. */
export function addressesOf(sys: DaemonSys, family: Family, except?: string): readonly string[] {
  return sys.network
    .links()
    .filter(({ name }) => name !== except)
    .flatMap((link) => link.addresses.map(({ address }) => address))
    .filter((address) => address.includes(':') === (family === 'IPv6'));
}

/** CIDRs of addresses that NodePorts are opened on. */
export function nodePortCidrs({ config }: ProxyState, { family, nodeIP }: SyncInput) {
  const { nodePortAddresses: cidrs } = config;
  if (cidrs.includes('primary')) return [`${nodeIP}/${family === 'IPv6' ? 128 : 32}`];
  return cidrs.filter((cidr) => cidr.includes(':') === (family === 'IPv6'));
}
