import { printRule } from '../../emulator/network/netfilter/iptables/print.ts';
import type { Ruleset } from '../../emulator/network/netfilter/iptables/rules.ts';
import { withPlan } from '../../emulator/proxy/iptables/load.ts';
import { plan } from '../../emulator/proxy/iptables/plan.ts';
import type { Choice, EntryLine, ModeView } from './api.ts';
import type { ChainFacts } from './facts.ts';

interface Line {
  readonly table: string;
  readonly chain: string;
  readonly text: string;
  readonly packets?: number;
}

type Chains = ReadonlyMap<string, readonly Line[]>;

/** The port in iptables mode: what is loaded on the node where it is active, else what would be. */
export function iptablesView(facts: ChainFacts, active: boolean): ModeView {
  const { port } = facts;
  const chains = readChains(active ? facts.config.iptables() : planned(facts), facts, active);
  const about = new RegExp(
    `--comment "?${escape(port.label)}( (cluster IP|external IP|loadbalancer IP))?"?( |$)`,
  );
  const entry = ['KUBE-SERVICES', 'KUBE-NODEPORTS']
    .flatMap((chain) => chains.get(`nat ${chain}`) ?? [])
    .filter(({ text }) => about.test(text) && protocolOf(text) === port.protocol);
  const refuses = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES']
    .flatMap((chain) => chains.get(`filter ${chain}`) ?? [])
    .filter(({ text }) => text.includes(`"${port.label} has no `))
    .filter(({ text }) => protocolOf(text) === port.protocol);
  const place = findChoice(chains, entry);
  const lines = place === undefined ? [] : (chains.get(`nat ${place}`) ?? []);
  return {
    mode: 'iptables',
    active,
    entry: entry.map(({ chain, text, packets }): EntryLine => ({
      place: chain,
      text,
      ...(packets !== undefined && { packets }),
    })),
    ...(place !== undefined && { chooses: { place, how: 'dice' as const } }),
    choices: choicesOf(chains, lines),
    affinity: lines.filter(({ text }) => text.includes('--rcheck')).map(({ text }) => text),
    refuses: refuses.map(({ text }) => text),
    lines: allLines(chains, [...entry, ...refuses]),
  };
}

function planned(facts: ChainFacts): Ruleset {
  const { port, endpoints, clusterCIDR, masqueradeAll, node, nodeIP, nodeAddresses } = facts;
  const made = plan([port], endpoints, {
    family: 'IPv4',
    ...{ node, nodeIP, nodeAddresses, masqueradeAll },
    localTraffic: { ifLocal: `-s ${clusterCIDR}`, ifNotLocal: `! -s ${clusterCIDR}` },
    masqueradeMark: '0x4000',
    localhostNodePorts: true,
    nodePortAddresses: [],
    randomFully: true,
    tcpLiberal: false,
    nfacct: { invalid: true, localhost: true },
  });
  return withPlan({ tables: [] }, made);
}

function readChains(rules: Ruleset, { config }: ChainFacts, active: boolean): Chains {
  const found = new Map<string, readonly Line[]>();
  for (const table of rules.tables) {
    for (const chain of table.chains) {
      const counted = active ? config.counters(table.name, chain.name).rules : [];
      const lines = chain.rules.map((rule, index): Line => {
        const packets = counted[index]?.packets;
        const text = printRule(chain.name, rule);
        const place = { table: table.name, chain: chain.name, text };
        return active ? { ...place, packets: packets ?? 0 } : place;
      });
      found.set(`${table.name} ${chain.name}`, lines);
    }
  }
  return found;
}

const jumpOf = (text: string) => / -j (\S+)/.exec(text)?.[1] ?? '';
const protocolOf = (text: string) => / -p (\w+)/.exec(text)?.[1] ?? '';
const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** The chain in which one of several endpoints is chosen. */
function findChoice(chains: Chains, entry: readonly Line[]): string | undefined {
  const seen = new Set<string>();
  const queue = entry.map(({ text }) => jumpOf(text));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (/^KUBE-SV[CL]-/.test(next)) return next;
    if (/^KUBE-(EXT|FW)-/.test(next)) {
      queue.push(...(chains.get(`nat ${next}`) ?? []).map(({ text }) => jumpOf(text)));
    }
  }
  return undefined;
}

function choicesOf(chains: Chains, lines: readonly Line[]): Choice[] {
  let left = 1;
  return lines
    .filter(({ text }) => / -j KUBE-SEP-/.test(text) && !text.includes('--rcheck'))
    .map(({ text, packets }) => {
      const by = /--probability [\d.]+/.exec(text)?.[0] ?? '';
      const arrives = by === '' ? 1 : Number(by.split(' ')[1]);
      const all = left * arrives;
      left -= all;
      const target = jumpOf(text);
      const own = chains.get(`nat ${target}`) ?? [];
      const endpoint = own
        .map((line) => /--to-destination (\S+)/.exec(line.text)?.[1])
        .find((each) => each !== undefined);
      return {
        endpoint: endpoint ?? '',
        by,
        target: `-j ${target}`,
        arrives,
        all,
        ...(packets !== undefined && { packets }),
        rules: [text, ...own.map((line) => line.text)],
      };
    });
}

/** Lines from the entries on, chain after chain, each once. */
function allLines(chains: Chains, entry: readonly Line[]): string[] {
  const lines: string[] = [];
  const seen = new Set<string>(['KUBE-MARK-MASQ']);
  const add = (line: Line) => {
    if (!lines.includes(line.text)) lines.push(line.text);
    const next = jumpOf(line.text);
    if (line.table !== 'nat' || !next.startsWith('KUBE-') || seen.has(next)) return;
    seen.add(next);
    for (const each of chains.get(`nat ${next}`) ?? []) if (each.chain === next) queue.push(each);
  };
  const queue = [...entry];
  for (let next = queue.shift(); next; next = queue.shift()) add(next);
  return lines;
}
