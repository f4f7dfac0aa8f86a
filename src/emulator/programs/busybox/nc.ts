import { isErrno } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';
import { SECOND } from '../../world/time.ts';
import { lookUp } from './address.ts';
import type { Applet, Build, Line } from './applet.ts';
import { errorText } from './error-text.ts';
import { pump } from './pump.ts';

const usage = ({ netcat110 }: Build): string =>
  netcat110
    ? 'nc [OPTIONS] HOST PORT  - connect\n' +
      'nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n\n' +
      '\t-e PROG\tRun PROG after connect (must be last)\n' +
      '\t-l\tListen mode, for inbound connects\n' +
      '\t-lk\tWith -e, provides persistent server\n' +
      '\t-p PORT\tLocal port\n' +
      '\t-s ADDR\tLocal address\n' +
      '\t-w SEC\tTimeout for connects and final net reads\n' +
      '\t-i SEC\tDelay interval for lines sent\n' +
      "\t-n\tDon't do DNS resolution\n" +
      '\t-u\tUDP mode\n' +
      '\t-b\tAllow broadcasts\n' +
      '\t-v\tVerbose\n' +
      '\t-o FILE\tHex dump traffic\n' +
      '\t-z\tZero-I/O mode (scanning)\n'
    : 'nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]\n\n' +
      'Open a pipe to IP:PORT or FILE\n\n' +
      '\t-l\tListen mode, for inbound connects\n' +
      '\t\t(use -ll with -e for persistent server)\n' +
      '\t-p PORT\tLocal port\n' +
      '\t-w SEC\tConnect timeout\n' +
      '\t-i SEC\tDelay interval for lines sent\n' +
      '\t-f FILE\tUse file (ala /dev/ttyS0) instead of network\n' +
      '\t-e PROG\tRun PROG after connect\n';

/** nc of busybox, in the small form or in that which follows netcat 1.10. */
export const nc: Applet = {
  name: 'nc',
  usage,
  options: ({ netcat110 }) =>
    netcat110
      ? { short: 'lkp:s:w:nvz', unmodelled: ['-e', '-i', '-u', '-b', '-o'] }
      : { short: 'lp:w:', unmodelled: ['-e', '-i', '-f'] },
  *run(line, sys) {
    if (line.has('l')) return yield* listen(line, sys);
    const [host, port] = line.operands;
    if (host === undefined || port === undefined) return yield* line.showUsage();
    const number = /^\d+$/.test(port) ? Number(port) : servicePort(port);
    if (number === undefined) return yield* line.die(`bad port '${port}'`);
    return yield* connect(line, sys, host, number);
  },
};

function* connect(line: Line, sys: Sys, host: string, port: number): Call<number> {
  const place = yield* lookUp(sys, host, port);
  if (!place) return yield* line.die(`bad address '${host}'`);
  const timeout = secondsOf(line);
  const fd = yield* sys.connect(place, timeout === undefined ? {} : { timeout });
  const shown = `${place.address}:${place.port}`;
  if (isErrno(fd)) {
    if (!line.build.netcat110) {
      if (fd === 'ETIMEDOUT' && timeout !== undefined) return yield* line.die('timed out');
      return yield* line.die(
        `can't connect to remote host (${place.address}): ${errorText(sys, fd)}`,
      );
    }
    const verbosity = line.given.filter(({ key }) => key === 'v').length;
    const told = verbosity > 1 || (verbosity === 1 && fd !== 'ECONNREFUSED');
    if (told) yield* line.die(`${host} (${shown}): ${errorText(sys, fd)}`);
    return 1;
  }
  if (line.has('v')) yield* sys.write(2, `${host} (${shown}) open\n`);
  if (!line.has('z')) yield* exchange(line, sys, fd);
  sys.close(fd);
  return 0;
}

function secondsOf(line: Line): number | undefined {
  const text = line.value('w');
  return text === undefined ? undefined : Number(text) * SECOND;
}

/** The small nc goes on until the other side closes; the other one too, within `-w`. */
function exchange(line: Line, sys: Sys, fd: Fd): Call<void> {
  return pump(sys, fd, line.build.netcat110 ? secondsOf(line) : undefined);
}

function* listen(line: Line, sys: Sys): Call<number> {
  const port = Number(line.value('p') ?? line.operands.at(-1) ?? 0);
  const address = line.value('s') ?? '0.0.0.0';
  const listener = sys.listen({ address, port });
  if (isErrno(listener)) return yield* line.die(`bind: ${errorText(sys, listener)}`);
  const local = sys.socketNames(listener)?.local;
  if (line.has('v')) {
    yield* sys.write(2, `listening on ${address}:${local?.port ?? port} ...\n`);
  }
  sys.setPace('stream');
  do {
    const accepted = yield* sys.accept(listener);
    if (isErrno(accepted)) return yield* line.die(`accept: ${errorText(sys, accepted)}`);
    const { peer, fd } = accepted;
    if (line.has('v')) {
      const own = sys.socketNames(fd)?.local;
      const from = `${peer.address}:${peer.port} (${peer.address}:${peer.port})`;
      yield* sys.write(2, `connect to ${own?.address}:${port} from ${from}\n`);
    }
    yield* exchange(line, sys, fd);
    sys.close(fd);
  } while (line.has('k'));
  return 0;
}
