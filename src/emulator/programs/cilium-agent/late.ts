import { CILIUM_SOCKET } from '../../cni/cilium-cni/state.ts';
import type { DaemonCode } from '../../host/parts.ts';
import { SECOND } from '../../world/time.ts';
import { start } from './life.ts';
import { sync } from './sync.ts';

/** Cilium's agent. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        yield* start(sys);
        return undefined;
      case 'timer':
        if (message.name === 'start') yield* start(sys);
        else yield* sync(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('sync', 20_000);
        return undefined;
      case 'watch-ended':
        sys.setTimer('start', 1 * SECOND);
        return undefined;
      case 'signal':
        // Maps, devices and routes stay: the pods go on without an agent.
        sys.files.remove(CILIUM_SOCKET);
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;
