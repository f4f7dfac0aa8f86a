import { isErrno } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';
import { lookUp } from './address.ts';
import type { Applet } from './applet.ts';
import { errorText } from './error-text.ts';

const TELNET = 23;

/** telnet of busybox: lines to and fro; no options of the protocol are negotiated. */
export const telnet: Applet = {
  name: 'telnet',
  usage: () => 'telnet [-a] [-l USER] HOST [PORT]\n\nConnect to telnet server\n',
  options: () => ({ short: '', unmodelled: ['-a', '-l'] }),
  *run(line, sys) {
    const [host, service = String(TELNET)] = line.operands;
    if (host === undefined) return yield* line.showUsage();
    const port = /^\d+$/.test(service) ? Number(service) : servicePort(service);
    if (port === undefined) return yield* line.die(`bad port '${service}'`);
    const place = yield* lookUp(sys, host, port);
    if (!place) return yield* line.die(`bad address '${host}'`);
    const fd = yield* sys.connect(place);
    if (isErrno(fd)) {
      return yield* line.die(
        `can't connect to remote host (${place.address}): ${errorText(sys, fd)}`,
      );
    }
    yield* sys.write(1, `Connected to ${host}\n`);
    return yield* converse(sys, fd);
  },
};

function* converse(sys: Sys, fd: Fd): Call<number> {
  for (;;) {
    const ready = yield* sys.poll([0, fd]);
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) return 0;
      yield* sys.write(fd, text.replaceAll('\n', '\r\n'));
    }
    if (!ready.includes(fd)) continue;
    const text = yield* sys.read(fd);
    if (text === null || isErrno(text)) {
      yield* sys.write(1, 'Connection closed by foreign host\r\n');
      return 1;
    }
    yield* sys.write(1, text);
  }
}
