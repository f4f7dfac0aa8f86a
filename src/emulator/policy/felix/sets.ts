import type { Compiled } from '../compile.ts';
import type { Selection } from '../types.ts';
import { setName, uniqueId } from './names.ts';

/** A set of ipset: its type and members as `ipset list` shows them, in order. */
export interface IpSet {
  readonly name: string;
  readonly type: 'hash:net' | 'hash:ip,port';
  readonly members: readonly string[];
}

/** What sets hold that rules were rendered with; each is asked for by its name. */
export interface SetCollector {
  /** The set of a selector's addresses. */
  selector(selection: Selection): string;
  /** The set of addresses with a named port, of the pods that a selector selects. */
  namedPort(name: string, protocol: string, selection: Selection | undefined): string;
  sets(): readonly IpSet[];
}

type Wanted = { readonly selection?: Selection; readonly port?: readonly [string, string] };

/** Collects the sets that rules ask for, and fills them from the cluster. */
export function collectSets(compiled: Compiled): SetCollector {
  const wanted = new Map<string, Wanted>();
  return {
    selector(selection) {
      const name = setName(uniqueId('s', selection.key));
      wanted.set(name, { selection });
      return name;
    },
    namedPort(port, protocol, selection) {
      const id = uniqueId('s', selection?.key ?? 'all()');
      const name = setName(uniqueId('n', `${id},${protocol},${port}`));
      wanted.set(name, { ...(selection ? { selection } : {}), port: [port, protocol] });
      return name;
    },
    sets: () =>
      [...wanted]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { selection, port }]) => ({
          name,
          type: port ? ('hash:ip,port' as const) : ('hash:net' as const),
          members: membersOf(compiled, selection, port),
        })),
  };
}

function membersOf(
  compiled: Compiled,
  selection: Selection | undefined,
  port: readonly [string, string] | undefined,
): readonly string[] {
  const members = new Set<string>();
  for (const { pod } of compiled.pods.values()) {
    if (pod.hostNetwork) continue;
    if (selection && !selection.test(pod, compiled.namespaces.get(pod.namespace) ?? {})) continue;
    for (const address of pod.addresses.filter((each) => !each.includes(':'))) {
      if (!port) members.add(address);
      else
        for (const each of pod.ports) {
          const protocol = each.protocol.toLowerCase();
          const named = each.name === port[0] && protocol === port[1];
          if (named) members.add(`${address},${protocol}:${each.port}`);
        }
    }
  }
  return [...members].sort();
}
