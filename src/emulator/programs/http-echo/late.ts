import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { writeMessage } from '../../host/http/message.ts';
import { answerHttp, listenHttp, takeRequests } from '../../host/http/server.ts';
import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { civil } from '../../world/time.ts';

const VERSION = '1.0.0';

/** http-echo of HashiCorp 1.0.0: answers every request with one text. */
const daemon: DaemonCode = {
  *on(message, sys) {
    if (message.type === 'start') return yield* start(sys);
    if (message.type === 'signal') return 0;
    if (message.type !== 'socket') return undefined;
    for (const request of takeRequests(sys, message)) {
      const text = flag(sys, 'text') ?? sys.env['ECHO_TEXT'] ?? '';
      const body = request.target === '/health' ? '{"status":"ok"}' : `${text}\n`;
      const status = Number(flag(sys, 'status-code') ?? 200);
      const answer = writeMessage(
        `HTTP/1.1 ${status} ${status === 200 ? 'OK' : ''}`.trim(),
        [
          ['X-App-Name', 'http-echo'],
          ['X-App-Version', VERSION],
          ['Date', httpDate(sys.now)],
          ['Content-Length', String(byteLength(body))],
          ['Content-Type', 'text/plain; charset=utf-8'],
        ],
        request.method === 'HEAD' ? '' : body,
      );
      yield* answerHttp(sys, request, answer);
      const { peer, method, target, version, head } = request;
      const agent = head.fields.find(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? '';
      const line = `${peer.address}:${peer.port} "${method} ${target} ${version}" ${status}`;
      const host = head.fields.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
      const date = goDate(sys);
      yield* sys.write(1, `${date} ${host} ${line} ${byteLength(body)} "${agent}" 0s\n`);
    }
    return undefined;
  },
};

export default daemon;

const two = (n: number) => String(n).padStart(2, '0');

/** `2026/11/25 09:00:00`: the date of Go's log package. */
function goDate(sys: DaemonSys): string {
  const c = civil(sys.now);
  const day = `${c.year}/${two(c.month)}/${two(c.day)}`;
  return `${day} ${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

function flag(sys: DaemonSys, name: string): string | undefined {
  const index = sys.argv.findIndex((word) => new RegExp(`^--?${name}(=|$)`).test(word));
  if (index < 0) return undefined;
  const word = sys.argv[index] as string;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : sys.argv[index + 1];
}

function* start(sys: DaemonSys): Call<number | undefined> {
  if (sys.argv.some((word) => /^--?version$/.test(word))) {
    yield* sys.write(2, `http-echo v${VERSION}\n`);
    return 0;
  }
  if ((flag(sys, 'text') ?? sys.env['ECHO_TEXT']) === undefined) {
    yield* sys.write(2, 'Missing -text option!\n');
    return 127;
  }
  const listen = flag(sys, 'listen') ?? ':5678';
  const [, address = '', port = '5678'] = /^(.*):(\d+)$/.exec(listen) ?? [];
  const own = address === 'localhost' ? '127.0.0.1' : address || '*';
  const fd = listenHttp(sys, { address: own, port: Number(port) });
  if (isErrno(fd)) {
    const text = `listen tcp ${listen}: bind: address already in use`;
    yield* sys.write(2, `${goDate(sys)} [ERR] Error starting server: ${text}\n`);
    return 1;
  }
  yield* sys.write(1, `${goDate(sys)} [INFO] server is listening on ${listen}\n`);
  return undefined;
}
