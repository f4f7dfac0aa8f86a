import type { Sys } from '../../host/syscalls.ts';
import type { Json } from '../../world/index.ts';
import type { Flow, Tuple } from './print.ts';
import type { Asked } from './read.ts';

const SECOND = 1_000_000;

/** The two ways that a command line names, or what is missing. */
export function tuplesOf({ values }: Asked): { original: Tuple; reply: Tuple } | string {
  const value = (name: string) => values.get(name);
  const protocol = value('--protonum')?.toLowerCase();
  if (protocol === undefined) {
    return "You need to supply the `--protonum' option for this command";
  }
  const [source, destination] = [value('--orig-src'), value('--orig-dst')];
  const [replySource, replyDestination] = [value('--reply-src'), value('--reply-dst')];
  if ((!source || !destination) && (!replySource || !replyDestination)) {
    return 'missing IP address';
  }
  const port = (name: string) => Number(value(name) ?? 0);
  const icmp =
    protocol === 'icmp' ? { type: port('--icmp-type'), code: port('--icmp-code') } : undefined;
  const zone = port('--orig-zone');
  const common = { protocol: protocol as Tuple['protocol'], ...(zone ? { zone } : {}) };
  const original: Tuple = {
    ...common,
    source: source ?? replyDestination ?? '',
    destination: destination ?? replySource ?? '',
    sourcePort: icmp ? port('--icmp-id') : port('--orig-port-src'),
    destinationPort: icmp ? port('--icmp-id') : port('--orig-port-dst'),
    ...(icmp ? { icmp } : {}),
  };
  const reply: Tuple = {
    ...common,
    source: replySource ?? original.destination,
    destination: replyDestination ?? original.source,
    sourcePort: port('--reply-port-src') || original.destinationPort,
    destinationPort: port('--reply-port-dst') || original.sourcePort,
    ...(icmp ? { icmp: { type: icmp.type === 8 ? 0 : icmp.type, code: 0 } } : {}),
  };
  return { original, reply };
}

const sameEnds = (a: Tuple, b: Tuple) =>
  a.protocol === b.protocol &&
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort &&
  (a.zone ?? 0) === (b.zone ?? 0);

/** The entry with these ends. */
export function find(all: readonly Flow[], { original }: { readonly original: Tuple }) {
  return all.find((flow) => sameEnds(flow.original, original));
}

/** A new entry of a command line, or what is missing. */
export function flowOf(asked: Asked, now: number): Flow | string {
  const tuples = tuplesOf(asked);
  if (typeof tuples === 'string') return tuples;
  const { values } = asked;
  const missing = (name: string) => `You need to supply the \`${name}' option for this command`;
  const timeout = values.get('--timeout');
  if (timeout === undefined) return missing('--timeout');
  const tcp = tuples.original.protocol === 'tcp';
  const state = values.get('--state');
  if (tcp && state === undefined) return missing('--state');
  const status = values.get('--status')?.split(',') ?? [];
  const { original, reply } = tuples;
  return {
    original,
    reply,
    ...(tcp && state !== undefined ? { state } : {}),
    replied: status.includes('SEEN_REPLY') || status.includes('ASSURED'),
    assured: status.includes('ASSURED'),
    dnat: original.destination !== reply.source,
    snat: original.source !== reply.destination,
    mark: Number(values.get('--mark')?.split('/')[0] ?? 0),
    created: now,
    expires: now + Number(timeout) * SECOND,
  };
}

/** An entry with what a command line says of it (`-U`). */
export function updated(flow: Flow, { values }: Asked, now: number): Flow {
  const timeout = values.get('--timeout');
  const mark = values.get('--mark');
  const status = values.get('--status')?.split(',') ?? [];
  const [wanted = 0, mask = 0xffffffff] = (mark ?? '').split('/').map(Number);
  return {
    ...flow,
    ...(timeout === undefined ? {} : { expires: now + Number(timeout) * SECOND }),
    ...(mark === undefined ? {} : { mark: ((flow.mark & ~mask) | wanted) >>> 0 }),
    assured: flow.assured || status.includes('ASSURED'),
    replied: flow.replied || status.includes('SEEN_REPLY'),
  };
}

/** Writes an entry; false where a new one is there already. */
export const put = (sys: Sys, flow: Flow, create: boolean): boolean =>
  sys.network.putConntrack(flow as unknown as Json, create, sys.pid);
