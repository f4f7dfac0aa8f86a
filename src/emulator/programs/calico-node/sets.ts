import type { DaemonSys } from '../../host/syscalls.ts';
import type { SetRecord, Sets } from '../../network/netfilter/ipset/types.ts';
import type { IpSet } from '../../policy/felix/sets.ts';

const PREFIX = 'cali40';
/** Members that a set may have, as felix creates it. */
const MAXELEM = 1_048_576;

/** Puts felix's sets into the kernel; sets of others stay, own ones of no more use go. */
export function loadSets(sys: DaemonSys, wanted: readonly IpSet[]): void {
  const before = sys.network.sets();
  const names = new Set(wanted.map(({ name }) => name));
  const after = new Map<string, SetRecord>(
    [...before].filter(([name]) => !name.startsWith(PREFIX) || names.has(name)),
  );
  let order = Math.max(0, ...[...before.values()].map((set) => set.order));
  for (const set of wanted) {
    const known = before.get(set.name);
    if (known && same(known, set)) continue;
    const record = known ?? created(sys, set, (order += 1));
    after.set(set.name, { ...record, entries: set.members.map((text) => ({ text })) });
  }
  if (changed(before, after)) sys.network.setSets(after);
}

function created(sys: DaemonSys, { name, type }: IpSet, order: number): SetRecord {
  const initval = sys.chance.integer(`ipset/${name}`, 2 ** 32);
  const options = { family: 'inet', hashsize: 1024, maxelem: MAXELEM, initval } as const;
  return { name, type, order, options, entries: [] };
}

function same({ type, entries }: SetRecord, set: IpSet): boolean {
  return (
    type === set.type &&
    entries.length === set.members.length &&
    entries.every(({ text }, at) => text === set.members[at])
  );
}

function changed(before: Sets, after: Sets): boolean {
  return before.size !== after.size || [...after].some(([name, set]) => before.get(name) !== set);
}
