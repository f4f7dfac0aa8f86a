import { isErrno } from '../../host/errno.ts';
import { gaiText, getaddrinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import { httpDate } from '../../host/http/date.ts';
import { writeMessage } from '../../host/http/message.ts';
import { reasons } from '../../host/http/reasons.ts';
import { answerHttp, listenHttp, takeRequests, type HttpRequest } from '../../host/http/server.ts';
import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { SECOND } from '../../world/time.ts';
import { netexec, type Reply } from './http.ts';

/** agnhost: several small servers in one program; the first word says which. */
const daemon: DaemonCode = {
  *on(message, sys) {
    if (message.type === 'start') return yield* start(sys);
    if (message.type === 'signal') return 0;
    if (message.type !== 'socket') return undefined;
    if (message.event === 'datagram') answerDatagram(sys, message);
    else for (const request of takeRequests(sys, message)) yield* answer(sys, request);
    return undefined;
  },
};

export default daemon;

const commandOf = (sys: DaemonSys) => sys.argv[1] ?? 'pause';

function flag(sys: DaemonSys, name: string): string | undefined {
  const index = sys.argv.findIndex((word) => new RegExp(`^--?${name}(=|$)`).test(word));
  const word = sys.argv[index];
  if (word === undefined) return undefined;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : sys.argv[index + 1];
}

function* start(sys: DaemonSys): Call<number | undefined> {
  switch (commandOf(sys)) {
    case 'pause':
      yield* sys.write(1, 'Paused\n');
      return undefined;
    case 'netexec':
      return yield* startNetexec(sys);
    case 'serve-hostname':
      return yield* serve(sys, Number(flag(sys, 'port') ?? 9376));
    case 'connect':
      return yield* connect(sys);
    case '--version':
      yield* sys.write(1, 'agnhost version 2.53\n');
      return 0;
    default:
      yield* sys.write(2, `agnhost: ${commandOf(sys)} is not modelled here\n`);
      return 1;
  }
}

function* serve(sys: DaemonSys, port: number): Call<number | undefined> {
  const fd = listenHttp(sys, { address: '*', port });
  if (!isErrno(fd)) return undefined;
  yield* sys.write(2, `listen tcp :${port}: bind: address already in use\n`);
  return 1;
}

function* startNetexec(sys: DaemonSys): Call<number | undefined> {
  const port = Number(flag(sys, 'http-port') ?? 8080);
  const failed = yield* serve(sys, port);
  if (failed !== undefined) return failed;
  yield* sys.write(2, `Started HTTP server on port ${port}\n`);
  const udpPort = Number(flag(sys, 'udp-port') ?? 8081);
  if (udpPort < 0) return undefined;
  const udp = sys.openUdp({ address: '*', port: udpPort });
  if (!isErrno(udp)) yield* sys.write(2, `Started UDP server on port  ${udpPort}\n`);
  return undefined;
}

/** `agnhost connect HOST:PORT`: says in one word how connecting failed. */
function* connect(sys: DaemonSys): Call<number> {
  const target = sys.argv.find((word, index) => index > 1 && !word.startsWith('-')) ?? '';
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(target) ?? [];
  const found = yield* getaddrinfo(sys, host);
  const address = found.ok ? found.addresses.find(isIPv4) : undefined;
  const complain = function* (text: string): Call<number> {
    yield* sys.write(2, `${text}\n`);
    return 1;
  };
  if (address === undefined) {
    return yield* complain(`DNS: ${found.ok ? gaiText['no-data'] : gaiText[found.why]}`);
  }
  const seconds = Number.parseFloat(flag(sys, 'timeout') ?? '0');
  const timeout = seconds > 0 ? { timeout: seconds * SECOND } : {};
  const fd = yield* sys.connect({ address, port: Number(port) }, timeout);
  if (!isErrno(fd)) {
    sys.close(fd);
    return 0;
  }
  if (fd === 'ECONNREFUSED') return yield* complain('REFUSED');
  return yield* complain(fd === 'ETIMEDOUT' ? 'TIMEOUT' : 'OTHER: no route to host');
}

function* answer(sys: DaemonSys, request: HttpRequest): Call<void> {
  const plain: Reply = { status: 200, body: `${sys.hostname}` };
  const { status, body, location } = commandOf(sys) === 'netexec' ? netexec(sys, request) : plain;
  const text = writeMessage(
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`.trim(),
    [
      ...(location === undefined ? [] : [['Location', location] as const]),
      ['Date', httpDate(sys.now)],
      ['Content-Length', String(byteLength(body))],
      ...(body === '' ? [] : [['Content-Type', 'text/plain; charset=utf-8'] as const]),
    ],
    request.method === 'HEAD' ? '' : body,
  );
  yield* answerHttp(sys, request, text);
}

type Datagram = DaemonMessage & { readonly type: 'socket'; readonly event: 'datagram' };

/** `hostname`, `clientip` and `echo TEXT`, as words in a datagram. */
function answerDatagram(sys: DaemonSys, { fd, from, payload }: Datagram): void {
  const [word = '', ...rest] = payload.trim().split(' ');
  const replies: Readonly<Record<string, string>> = {
    hostname: sys.hostname,
    clientip: `${from.address}:${from.port}`,
    echo: rest.join(' '),
  };
  const text = replies[word.toLowerCase()];
  if (text !== undefined) sys.sendTo(fd, from, text);
}
