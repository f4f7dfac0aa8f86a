import { createMachine } from 'xstate';

/**
 * A TCP endpoint (RFC 9293, figure 5) under the names that `ss` prints. Actions are what the
 * endpoint's owner hears or what goes out; `socket/tcp/` does them.
 */
export const tcpMachine = createMachine({
  id: 'tcp',
  initial: 'UNCONN',
  states: {
    UNCONN: { on: { LISTEN: 'LISTEN', CONNECT: 'SYN-SENT', SYN: 'SYN-RECV' } },
    LISTEN: { on: { CLOSE: 'UNCONN' } },
    'SYN-SENT': {
      on: { 'SYN-ACK': 'ESTAB', RST: 'UNCONN', TIMEOUT: 'UNCONN', CLOSE: 'UNCONN' },
    },
    'SYN-RECV': {
      on: { ACK: 'ESTAB', RST: 'UNCONN', TIMEOUT: 'UNCONN', CLOSE: 'FIN-WAIT-1' },
    },
    ESTAB: {
      on: { FIN: 'CLOSE-WAIT', CLOSE: 'FIN-WAIT-1', RST: 'UNCONN', TIMEOUT: 'UNCONN' },
    },
    'FIN-WAIT-1': {
      on: {
        'ACK-OF-FIN': 'FIN-WAIT-2',
        FIN: 'CLOSING',
        RST: 'UNCONN',
        TIMEOUT: 'UNCONN',
      },
    },
    'FIN-WAIT-2': { on: { FIN: 'TIME-WAIT', RST: 'UNCONN', TIMEOUT: 'UNCONN' } },
    'CLOSE-WAIT': { on: { CLOSE: 'LAST-ACK', RST: 'UNCONN', TIMEOUT: 'UNCONN' } },
    CLOSING: { on: { 'ACK-OF-FIN': 'TIME-WAIT', RST: 'UNCONN', TIMEOUT: 'UNCONN' } },
    'LAST-ACK': { on: { 'ACK-OF-FIN': 'UNCONN', RST: 'UNCONN', TIMEOUT: 'UNCONN' } },
    'TIME-WAIT': { on: { TIMEOUT: 'UNCONN' } },
  },
});
