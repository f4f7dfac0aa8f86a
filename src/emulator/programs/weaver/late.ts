import type { DaemonCode } from '../../host/parts.ts';
import { SECOND } from '../../world/time.ts';
import { accepted, connected, failed, start, sync } from './life.ts';

/** Weave Net's router. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return yield* start(sys);
      case 'timer':
        if (message.name === 'start') return yield* start(sys);
        yield* sync(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('sync', 50_000);
        return undefined;
      case 'watch-ended':
        sys.setTimer('start', 1 * SECOND);
        return undefined;
      case 'socket':
        if (message.event === 'connected') connected(sys, message.fd, message.peer);
        else if (message.event === 'accepted') accepted(sys, message.acceptedFd, message.peer);
        else if (['failed', 'end', 'reset'].includes(message.event)) failed(sys, message.fd);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;
