import { createMachine } from 'xstate';

/**
 * TCP as conntrack follows it (`nf_conntrack_proto_tcp.c`, the table of both directions). Events
 * are direction and flag: `O.SYN` from the originator, `R.SYNACK` from the responder. What is not
 * listed leaves the state as it is.
 */
export const conntrackMachine = createMachine({
  id: 'conntrack-tcp',
  initial: 'NONE',
  states: {
    NONE: { on: { 'O.SYN': 'SYN_SENT', 'O.ACK': 'ESTABLISHED', 'O.FIN': 'FIN_WAIT' } },
    SYN_SENT: {
      on: { 'R.SYNACK': 'SYN_RECV', 'R.SYN': 'SYN_SENT2', 'O.RST': 'CLOSE', 'R.RST': 'CLOSE' },
    },
    SYN_SENT2: { on: { 'R.SYNACK': 'SYN_RECV', 'O.RST': 'CLOSE', 'R.RST': 'CLOSE' } },
    SYN_RECV: {
      on: {
        'O.ACK': 'ESTABLISHED',
        'O.FIN': 'FIN_WAIT',
        'R.FIN': 'FIN_WAIT',
        'O.RST': 'CLOSE',
        'R.RST': 'CLOSE',
      },
    },
    ESTABLISHED: {
      on: { 'O.FIN': 'FIN_WAIT', 'R.FIN': 'FIN_WAIT', 'O.RST': 'CLOSE', 'R.RST': 'CLOSE' },
    },
    FIN_WAIT: {
      on: {
        'O.ACK': 'CLOSE_WAIT',
        'R.ACK': 'CLOSE_WAIT',
        'O.FIN': 'LAST_ACK',
        'R.FIN': 'LAST_ACK',
        'O.RST': 'CLOSE',
        'R.RST': 'CLOSE',
      },
    },
    CLOSE_WAIT: {
      on: { 'O.FIN': 'LAST_ACK', 'R.FIN': 'LAST_ACK', 'O.RST': 'CLOSE', 'R.RST': 'CLOSE' },
    },
    LAST_ACK: {
      on: { 'O.ACK': 'TIME_WAIT', 'R.ACK': 'TIME_WAIT', 'O.RST': 'CLOSE', 'R.RST': 'CLOSE' },
    },
    TIME_WAIT: { on: { 'O.SYN': 'SYN_SENT', 'O.RST': 'CLOSE', 'R.RST': 'CLOSE' } },
    CLOSE: { on: { 'O.SYN': 'SYN_SENT' } },
  },
});
