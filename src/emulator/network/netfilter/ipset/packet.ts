import type { Json } from '../../../world/json.ts';
import { SECOND } from '../../../world/time.ts';
import type { Engine } from '../../engine.ts';
import { netnsKey } from '../../keys.ts';
import type { Skb } from '../../skb.ts';
import type { MatchPacket, SetChange } from '../iptables/rules.ts';
import { fieldsOf } from './match.ts';
import { findType, type SetEntry, type SetRecord } from './types.ts';

/** Puts a packet's fields into sets, or takes them out (`ip_set_add`, `ip_set_del`). */
export function changeSets(
  engine: Engine,
  { ref, view }: Skb,
  changes: readonly SetChange[],
  packet: MatchPacket,
): void {
  for (const { act, name, directions, exist, timeout } of changes) {
    const key = `${netnsKey(ref)}ipset/${name}`;
    const set = engine.records.get<SetRecord>(key) ?? view.sets.get(name);
    const type = set && findType(set.type);
    if (!set || !type || type.method === 'list') continue;
    const fields = fieldsOf(type, directions, packet);
    if (!fields) continue;
    const text = fields.join(',');
    const known = set.entries.find((each) => each.text === text);
    const live = known && (known.expires === undefined || known.expires > engine.now);
    if (act === 'add' && live && !exist) continue;
    const others = known ? set.entries.filter((each) => each !== known) : set.entries;
    const life = timeout ?? set.options.timeout;
    const entry: SetEntry = {
      text,
      ...(set.options.timeout !== undefined && life ? { expires: engine.now + life * SECOND } : {}),
    };
    const entries = act === 'add' ? [...others, entry] : others;
    engine.records.put(key, { ...set, entries } as unknown as Json);
  }
}
