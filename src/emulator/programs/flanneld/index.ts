import type { Daemon } from '../../host/syscalls.ts';
import { start, sync } from './life.ts';

/** flanneld with the kube subnet manager. */
const daemon: Daemon = {
  name: 'flanneld',
  paths: ['/opt/bin/flanneld'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return yield* start(sys);
      case 'timer':
        return message.name === 'start' ? yield* start(sys) : yield* sync(sys);
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('sync', 20_000);
        return undefined;
      case 'watch-ended':
        sys.setTimer('start', 1_000_000);
        return undefined;
      case 'signal':
        // What it made stays: routes, devices and rules are another's to take away.
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;
