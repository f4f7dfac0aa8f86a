import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { writeMessage } from '../../host/http/message.ts';
import { answerHttp, listenHttp, takeRequests, type HttpRequest } from '../../host/http/server.ts';
import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';

/** whoami: answers every request with the request and with its own addresses. */
const daemon: DaemonCode = {
  *on(message, sys) {
    if (message.type === 'start') return yield* start(sys);
    if (message.type === 'signal') return 0;
    if (message.type !== 'socket') return undefined;
    for (const request of takeRequests(sys, message)) {
      const { body, type } = answerOf(sys, request);
      const text = writeMessage(
        'HTTP/1.1 200 OK',
        [
          ['Date', httpDate(sys.now)],
          ['Content-Length', String(byteLength(body))],
          ...(body === '' ? [] : [['Content-Type', type] as const]),
        ],
        request.method === 'HEAD' ? '' : body,
      );
      yield* answerHttp(sys, request, text);
    }
    return undefined;
  },
};

export default daemon;

const plain = 'text/plain; charset=utf-8';

function answerOf(sys: DaemonSys, request: HttpRequest): { body: string; type: string } {
  const path = request.target.replace(/\?.*$/s, '');
  if (path === '/health') return { body: '', type: plain };
  const { head, method, target, version, peer } = request;
  const host = head.fields.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  // Go keeps Host apart and writes the other fields sorted by their names.
  const fields = head.fields
    .filter(([name]) => name.toLowerCase() !== 'host')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (path === '/api') {
    const headers = Object.fromEntries(fields.map(([name, value]) => [name, [value]]));
    const ip = addresses(sys);
    const about = { hostname: sys.hostname, ip, headers, url: target, host, method };
    return { body: `${JSON.stringify(about)}\n`, type: 'application/json' };
  }
  const lines = [
    ...(flag(sys, 'name') === undefined ? [] : [`Name: ${flag(sys, 'name')}`]),
    `Hostname: ${sys.hostname}`,
    ...addresses(sys).map((each) => `IP: ${each}`),
    `RemoteAddr: ${peer.address}:${peer.port}`,
  ];
  const shown = [`Host: ${host}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  const wire = [`${method} ${target} ${version}`, ...shown, '', ''].join('\r\n');
  return { body: `${lines.join('\n')}\n${wire}`, type: plain };
}

function addresses(sys: DaemonSys): string[] {
  return sys.network.links().flatMap((link) => link.addresses.map(({ address }) => address));
}

function flag(sys: DaemonSys, name: string): string | undefined {
  const index = sys.argv.findIndex((word) => new RegExp(`^--?${name}(=|$)`).test(word));
  const word = sys.argv[index];
  if (word === undefined) return undefined;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : sys.argv[index + 1];
}

function* start(sys: DaemonSys): Call<number | undefined> {
  const port = flag(sys, 'port') ?? sys.env['WHOAMI_PORT_NUMBER'] ?? '80';
  const fd = listenHttp(sys, { address: '*', port: Number(port) });
  if (isErrno(fd)) {
    yield* sys.write(2, `listen tcp :${port}: bind: address already in use\n`);
    return 1;
  }
  yield* sys.write(1, `Starting up on port ${port}\n`);
  return undefined;
}
