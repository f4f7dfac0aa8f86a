import { isErrno } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import { lookUp } from './address.ts';
import type { Applet, Line } from './applet.ts';
import { errorText } from './error-text.ts';

const usage =
  'ping [OPTIONS] HOST\n\n' +
  'Send ICMP ECHO_REQUESTs to HOST\n\n' +
  '\t-4,-6\t\tForce IP or IPv6 name resolution\n' +
  '\t-c CNT\t\tSend only CNT pings\n' +
  '\t-s SIZE\t\tSend SIZE data bytes in packets (default 56)\n' +
  '\t-i SECS\t\tInterval\n' +
  '\t-A\t\tPing as soon as reply is received\n' +
  '\t-t TTL\t\tSet TTL\n' +
  '\t-I IFACE/IP\tSource interface or IP address\n' +
  '\t-W SEC\t\tSeconds to wait for the first response (default 10)\n' +
  '\t\t\t(after all -c CNT packets are sent)\n' +
  '\t-w SEC\t\tSeconds until ping exits (default:infinite)\n' +
  '\t\t\t(can exit earlier with -c CNT)\n' +
  '\t-q\t\tQuiet, only display output at start/finish\n' +
  '\t-p HEXBYTE\tPayload pattern\n';

/** ping of busybox, IPv4. Errors that come by ICMP are passed over, as there. */
export const ping: Applet = {
  name: 'ping',
  usage: () => usage,
  options: () => ({ short: '4qc:s:i:t:W:w:', unmodelled: ['-6', '-A', '-I', '-p'] }),
  *run(line, sys) {
    const [host] = line.operands;
    if (host === undefined) return yield* line.showUsage();
    const place = yield* lookUp(sys, host, 0);
    if (!place) return yield* line.die(`bad address '${host}'`);
    const fd = sys.openIcmp();
    if (isErrno(fd)) return yield* line.die(`permission denied (are you root?)`);
    const size = Number(line.value('s') ?? 56);
    yield* sys.write(1, `PING ${host} (${place.address}): ${size} data bytes\n`);
    const state: State = { sys, line, fd, address: place.address, size, ...fresh() };
    sys.setPace('stream');
    sys.trap('INT', () => void (state.stopped = true));
    const failed = yield* loop(state);
    if (failed !== undefined) return yield* line.die(failed);
    yield* sys.write(1, statistics(state, host));
    return state.times.length > 0 ? 0 : 1;
  },
};

interface State {
  readonly sys: Sys;
  readonly line: Line;
  readonly fd: Fd;
  readonly address: string;
  readonly size: number;
  readonly sent: Map<number, number>;
  readonly times: number[];
  stopped: boolean;
}

const fresh = () => ({ sent: new Map<number, number>(), times: [], stopped: false });

/** Sends and takes; a text is what sendto() failed of. */
function* loop(state: State): Call<string | undefined> {
  const { sys, line, fd, sent, times, address, size } = state;
  const seconds = (key: string, usual: number) => Number(line.value(key) ?? usual) * SECOND;
  const count = Number(line.value('c') ?? 0) || Infinity;
  const interval = seconds('i', 1);
  const until = line.value('w') === undefined ? Infinity : sys.now + seconds('w', 0);
  let next = sys.now;
  while (!state.stopped && sys.now < until && times.length < count) {
    if (sent.size < count && sys.now >= next) {
      const sequence = sent.size;
      sent.set(sequence, sys.now);
      const ttl = line.value('t');
      const options = { sequence, size, ...(ttl !== undefined && { ttl: Number(ttl) }) };
      const failed = sys.echo(fd, address, options as Parameters<Sys['echo']>[2]);
      if (failed) return `sendto: ${errorText(sys, failed)}`;
      next = sys.now + (sent.size < count ? interval : lingerOf(state, seconds('W', 10)));
    } else if (sys.now >= next) break;
    const event = yield* sys.receive(fd, Math.max(1, Math.min(next, until) - sys.now));
    if (typeof event === 'string' || event.event !== 'icmp') continue;
    const at = sent.get(event.sequence ?? -1);
    if (event.kind !== 'echo-reply' || at === undefined) continue;
    times.push(sys.now - at);
    if (line.has('q')) continue;
    const about = `seq=${event.sequence} ttl=${event.ttl} time=${ms(sys.now - at)} ms`;
    yield* sys.write(1, `${event.size} bytes from ${event.from}: ${about}\n`);
  }
  return undefined;
}

/** After the last packet: twice the longest time, or `-W` while nothing has come. */
function lingerOf({ times }: State, patience: number): number {
  return times.length === 0 ? patience : Math.max(SECOND, 2 * Math.max(...times));
}

const ms = (micros: number) => (Math.floor(micros) / 1000).toFixed(3);

function statistics({ sent, times }: State, host: string): string {
  const loss = sent.size === 0 ? 0 : Math.floor(((sent.size - times.length) * 100) / sent.size);
  const head =
    `\n--- ${host} ping statistics ---\n${sent.size} packets transmitted, ` +
    `${times.length} packets received, ${loss}% packet loss\n`;
  if (times.length === 0) return head;
  const average = times.reduce((sum, each) => sum + each, 0) / times.length;
  const figures = [Math.min(...times), average, Math.max(...times)].map(ms).join('/');
  return `${head}round-trip min/avg/max = ${figures} ms\n`;
}
