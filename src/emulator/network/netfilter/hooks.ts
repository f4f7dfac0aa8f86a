import { writeEntry } from '../conntrack/entry.ts';
import { confirm, leaveUntracked, track } from '../conntrack/track.ts';
import { setUp, translate } from '../conntrack/nat.ts';
import type { Engine, Step } from '../engine.ts';
import * as ipvs from '../ipvs/hooks.ts';
import { endpointText } from '../packet.ts';
import { route, sourceFor } from '../route.ts';
import type { Skb } from '../skb.ts';
import { matchContext, matchPacket, recentKey } from './context.ts';
import { changeSets } from './ipset/packet.ts';
import { isIPv6 } from './iptables/address.ts';
import { evaluate } from './iptables/match.ts';
import { printRule } from './iptables/print.ts';
import type { Evaluation, RuleRef, Ruleset, TableName } from './iptables/rules.ts';
import { findChain, findTable } from './iptables/tables.ts';
import type { NftHook } from './nftables/ast.ts';
import { askBase, natBases, nftFilter, nftRuleStep } from './nftables/hook.ts';

/** What became of a packet at a hook. */
export type HookVerdict =
  | { readonly type: 'accept' }
  | { readonly type: 'drop'; readonly by: RuleRef }
  | { readonly type: 'reject'; readonly by: RuleRef; readonly with: string }
  /** IPVS changed the packet and wants it routed and sent out (`transmitted`). */
  | { readonly type: 'transmit' };

const accept: HookVerdict = { type: 'accept' };
const FILTERS: readonly TableName[] = ['filter', 'security'];

/** The connection table has no room for one more. */
const full: HookVerdict = {
  type: 'drop',
  by: { table: 'raw', chain: 'nf_conntrack', index: -1 },
};

/**
 * The five hooks of the kernel (`nf_inet_hooks`), each with its tables in order of priority:
 *
 *     in ──PREROUTING──(route)──FORWARD──POSTROUTING── out
 *        raw, conntrack,   │    mangle,    mangle, nat,
 *        mangle, nat     INPUT  filter     confirm
 *                          │
 *                       process ──OUTPUT──(route again)──POSTROUTING
 */
export function prerouting(engine: Engine, skb: Skb): HookVerdict {
  if (!skb.view.tracks) return accept;
  return (
    stops(nft(engine, skb, 'prerouting', undefined, -Infinity, -299)) ??
    stops(filter(engine, skb, 'raw', 'PREROUTING', undefined)) ??
    stops(nft(engine, skb, 'prerouting', undefined, -299, -200)) ??
    stops(track(engine, skb) ? accept : full) ??
    stops(nft(engine, skb, 'prerouting', undefined, -200, -149)) ??
    stops(filter(engine, skb, 'mangle', 'PREROUTING', undefined)) ??
    stops(nft(engine, skb, 'prerouting', undefined, -149, -100)) ??
    stops(destinationNat(engine, skb, 'PREROUTING', undefined)) ??
    nft(engine, skb, 'prerouting', undefined, -100, Infinity)
  );
}

/** A verdict that does not let the packet go on to the next step. */
function stops(verdict: HookVerdict): HookVerdict | undefined {
  return verdict.type === 'accept' ? undefined : verdict;
}

/** Base chains of nftables between two priorities; of equals they come before iptables' own. */
function nft(
  engine: Engine,
  skb: Skb,
  hook: NftHook,
  device: string | undefined,
  from: number,
  to: number,
): HookVerdict {
  const stop = nftFilter(engine, skb, hook, device, from, to);
  if (!stop) return accept;
  const by: RuleRef = { table: 'filter', chain: `nft ${hook}`, index: -1 };
  return stop.type === 'drop' ? { type: 'drop', by } : { ...stop, by };
}

/** INPUT: for packets to the namespace itself. */
export function input(engine: Engine, skb: Skb): HookVerdict {
  if (!skb.view.tracks) return accept;
  const verdict =
    stops(nft(engine, skb, 'input', undefined, -Infinity, -149)) ??
    stops(filter(engine, skb, 'mangle', 'INPUT', undefined)) ??
    stops(nft(engine, skb, 'input', undefined, -149, 1)) ??
    stops(filters(engine, skb, 'INPUT', undefined, FILTERS)) ??
    stops(nft(engine, skb, 'input', undefined, 1, 98)) ??
    stops((ipvs.reply(engine, skb), balance(engine, skb))) ??
    stops(nft(engine, skb, 'input', undefined, 98, 100)) ??
    stops(sourceNat(engine, skb, 'INPUT', undefined)) ??
    nft(engine, skb, 'input', undefined, 100, Infinity);
  if (verdict.type === 'accept') confirm(engine, skb);
  return verdict;
}

/** FORWARD: for packets on their way through. */
export function forward(engine: Engine, skb: Skb, output: string): HookVerdict {
  if (!skb.view.tracks) return accept;
  const verdict =
    stops(nft(engine, skb, 'forward', output, -Infinity, -149)) ??
    stops(filter(engine, skb, 'mangle', 'FORWARD', output)) ??
    stops(nft(engine, skb, 'forward', output, -149, 1)) ??
    stops(filters(engine, skb, 'FORWARD', output, FILTERS)) ??
    nft(engine, skb, 'forward', output, 1, Infinity);
  if (verdict.type === 'accept') ipvs.reply(engine, skb);
  return verdict;
}

/** A packet to a virtual server; without a real server it is refused. */
function balance(engine: Engine, skb: Skb): HookVerdict {
  const by: RuleRef = { table: 'filter', chain: 'ip_vs', index: -1 };
  switch (ipvs.request(engine, skb)) {
    case 'transmit':
      return { type: 'transmit' };
    case 'refuse':
      return { type: 'reject', by, with: 'icmp-port-unreachable' };
    case 'drop':
      return { type: 'drop', by };
    default:
      return accept;
  }
}

/** OUTPUT once more, for what IPVS sends on: all but NAT, which was chosen already. */
export function transmitted(engine: Engine, skb: Skb, device: string): HookVerdict {
  return filters(engine, skb, 'OUTPUT', device, ['raw', 'mangle', 'filter', 'security']);
}

/** OUTPUT: for the namespace's own packets, after they were routed a first time. */
export function output(engine: Engine, skb: Skb, device: string): HookVerdict {
  if (!skb.view.tracks) return accept;
  return (
    stops(nft(engine, skb, 'output', device, -Infinity, -299)) ??
    stops(filter(engine, skb, 'raw', 'OUTPUT', device)) ??
    stops(nft(engine, skb, 'output', device, -299, -200)) ??
    stops(track(engine, skb) ? accept : full) ??
    stops(nft(engine, skb, 'output', device, -200, -149)) ??
    stops(filter(engine, skb, 'mangle', 'OUTPUT', device)) ??
    stops(nft(engine, skb, 'output', device, -149, -100)) ??
    stops(destinationNat(engine, skb, 'OUTPUT', device)) ??
    stops((ipvs.reply(engine, skb), balance(engine, skb))) ??
    stops(nft(engine, skb, 'output', device, -100, 1)) ??
    stops(filters(engine, skb, 'OUTPUT', device, FILTERS)) ??
    nft(engine, skb, 'output', device, 1, Infinity)
  );
}

/** POSTROUTING: for all that leaves by a device; here new connections are confirmed. */
export function postrouting(engine: Engine, skb: Skb, device: string): HookVerdict {
  if (!skb.view.tracks) return accept;
  const verdict =
    stops(nft(engine, skb, 'postrouting', device, -Infinity, -149)) ??
    stops(filter(engine, skb, 'mangle', 'POSTROUTING', device)) ??
    stops(nft(engine, skb, 'postrouting', device, -149, 100)) ??
    stops(sourceNat(engine, skb, 'POSTROUTING', device)) ??
    nft(engine, skb, 'postrouting', device, 100, Infinity);
  if (verdict.type === 'accept') confirm(engine, skb);
  return verdict;
}

function filters(
  engine: Engine,
  skb: Skb,
  chain: string,
  device: string | undefined,
  tables: readonly TableName[],
): HookVerdict {
  for (const table of tables) {
    const verdict = filter(engine, skb, table, chain, device);
    if (verdict.type !== 'accept') return verdict;
  }
  return accept;
}

function filter(
  engine: Engine,
  skb: Skb,
  table: TableName,
  chain: string,
  device: string | undefined,
): HookVerdict {
  const result = ask(engine, skb, table, chain, device);
  if (!result) return accept;
  const { verdict, by } = result;
  if (verdict.type === 'DROP') return { type: 'drop', by };
  if (verdict.type === 'REJECT') return { type: 'reject', by, with: verdict.with };
  if (verdict.type === 'NOTRACK') leaveUntracked(skb);
  return accept;
}

/** The rules of the packet's own family. */
function rulesFor({ view, packet }: Skb): Ruleset {
  return isIPv6(packet.ip.source) ? view.rules6 : view.rules;
}

/** Runs a chain: counters, marks and lists are written, the deciding rule goes to the trace. */
function ask(
  engine: Engine,
  skb: Skb,
  table: TableName,
  chain: string,
  device: string | undefined,
): Evaluation | undefined {
  const rules = rulesFor(skb);
  if (!findTable(rules, table)) return undefined;
  const packet = matchPacket(skb, device);
  const result = evaluate(rules, table, chain, packet, matchContext(engine, skb));
  if (!result) return undefined;
  const { ref } = skb;
  const { size } = skb.packet;
  const of = (hit: RuleRef): RuleRef =>
    isIPv6(skb.packet.ip.source) ? { ...hit, family: 'IPv6' } : hit;
  for (const hit of result.hits) engine.count(ref, of(hit), size);
  if (result.by.index === -1) engine.count(ref, of(result.by), size);
  skb.mark = result.mark;
  skb.compared += result.compared;
  if (result.ttl !== undefined) {
    skb.packet = { ...skb.packet, ip: { ...skb.packet.ip, ttl: result.ttl } };
  }
  if (result.sets) changeSets(engine, skb, result.sets, packet);
  const { connection } = skb;
  if (result.connectionMark !== undefined && connection?.entry) {
    const entry = { ...connection.entry, mark: result.connectionMark };
    skb.connection = { ...connection, entry };
    if (connection.confirmed) writeEntry(engine, skb.ref, entry);
  }
  for (const { list, address, act } of result.recent) {
    engine.records.put(recentKey(skb, list, address), act === 'remove' ? undefined : engine.now);
  }
  for (const line of result.log) engine.log(skb.ref, line);
  if (skb.packet.trace !== undefined) traceRule(engine, skb, result, device);
  return result;
}

function traceRule(engine: Engine, skb: Skb, result: Evaluation, device: string | undefined): void {
  const { verdict, by } = result;
  // An accepting policy says nothing; a rule that let the packet pass on purpose does.
  if (by.index === -1 && verdict.type === 'ACCEPT') return;
  // What NAT does is told when the packet is rewritten.
  if (['DNAT', 'SNAT', 'REDIRECT', 'MASQUERADE'].includes(verdict.type)) return;
  engine.step(skb.packet.trace, skb.ref, {
    layer: 'policy',
    ...(device === undefined ? {} : { device }),
    what: verdict.type === 'REJECT' ? `REJECT with ${verdict.with}` : verdict.type,
    rule: ruleStep(skb, by),
    from: endpointText(skb.packet, 'source'),
    to: endpointText(skb.packet, 'destination'),
  });
}

function ruleStep(skb: Skb, by: RuleRef): Step['rule'] {
  if (skb.packet.trace === undefined) return undefined;
  return { table: by.table, chain: by.chain, text: ruleText(skb, by) };
}

/** The rule as `iptables -S` prints it. */
function ruleText(skb: Skb, by: RuleRef): string {
  const chain = findChain(findTable(rulesFor(skb), by.table), by.chain);
  if (!chain) return '';
  if (by.index === -1) return `-P ${by.chain} ${chain.policy ?? 'ACCEPT'}`;
  const rule = chain.rules[by.index];
  return rule ? printRule(by.chain, rule) : '';
}

function destinationNat(
  engine: Engine,
  skb: Skb,
  chain: 'PREROUTING' | 'OUTPUT',
  device: string | undefined,
): HookVerdict {
  const { connection } = skb;
  if (!connection?.entry) return accept;
  let by: NatRule;
  if (!connection.dnatDone) {
    const result = askNat(engine, skb, chain, device, -100);
    if (result && 'stop' in result) return result.stop;
    if (result) setUp(engine, skb, result.verdict, redirectAddress(skb, chain));
    by = result?.rule;
    skb.connection = { ...(skb.connection as typeof connection), dnatDone: true };
  }
  translate(engine, skb, 'destination', by);
  return accept;
}

/** The rule that NAT came from, for the trace. */
type NatRule = (() => Step['rule']) | undefined;

/**
 * The first mapping that a chain of type nat gives, those of nftables and that of iptables by their
 * priorities (`nf_nat_inet_fn`); undefined if none does.
 */
function askNat(
  engine: Engine,
  skb: Skb,
  chain: 'PREROUTING' | 'OUTPUT' | 'INPUT' | 'POSTROUTING',
  device: string | undefined,
  own: number,
):
  | { readonly stop: HookVerdict }
  | { readonly verdict: Evaluation['verdict']; readonly rule: NatRule }
  | undefined {
  const bases = natBases(skb, chain.toLowerCase() as NftHook);
  const legacy = () => {
    const result = ask(engine, skb, 'nat', chain, device);
    if (result?.verdict.type === 'DROP') return { stop: { type: 'drop', by: result.by } } as const;
    if (!result || result.verdict.type === 'ACCEPT') return undefined;
    return { verdict: result.verdict, rule: () => ruleStep(skb, result.by) };
  };
  let asked = false;
  for (const base of bases) {
    if (!asked && base.priority > own) {
      asked = true;
      const found = legacy();
      if (found) return found;
    }
    const result = askBase(engine, skb, base, device);
    const by: RuleRef = { table: 'nat', chain: result.by.chain, index: -1 };
    if (result.verdict.type === 'DROP') return { stop: { type: 'drop', by } };
    if (result.verdict.type === 'REJECT')
      return { stop: { ...result.verdict, type: 'reject', by } };
    if (result.verdict.type === 'ACCEPT') continue;
    return { verdict: result.verdict, rule: () => nftRuleStep(base, result) };
  }
  return asked ? undefined : legacy();
}

/** REDIRECT sends to the device's own address, or to 127.0.0.1 for the host's own packets. */
function redirectAddress(skb: Skb, chain: 'PREROUTING' | 'OUTPUT'): string {
  const six = isIPv6(skb.packet.ip.source);
  if (chain === 'OUTPUT' || skb.input === undefined) return six ? '::1' : '127.0.0.1';
  if (six) {
    const own = skb.view.addresses6.get(skb.input) ?? [];
    return (own.find(({ scope }) => scope === 'global') ?? own[0])?.address ?? '::1';
  }
  return skb.view.addresses.get(skb.input)?.[0]?.address ?? '127.0.0.1';
}

function sourceNat(
  engine: Engine,
  skb: Skb,
  chain: 'INPUT' | 'POSTROUTING',
  device: string | undefined,
): HookVerdict {
  const { connection } = skb;
  if (!connection?.entry) return accept;
  let by: NatRule;
  if (!connection.snatDone) {
    const result = askNat(engine, skb, chain, device, 100);
    if (result && 'stop' in result) return result.stop;
    if (result) {
      const address = masqueradeAddress(skb, device);
      if (result.verdict.type === 'MASQUERADE' && address === undefined) {
        return { type: 'drop', by: { table: 'nat', chain, index: -1 } };
      }
      setUp(engine, skb, result.verdict, address ?? '0.0.0.0');
      by = result.rule;
    }
    skb.connection = { ...(skb.connection as typeof connection), snatDone: true };
  }
  translate(engine, skb, 'source', by);
  return accept;
}

/**
 * The address that MASQUERADE takes: of the outgoing device, nearest to the next hop. Over lo,
 * which
 * has none for others, it is the first of another device (`inet_select_addr`).
 */
function masqueradeAddress(skb: Skb, device: string | undefined): string | undefined {
  if (device === undefined) return undefined;
  const { destination } = skb.packet.ip;
  if (isIPv6(destination)) {
    const address = sourceFor(skb.view, route(skb.view, destination), destination);
    return address === '::' ? undefined : address;
  }
  const own = skb.view.addresses.get(device)?.filter((a) => a.scope !== 'host') ?? [];
  if (own.length === 0) {
    const links = [...skb.view.links.values()].toSorted((a, b) => a.index - b.index);
    const others = links.flatMap(({ name }) => skb.view.addresses.get(name) ?? []);
    return others.find(({ scope }) => scope === 'global')?.address;
  }
  if (own.length === 1) return own[0]?.address;
  return sourceFor(skb.view, route(skb.view, destination), destination);
}
