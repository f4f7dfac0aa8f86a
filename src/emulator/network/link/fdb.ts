import { SECOND } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import type { Store } from '../../world/store.ts';
import type { FdbInfo, NetnsRef } from '../api.ts';
import { netnsKey, volatileKey } from '../keys.ts';
import type { NetnsView } from '../netns.ts';

/** What a bridge learned: behind which port a MAC address was last heard, and when. */
export interface LearnedFdb {
  readonly port: string;
  readonly at: Micros;
}

/** An entry made by hand, for tunnels: the machine that has a MAC address behind it. */
export interface StaticFdb {
  readonly destination: string;
}

/** An address that was not heard of for this long is forgotten (ageing_time). */
export const AGEING = 300 * SECOND;

export function learnedFdbKey(ref: NetnsRef, bridge: string, mac: string): string {
  return `${volatileKey(ref)}fdb/${bridge}/${mac}`;
}

export function staticFdbKey(ref: NetnsRef, device: string, mac: string): string {
  return `${netnsKey(ref)}fdb/${device}/${mac}`;
}

/** The forwarding database: learned addresses, the ports' and bridges' own, those made by hand. */
export function listFdb(store: Store, view: NetnsView, now: Micros): readonly FdbInfo[] {
  const found: FdbInfo[] = [];
  for (const link of view.links.values()) {
    const { name, mac, kind, master } = link;
    if (kind === 'bridge') found.push({ mac, device: name, master: name, permanent: true });
    if (master !== undefined) {
      const learned = `${volatileKey(view.ref)}fdb/${master}/`;
      for (const [key, entry] of store.list<LearnedFdb>(learned)) {
        if (entry.port !== name || now - entry.at >= AGEING) continue;
        found.push({ mac: key.slice(learned.length), device: name, master, permanent: false });
      }
      found.push({ mac, device: name, master, permanent: true });
    }
    const made = `${netnsKey(view.ref)}fdb/${name}/`;
    for (const [key, { destination }] of store.list<StaticFdb>(made)) {
      found.push({ mac: key.slice(made.length), device: name, destination, permanent: true });
    }
  }
  return found;
}
