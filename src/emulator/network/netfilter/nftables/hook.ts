import { writeEntry } from '../../conntrack/entry.ts';
import { leaveUntracked } from '../../conntrack/track.ts';
import type { Engine, Step } from '../../engine.ts';
import { volatileKey } from '../../keys.ts';
import { endpointText } from '../../packet.ts';
import type { Skb } from '../../skb.ts';
import type { NftHook } from './ast.ts';
import { evaluateBase } from './compile.ts';
import { countKey } from './live.ts';
import { nftContext, nftPacket } from './packet.ts';
import { nothingLive, printBase, printRule } from './print.ts';
import { plainPrint } from './print-expr.ts';
import type { BaseChain } from './records.ts';
import type { NftEvaluation } from './walk.ts';

/** What a base chain of type `filter` or `route` made of a packet, if it did not let it pass. */
export type NftStop =
  { readonly type: 'drop' } | { readonly type: 'reject'; readonly with: string };

/**
 * Base chains of a hook whose priorities lie from `from` up to but not including `to`, apart from
 * those of type nat, which the NAT of the hook asks by itself. Undefined lets the packet go on.
 */
export function nftFilter(
  engine: Engine,
  skb: Skb,
  hook: NftHook,
  device: string | undefined,
  from: number,
  to: number,
): NftStop | undefined {
  const bases = skb.view.nft.bases.get(hook);
  if (!bases) return undefined;
  for (const base of bases) {
    if (base.priority < from || base.priority >= to || base.chain.base?.type === 'nat') continue;
    if (!sees(base, skb)) continue;
    const { verdict } = askBase(engine, skb, base, device);
    if (verdict.type === 'DROP') return { type: 'drop' };
    if (verdict.type === 'REJECT') return { type: 'reject', with: verdict.with };
  }
  return undefined;
}

/** Base chains of type nat of a hook, by priority. */
export function natBases(skb: Skb, hook: NftHook): readonly BaseChain[] {
  const bases = skb.view.nft.bases.get(hook);
  return (bases ?? []).filter((base) => base.chain.base?.type === 'nat' && sees(base, skb));
}

/** Whether a table is for packets of this kind. */
function sees({ table: { family } }: BaseChain, skb: Skb): boolean {
  if (family === 'inet') return true;
  return family === (skb.packet.ip.source.includes(':') ? 'ip6' : 'ip');
}

/** Runs a base chain: counters, marks and sets are written, what decided goes to the trace. */
export function askBase(
  engine: Engine,
  skb: Skb,
  base: BaseChain,
  device: string | undefined,
): NftEvaluation {
  const context = nftContext(engine, skb);
  const result = evaluateBase(base.table, base.chain, nftPacket(skb, device), context);
  const volatile = volatileKey(skb.ref);
  for (const [handle, place] of result.counted) {
    const key = countKey(volatile, base.table, handle, place);
    const [packets, bytes] = engine.records.get<readonly [number, number]>(key) ?? [0, 0];
    engine.records.put(key, [packets + 1, bytes + skb.packet.size]);
  }
  skb.mark = result.mark;
  skb.compared += result.compared;
  if (result.notrack) leaveUntracked(skb);
  label(engine, skb, result.labels);
  const { connection } = skb;
  if (result.connectionMark !== undefined && connection?.entry) {
    const entry = { ...connection.entry, mark: result.connectionMark };
    skb.connection = { ...connection, entry };
    if (connection.confirmed) writeEntry(engine, skb.ref, entry);
  }
  for (const { prefix, group } of result.log) {
    // Lines for a group go to a daemon that listens for them, not to the kernel's log.
    if (group === undefined) engine.log(skb.ref, logLine(prefix, skb, device));
  }
  traceRule(engine, skb, base, result, device);
  return result;
}

/** Gives the packet's connection labels that it does not have yet. */
function label(engine: Engine, skb: Skb, labels: readonly number[]): void {
  const { connection } = skb;
  if (!connection?.entry || labels.length === 0) return;
  const before = connection.entry.labels ?? [];
  const all = [...new Set([...before, ...labels])].toSorted((a, b) => a - b);
  if (all.length === before.length) return;
  const entry = { ...connection.entry, labels: all };
  skb.connection = { ...connection, entry };
  if (connection.confirmed) writeEntry(engine, skb.ref, entry);
}

function logLine(prefix: string, skb: Skb, device: string | undefined): string {
  const { ip, transport, size } = skb.packet;
  const ports =
    transport.kind === 'tcp' || transport.kind === 'udp'
      ? ` SPT=${transport.sourcePort} DPT=${transport.destinationPort}`
      : '';
  const icmp = transport.kind === 'icmp' ? ` TYPE=${transport.type} CODE=${transport.code}` : '';
  const flags =
    transport.kind === 'tcp' ? ` WINDOW=64240 RES=0x00 ${transport.flags.join(' ')} URGP=0` : '';
  const mark = skb.mark === 0 ? '' : ` MARK=0x${skb.mark.toString(16)}`;
  return (
    `${prefix}IN=${skb.input ?? ''} OUT=${device ?? ''} SRC=${ip.source} DST=${ip.destination} ` +
    `LEN=${size} TOS=0x00 PREC=0x00 TTL=${ip.ttl} ID=${ip.identification} ` +
    `PROTO=${transport.kind.toUpperCase()}${ports}${icmp}${flags}${mark}`
  );
}

function traceRule(
  engine: Engine,
  skb: Skb,
  base: BaseChain,
  result: NftEvaluation,
  device: string | undefined,
): void {
  const { verdict, by } = result;
  if (skb.packet.trace === undefined) return;
  if (by.handle === undefined && verdict.type === 'ACCEPT') return;
  // What NAT does is told when the packet is rewritten.
  if (['DNAT', 'SNAT', 'REDIRECT', 'MASQUERADE'].includes(verdict.type)) return;
  engine.step(skb.packet.trace, skb.ref, {
    layer: 'policy',
    ...(device === undefined ? {} : { device }),
    what: verdictText(result),
    rule: nftRuleStep(base, result),
    from: endpointText(skb.packet, 'source'),
    to: endpointText(skb.packet, 'destination'),
  });
}

function verdictText({ verdict, note }: NftEvaluation): string {
  if (verdict.type === 'REJECT') return `reject with ${verdict.with}`;
  return verdict.type.toLowerCase() + (note === undefined ? '' : `: ${note}`);
}

/** The rule that decided, as `nft list chain` prints it. */
export function nftRuleStep(
  { table }: BaseChain,
  { by }: NftEvaluation,
): NonNullable<Step['rule']> {
  const chain = table.chains.find(({ name }) => name === by.chain);
  const rule = chain?.rules.find(({ handle }) => handle === by.handle);
  const base = chain?.base;
  const text = rule
    ? printRule(table, rule, { ...plainPrint, stateless: true }, nothingLive)
    : base
      ? printBase(table.family, base, plainPrint)
      : '';
  return { table: `${table.family} ${table.name}`, chain: by.chain, text };
}
