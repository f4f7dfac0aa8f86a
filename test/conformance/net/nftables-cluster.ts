// The recorded cluster with kube-proxy in nftables mode.
import { noTables } from '../../../src/emulator/network/netfilter/nftables/ast.ts';
import { runText } from '../../../src/emulator/network/netfilter/nftables/parse.ts';
import { parse } from '../../../src/emulator/network/netfilter/iptables/parse.ts';
import { elementText } from '../../../src/emulator/proxy/nftables/load.ts';
import {
  plan,
  type ChainPlan,
  type NftablesPlan,
} from '../../../src/emulator/proxy/nftables/plan.ts';
import { endpointsByPort, servicePorts } from '../../../src/emulator/proxy/services.ts';
import { serviceOf, sliceOf, type RecordedServices } from './ipvs-cluster.ts';
import { buildCluster, type Recorded, type TrafficCluster } from './traffic-cluster.ts';
import type { Zone } from './zone.ts';

const NODES: Readonly<Record<string, string>> = {
  'control-plane': '192.168.56.11',
  'worker-1': '192.168.56.12',
  'worker-2': '192.168.56.13',
};

/** The cluster before kube-proxy came: only the network plugin's rules are there. */
export function buildBareCluster(recorded: Recorded, zone: Zone, nft: Recorded): TrafficCluster {
  const cluster = buildCluster(recorded, zone);
  for (const node of Object.keys(NODES)) {
    // The recorder kept no rules of worker-2; they are those of worker-1 but for the pods' network.
    const own = nft.hosts[node]?.iptables_save;
    const text =
      own ?? nft.hosts['worker-1']?.iptables_save.replaceAll('10.244.1.0/24', '10.244.2.0/24');
    const rules = parse(text ?? '');
    if (rules.ok) cluster.network.config({ host: node, netns: 'host' }).setIptables(rules.rules);
  }
  return cluster;
}

/** Puts all nodes into nftables mode, in the order in which the recorder loaded the rules. */
export function addProxy({ network }: TrafficCluster, { services }: RecordedServices): void {
  for (const [node, address] of Object.entries(NODES)) {
    const planned = plan(
      // The recorder took them in the order of their names.
      services.flatMap((each) => servicePorts(serviceOf(each), 'IPv4')),
      endpointsByPort(services.map(sliceOf), 'IPv4', node),
      {
        family: 'IPv4',
        node: { name: node, labels: {} },
        // The recorder had no rule for a node that is itself among the sources.
        nodeIP: '',
        nodeAddresses: ['127.0.0.1', address],
        localTraffic: {
          ifLocal: 'ip saddr 10.244.0.0/16',
          ifNotLocal: 'ip saddr != 10.244.0.0/16',
        },
        masqueradeAll: false,
        masqueradeMark: '0x4000',
        nodePortAddresses: [`${address}/32`],
        serviceCIDRs: ['10.96.0.0/12'],
      },
    );
    const ran = runText(noTables, { name: node, lines: recordersText(planned) });
    const [problem] = ran.problems;
    if (problem) throw new Error(`${problem.message} in line ${problem.at.line}`);
    network.config({ host: node, netns: 'host' }).setNftables(ran.rules);
  }
}

const SETS = ['cluster-ips', 'nodeport-ips', 'hairpin-connections'];

/** Chains in the recorder's order, which is nearly that of their names. */
const CHAINS = [
  'cluster-ips-check',
  ...['filter-prerouting-pre-dnat', 'filter-output-pre-dnat'],
  ...['filter-forward', 'filter-input', 'filter-output'],
  ...['firewall-check', 'masquerading', 'nat-output', 'nat-postrouting', 'nat-prerouting'],
  ...['nodeport-endpoints-check', 'reject-chain', 'services', 'service-endpoints-check'],
];
const KINDS = ['service', 'endpoint', 'local', 'external', 'firewall'];

function recordersText(planned: NftablesPlan): readonly string[] {
  const at = 'ip kube-proxy';
  const rank = (list: readonly string[], name: string) => {
    const index = list.indexOf(name);
    return index < 0 ? list.length : index;
  };
  const sets = planned.sets.toSorted((a, b) => {
    const kinds = (a.kind === 'map' ? 1 : 0) - (b.kind === 'map' ? 1 : 0);
    return kinds || rank(SETS, a.name) - rank(SETS, b.name) || (a.name < b.name ? -1 : 1);
  });
  const fixed = planned.chains.toSorted((a, b) => rank(CHAINS, a.name) - rank(CHAINS, b.name));
  const kind = ({ name }: ChainPlan) => KINDS.indexOf(name.split('-')[0] ?? '');
  const chainLines = (chains: readonly ChainPlan[]) =>
    chains.map(({ name, block }) => `add chain ${at} ${name}${block ? ` { ${block} }` : ''}`);
  const ruleLines = (chains: readonly ChainPlan[]) =>
    chains.flatMap(({ name, rules }) => rules.map((rule) => `add rule ${at} ${name} ${rule}`));
  const services = planned.services.map((service) => ({
    ...service,
    chains: service.chains.toSorted((a, b) => kind(a) - kind(b)),
  }));
  return [
    `add table ${at} { comment "rules for kube-proxy" ; }`,
    ...sets.map((set) => `add ${set.kind} ${at} ${set.name} { ${set.block} }`),
    ...chainLines(fixed),
    ...ruleLines(fixed),
    ...services.flatMap(({ chains, affinitySets }) => [
      ...affinitySets.map(({ name, block }) => `add set ${at} ${name} { ${block} }`),
      ...chainLines(chains),
      ...ruleLines(chains),
    ]),
    ...planned.elements.map((each) => `add element ${at} ${each.set} { ${elementText(each)} }`),
  ];
}
