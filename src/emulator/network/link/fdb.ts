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

/** An entry made by hand. */
export interface StaticFdb {
  /** Of a tunnel: the machine that has the MAC address behind it, and others that were appended. */
  readonly destination?: string;
  readonly others?: readonly string[];
  /** Of a bridge's table: the port. Its key has the bridge as its device. */
  readonly port?: string;
  /** How long it lasts; `permanent` unless told otherwise. */
  readonly state?: 'static' | 'dynamic';
  /** When it was made: the newest come first. */
  readonly at?: Micros;
}

/** An address that was not heard of for this long is forgotten (ageing_time). */
export const AGEING = 300 * SECOND;

export function learnedFdbKey(ref: NetnsRef, bridge: string, mac: string): string {
  return `${volatileKey(ref)}fdb/${bridge}/${mac}`;
}

export function staticFdbKey(ref: NetnsRef, device: string, mac: string): string {
  return `${netnsKey(ref)}fdb/${device}/${mac}`;
}

/** Where a tunnel's entry leads. */
export const destinationsOf = ({ destination, others = [] }: StaticFdb) =>
  destination === undefined ? [] : [destination, ...others];

/** The forwarding database: those made by hand, learned addresses, the ports' and bridges' own. */
export function listFdb(store: Store, view: NetnsView, now: Micros): readonly FdbInfo[] {
  const made = (device: string) => {
    const prefix = `${netnsKey(view.ref)}fdb/${device}/`;
    return store
      .list<StaticFdb>(prefix)
      .map(([key, entry]) => ({ mac: key.slice(prefix.length), ...entry }))
      .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
  };
  const found: FdbInfo[] = [];
  for (const link of view.links.values()) {
    const { name, mac, kind, master } = link;
    const own = made(master ?? name).filter(({ port }) => port === name);
    for (const { mac: to, state } of own) {
      const bridge = master ?? name;
      const kept = { permanent: state === undefined, ...(state ? { state } : {}) };
      found.push({ mac: to, device: name, master: bridge, ...kept });
    }
    // An address that a port has as well is listed there.
    const ports = (view.ports.get(name) ?? []).map((port) => view.links.get(port)?.mac);
    if (kind === 'bridge' && !ports.includes(mac))
      found.push({ mac, device: name, master: name, permanent: true });
    if (master !== undefined) {
      const learned = `${volatileKey(view.ref)}fdb/${master}/`;
      for (const [key, entry] of store.list<LearnedFdb>(learned)) {
        if (entry.port !== name || now - entry.at >= AGEING) continue;
        found.push({ mac: key.slice(learned.length), device: name, master, permanent: false });
      }
      found.push({ mac, device: name, master, permanent: true });
    }
    for (const entry of made(name)) {
      if (entry.port !== undefined) continue;
      const [first, ...others] = destinationsOf(entry);
      for (const destination of first === undefined ? [undefined] : [first, ...others]) {
        const to = destination === undefined ? {} : { destination };
        found.push({ mac: entry.mac, device: name, ...to, permanent: true });
      }
    }
  }
  return found;
}
