import type { Tcp } from '../packet.ts';
import type { IpvsState, IpvsTimeouts } from './types.ts';

/** What a segment says, in the order in which IPVS looks: reset, SYN, FIN, or ACK. */
export type SegmentKind = 'syn' | 'fin' | 'ack' | 'rst';

export function segmentKind({ flags }: Tcp): SegmentKind | undefined {
  if (flags.includes('RST')) return 'rst';
  if (flags.includes('SYN')) return 'syn';
  if (flags.includes('FIN')) return 'fin';
  return flags.includes('ACK') ? 'ack' : undefined;
}

const columns: readonly IpvsState[] = [
  'NONE',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'SYNACK',
];

/** Short names of states in the tables below. */
const short: Readonly<Record<string, IpvsState>> = {
  NO: 'NONE',
  ES: 'ESTABLISHED',
  SS: 'SYN_SENT',
  SR: 'SYN_RECV',
  FW: 'FIN_WAIT',
  TW: 'TIME_WAIT',
  CL: 'CLOSE',
  CW: 'CLOSE_WAIT',
  LA: 'LAST_ACK',
  LI: 'LISTEN',
  SA: 'SYNACK',
};

type Tables = Readonly<Record<SegmentKind, string>>;

/**
 * Moves of TCP as IPVS follows it (`tcp_states` of ip_vs_proto_tcp.c): from the client, from the
 * server, and where the server's answers do not come by.
 */
const tables: Readonly<Record<'input' | 'output' | 'inputOnly', Tables>> = {
  input: {
    syn: 'SR ES ES SR SR SR SR SR SR SR SR',
    fin: 'CL CW SS TW TW TW CL CW LA LI TW',
    ack: 'ES ES SS ES FW TW CL CW CL LI ES',
    rst: 'CL CL CL SR CL CL CL CL LA LI SR',
  },
  output: {
    syn: 'SS ES SS SR SS SS SS SS SS LI SR',
    fin: 'TW FW SS TW FW TW CL TW LA LI TW',
    ack: 'ES ES SS ES FW TW CL CW LA ES ES',
    rst: 'CL CL SS CL CL TW CL CL CL CL CL',
  },
  inputOnly: {
    syn: 'SR ES ES SR SR SR SR SR SR SR SR',
    fin: 'CL FW SS TW FW TW CL CW LA LI TW',
    ack: 'ES ES SS ES FW TW CL CW CL LI ES',
    rst: 'CL CL CL SR CL CL CL CL LA LI CL',
  },
};

/** The state after a segment. */
export function nextState(
  state: IpvsState,
  direction: keyof typeof tables,
  kind: SegmentKind | undefined,
): IpvsState {
  if (kind === undefined) return state;
  const row = tables[direction][kind].split(' ');
  return short[row[columns.indexOf(state)] ?? ''] ?? state;
}

/** States that count as active for the schedulers. */
export function isActive(state: IpvsState): boolean {
  return ['ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'SYNACK'].includes(state);
}

/** Seconds that a connection lives after a packet. */
export function timeoutOf(state: IpvsState, { tcp, tcpfin, udp }: IpvsTimeouts): number {
  switch (state) {
    case 'ESTABLISHED':
      return tcp;
    case 'FIN_WAIT':
      return tcpfin;
    case 'UDP':
      return udp;
    case 'SYN_SENT':
    case 'TIME_WAIT':
    case 'LISTEN':
    case 'SYNACK':
      return 120;
    case 'SYN_RECV':
    case 'CLOSE_WAIT':
      return 60;
    case 'LAST_ACK':
      return 30;
    case 'CLOSE':
      return 10;
    default:
      return 2;
  }
}
