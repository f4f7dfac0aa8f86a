import { clearMark, inSet, MARK, markClear, maskedMark, setMark, type FelixRule } from './rule.ts';

export interface Numeric {
  readonly from: number;
  readonly to: number;
}

/** One side of a rule in the kernel's terms. Ports are lists as `multiport` takes them. */
export interface SideMatch {
  readonly nets: readonly string[];
  readonly notNets: readonly string[];
  readonly sets: readonly string[];
  readonly notSets: readonly string[];
  readonly ports: readonly string[];
  readonly namedPorts: readonly string[];
  readonly notPorts: readonly string[];
  readonly notNamedPorts: readonly string[];
}

/** Lists of at most 15 ports, where a range counts as two. */
export function portSplits(ports: readonly Numeric[]): readonly string[] {
  const splits: string[][] = [];
  let left = 0;
  for (const { from, to } of ports) {
    const slots = from === to ? 1 : 2;
    if (left < slots) {
      splits.push([]);
      left = 15;
    }
    splits.at(-1)?.push(from === to ? String(from) : `${from}:${to}`);
    left -= slots;
  }
  return splits.map((split) => split.join(','));
}

interface Blocks {
  readonly rules: readonly FelixRule[];
  /** What is left for the rule itself. */
  readonly source: SideMatch;
  readonly destination: SideMatch;
}

/**
 * Alternatives that one rule cannot hold (several lists of ports, several networks) become rules
 * before it, which leave a bit of the mark set when all of them fit.
 */
export function blocksOf(
  protocol: readonly string[],
  source: SideMatch,
  destination: SideMatch,
): Blocks {
  const rules: FelixRule[] = [];
  let positives = 0;
  const begin = (bits: number) => {
    if (rules.length > 0) return;
    rules.push({ action: maskedMark(bits, MARK.scratch0 | MARK.scratch1) });
  };
  const block = (matches: readonly (readonly string[])[]) => {
    begin(0);
    const bit = positives === 0 ? MARK.scratch0 : MARK.scratch1;
    for (const match of matches) rules.push({ match, action: setMark(bit) });
    if (positives > 0) {
      rules.push({ match: [markClear(MARK.scratch1)], action: clearMark(MARK.scratch0) });
    }
    positives += 1;
  };
  const ports = (side: SideMatch, at: 'src' | 'dst', long: string): SideMatch => {
    if (side.ports.length + side.namedPorts.length <= 1) return side;
    block([
      ...side.ports.map((list) => [...protocol, `-m multiport --${long}-ports ${list}`]),
      ...side.namedPorts.map((set) => [inSet(set, `${at},${at}`)]),
    ]);
    return { ...side, ports: [], namedPorts: [] };
  };
  const nets = (side: SideMatch, long: string): SideMatch => {
    if (side.nets.length <= 1) return side;
    block(side.nets.map((net) => [`--${long} ${net}`]));
    return { ...side, nets: [] };
  };
  const notNets = (side: SideMatch, long: string): SideMatch => {
    if (side.nets.length + side.notNets.length <= 1) return side;
    begin(MARK.scratch0);
    for (const net of side.notNets) {
      rules.push({ match: [`--${long} ${net}`], action: clearMark(MARK.scratch0) });
    }
    return { ...side, notNets: [] };
  };
  let [from, to] = [ports(source, 'src', 'source'), ports(destination, 'dst', 'destination')];
  [from, to] = [nets(from, 'source'), nets(to, 'destination')];
  [from, to] = [notNets(from, 'source'), notNets(to, 'destination')];
  return { rules, source: from, destination: to };
}
