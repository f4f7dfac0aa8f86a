import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { urlOf } from '../component.ts';
import { say } from './log.ts';
import { reconcile } from './reconcile.ts';

const WATCHED = [
  'installations.operator.tigera.io',
  'apiservers.operator.tigera.io',
  'daemonsets.apps',
  'deployments.apps',
  'nodes',
];

/** The operator of Tigera. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        for (const text of [
          'Version: v1.30.9',
          'Go Version: go1.21.5',
          'Go OS/Arch: linux/amd64',
        ]) {
          sys.log(text);
        }
        say(sys, 'setup', 'Checking type of cluster', { provider: '' });
        say(sys, 'setup', 'Checking if TSEE controllers are required', { required: false });
        say(sys, 'setup', 'starting manager');
        yield* watch(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('reconcile', 100 * MILLISECOND);
        return undefined;
      case 'watch-ended':
        for (const [name, fd] of sys.memories('watch/')) {
          if (fd === message.fd) sys.remember(name, undefined);
        }
        sys.setTimer('watch', 1 * SECOND);
        return undefined;
      case 'timer':
        if (message.name === 'watch') yield* watch(sys);
        else yield* reconcile(sys);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

function* watch(sys: DaemonSys): Call<void> {
  for (const resource of WATCHED) {
    const known = `watch/${resource}`;
    if (sys.memory(known) !== undefined) continue;
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url });
    if (typeof fd === 'number') sys.remember(known, fd);
    else sys.setTimer('watch', 5 * SECOND);
  }
  sys.setTimer('reconcile', 100 * MILLISECOND);
}
