import type { Call, Daemon, DaemonSys, Process, Program } from '../../host/syscalls.ts';
import { rfc3339Micro } from '../../world/time.ts';

const PORT = 5473;
const HEALTH = 9098;

const say = (sys: DaemonSys, place: string, text: string) => {
  const time = rfc3339Micro(sys.now).replace('T', ' ').slice(0, 23);
  sys.log(`${time} [INFO][1] ${place}: ${text}`);
};

/** Calico's fan-out proxy: it listens, and answers the questions after its health. */
const typha: Daemon = {
  name: 'calico-typha',
  paths: ['/code/bin/calico-typha'],
  *on(message, sys) {
    if (message.type === 'start') {
      say(sys, 'daemon.go 115', 'Typha starting up');
      say(sys, 'daemon.go 150', 'Kubernetes server override env vars.');
      say(sys, 'sync_server.go 301', `Opening listen socket port=${PORT}`);
      sys.listen({ address: '*', port: PORT });
      sys.remember('health', sys.listen({ address: '127.0.0.1', port: HEALTH }) as number);
      say(sys, 'daemon.go 342', 'Started the datastore Syncer/cache layer/server.');
    } else if (message.type === 'signal') return 0;
    else if (message.type === 'socket') yield* onSocket(sys, message);
    return undefined;
  },
};

type SocketMessage = Extract<Parameters<Daemon['on']>[0], { readonly type: 'socket' }>;

function* onSocket(sys: DaemonSys, message: SocketMessage): Call<void> {
  if (message.event === 'data') {
    yield* sys.write(
      message.fd,
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    sys.close(message.fd);
  } else if (message.event === 'end' || message.event === 'reset') sys.close(message.fd);
}

/** A daemon that says a few words and waits. */
const waiting = (name: string, path: string, lines: readonly string[]): Daemon => ({
  name,
  paths: [path],
  *on(message, sys) {
    if (message.type === 'start') for (const line of lines) sys.log(line);
    return message.type === 'signal' ? 0 : undefined;
  },
});

const csi = waiting('csi-driver', '/usr/bin/csi-driver', []);
const registrar = waiting('node-driver-registrar', '/usr/bin/node-driver-registrar', [
  'Calling CSI driver to discover driver name',
  'CSI driver name: "csi.tigera.io"',
  'Starting Registration Server at: /registration/csi.tigera.io-reg.sock',
  'Registration Server started at: /registration/csi.tigera.io-reg.sock',
]);

/** Puts the FlexVolume driver onto the node, and ends. */
const flexvol: Program = {
  name: 'flexvol-driver',
  paths: ['/usr/local/bin/flexvol.sh'],
  *run(_argv, sys): Process {
    sys.files.write('/host/driver/uds', '\u007fELF', { mode: 0o550 });
    return 0;
  },
};

export default [typha, csi, registrar, flexvol];
