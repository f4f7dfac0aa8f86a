import type { CompiledPolicy, PodEntry } from '../compile.ts';
import type { Direction, Policy } from '../types.ts';
import { chainName } from './names.ts';
import {
  ACCEPT,
  clearMark,
  ctstate,
  DROP,
  jump,
  MARK,
  markClear,
  markSet,
  RETURN,
  type FelixChain,
  type FelixRule,
} from './rule.ts';

/** A pod of this node, with the device at which it hangs. */
export interface Workload {
  readonly device: string;
  readonly entry: PodEntry;
}

/** Name of a policy's chain for a direction. */
export function policyChain(policy: Policy, direction: Direction): string {
  return chainName(direction === 'ingress' ? 'cali-pi-' : 'cali-po-', policy.id ?? policy.name);
}

/** Profiles of a pod: its namespace, which lets all through, and its service account. */
export function profilesOf({ pod }: PodEntry): readonly string[] {
  const { namespace, serviceAccount = 'default' } = pod;
  return [`kns.${namespace}`, `ksa.${namespace}.${serviceAccount}`];
}

/** Name of a profile's chain for a direction. */
export function profileChain(profile: string, direction: Direction): string {
  return chainName(direction === 'ingress' ? 'cali-pri-' : 'cali-pro-', profile);
}

const accepted = { match: [markSet(MARK.accept)], action: RETURN };
const established = ctstate('RELATED,ESTABLISHED');

/** A pod's two chains: towards it (`cali-tw-`) and from it (`cali-fw-`). */
export function workloadChains({ device, entry }: Workload): readonly FelixChain[] {
  return (['ingress', 'egress'] as const).map((direction): FelixChain => {
    const rules: FelixRule[] = [
      { match: [established], action: ACCEPT },
      { match: [ctstate('INVALID')], action: DROP },
      { action: clearMark(MARK.accept | MARK.pass) },
      ...(direction === 'egress' ? encapsulated : []),
      ...policyRules(entry[direction], direction),
      ...profilesOf(entry).flatMap((profile) => [
        { action: jump(profileChain(profile, direction)) },
        { ...accepted, comments: ['Return if profile accepted'] },
      ]),
      { action: DROP, comments: ['Drop if no profiles matched'] },
    ];
    return { name: chainName(direction === 'ingress' ? 'cali-tw-' : 'cali-fw-', device), rules };
  });
}

/** A pod must not tunnel by itself: that would go past its egress policies. */
const encapsulated: readonly FelixRule[] = [
  {
    match: ['-p 17', '-m multiport --destination-ports 4789'],
    action: DROP,
    comments: ['Drop VXLAN encapped packets originating in workloads'],
  },
  {
    match: ['-p 4'],
    action: DROP,
    comments: ['Drop IPinIP encapped packets originating in workloads'],
  },
];

function policyRules(policies: readonly CompiledPolicy[], direction: Direction): FelixRule[] {
  const rules: FelixRule[] = [];
  policies.forEach(({ policy }, index) => {
    const { tier } = policy;
    const first = policies[index - 1]?.policy.tier.name !== tier.name;
    const last = policies[index + 1]?.policy.tier.name !== tier.name;
    // The first tier finds the mark cleared already.
    if (first && index > 0) {
      rules.push({ action: clearMark(MARK.pass), comments: [`Start of tier ${tier.name}`] });
    }
    rules.push(
      { match: [markClear(MARK.pass)], action: jump(policyChain(policy, direction)) },
      { ...accepted, comments: ['Return if policy accepted'] },
    );
    if (last && tier.default === 'Deny') {
      const comments = ['Drop if no policies passed packet'];
      rules.push({ match: [markClear(MARK.pass)], action: DROP, comments });
    }
  });
  return rules;
}
