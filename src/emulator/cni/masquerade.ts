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
  const rules = editRules(node.host);
  const chain = chainName(network, containerID);
  const why = comment(network, containerID);
  for (const { address } of ips) {
    if (address.includes(':')) continue;
    rules.chain('nat', chain);
    rules.append('nat', chain, `-d ${normalNet(address)} ${why} -j ACCEPT`);
    rules.append('nat', chain, `! -d 224.0.0.0/4 ${why} -j MASQUERADE`);
    rules.append('nat', 'POSTROUTING', `-s ${address.split('/')[0]}/32 ${why} -j ${chain}`);
  }
  rules.commit();
}

/** Takes the rules of `masquerade` away. */
export function endMasquerade(
  node: CniNode,
  network: string,
  containerID: string,
  addresses: readonly string[],
): void {
  const rules = editRules(node.host);
  const chain = chainName(network, containerID);
  const why = comment(network, containerID);
  for (const address of addresses) {
    rules.remove('nat', 'POSTROUTING', `-s ${address}/32 ${why} -j ${chain}`);
  }
  rules.removeChain('nat', chain);
  rules.commit();
}
