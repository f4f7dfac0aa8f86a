import { readResult } from '../result.ts';
import { editRules, type RuleEditor } from '../rules.ts';
import { failure, type CniPlugin, type CniResult } from '../types.ts';

const JUMP = '-m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD';
const ADMIN = '-m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN';

/** Lets a pod's traffic through the host's FORWARD chain (plugins/meta/firewall, iptables). */
const plugin: CniPlugin = {
  name: 'firewall',
  run({ command, conf }, node) {
    const previous = readResult(conf.prevResult) as CniResult | undefined;
    if (command === 'ADD' || command === 'CHECK') {
      if (!previous) return failure('missing prevResult from earlier plugin');
    }
    const rules = editRules(node.host);
    // With firewalld the rules would be in its zone, of which a node here has none.
    if (conf['backend'] === 'firewalld') return command === 'ADD' ? previous : undefined;
    const chain = String(conf['iptablesAdminChainName'] || 'CNI-ADMIN');
    if (command === 'ADD')
      add(rules, previous as CniResult, ADMIN.replace('CNI-ADMIN', chain), chain);
    if (command === 'DEL' && previous) {
      for (const text of rulesOf(previous)) rules.remove('filter', 'CNI-FORWARD', text);
    }
    rules.commit();
    return command === 'ADD' ? previous : undefined;
  },
};

export default plugin;

function add(rules: RuleEditor, result: CniResult, admin: string, chain: string): void {
  rules.chain('filter', 'CNI-FORWARD');
  rules.chain('filter', chain);
  rules.prepend('filter', 'FORWARD', JUMP);
  rules.prepend('filter', 'CNI-FORWARD', admin);
  for (const text of rulesOf(result)) rules.append('filter', 'CNI-FORWARD', text);
}

function rulesOf(result: CniResult): readonly string[] {
  return result.ips
    .map((ip) => ip.address.split('/')[0] ?? '')
    .filter((ip) => !ip.includes(':'))
    .flatMap((ip) => [
      `-d ${ip}/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-s ${ip}/32 -j ACCEPT`,
    ]);
}
