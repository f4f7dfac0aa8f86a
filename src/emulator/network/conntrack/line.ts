import type { Micros } from '../../world/json.ts';

/** One direction of a connection, as the kernel's records hold it. */
export interface Tuple {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'ipip';
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly zone?: number;
}

/** A tracked connection. */
export interface Flow {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly state?: string;
  readonly replied: boolean;
  readonly assured: boolean;
  readonly dnat: boolean;
  readonly snat: boolean;
  readonly mark: number;
  readonly created: Micros;
  readonly expires: Micros;
}

/** What else a line shows. */
export interface Shown {
  readonly extended?: boolean;
  readonly id?: boolean;
  /** A line of an event: without use, and with a mark only where there is one. */
  readonly event?: boolean;
  /** What the kernel's own file has beside (`/proc/net/nf_conntrack`). */
  readonly proc?: boolean;
}

/** Numbers of the protocols that are followed. */
export const protocolNumbers = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, ipip: 4 } as const;

/** Name of what follows a protocol; some have no tracker of their own. */
export const trackerOf = ({ protocol }: Tuple) => (protocol === 'ipip' ? 'unknown' : protocol);
/** Whether a flow is one of IPv6. */
export const isFlow6 = ({ source }: Tuple) => source.includes(':');
/** Whole seconds until an entry is forgotten. */
export const secondsOf = (flow: Flow, now: Micros) =>
  Math.max(0, Math.floor((flow.expires - now) / 1_000_000));

/** A number that stands for one connection as long as it lives (`nf_ct_get_id`). */
export function idOf({ original, created }: Flow): number {
  const text = `${Object.values(original).join('/')}/${created}`;
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash;
}

/** A flow as `conntrack -L` and the kernel's own file print it, without the end of the line. */
export function printFlow(flow: Flow, now: Micros, shown: Shown): string {
  const { original, reply } = flow;
  const family = isFlow6(original) ? 'ipv6     10 ' : 'ipv4     2 ';
  const seconds = secondsOf(flow, now);
  const mark = shown.event && flow.mark === 0 ? '' : `mark=${flow.mark} `;
  const zone = shown.proc || original.zone ? `zone=${original.zone ?? 0} ` : '';
  const text = [
    shown.extended || shown.proc ? family : '',
    `${trackerOf(original).padEnd(8)} ${protocolNumbers[original.protocol]} `,
    shown.event && seconds === 0 ? '' : `${seconds} `,
    flow.state === undefined ? '' : `${flow.state} `,
    printTuple(original),
    flow.replied ? '' : '[UNREPLIED] ',
    printTuple(reply),
    flow.assured ? '[ASSURED] ' : '',
    mark,
    zone,
    shown.event ? '' : `use=${shown.proc ? 2 : 1} `,
    shown.id ? `id=${idOf(flow)} ` : '',
  ].join('');
  return text.trimEnd();
}

function printTuple({ source, destination, sourcePort, destinationPort, icmp, protocol }: Tuple) {
  const ends = `src=${source} dst=${destination} `;
  if (protocol === 'ipip') return ends;
  if (icmp) return `${ends}type=${icmp.type} code=${icmp.code} id=${sourcePort} `;
  return `${ends}sport=${sourcePort} dport=${destinationPort} `;
}

/** `/proc/net/nf_conntrack`. */
export const procText = (flows: readonly Flow[], now: Micros): string =>
  flows.map((flow) => `${printFlow(flow, now, { proc: true })}\n`).join('');
