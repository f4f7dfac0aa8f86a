import { isMap, isSeq, LineCounter, parseDocument, stringify } from 'yaml';

/** One dash of a policy that can be taken away or put in, and the policy as it would be then. */
export interface DashToggle {
  readonly direction: 'ingress' | 'egress';
  /** Rule and peer at which it stands, counted from 1. */
  readonly rule: number;
  readonly peer: number;
  /** What the peers become: one that both conditions must fit, or two of which one is enough. */
  readonly becomes: 'and' | 'or';
  readonly manifest: string;
}

interface Peer {
  readonly namespaceSelector?: unknown;
  readonly podSelector?: unknown;
  readonly ipBlock?: unknown;
}

type Rule = { readonly from?: Peer[]; readonly to?: Peer[] };

interface Manifest {
  readonly spec?: { readonly ingress?: Rule[]; readonly egress?: Rule[] };
}

/**
 * The dashes of a NetworkPolicy that decide between AND and OR: a peer with both selectors can
 * become two, two neighbours with one each can become one.
 */
export function dashToggles(text: string): DashToggle[] {
  const read = parseDocument(text).toJS() as Manifest | null;
  if (!read?.spec) return [];
  const found: DashToggle[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    const key = direction === 'ingress' ? 'from' : 'to';
    (read.spec[direction] ?? []).forEach((rule, at) => {
      const peers = rule[key] ?? [];
      peers.forEach((peer, index) => {
        const next = peers[index + 1];
        const made = split(peer) ?? (next && joined(peer, next));
        if (!made) return;
        const drop = made.length === 1 ? 2 : 1;
        const copy = structuredClone(read) as { spec: Record<string, Rule[]> };
        copy.spec[direction]![at]![key]!.splice(index, drop, ...made);
        found.push({
          ...{ direction, rule: at + 1, peer: index + 1 },
          becomes: made.length === 1 ? 'and' : 'or',
          manifest: stringify(copy, { aliasDuplicateObjects: false }),
        });
      });
    });
  }
  return found;
}

function split({ namespaceSelector, podSelector, ipBlock }: Peer): Peer[] | undefined {
  if (namespaceSelector === undefined || podSelector === undefined || ipBlock) return undefined;
  return [{ namespaceSelector }, { podSelector }];
}

function joined(a: Peer, b: Peer): Peer[] | undefined {
  if (a.ipBlock || b.ipBlock) return undefined;
  const all = { ...a, ...b };
  const both = all.namespaceSelector !== undefined && all.podSelector !== undefined;
  const each = Object.keys(a).length === 1 && Object.keys(b).length === 1;
  return both && each ? [all] : undefined;
}

/** Where in a policy a rule or a peer of it stands. */
interface Placed {
  readonly rule?: number;
  readonly peer?: number;
  readonly list?: string;
  readonly denies?: boolean;
}

/** Lines of a policy's text that a rule or a peer of it stands on, counted from 1. */
export function linesOf(
  text: string,
  direction: 'ingress' | 'egress',
  { rule = 0, peer, list, denies }: Placed,
): { readonly from: number; readonly to: number } | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const rules: unknown = document.getIn(['spec', denies ? `${direction}Deny` : direction], true);
  const found: unknown = isSeq(rules) ? rules.items[rule - 1] : undefined;
  const key = list ?? (direction === 'ingress' ? 'from' : 'to');
  const peers: unknown = isMap(found) ? found.get(key, true) : undefined;
  const item: unknown = peer !== undefined && isSeq(peers) ? peers.items[peer - 1] : found;
  const range = isMap(item) || isSeq(item) ? item.range : undefined;
  if (!range) return undefined;
  const end = text.slice(0, range[1]).trimEnd().length;
  return { from: counter.linePos(range[0]).line, to: counter.linePos(end).line };
}
