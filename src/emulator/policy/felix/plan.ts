import type { Compiled } from '../compile.ts';
import type { Direction } from '../types.ts';
import { dispatchChains } from './dispatch.ts';
import { profileChain, profilesOf, workloadChains, type Workload } from './endpoint.ts';
import { finished, policyToChain } from './policy.ts';
import { MARK, setMark, type FelixChain } from './rule.ts';
import { collectSets, type IpSet } from './sets.ts';
import { staticTables, type FelixConfig, type StaticTable } from './static.ts';

/** All that a node has by Calico: chains of each table, and sets. */
export interface FelixPlan {
  readonly tables: readonly StaticTable[];
  readonly sets: readonly IpSet[];
}

export interface FelixInput {
  readonly compiled: Compiled;
  /** Pods of this node, by their devices. */
  readonly workloads: readonly Workload[];
  readonly config: FelixConfig;
  /** Networks of IP pools, those that are masqueraded, and addresses of nodes. */
  readonly pools: readonly string[];
  readonly masqueradePools: readonly string[];
  readonly hosts: readonly string[];
  /** Addresses of the node itself. */
  readonly thisHost: readonly string[];
}

/** The node's rules and sets. */
export function planNode(input: FelixInput): FelixPlan {
  const { compiled, workloads, config } = input;
  const collector = collectSets(compiled);
  const chains: FelixChain[] = [
    ...dispatchChains(workloads.map(({ device }) => device)),
    ...workloads.flatMap(workloadChains),
  ];
  for (const direction of ['ingress', 'egress'] as const) {
    chains.push(...policyChains(workloads, direction, collector));
    const profiles = new Set(workloads.flatMap(({ entry }) => profilesOf(entry)));
    chains.push(...[...profiles].sort().map((profile) => profileToChain(profile, direction)));
  }
  const tables = staticTables(config).map((table) =>
    table.name === 'filter' ? { ...table, chains: [...table.chains, ...chains] } : table,
  );
  return { tables, sets: [...fixedSets(input), ...collector.sets()] };
}

function policyChains(
  workloads: readonly Workload[],
  direction: Direction,
  collector: ReturnType<typeof collectSets>,
): readonly FelixChain[] {
  const policies = new Set(
    workloads.flatMap(({ entry }) => entry[direction].map(({ policy }) => policy)),
  );
  return [...policies].map((policy) => policyToChain(policy, direction, collector));
}

/** A namespace's profile lets all through; a service account's only carries labels. */
function profileToChain(profile: string, direction: Direction): FelixChain {
  const rules = profile.startsWith('kns.') ? [{ action: setMark(MARK.accept) }] : [];
  const comment = `Profile ${profile} ${direction}`;
  return { name: profileChain(profile, direction), rules: finished(rules, comment) };
}

function fixedSets(input: FelixInput): readonly IpSet[] {
  const { config, pools, masqueradePools, hosts, thisHost } = input;
  const set = (name: string, members: readonly string[]): IpSet => ({
    name: `cali40${name}`,
    type: 'hash:net',
    members: [...members].sort(),
  });
  return [
    set('all-ipam-pools', pools),
    set('masq-ipam-pools', masqueradePools),
    set('this-host', thisHost),
    ...(config.ipip ? [set('all-hosts-net', hosts)] : []),
    ...(config.vxlan ? [set('all-vxlan-net', hosts)] : []),
  ];
}
