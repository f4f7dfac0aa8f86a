import type { Put } from '../../world/store.ts';
import type { Errno, NetnsRef } from '../api.ts';
import { netnsKey } from '../keys.ts';
import type { LinkRecord } from '../netns.ts';
import { linkKey, takeAway, upperPuts } from './links.ts';
import { infoOf, put, type ConfigState } from './state.ts';

/**
 * Moves a link into another namespace of the host (`dev_change_net_namespace`): it is down there,
 * without addresses, routes or bridge; its index stays where that is free.
 */
export function moveLink(state: ConfigState, name: string, to: NetnsRef): Errno | undefined {
  const { ref, store } = state;
  const link = store.get<LinkRecord>(linkKey(ref, name));
  const there = infoOf(state, to);
  if (!link) return 'ENODEV';
  if (!there) return 'ENOENT';
  if (link.kind === 'loopback' || link.kind === 'bridge') return 'EINVAL';
  if (to.host === ref.host && to.netns === ref.netns) return undefined;
  if (store.get(linkKey(to, name))) return 'EEXIST';
  const taken = store
    .list<LinkRecord>(`${netnsKey(to)}link/`)
    .some(([, { index }]) => index === link.index);
  const index = taken ? there.nextIndex : link.index;
  const { master: _master, hairpin: _hairpin, ...rest } = link;
  const { started: _started, ...kept } = rest;
  const moved: LinkRecord = { ...kept, index, up: false };
  const puts: Put[] = [
    ...takeAway(state, ref, link),
    put(linkKey(to, name), moved),
    put(`${netnsKey(to)}info`, { ...there, nextIndex: Math.max(there.nextIndex, index + 1) }),
    ...upperPuts(to, moved, true),
  ];
  const peer = link.peer && store.get<LinkRecord>(linkKey(link.peer, link.peer.name));
  if (link.peer && peer?.peer) {
    const { host, netns } = to;
    const end = { host, netns, name, index };
    puts.push(put(linkKey(link.peer, link.peer.name), { ...peer, peer: end }));
  }
  state.commit(puts);
  return undefined;
}
