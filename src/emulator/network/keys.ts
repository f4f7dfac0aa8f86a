import type { Key } from '../world/json.ts';
import type { NetnsRef } from './api.ts';

/** Prefix of a namespace's records. */
export function netnsKey(ref: NetnsRef): Key {
  return `/host/${ref.host}/netns/${ref.netns}/`;
}

/** Prefix of what a namespace holds beside the log: counters, indexes, TCP's numbers. */
export function volatileKey(ref: NetnsRef): Key {
  return `/volatile/net/${ref.host}/${ref.netns}/`;
}

/** The namespace that a socket's id (its key) lies in. */
export function refOfSocket(socket: string): NetnsRef {
  const [, , host = '', , netns = ''] = socket.split('/');
  return { host, netns };
}
