// `-s` of `ip link`: what passed a device.
import type { Counters, LinkStatistics } from '../../network/api.ts';

const NO_ERRORS = '                     0      0       0       0       0 \n';

/** The two blocks of `-s`. */
export function statistics({ received, sent }: LinkStatistics, errors: boolean): string {
  const row = ({ packets, bytes }: Counters) => {
    const cells = [bytes, packets, 0, 0, 0, 0];
    const widths = [10, 7, 6, 7, 7, 7];
    const columns = cells.map((cell, i) => `${String(cell).padStart(widths[i] as number)} `);
    return `    ${columns.join('')}\n`;
  };
  return (
    `    RX:  bytes packets errors dropped  missed   mcast           \n${row(received)}` +
    (errors ? `    RX errors:  length    crc   frame    fifo overrun\n${NO_ERRORS}` : '') +
    `    TX:  bytes packets errors dropped carrier collsns           \n${row(sent)}` +
    (errors ? `    TX errors: aborted   fifo  window heartbt transns\n${NO_ERRORS}` : '')
  );
}

/** The same for `-j`. */
export function jsonStatistics({ received, sent }: LinkStatistics) {
  const common = ({ bytes, packets }: Counters) => ({ bytes, packets, errors: 0, dropped: 0 });
  return {
    stats64: {
      rx: { ...common(received), over_errors: 0, multicast: 0 },
      tx: { ...common(sent), carrier_errors: 0, collisions: 0 },
    },
  };
}
