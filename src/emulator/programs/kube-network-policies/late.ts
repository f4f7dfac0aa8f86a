import type { DaemonCode, PartCode } from '../../host/parts.ts';
import type { QueuedPacket } from '../../network/netfilter/queue/listener.ts';
import type { QueueProgram } from '../../network/netfilter/queue/program.ts';
import type { Json } from '../../world/json.ts';
import { klog } from '../component.ts';
import { end, enforce, optionsOf, reopen, start, syncRules, takeIn, watch } from './life.ts';
import { serveMetrics } from './metrics.ts';
import { noteAnswer, tellPacket } from './packet.ts';

const netpol = (cluster: boolean): DaemonCode => ({
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return yield* start(sys, cluster);
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('learn', 20_000);
        return undefined;
      case 'watch-ended':
        reopen(sys, message.fd);
        return undefined;
      case 'custom': {
        const packet = message.data as unknown as QueuedPacket;
        const options = optionsOf(sys);
        if (!options) return undefined;
        if (packet.queue !== options.queue) {
          if (noteAnswer(sys, packet)) sys.setTimer('learn', 0);
          return undefined;
        }
        const program = sys.memory<Json>('program') as unknown as QueueProgram | undefined;
        tellPacket(sys, packet, program?.pods ?? {}, options.verbosity);
        return undefined;
      }
      case 'socket':
        yield* serveMetrics(sys, message);
        return undefined;
      case 'signal':
        end(sys);
        return undefined;
      case 'timer': {
        const options = optionsOf(sys);
        if (message.name === 'watch') yield* watch(sys);
        else if (message.name === 'learn') yield* takeIn(sys);
        else if (message.name === 'rules' && options) syncRules(sys, options);
        else if (message.name === 'enforce') enforce(sys);
        else if (message.name === 'exit') {
          klog(sys, 'I', 'main.go:195', '"Cleanup completed, exiting..."');
          return 0;
        }
        return undefined;
      }
      default:
        return undefined;
    }
  },
});

/** kube-network-policies, and the one that knows ClusterNetworkPolicy. */
const code: PartCode = {
  programs: { netpol: netpol(false), 'netpol-npa': netpol(true) },
};

export default code;
