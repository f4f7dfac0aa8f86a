import { editRules } from '../../cni/rules.ts';
import type { NetworkConfig } from '../../network/api.ts';
import type { NpcPlan } from './plan.ts';

const NOTE = `-m comment --comment "NOTE: this must go before '-j KUBE-FORWARD'"`;
const MARK = '0x40000/0x40000';
const NEW = '-m state --state NEW';
const KNOWN = '-m state --state RELATED,ESTABLISHED';

/** Puts the plan's rules into the chains, and the chains where packets pass them. */
export function loadRules(network: NetworkConfig, { chains }: NpcPlan): void {
  const rules = editRules(network);
  const own = [
    'WEAVE-NPC',
    'WEAVE-NPC-DEFAULT',
    'WEAVE-NPC-INGRESS',
    'WEAVE-NPC-EGRESS',
    'WEAVE-NPC-EGRESS-ACCEPT',
    'WEAVE-NPC-EGRESS-CUSTOM',
    'WEAVE-NPC-EGRESS-DEFAULT',
  ];
  for (const name of own) rules.chain('filter', name);
  const fill = (name: string, lines: readonly string[]) => {
    rules.flush('filter', name);
    for (const line of lines) rules.append('filter', name, line);
  };
  fill('WEAVE-NPC', [
    `${KNOWN} -j ACCEPT`,
    '-d 224.0.0.0/4 -j ACCEPT',
    '-m physdev --physdev-out vethwe-bridge --physdev-is-bridged -j ACCEPT',
    `${NEW} -j WEAVE-NPC-DEFAULT`,
    `${NEW} -j WEAVE-NPC-INGRESS`,
  ]);
  fill('WEAVE-NPC-EGRESS', [
    `${KNOWN} -j ACCEPT`,
    '-m physdev --physdev-in vethwe-bridge --physdev-is-bridged -j RETURN',
    '-m addrtype --dst-type LOCAL -j RETURN',
    '-d 224.0.0.0/4 -j RETURN',
    `${NEW} -j WEAVE-NPC-EGRESS-DEFAULT`,
    `${NEW} -m mark ! --mark ${MARK} -j WEAVE-NPC-EGRESS-CUSTOM`,
    `-m mark ! --mark ${MARK} -j DROP`,
  ]);
  fill('WEAVE-NPC-EGRESS-ACCEPT', [`-j MARK --set-xmark ${MARK}`]);
  fill('WEAVE-NPC-DEFAULT', chains.DEFAULT);
  fill('WEAVE-NPC-INGRESS', chains.INGRESS);
  fill('WEAVE-NPC-EGRESS-DEFAULT', chains['EGRESS-DEFAULT']);
  fill('WEAVE-NPC-EGRESS-CUSTOM', chains['EGRESS-CUSTOM']);
  // In front of all others, in this order.
  for (const line of [
    `-o weave -j DROP`,
    `-o weave ${NOTE} -j WEAVE-NPC`,
    `-i weave ${NOTE} -j WEAVE-NPC-EGRESS`,
  ]) {
    rules.prepend('filter', 'FORWARD', line);
  }
  rules.append('filter', 'FORWARD', '-i weave ! -o weave -j ACCEPT');
  rules.append(
    'filter',
    'FORWARD',
    '-o weave -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  );
  rules.prepend('filter', 'INPUT', '-i weave -j WEAVE-NPC-EGRESS');
  rules.commit();
}
