import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { byteLength } from '../../network/bytes.ts';
import { writeMessage } from '../../host/http/message.ts';
import { answerHttp, listenHttp, takeRequests } from '../../host/http/server.ts';
import type { Daemon, DaemonSys } from '../../host/syscalls.ts';

/** http-echo of HashiCorp: answers every request with one text. */
const daemon: Daemon = {
  name: 'http-echo',
  paths: ['/http-echo'],
  *on(message, sys) {
    if (message.type === 'start') return start(sys);
    if (message.type === 'signal') return 0;
    if (message.type !== 'socket') return undefined;
    for (const request of takeRequests(sys, message)) {
      const body = `${flag(sys, 'text') ?? ''}\n`;
      const size = byteLength(body);
      const fields = [
        ['X-App-Name', 'http-echo'],
        ['X-App-Version', '1.0.0'],
        ['Date', httpDate(sys.now)],
        ['Content-Length', String(size)],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ] as const;
      yield* answerHttp(sys, request, writeMessage('HTTP/1.1 200 OK', fields, body));
      yield* sys.write(1, `${httpDate(sys.now)} ${request.head.first} 200 ${size}\n`);
    }
    return undefined;
  },
};

export default daemon;

function flag(sys: DaemonSys, name: string): string | undefined {
  const word = sys.argv.findIndex((each) => each === `-${name}` || each.startsWith(`-${name}=`));
  if (word < 0) return undefined;
  const text = sys.argv[word] as string;
  return text.includes('=') ? text.slice(text.indexOf('=') + 1) : sys.argv[word + 1];
}

function start(sys: DaemonSys): number | undefined {
  if (flag(sys, 'text') === undefined) {
    sys.log('Missing -text option!');
    return 127;
  }
  const [, address = '', port = '5678'] = /^(.*):(\d+)$/.exec(flag(sys, 'listen') ?? ':5678') ?? [];
  const fd = listenHttp(sys, { address: address || '0.0.0.0', port: Number(port) });
  if (isErrno(fd)) {
    sys.log(
      `[ERR] Error starting server: listen tcp ${address}:${port}: bind: address already in use`,
    );
    return 1;
  }
  sys.log(`[INFO] server is listening on ${address}:${port}`);
  return undefined;
}
