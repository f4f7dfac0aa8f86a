import { normalNet } from './ip.ts';
import { chainName, comment, editRules } from './rules.ts';
import type { CniNode, IpConfig } from './types.ts';

/**
 * Masquerades what leaves a pod for elsewhere than its own network: a chain per container, a jump
 * per address (`ip.SetupIPMasq`).
 */
export function masquerade(
  node: CniNode,
  network: string,
  containerID: string,
  ips: readonly IpConfig[],
): void {
  const chain = chainName(network, containerID);
  const why = comment(network, containerID);
  for (const { address } of ips) {
    const six = address.includes(':');
    const rules = editRules(node.host, six ? 'IPv6' : 'IPv4');
    const [multicast, bits] = six ? ['ff00::/8', 128] : ['224.0.0.0/4', 32];
    rules.chain('nat', chain);
    rules.append('nat', chain, `-d ${normalNet(address)} ${why} -j ACCEPT`);
    rules.append('nat', chain, `! -d ${multicast} ${why} -j MASQUERADE`);
    rules.append('nat', 'POSTROUTING', `-s ${address.split('/')[0]}/${bits} ${why} -j ${chain}`);
    rules.commit();
  }
}

/** Takes the rules of `masquerade` away. */
export function endMasquerade(
  node: CniNode,
  network: string,
  containerID: string,
  addresses: readonly string[],
): void {
  const chain = chainName(network, containerID);
  const why = comment(network, containerID);
  for (const [family, bits] of [['IPv4', 32] as const, ['IPv6', 128] as const]) {
    const rules = editRules(node.host, family);
    for (const address of addresses) {
      if (address.includes(':') !== (family === 'IPv6')) continue;
      rules.remove('nat', 'POSTROUTING', `-s ${address}/${bits} ${why} -j ${chain}`);
    }
    rules.removeChain('nat', chain);
    rules.commit();
  }
}
