import type { PolicyRef, RuleRef, Side, Why } from './types.ts';

/** A policy as it is named in reasons: `NetworkPolicy shop/web-deny`. */
export function policyText({ kind, namespace, name }: PolicyRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** `NetworkPolicy shop/web: ingress rule 2, peer 1`. */
export function ruleText(matched: Omit<RuleRef, 'action'>): string {
  const { policy, direction, rule, name, peer, list } = matched;
  const called = name === undefined ? '' : ` (${name})`;
  const who = peer === undefined ? '' : `, ${list ?? 'peer'} ${peer}`;
  return `${policyText(policy)}: ${direction} rule ${rule}${called}${who}`;
}

const exempt: Readonly<Record<Extract<Why, { type: 'exempt' }>['because'], string>> = {
  established: 'belongs to a connection that was let through',
  'own node': 'a pod and its own node always reach one another',
  'host network': 'a pod of the host network is its node, which no policy selects',
  itself: 'a pod always reaches itself',
  'no pod': 'this end is no pod of the cluster',
};

/** One side's reason in a sentence of English. */
export function explain({ why, passed }: Side): string {
  const before = passed.map((each) => `${ruleText(each)} passed; `).join('');
  return before + reason(why);
}

function reason(why: Why): string {
  switch (why.type) {
    case 'rule':
      return `${ruleText(why.matched)} matched: ${why.matched.action}`;
    case 'isolated':
      return `selected by ${why.by.map(policyText).join(', ')}, and no rule matches`;
    case 'passed':
      return `selected by ${why.by.map(policyText).join(', ')}, and none decides`;
    case 'unselected':
      return 'no policy selects';
    case 'exempt':
      return exempt[why.because];
  }
}
