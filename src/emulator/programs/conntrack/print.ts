import type { Micros } from '../../world/index.ts';

/** One direction of a connection, as the kernel's records hold it. */
export interface Tuple {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmp?: { readonly type: number; readonly code: number };
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
  readonly expires: Micros;
}

export const protocolNumbers = { tcp: 6, udp: 17, icmp: 1 } as const;

/** A flow as `conntrack -L` prints it. */
export function printFlow(flow: Flow, now: Micros, extended: boolean): string {
  const { original, reply } = flow;
  const seconds = Math.max(0, Math.floor((flow.expires - now) / 1_000_000));
  return [
    extended ? 'ipv4     2 ' : '',
    `${original.protocol.padEnd(8)} ${protocolNumbers[original.protocol]} ${seconds} `,
    flow.state === undefined ? '' : `${flow.state} `,
    printTuple(original),
    flow.replied ? '' : '[UNREPLIED] ',
    printTuple(reply),
    flow.assured ? '[ASSURED] ' : '',
    `mark=${flow.mark} use=1\n`,
  ].join('');
}

function printTuple({ source, destination, sourcePort, destinationPort, icmp }: Tuple): string {
  const ends = `src=${source} dst=${destination} `;
  if (icmp) return `${ends}type=${icmp.type} code=${icmp.code} id=${sourcePort} `;
  return `${ends}sport=${sourcePort} dport=${destinationPort} `;
}
