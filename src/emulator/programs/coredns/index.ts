import type { Call, Daemon, DaemonSys } from '../../host/syscalls.ts';
import { answerHttp, httpRequests } from './http.ts';
import { onProbeTimer } from './probes.ts';
import { onDatagram, onResult, onStream, startRun } from './run.ts';
import { start, shutDown, reload, finishStart } from './start.ts';
import { takeEvent, watchAll } from './informers.ts';

/**
 * CoreDNS: a server that is a chain of plugins; which ones, and for which zones, a Corefile says.
 */
const daemon: Daemon = {
  name: 'coredns',
  paths: ['/coredns', '/usr/bin/coredns'],
  *on(message, sys) {
    if (sys.memory('fatal')) return 1;
    switch (message.type) {
      case 'start':
        return yield* start(sys);
      case 'watch':
        takeEvent(sys, message);
        return yield* finishStart(sys);
      case 'timer':
        if (message.name === 'watch') yield* watchAll(sys);
        else if (message.name === 'waiting') return yield* finishStart(sys);
        else if (message.name === 'reload') yield* reload(sys);
        else if (message.name === 'lameduck') return 0;
        else if (message.name === 'loop') yield* startLoop(sys);
        else if (message.name.startsWith('ask/')) yield* onResult(sys, message.name);
        else if (message.name.startsWith('probe/')) onProbeTimer(sys, message.name);
        return sys.memory('fatal') ? 1 : undefined;
      case 'socket': {
        for (const request of httpRequests(sys, message)) yield* answerHttp(sys, request);
        if (message.event === 'datagram' || message.event === 'icmp')
          yield* onDatagram(sys, message);
        else yield* onStream(sys, message);
        return sys.memory('fatal') ? 1 : undefined;
      }
      case 'signal':
        return yield* shutDown(sys, message.signal);
      default:
        return undefined;
    }
  },
};

export default daemon;

/** The question that the loop plugin sends to this server itself. */
function* startLoop(sys: DaemonSys): Call<void> {
  const ask = sys.memory<{ readonly name: string; readonly port: number }>('loop/ask');
  if (ask) yield* startRun(sys, ask);
}
