import type { Daemon } from '../../host/syscalls.ts';
import { listenHttp } from '../../host/http/server.ts';
import { flagOf, klog } from '../component.ts';
import { serve, tellWatcher } from './serve.ts';
import { keepOwnService } from './own-service.ts';

/** How often the API server looks after its own Service. */
const KEEP = 10_000_000;

/** kube-apiserver: whoever reaches its port reaches the API. Stop it, and nobody does. */
const daemon: Daemon = {
  name: 'kube-apiserver',
  paths: ['/usr/local/bin/kube-apiserver'],
  *on(message, sys) {
    const port = Number(flagOf(sys.argv, 'secure-port') ?? 6443);
    if (message.type === 'start') {
      const listening = listenHttp(sys, { address: '0.0.0.0', port }, true);
      if (typeof listening === 'string') {
        klog(
          sys,
          'E',
          'run.go:72',
          '"command failed" err="failed to create listener: failed to ' +
            `listen on 0.0.0.0:${port}: listen tcp 0.0.0.0:${port}: bind: ` +
            'address already in use"',
        );
        return 1;
      }
      klog(sys, 'I', 'secure_serving.go:211', `Serving securely on [::]:${port}`);
      sys.setTimer('own-service', KEEP);
    }
    if (message.type === 'timer') {
      yield* keepOwnService(sys, port);
      sys.setTimer('own-service', KEEP);
    }
    if (message.type === 'signal') return 0;
    if (message.type === 'socket') yield* serve(sys, message, port);
    if (message.type === 'watch' || message.type === 'watch-ended')
      yield* tellWatcher(sys, message);
    return undefined;
  },
};

export default daemon;
