import type { Daemon } from '../../host/syscalls.ts';

/** etcd: where `/registry` lives. It listens as it would; the store itself is the world's. */
const daemon: Daemon = {
  name: 'etcd',
  paths: ['/usr/local/bin/etcd'],
  // oxlint-disable-next-line require-yield -- a daemon is a generator
  *on(message, sys) {
    if (message.type === 'start') {
      for (const port of [2379, 2380, 2381]) sys.listen({ address: '127.0.0.1', port });
      sys.log('{"level":"info","msg":"ready to serve client requests"}');
    }
    return message.type === 'signal' ? 0 : undefined;
  },
};

export default daemon;
