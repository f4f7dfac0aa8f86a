import type { Daemon } from '../../host/syscalls.ts';
import { rfc3339Micro } from '../../world/time.ts';

/** Envoy as Cilium builds it. */
const daemon: Daemon = {
  name: 'cilium-envoy-starter',
  paths: ['/usr/bin/cilium-envoy-starter'],
  *on(message, sys) {
    if (message.type === 'signal') return 0;
    if (message.type !== 'start') return undefined;
    const time = rfc3339Micro(sys.now).replace('T', ' ').slice(0, 23);
    const say = (text: string) => sys.log(`[${time}][7][info][main] ${text}`);
    say('[external/envoy/source/server/server.cc:430] initializing epoch 0 (base id=0)');
    say('[external/envoy/source/server/server.cc:1001] starting main dispatch loop');
    return undefined;
  },
};

export default daemon;
