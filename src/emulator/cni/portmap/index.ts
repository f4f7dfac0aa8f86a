import { parseNet, ipText, normalNet } from '../ip.ts';
import { readResult } from '../result.ts';
import { chainName, comment, editRules, type RuleEditor } from '../rules.ts';
import {
  failure,
  isError,
  type Answer,
  type CniNode,
  type CniPlugin,
  type CniResult,
  type Invocation,
} from '../types.ts';

interface Mapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIP?: string;
}

const LOCAL = '-m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT';
const MASQ = '-m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ';
/** Most ports that one multiport match takes. */
const PORTS_PER_RULE = 15;

/** Host ports that lead to a pod: chains CNI-HOSTPORT-… and CNI-DN-… (plugins/meta/portmap). */
const plugin: CniPlugin = {
  name: 'portmap',
  run(invocation, node) {
    const { command, conf, request } = invocation;
    const mappings = readMappings(invocation);
    if (isError(mappings)) return mappings;
    // A digest: only made where it is needed.
    const chain = () => chainName(conf.name ?? '', request.containerID, 'DN-');
    if (command === 'DEL') return remove(invocation, node, mappings, chain());
    const previous = readResult(conf.prevResult);
    if (isError(previous)) return previous;
    if (command === 'ADD') {
      if (!previous) return failure('must be called as chained plugin');
      if (mappings.length > 0) add(invocation, node, mappings, chain(), previous);
      return previous;
    }
    if (command !== 'CHECK') return undefined;
    if (!previous) return failure('Required prevResult missing');
    const nat = node.host.iptables().tables.find((table) => table.name === 'nat');
    if (mappings.length === 0) return undefined;
    const name = chain();
    const there = nat?.chains.some((each) => each.name === name);
    return there ? undefined : failure(`chain ${name} not found`);
  },
};

export default plugin;

function readMappings({ conf }: Invocation): readonly Mapping[] | ReturnType<typeof failure> {
  const given = (conf.runtimeConfig?.['portMappings'] ?? []) as readonly Mapping[];
  for (const mapping of given) {
    if (!(mapping.containerPort > 0)) {
      return failure(`Invalid container port number: ${mapping.containerPort}`);
    }
    if (!(mapping.hostPort >= 0)) return failure(`Invalid host port number: ${mapping.hostPort}`);
  }
  return given.filter((mapping) => mapping.hostPort > 0);
}

function add(
  { conf, request }: Invocation,
  node: CniNode,
  mappings: readonly Mapping[],
  chain: string,
  result: CniResult,
): Answer {
  const address = result.ips.find((ip) => !ip.address.includes(':'))?.address;
  const net = address === undefined ? undefined : parseNet(address);
  if (!net || address === undefined) return undefined;
  const rules = editRules(node.host);
  const snat = conf['snat'] !== false;
  topChains(rules, conf);
  rules.chain('nat', chain);
  rules.flush('nat', chain);
  for (const { protocol, ports } of grouped(mappings)) {
    const why = comment(conf.name ?? '', request.containerID, 'dnat ');
    const match = `-p ${protocol} ${why} -m multiport --dports ${ports.join(',')}`;
    rules.append('nat', 'CNI-HOSTPORT-DNAT', `${match} -j ${chain}`);
  }
  for (const { hostPort, containerPort, protocol, hostIP } of mappings) {
    const proto = protocol.toLowerCase();
    const bound = hostIP && hostIP !== '0.0.0.0' ? `-d ${hostIP}/32 ` : '';
    const match = `-p ${proto} -m ${proto} --dport ${hostPort}`;
    if (snat) {
      const mark = '-j CNI-HOSTPORT-SETMARK';
      rules.append('nat', chain, `-s ${normalNet(address)} ${bound}${match} ${mark}`);
      rules.append('nat', chain, `-s 127.0.0.1/32 ${bound}${match} ${mark}`);
    }
    const to = `-j DNAT --to-destination ${ipText(net.ip)}:${containerPort}`;
    rules.append('nat', chain, `${bound}${match} ${to}`);
  }
  rules.commit();
  if (!snat) return undefined;
  // 127.0.0.1 as a source may leave by the pod's link, so that host ports work on localhost.
  const route = node.host.routeTo(ipText(net.ip));
  if (route) node.host.setSysctl(`net.ipv4.conf.${route.device}.route_localnet`, '1');
  return undefined;
}

/** Chains that all mappings of a node share. */
function topChains(rules: RuleEditor, conf: Invocation['conf']): void {
  rules.chain('nat', 'CNI-HOSTPORT-DNAT');
  rules.append('nat', 'PREROUTING', LOCAL);
  rules.append('nat', 'OUTPUT', LOCAL);
  if (conf['snat'] === false) return;
  const bit = typeof conf['markMasqBit'] === 'number' ? conf['markMasqBit'] : 13;
  const mark = `0x${(2 ** bit).toString(16)}/0x${(2 ** bit).toString(16)}`;
  rules.chain('nat', 'CNI-HOSTPORT-SETMARK');
  const why = '-m comment --comment "CNI portfwd masquerade mark"';
  rules.append('nat', 'CNI-HOSTPORT-SETMARK', `${why} -j MARK --set-xmark ${mark}`);
  rules.chain('nat', 'CNI-HOSTPORT-MASQ');
  rules.append('nat', 'CNI-HOSTPORT-MASQ', `-m mark --mark ${mark} -j MASQUERADE`);
  rules.prepend('nat', 'POSTROUTING', MASQ);
}

/** Ports by protocol, as many together as multiport takes. */
function grouped(mappings: readonly Mapping[]): { protocol: string; ports: readonly number[] }[] {
  const groups: { protocol: string; ports: readonly number[] }[] = [];
  for (const protocol of [...new Set(mappings.map((each) => each.protocol.toLowerCase()))].sort()) {
    const ports = mappings
      .filter((each) => each.protocol.toLowerCase() === protocol)
      .map((each) => each.hostPort);
    for (let at = 0; at < ports.length; at += PORTS_PER_RULE) {
      groups.push({ protocol, ports: ports.slice(at, at + PORTS_PER_RULE) });
    }
  }
  return groups;
}

function remove(
  { conf, request }: Invocation,
  node: CniNode,
  mappings: readonly Mapping[],
  chain: string,
): Answer {
  const rules = editRules(node.host);
  const nat = node.host.iptables().tables.find((table) => table.name === 'nat');
  if (!nat?.chains.some((each) => each.name === chain)) return undefined;
  for (const { protocol, ports } of grouped(mappings)) {
    const why = comment(conf.name ?? '', request.containerID, 'dnat ');
    const match = `-p ${protocol} ${why} -m multiport --dports ${ports.join(',')}`;
    rules.remove('nat', 'CNI-HOSTPORT-DNAT', `${match} -j ${chain}`);
  }
  rules.dropJumps('nat', 'CNI-HOSTPORT-DNAT', chain);
  rules.removeChain('nat', chain);
  rules.commit();
  return undefined;
}
