import type { Ruleset } from '../../network/netfilter/iptables/rules.ts';
import { without } from '../iptables/leftovers.ts';
import { ipvsChains } from './rules.ts';

/** The rules without what ipvs mode made (upstream `cleanupIptablesLeftovers`). */
export function ipvsLeftovers(rules: Ruleset): Ruleset {
  return without(rules, (table, name) => {
    if (table !== 'nat' && table !== 'filter') return false;
    return (ipvsChains[table] as readonly string[]).includes(name);
  });
}
