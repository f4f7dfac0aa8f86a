import type { Daemon } from '../../host/syscalls.ts';

/** The sandbox container: does nothing, for as long as it takes. */
const daemon: Daemon = {
  name: 'pause',
  paths: ['/pause'],
  // oxlint-disable-next-line require-yield -- a daemon is a generator
  *on(message) {
    return message.type === 'signal' ? 0 : undefined;
  },
};

export default daemon;
