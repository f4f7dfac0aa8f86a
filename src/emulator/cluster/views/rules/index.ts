import { printRule } from '../../../network/netfilter/iptables/print.ts';
import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';

/**
 * The rules of one node as `iptables -S` prints them (`args.node`, else the first worker), chain by
 * chain, with how many packets each rule has met. Chains without rules are left out.
 */
const rules: View = ({ topology, network }, args) => {
  const nodes = topology.machines
    .filter(({ role }) => role === 'worker' || role === 'control-plane')
    .sort((a, b) => Number(a.role === 'control-plane') - Number(b.role === 'control-plane'))
    .map(({ name }) => name);
  const { node = nodes[0] ?? '' } = (args ?? {}) as { node?: string };
  const config = network.config({ host: node, netns: 'host' });
  const chains = config.iptables().tables.flatMap((table) =>
    table.chains
      .filter((chain) => chain.rules.length > 0)
      .map((chain) => {
        const counted = config.counters(table.name, chain.name).rules;
        return {
          table: table.name,
          chain: chain.name,
          rules: chain.rules.map((rule, index) => ({
            text: printRule(chain.name, rule),
            packets: counted[index]?.packets ?? 0,
          })),
        };
      }),
  );
  return { nodes, node, chains } satisfies Json;
};

export default rules;
