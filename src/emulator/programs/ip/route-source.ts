import type { NetworkConfig } from '../../network/api.ts';

/** Whether an address is one of this namespace's own: only those can be sent from. */
export function isLocalSource(network: NetworkConfig, address: string): boolean {
  if (address.startsWith('127.')) return true;
  const family = address.includes(':') ? 'inet6' : 'inet';
  return network
    .routes('local', family)
    .some((each) => each.destination === address && each.kind === 'local');
}
