import type { Counters } from '../../api.ts';
import { isIPv6 } from './address.ts';
import { matches, targets } from './catalog.ts';
import type { PrintNames } from './extension.ts';
import { protocolNumber } from './names.ts';
import type { ChainCounters } from './print.ts';
import type { AddressMatch, Chain, NameMatch, Rule, Table } from './rules.ts';
import { sortChains } from './tables.ts';

/** Flags of `iptables -L`. */
export interface ListOptions {
  readonly numeric: boolean;
  readonly verbose: boolean;
  readonly exact: boolean;
  readonly lineNumbers: boolean;
}

/**
 * `iptables -L`: one chain or all of a table, as version 1.8.9 prints them. `policyCounters`: only
 * the legacy backend counts for policies.
 */
export function listTable(
  table: Table,
  only: Chain | undefined,
  options: ListOptions,
  counters: (chain: string) => ChainCounters,
  names: PrintNames,
  policyCounters = false,
): string {
  const chains = only ? [only] : sortChains(table.name, table.chains);
  const references = countReferences(table);
  return chains
    .map((chain) => {
      const counted = counters(chain.name);
      const policy = policyCounters ? counted.policy : ZERO;
      const head = chainHead(chain, options, policy, references.get(chain.name) ?? 0);
      const rows = chain.rules.map((rule, index) =>
        listRule(rule, index, options, counted.rules[index] ?? ZERO, names),
      );
      return [head, columnHead(options), ...rows].map((line) => `${line}\n`).join('');
    })
    .join('\n');
}

const ZERO: Counters = { packets: 0, bytes: 0 };

/** A rule as `-v` tells of it when it is added or taken away; always with numbers. */
export function ruleLine(rule: Rule): string {
  const names: PrintNames = {
    numeric: true,
    family: 'IPv4',
    port: () => undefined,
    host: () => undefined,
  };
  const protocol = rule.protocol?.name ?? 'all';
  const device = (match: NameMatch | undefined) =>
    match ? `${match.invert ? '!' : ''}${match.name}` : '*';
  const place = (match: AddressMatch | undefined) =>
    `${match?.invert ? '!' : ''}${addressText(match, names)}`;
  const extensions = [
    ...rule.matches.map(({ name, options }) => matches.get(name)?.list(options, names, protocol)),
    targets.get(rule.target?.name ?? '')?.list(rule.target?.options ?? [], names, protocol),
  ];
  return [
    `${shownTarget(rule)}  ${rule.protocol?.invert ? '!' : ''}${protocol}`,
    ` opt ${optionColumn(rule)}in ${device(rule.inInterface)} out ${device(rule.outInterface)}`,
    `  ${place(rule.source)}  -> ${place(rule.destination)}  `,
    ...extensions.map((text) => text ?? ''),
  ].join('');
}

/** One rule of `-L CHAIN NUMBER`. */
export function listRule(
  rule: Rule,
  index: number,
  options: ListOptions,
  counted: Counters,
  names: PrintNames,
): string {
  const protocol = rule.protocol?.name ?? 'all';
  return [
    options.lineNumbers ? `${String(index + 1).padEnd(4)} ` : '',
    options.verbose ? counterColumns(counted, options.exact) : '',
    `${shownTarget(rule).padEnd(9)} `,
    rule.protocol?.invert ? '!' : ' ',
    `${(options.numeric ? String(protocolNumber(protocol) ?? protocol) : protocol).padEnd(4)} `,
    optionColumn(rule),
    options.verbose ? deviceColumns(rule, options.numeric) : '',
    addressColumn(rule.source, names),
    addressColumn(rule.destination, names),
    rule.goto ? '[goto] ' : '',
    ...rule.matches.map(
      (match) => matches.get(match.name)?.list(match.options, names, protocol) ?? '',
    ),
    targets.get(rule.target?.name ?? '')?.list(rule.target?.options ?? [], names, protocol) ?? '',
  ].join('');
}

/** The kernel's name of a target: NOTRACK is one form of CT. */
function shownTarget({ target }: Rule): string {
  return target?.name === 'NOTRACK' ? 'CT' : (target?.name ?? '');
}

/** Fragments; IPv6 has no such flag. */
function optionColumn({ fragment }: Rule): string {
  return fragment ? `${fragment.invert ? '!' : '-'}f ` : '-- ';
}

function countReferences(table: Table): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const chain of table.chains) {
    for (const { target } of chain.rules) {
      if (target) counts.set(target.name, (counts.get(target.name) ?? 0) + 1);
    }
  }
  return counts;
}

function chainHead(
  chain: Chain,
  options: ListOptions,
  policy: Counters,
  references: number,
): string {
  if (chain.policy === undefined) return `Chain ${chain.name} (${references} references)`;
  const number = (count: number) => (options.exact ? String(count) : short(count));
  const counted = options.verbose
    ? ` ${number(policy.packets)} packets, ${number(policy.bytes)} bytes`
    : '';
  return `Chain ${chain.name} (policy ${chain.policy}${counted})`;
}

function columnHead({ verbose, exact, lineNumbers }: ListOptions): string {
  const counters = exact ? '    pkts      bytes ' : ' pkts bytes ';
  return [
    lineNumbers ? 'num  ' : '',
    verbose ? counters : '',
    'target     prot opt ',
    verbose ? 'in     out     ' : '',
    'source               destination         ',
  ].join('');
}

function counterColumns({ packets, bytes }: Counters, exact: boolean): string {
  if (exact) return `${String(packets).padStart(8)} ${String(bytes).padStart(8)} `;
  return `${short(packets).padStart(5)} ${short(bytes).padStart(5)} `;
}

/** Large numbers in thousands, millions … as `xtables_print_num` shortens them. */
function short(count: number): string {
  if (count <= 99_999) return String(count);
  let rounded = Math.floor((count + 500) / 1000);
  for (const unit of ['K', 'M', 'G']) {
    if (rounded <= 9999) return `${rounded}${unit}`;
    rounded = Math.floor((rounded + 500) / 1000);
  }
  return `${rounded}T`;
}

function deviceColumns({ inInterface, outInterface }: Rule, numeric: boolean): string {
  const name = (match: NameMatch | undefined) =>
    match ? `${match.invert ? '!' : ''}${match.name}` : numeric ? '*' : 'any';
  return ` ${name(inInterface).padEnd(6)} ${name(outInterface).padEnd(6)} `;
}

function addressColumn(match: AddressMatch | undefined, names: PrintNames): string {
  return `${match?.invert ? '!' : ' '}${addressText(match, names).padEnd(19)} `;
}

function addressText(match: AddressMatch | undefined, names: PrintNames): string {
  if (!match || (match.prefix === 0 && !match.invert))
    return names.numeric ? (names.family === 'IPv6' ? '::/0' : '0.0.0.0/0') : 'anywhere';
  const host = names.numeric ? undefined : names.host(match.address);
  const single = isIPv6(match.address) ? 128 : 32;
  const prefix = match.mask ? `/${match.mask}` : match.prefix === single ? '' : `/${match.prefix}`;
  return `${host ?? match.address}${prefix}`;
}
