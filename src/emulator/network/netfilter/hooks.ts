import { writeEntry } from '../conntrack/entry.ts';
import { confirm, leaveUntracked, track } from '../conntrack/track.ts';
import { setUp, translate } from '../conntrack/nat.ts';
import type { Engine, Step } from '../engine.ts';
import { isInet6 } from '../address6.ts';
import { endpointText } from '../packet.ts';
import { route, sourceFor } from '../route.ts';
import type { Skb } from '../skb.ts';
import { matchContext, matchPacket, recentKey } from './context.ts';
import { isIPv6 } from './iptables/address.ts';
import { evaluate } from './iptables/match.ts';
import { printRule } from './iptables/print.ts';
import type { Evaluation, RuleRef, Ruleset, TableName } from './iptables/rules.ts';
import { findChain, findTable } from './iptables/tables.ts';

/** What became of a packet at a hook. */
export type HookVerdict =
  | { readonly type: 'accept' }
  | { readonly type: 'drop'; readonly by: RuleRef }
  | { readonly type: 'reject'; readonly by: RuleRef; readonly with: string };

const accept: HookVerdict = { type: 'accept' };

/** Whether rules are asked at all: these are for IPv4. */
const asks = ({ view, packet }: Skb) => view.tracks && !isInet6(packet.ip.source);

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
  if (!asks(skb)) return accept;
  const raw = filter(engine, skb, 'raw', 'PREROUTING', undefined);
  if (raw.type !== 'accept') return raw;
  track(engine, skb);
  const mangled = filter(engine, skb, 'mangle', 'PREROUTING', undefined);
  if (mangled.type !== 'accept') return mangled;
  return destinationNat(engine, skb, 'PREROUTING', undefined);
}

/** INPUT: for packets to the namespace itself. */
export function input(engine: Engine, skb: Skb): HookVerdict {
  if (!asks(skb)) return accept;
  const verdict = filters(engine, skb, 'INPUT', undefined, ['mangle', 'filter', 'security']);
  if (verdict.type !== 'accept') return verdict;
  const translated = sourceNat(engine, skb, 'INPUT', undefined);
  if (translated.type === 'accept') confirm(engine, skb);
  return translated;
}

/** FORWARD: for packets on their way through. */
export function forward(engine: Engine, skb: Skb, output: string): HookVerdict {
  if (!asks(skb)) return accept;
  return filters(engine, skb, 'FORWARD', output, ['mangle', 'filter', 'security']);
}

/** OUTPUT: for the namespace's own packets, after they were routed a first time. */
export function output(engine: Engine, skb: Skb, device: string): HookVerdict {
  if (!asks(skb)) return accept;
  const raw = filter(engine, skb, 'raw', 'OUTPUT', device);
  if (raw.type !== 'accept') return raw;
  track(engine, skb);
  const mangled = filter(engine, skb, 'mangle', 'OUTPUT', device);
  if (mangled.type !== 'accept') return mangled;
  const translated = destinationNat(engine, skb, 'OUTPUT', device);
  if (translated.type !== 'accept') return translated;
  return filters(engine, skb, 'OUTPUT', device, ['filter', 'security']);
}

/** POSTROUTING: for all that leaves by a device; here new connections are confirmed. */
export function postrouting(engine: Engine, skb: Skb, device: string): HookVerdict {
  if (!asks(skb)) return accept;
  const mangled = filter(engine, skb, 'mangle', 'POSTROUTING', device);
  if (mangled.type !== 'accept') return mangled;
  const translated = sourceNat(engine, skb, 'POSTROUTING', device);
  if (translated.type === 'accept') confirm(engine, skb);
  return translated;
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
  const packet = matchPacket(skb, device);
  const result = evaluate(rulesFor(skb), table, chain, packet, matchContext(engine, skb));
  if (!result) return undefined;
  const family = isIPv6(skb.packet.ip.source) ? ({ family: 'IPv6' } as const) : undefined;
  for (const hit of result.hits) engine.count(skb.ref, { ...hit, ...family }, skb.packet.size);
  if (result.by.index === -1) engine.count(skb.ref, { ...result.by, ...family }, skb.packet.size);
  skb.mark = result.mark;
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
  let by: RuleRef | undefined;
  if (!connection.dnatDone) {
    const result = ask(engine, skb, 'nat', chain, device);
    if (result?.verdict.type === 'DROP') return { type: 'drop', by: result.by };
    if (result) setUp(engine, skb, result.verdict, redirectAddress(skb, chain));
    by = result?.by;
    skb.connection = { ...(skb.connection as typeof connection), dnatDone: true };
  }
  translate(engine, skb, 'destination', by && ruleStep(skb, by));
  return accept;
}

/** REDIRECT sends to the device's own address, or to 127.0.0.1 for the host's own packets. */
function redirectAddress(skb: Skb, chain: 'PREROUTING' | 'OUTPUT'): string {
  if (chain === 'OUTPUT' || skb.input === undefined) return '127.0.0.1';
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
  let by: RuleRef | undefined;
  if (!connection.snatDone) {
    const result = ask(engine, skb, 'nat', chain, device);
    if (result?.verdict.type === 'DROP') return { type: 'drop', by: result.by };
    if (result) {
      const address = masqueradeAddress(skb, device);
      if (result.verdict.type === 'MASQUERADE' && address === undefined) {
        return { type: 'drop', by: result.by };
      }
      setUp(engine, skb, result.verdict, address ?? '0.0.0.0');
      by = result.by;
    }
    skb.connection = { ...(skb.connection as typeof connection), snatDone: true };
  }
  translate(engine, skb, 'source', by && ruleStep(skb, by));
  return accept;
}

/**
 * The address that MASQUERADE takes: of the outgoing device, nearest to the next hop. Over lo,
 * which
 * has none for others, it is the first of another device (`inet_select_addr`).
 */
function masqueradeAddress(skb: Skb, device: string | undefined): string | undefined {
  if (device === undefined) return undefined;
  const own = skb.view.addresses.get(device)?.filter((a) => a.scope !== 'host') ?? [];
  if (own.length === 0) {
    const links = [...skb.view.links.values()].toSorted((a, b) => a.index - b.index);
    const others = links.flatMap(({ name }) => skb.view.addresses.get(name) ?? []);
    return others.find(({ scope }) => scope === 'global')?.address;
  }
  if (own.length === 1) return own[0]?.address;
  const { destination } = skb.packet.ip;
  return sourceFor(skb.view, route(skb.view, destination), destination);
}
