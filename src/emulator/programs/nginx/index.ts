import { isErrno } from '../../host/errno.ts';
import { httpDate, logDate } from '../../host/http/date.ts';
import { byteLength } from '../../network/bytes.ts';
import { fieldOf, writeMessage } from '../../host/http/message.ts';
import { answerHttp, listenHttp, takeRequests, type HttpRequest } from '../../host/http/server.ts';
import type { Call, Daemon, DaemonSys } from '../../host/syscalls.ts';
import { readServers, type NginxServer } from './config.ts';

const VERSION = 'nginx/1.27.5';

/** nginx: serves files of `root` and `return`s, as its configuration says. */
const daemon: Daemon = {
  name: 'nginx',
  paths: ['/usr/sbin/nginx'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return start(sys);
      case 'socket':
        for (const request of takeRequests(sys, message)) yield* answer(sys, request);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

function start(sys: DaemonSys): number | undefined {
  const config = readServers(sys.files);
  if ('error' in config) {
    sys.log(`nginx: [emerg] ${config.error}`);
    return 1;
  }
  const ports = [
    ...new Set(config.servers.map(({ listen }) => `${listen.address}:${listen.port}`)),
  ];
  for (const each of ports) {
    const [address = '0.0.0.0', port = '80'] = each.split(':');
    const fd = listenHttp(sys, { address, port: Number(port) });
    if (isErrno(fd)) {
      sys.log(`nginx: [emerg] bind() to ${each} failed (98: Address already in use)`);
      return 1;
    }
  }
  sys.log('/docker-entrypoint.sh: Configuration complete; ready for start up');
  return undefined;
}

function* answer(sys: DaemonSys, request: HttpRequest): Call<void> {
  const config = readServers(sys.files);
  const servers = 'error' in config ? [] : config.servers;
  const { head, method, target, port, keepAlive, peer } = request;
  const found = respond(sys, servers, port, fieldOf(head, 'host') ?? '', target);
  const size = byteLength(found.body);
  const fields = Object.entries({
    Server: VERSION,
    Date: httpDate(sys.now),
    'Content-Type': found.type,
    'Content-Length': String(size),
    ...(found.location && { Location: found.location }),
    Connection: keepAlive ? 'keep-alive' : 'close',
    ...found.headers,
  });
  const body = method === 'HEAD' ? '' : found.body;
  yield* answerHttp(sys, request, writeMessage(`HTTP/1.1 ${found.status}`, fields, body));
  const agent = fieldOf(head, 'user-agent') ?? '-';
  const line = `"${head.first}" ${found.status.slice(0, 3)} ${size} "-" "${agent}" "-"`;
  yield* sys.write(1, `${peer.address} - - [${logDate(sys.now)}] ${line}\n`);
}

interface Answer {
  readonly status: string;
  readonly type: string;
  readonly body: string;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Temporarily Unavailable',
};

function page(code: number): Answer {
  const title = `${code} ${reasons[code] ?? ''}`.trim();
  const body =
    `<html>\r\n<head><title>${title}` +
    `</title></head>\r\n<body>\r\n<center><h1>${title}` +
    `</h1></center>\r\n<hr><center>${VERSION}` +
    '</center>\r\n</body>\r\n</html>\r\n';
  return { status: title, type: 'text/html', body };
}

function respond(
  sys: DaemonSys,
  servers: readonly NginxServer[],
  port: number,
  host: string,
  target: string,
): Answer {
  const own = servers.filter(({ listen }) => listen.port === port);
  const server = own.find(({ names }) => names.includes(host.split(':')[0] ?? '')) ?? own[0];
  if (!server) return page(404);
  const path = (target.split('?')[0] ?? '/').replaceAll(/\/+/g, '/');
  const location = server.locations
    .filter((each) => (each.exact ? each.path === path : path.startsWith(each.path)))
    .toSorted((a, b) => Number(b.exact) - Number(a.exact) || b.path.length - a.path.length)[0];
  const given = location?.return ?? server.return;
  if (given) {
    if (given.code >= 300 && given.code < 400) return { ...page(given.code), location: given.text };
    if (given.text === '') return page(given.code);
    return {
      status: `${given.code} ${reasons[given.code] ?? ''}`.trim(),
      type: 'text/plain',
      body: given.text.replaceAll('$hostname', sys.hostname),
    };
  }
  return file(sys, location?.root ?? server.root, path);
}

function file(sys: DaemonSys, root: string, path: string): Answer {
  const full = `${root}${path}`;
  const stat = sys.files.stat(full);
  if (!isErrno(stat) && stat.type === 'directory') {
    const index = sys.files.read(`${full.replace(/\/$/, '')}/index.html`);
    return isErrno(index) ? page(403) : ok('text/html', index.text);
  }
  const found = sys.files.read(full);
  if (isErrno(found)) return page(404);
  const type = {
    html: 'text/html',
    txt: 'text/plain',
    json: 'application/json',
    css: 'text/css',
    js: 'application/javascript',
  }[full.split('.').at(-1) ?? ''];
  return ok(type ?? 'application/octet-stream', found.text);
}

function ok(type: string, body: string): Answer {
  return { status: '200 OK', type, body, headers: { 'Accept-Ranges': 'bytes' } };
}
