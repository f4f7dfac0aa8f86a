import { isErrno, strerror } from '../../host/errno.ts';
import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonSys, Fd } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';
import { execute, type Server } from './commands.ts';
import { VERSION } from './info.ts';
import { keyspace } from './keyspace.ts';
import { takeCommand, writeReply } from './resp.ts';

/** redis-server: one listener, commands in the order in which they come. */
export const server: DaemonCode = {
  *on(message, sys) {
    if (message.type === 'start') return yield* start(sys);
    if (message.type === 'signal') return yield* stop(sys, message.signal);
    if (message.type !== 'socket') return undefined;
    if (message.event === 'accepted' && message.acceptedFd !== undefined) {
      sys.remember(`client/${message.acceptedFd}`, '');
    } else if (message.event === 'data') {
      yield* take(sys, message.fd, message.payload);
    } else if (['end', 'reset', 'failed'].includes(message.event)) leave(sys, message.fd);
    return undefined;
  },
};

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const MAX_BUFFER = 1_000_000;

/** The first process of a container is number 1 there. */
function pidOf(sys: DaemonSys): number {
  const first = sys.processes()[0]?.pid === sys.pid;
  return sys.sandbox !== 'host' && first ? 1 : sys.pid;
}

/** `1:M 25 Nov 2026 09:00:00.000 * text`. */
function* say(sys: DaemonSys, role: 'C' | 'M' | 'signal-handler', text: string): Call<void> {
  const c = civil(sys.now);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${two(c.day)} ${MONTHS[c.month - 1]} ${c.year}`;
  const millis = String(Math.floor(c.micros / 1000)).padStart(3, '0');
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${millis}`;
  yield* sys.write(1, `${pidOf(sys)}:${role} ${day} ${time} ${text}\n`);
}

function* start(sys: DaemonSys): Call<number | undefined> {
  const words = sys.argv.slice(1);
  if (words[0] === '--version' || words[0] === '-v') {
    yield* sys.write(1, `Redis server v=${VERSION} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64\n`);
    return 0;
  }
  const unknown = words.find((word, at) => !isPort(words, at) && !isQuietOption(words, at) && word);
  if (unknown !== undefined) {
    yield* sys.write(2, `redis-server: ${unknown} is not modelled here\n`);
    return 1;
  }
  const port = Number(words[words.indexOf('--port') + 1] ?? 6379) || 6379;
  yield* say(sys, 'C', '* oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  const about = `bits=64, commit=00000000, modified=0, pid=${pidOf(sys)}, just started`;
  yield* say(sys, 'C', `* Redis version=${VERSION}, ${about}`);
  const none =
    '# Warning: no config file specified, using the default config. In order to specify a ' +
    'config file use redis-server /path/to/redis.conf';
  yield* say(sys, 'C', words.length === 0 ? none : '* Configuration loaded');
  yield* say(sys, 'M', '* monotonic clock: POSIX clock_gettime');
  const fd = sys.listen({ address: '0.0.0.0', port });
  if (isErrno(fd)) {
    yield* say(
      sys,
      'M',
      `# Warning: Could not create server TCP listening socket *:${port}: bind: ${strerror(fd)}`,
    );
    yield* say(sys, 'M', '# Failed listening on port ' + `${port} (tcp), aborting.`);
    return 1;
  }
  sys.remember('started', sys.now);
  yield* say(sys, 'M', `* Running mode=standalone, port=${port}.`);
  yield* say(sys, 'M', '* Server initialized');
  yield* say(sys, 'M', '* Ready to accept connections tcp');
  return undefined;
}

const isPort = (words: readonly string[], at: number) =>
  words[at] === '--port' || words[at - 1] === '--port';

/** Settings that change nothing here: where to listen, what to keep on disk. */
const QUIET = new Set([
  '--bind',
  '--protected-mode',
  '--save',
  '--appendonly',
  '--loglevel',
  '--dir',
]);

const isQuietOption = (words: readonly string[], at: number) =>
  QUIET.has(words[at] ?? '') || QUIET.has(words[at - 1] ?? '');

function* stop(sys: DaemonSys, signal: string): Call<number | undefined> {
  if (signal !== 'TERM' && signal !== 'INT') return undefined;
  const got = signal === 'TERM' ? 'SIGTERM' : 'SIGINT';
  yield* say(sys, 'signal-handler', `Received ${got} scheduling shutdown...`);
  yield* say(sys, 'M', '* User requested shutdown...');
  yield* say(sys, 'M', '# Redis is now ready to exit, bye bye...');
  return 0;
}

function leave(sys: DaemonSys, fd: Fd): void {
  if (sys.memory(`client/${fd}`) === undefined) return;
  sys.remember(`client/${fd}`, undefined);
  sys.close(fd);
}

function* take(sys: DaemonSys, fd: Fd, payload: string): Call<void> {
  const before = sys.memory<string>(`client/${fd}`);
  if (before === undefined) return;
  let buffer = (before + payload).slice(0, MAX_BUFFER);
  for (;;) {
    const found = takeCommand(buffer);
    if (found === undefined) break;
    if ('error' in found) {
      yield* sys.write(fd, writeReply(found));
      return leave(sys, fd);
    }
    buffer = found.rest;
    if (found.value.length === 0) continue;
    yield* sys.write(fd, writeReply(execute(found.value, serverOf(sys))));
    if (found.value[0]?.toLowerCase() === 'quit') return leave(sys, fd);
  }
  sys.remember(`client/${fd}`, buffer);
}

function serverOf(sys: DaemonSys): Server {
  return {
    keys: keyspace(sys),
    now: sys.now,
    started: sys.memory<number>('started') ?? sys.now,
    clients: sys.memories('client/').length,
    pid: pidOf(sys),
  };
}
