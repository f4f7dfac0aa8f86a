// A property of kube-proxy: after any series of changes, of which it wrote no more each time than
// what had changed, its rules are those of a node that wrote all of them at once.
import { print } from '../../../src/emulator/network/netfilter/iptables/print.ts';
import { sortChains } from '../../../src/emulator/network/netfilter/iptables/tables.ts';
import {
  plainPrint,
  printElement,
} from '../../../src/emulator/network/netfilter/nftables/print-expr.ts';
import { nothingLive, printRule } from '../../../src/emulator/network/netfilter/nftables/print.ts';
import type { NetworkConfig } from '../../../src/emulator/network/api.ts';
import type { ProxyMode } from '../../../src/emulator/proxy/config/config.ts';
import type { Json } from '../../../src/emulator/world/index.ts';
import { seeded, type Random } from '../packets/random.ts';
import { proxyNode, WHERE } from './node.ts';
import { serviceOf, sliceOf } from './play.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'ipvs', 'nftables'];
const SERVICES = 5;
const STEPS = 8;

/** Plays so many series of changes; gives those after which the rules are not the same. */
export function playChanges(seed: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => index).flatMap((index) =>
    MODES.flatMap((mode) => playSeries(mode, seeded(seed * 7_000_003 + index), index)),
  );
}

function playSeries(mode: ProxyMode, random: Random, index: number): readonly string[] {
  const memory = new Map<string, Json>();
  for (let service = 1; service <= SERVICES; service++) change(random, memory, service);
  const node = proxyNode(mode, memory);
  node.sync();
  for (let step = 1; step <= STEPS; step++) {
    const dirty = new Set<string>();
    for (let each = 0; each <= random.below(3); each++) {
      const service = 1 + random.below(SERVICES);
      if (change(random, memory, service)) dirty.add(`default/s${service}`);
    }
    const whole = random.below(4) === 0;
    if (whole) disturb(random, mode, node.network.config(WHERE));
    node.sync(whole ? 'all' : [...dirty]);
    const fresh = proxyNode(mode, new Map(inOrder(memory)));
    fresh.sync();
    const [got, wanted] = [node, fresh].map(({ network }) => rulesOf(mode, network.config(WHERE)));
    if (JSON.stringify(got) !== JSON.stringify(wanted)) {
      const differ = [
        ...(wanted ?? []).filter((line) => !got?.includes(line)).map((line) => `- ${line}`),
        ...(got ?? []).filter((line) => !wanted?.includes(line)).map((line) => `+ ${line}`),
      ];
      return [`${mode}, series ${index}, step ${step}:\n${differ.slice(0, 20).join('\n')}`];
    }
  }
  return [];
}

/** Objects in the order of their names, as the API server lists them. */
const inOrder = (memory: ReadonlyMap<string, Json>) =>
  [...memory].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Another Service or other endpoints, or none of them any more. */
function change(random: Random, memory: Map<string, Json>, service: number): boolean {
  const name = `s${service}`;
  const [serviceKey, sliceKey] = [`service/default/${name}`, `slice/default/${name}`];
  const before = memory.get(serviceKey) as { spec: { ports: { protocol: string }[] } } | undefined;
  const kind = random.below(4);
  if (before && kind === 0) {
    memory.delete(serviceKey);
    if (random.below(2) === 0) memory.delete(sliceKey);
  } else if (!before || kind === 1) {
    const protocol = random.pick(['TCP', 'TCP', 'UDP'] as const);
    const external = random.below(3) === 0 ? [`203.0.113.${service}`] : [];
    const address = `10.96.0.${service}`;
    memory.set(serviceKey, serviceOf(random, { name, address, protocol, external }));
    memory.set(sliceKey, sliceOf(random, name, service, protocol) as unknown as Json);
  } else {
    const protocol = before.spec.ports[0]?.protocol ?? 'TCP';
    memory.set(sliceKey, sliceOf(random, name, service, protocol) as unknown as Json);
  }
  const listed = inOrder(memory);
  memory.clear();
  for (const [key, value] of listed) memory.set(key, value);
  return true;
}

/** Somebody takes rules away; a sync of everything brings them back. */
function disturb(random: Random, mode: ProxyMode, config: NetworkConfig): void {
  if (mode === 'ipvs') {
    const servers = [...config.ipvs.view.servers.keys()];
    if (servers.length > 0) config.ipvs.write([[random.pick(servers), undefined]]);
    return;
  }
  if (mode === 'iptables') {
    const { tables } = config.iptables();
    const emptied = tables.map((table) => ({
      ...table,
      chains: table.chains.map((chain) =>
        chain.name.startsWith('KUBE-') && random.below(3) === 0 ? { ...chain, rules: [] } : chain,
      ),
    }));
    config.setIptables({ tables: emptied });
    return;
  }
  const rules = config.nftables();
  const tables = rules.tables.map((table) => ({
    ...table,
    sets: table.sets.map((set) => ({ ...set, elements: set.elements.slice(random.below(2)) })),
  }));
  config.setNftables({ ...rules, tables });
}

function rulesOf(mode: ProxyMode, config: NetworkConfig): readonly string[] {
  if (mode === 'nftables') return tablesOf(config);
  const tables = config.iptables().tables.map(({ name, chains }) => ({
    name,
    chains: sortChains(name, chains),
  }));
  const rules = print({ tables }).split('\n');
  return mode === 'iptables' ? rules : [...rules, ...serversOf(config)];
}

function serversOf(config: NetworkConfig): readonly string[] {
  const servers = [...config.ipvs.view.servers].map(([key, { order: _order, ...server }]) => {
    const reals = server.realServers.map((real) => JSON.stringify(real)).toSorted();
    return `${key} ${JSON.stringify({ ...server, realServers: [] })} ${reals.join(' ')}`;
  });
  const sets = [...config.sets().values()].map(
    ({ name, entries }) =>
      `${name} ${entries
        .map(({ text }) => text)
        .toSorted()
        .join(' ')}`,
  );
  const dummy = config.links().find(({ name }) => name === 'kube-ipvs0');
  const bound = (dummy?.addresses ?? []).map(({ address }) => `bound ${address}`);
  return [...servers, ...sets, ...bound].toSorted();
}

/** Tables without handles, and without chains that nothing leads to any more. */
function tablesOf(config: NetworkConfig): readonly string[] {
  return config.nftables().tables.flatMap((table) => {
    const chains = table.chains
      .filter(({ name, rules }) => rules.length > 0 || !name.includes('/'))
      .map(({ name, rules }) => {
        const printed = rules.map((rule) =>
          printRule(table, rule, { ...plainPrint, stateless: true }, nothingLive),
        );
        return `${table.family} ${name} ${printed.join(' ; ')}`;
      });
    const sets = table.sets.map(({ name, elements }) => {
      const printed = elements.map((element) => printElement(element, plainPrint)).toSorted();
      return `${table.family} ${name} ${printed.join(' , ')}`;
    });
    return [...chains, ...sets].toSorted();
  });
}
