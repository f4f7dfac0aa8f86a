import { isErrno } from '../../host/errno.ts';
import { httpDate, readMessage, writeResponse } from '../../host/http/request.ts';
import type { Call, Daemon, DaemonSys } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';
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
        if (message.event === 'accepted' && message.acceptedFd !== undefined) {
          sys.remember(`peer/${message.acceptedFd}`, { address: message.peer.address, port: sys.memory<number>(`port/${message.fd}`) ?? 80 });
        } else if (message.event === 'data') yield* request(sys, message.fd, message.payload);
        else if (message.event === 'end' || message.event === 'reset') {
          sys.remember(`peer/${message.fd}`, undefined);
          sys.close(message.fd);
        }
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
  const ports = [...new Set(config.servers.map(({ listen }) => `${listen.address}:${listen.port}`))];
  for (const each of ports) {
    const [address = '0.0.0.0', port = '80'] = each.split(':');
    const fd = sys.listen({ address, port: Number(port) });
    if (isErrno(fd)) {
      sys.log(`nginx: [emerg] bind() to ${each} failed (98: Address already in use)`);
      return 1;
    }
    sys.remember(`port/${fd}`, Number(port));
  }
  sys.log('/docker-entrypoint.sh: Configuration complete; ready for start up');
  return undefined;
}

function* request(sys: DaemonSys, fd: number, payload: string): Call<void> {
  const buffer = (sys.memory<string>(`buffer/${fd}`) ?? '') + payload;
  const message = readMessage(buffer);
  if (!message?.complete) {
    sys.remember(`buffer/${fd}`, buffer.slice(0, 100_000));
    return;
  }
  sys.remember(`buffer/${fd}`, undefined);
  const peer = sys.memory<{ address: string; port: number }>(`peer/${fd}`) ?? { address: '-', port: 80 };
  const [method = 'GET', target = '/'] = message.first.split(' ');
  const config = readServers(sys.files);
  const servers = 'error' in config ? [] : config.servers;
  const answer = respond(sys, servers, peer.port, message.headers['host'] ?? '', target);
  const keep = message.headers['connection'] !== 'close';
  const headers = {
    Server: VERSION,
    Date: httpDate(sys.now),
    'Content-Type': answer.type,
    'Content-Length': String(new TextEncoder().encode(answer.body).length),
    ...(answer.location && { Location: answer.location }),
    Connection: keep ? 'keep-alive' : 'close',
    ...answer.headers,
  };
  yield* sys.write(fd, writeResponse(answer.status, headers, method === 'HEAD' ? '' : answer.body));
  if (!keep) sys.close(fd);
  const agent = message.headers['user-agent'] ?? '-';
  yield* sys.write(1, `${peer.address} - - [${clock(sys.now)}] "${message.first}" ${answer.status.slice(0, 3)} ${headers['Content-Length']} "-" "${agent}" "-"\n`);
}

function clock(at: number): string {
  const c = civil(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][c.month - 1];
  return `${two(c.day)}/${month}/${c.year}:${two(c.hour)}:${two(c.minute)}:${two(c.second)} +0000`;
}

interface Answer {
  readonly status: string;
  readonly type: string;
  readonly body: string;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const reasons: Readonly<Record<number, string>> = { 200: 'OK', 301: 'Moved Permanently', 302: 'Moved Temporarily', 403: 'Forbidden', 404: 'Not Found', 500: 'Internal Server Error', 503: 'Service Temporarily Unavailable' };

function page(code: number): Answer {
  const title = `${code} ${reasons[code] ?? ''}`.trim();
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${VERSION}</center>\r\n</body>\r\n</html>\r\n`;
  return { status: title, type: 'text/html', body };
}

function respond(sys: DaemonSys, servers: readonly NginxServer[], port: number, host: string, target: string): Answer {
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
    return { status: `${given.code} ${reasons[given.code] ?? ''}`.trim(), type: 'text/plain', body: given.text.replaceAll('$hostname', sys.hostname) };
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
  const type = { html: 'text/html', txt: 'text/plain', json: 'application/json', css: 'text/css', js: 'application/javascript' }[full.split('.').at(-1) ?? ''];
  return ok(type ?? 'application/octet-stream', found.text);
}

function ok(type: string, body: string): Answer {
  return { status: '200 OK', type, body, headers: { 'Accept-Ranges': 'bytes' } };
}
