import type { DaemonCode, PartCode } from '../../host/parts.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { urlOf } from '../component.ts';
import { onSocket, onTimer, STALE, startBgp } from './bgp.ts';
import { say } from './log.ts';
import { probe } from './probe.ts';
import { RESOURCES } from './shapes.ts';
import { nodeName, sync } from './sync.ts';

/** So long changes are gathered before rules are written. */
const GATHER = 20 * MILLISECOND;
/** felix looks whether its rules are still there. */
const REFRESH = 90 * SECOND;

/** What the container `calico-node` runs. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return yield* start(sys);
      case 'timer':
        if (yield* onTimer(sys, message.name, sys.memory<string>('address') ?? ''))
          return undefined;
        if (message.name.startsWith('watch/')) yield* watch(sys, message.name.slice(6));
        else if (message.name === 'refresh') {
          sys.setTimer('refresh', REFRESH);
          yield* sync(sys);
        } else yield* sync(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('sync', GATHER);
        return undefined;
      case 'watch-ended': {
        const resource = sys.memory<string>(`watch/${message.fd}`);
        sys.remember(`watch/${message.fd}`, undefined);
        if (resource !== undefined) sys.setTimer(`watch/${resource}`, 1 * SECOND);
        return undefined;
      }
      case 'socket':
        if (onSocket(sys, message)) {
          sys.setTimer('sync', GATHER);
          sys.setTimer('stale', STALE);
        }
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

const code: PartCode = { programs: { start_runit: daemon, 'calico-node': probe } };

export default code;

function* start(sys: DaemonSys): Call<void> {
  const node = nodeName(sys);
  const startup = (line: number, text: string) =>
    say(sys, 'INFO', `startup/startup.go ${line}`, text);
  startup(425, 'Early log level set to info');
  startup(103, 'Starting node ' + node + ' with version v3.26.4');
  startup(108, 'Skipping datastore connection test');
  sys.files.makeDirectory('/var/lib/calico', { parents: true });
  sys.files.write('/var/lib/calico/nodename', node);
  startup(485, 'Initialize BGP data');
  startup(213, 'Using node name: ' + node);
  sys.files.makeDirectory('/var/run/calico', { parents: true });
  for (const [name] of sys.memories('bgp/')) sys.remember(name, undefined);
  startBgp(sys);
  sys.log('Calico node started successfully');
  for (const resource of RESOURCES) yield* watch(sys, resource);
  sys.setTimer('sync', GATHER);
  sys.setTimer('refresh', REFRESH);
}

function* watch(sys: DaemonSys, resource: string): Call<void> {
  const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
  const fd = yield* sys.watch({ method: 'GET', url });
  if (typeof fd === 'number') sys.remember(`watch/${fd}`, resource);
  else sys.setTimer(`watch/${resource}`, 5 * SECOND);
}
