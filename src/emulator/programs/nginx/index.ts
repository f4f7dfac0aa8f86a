import { isErrno } from '../../host/errno.ts';
import { httpDate, logDate } from '../../host/http/date.ts';
import { fieldOf, writeMessage } from '../../host/http/message.ts';
import { answerHttp, listenHttp, takeRequests, type HttpRequest } from '../../host/http/server.ts';
import type { Call, Daemon, DaemonSys } from '../../host/syscalls.ts';
import { speaksTls, spokePlain, takeTls } from '../../host/tls/server.ts';
import { byteLength } from '../../network/bytes.ts';
import { civil } from '../../world/time.ts';
import { commandLine } from './command-line.ts';
import { CONFIG_PATH, readConfig, type Listen, type Server } from './config.ts';
import { errorPage, reasons, respond, type Answer } from './respond.ts';
import { certificateProblem, secureSide } from './secure.ts';
import { serverFor, serversOn } from './servers.ts';

/** nginx: serves files and `return`s, as its configuration says. */
const daemon: Daemon = {
  name: 'nginx',
  paths: ['/usr/sbin/nginx', '/docker-entrypoint.sh'],
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        return yield* start(sys);
      case 'socket': {
        const secure = speaksTls(sys, message.fd);
        const clear = secure ? yield* takeTls(sys, message, secureSide(sys, message)) : message;
        if (!clear) return undefined;
        for (const request of takeRequests(sys, clear)) yield* serve(sys, request);
        return undefined;
      }
      case 'signal':
        if (message.signal !== 'HUP') return 0;
        yield* reload(sys);
        return undefined;
      default:
        return undefined;
    }
  },
};

export default daemon;

const versionOf = (sys: DaemonSys) => `nginx/${sys.env['NGINX_VERSION'] ?? '1.22.1'}`;
const two = (n: number) => String(n).padStart(2, '0');

/** A line of the error log: `2026/11/25 09:00:00 [notice] 1#1: …`. */
function errorLine(sys: DaemonSys, level: string, text: string): string {
  const c = civil(sys.now);
  const date = `${c.year}/${two(c.month)}/${two(c.day)}`;
  return `${date} ${two(c.hour)}:${two(c.minute)}:${two(c.second)} [${level}] ${text}\n`;
}

/** The first process of a container is number 1 there. */
function pidOf(sys: DaemonSys): number {
  const first = sys.processes()[0]?.pid === sys.pid;
  return sys.sandbox !== 'host' && first ? 1 : sys.pid;
}

function notices(sys: DaemonSys, texts: readonly string[]): string {
  const pid = pidOf(sys);
  return texts.map((text) => errorLine(sys, 'notice', `${pid}#${pid}: ${text}`)).join('');
}

/** What the error log says of a start. */
function greeting(sys: DaemonSys): string {
  return notices(sys, [
    'using the "epoll" event method',
    versionOf(sys),
    'built by gcc 12.2.0 (Debian 12.2.0-14) ',
    'OS: Linux 6.1.0-44-amd64',
    'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
    'start worker processes',
    ...[29, 30].map((worker) => `start worker process ${worker}`),
  ]);
}

function* start(sys: DaemonSys): Call<number | undefined> {
  const command = commandLine(sys, versionOf(sys));
  if (command.said) yield* sys.write(command.fd ?? 2, command.said);
  if (command.exit !== undefined) return command.exit;
  if (command.run) return yield* runOther(sys, command.run);
  const path = command.path ?? CONFIG_PATH;
  const config = usable(sys, path);
  if (!config.ok) {
    const text = errorLine(sys, 'emerg', `${pidOf(sys)}#${pidOf(sys)}: ${config.error}`);
    yield* sys.write(2, `${text}nginx: [emerg] ${config.error}\n`);
    if (command.test) yield* sys.write(2, `nginx: configuration file ${path} test failed\n`);
    return 1;
  }
  if (command.test) {
    const ok = `nginx: the configuration file ${path} syntax is ok\n`;
    yield* sys.write(2, `${ok}nginx: configuration file ${path} test is successful\n`);
    return 0;
  }
  sys.remember('path', path);
  const failed = openAll(sys, config.servers);
  if (failed !== undefined) {
    yield* sys.write(2, `nginx: [emerg] ${failed}\n`);
    return 1;
  }
  sys.files.write('/run/nginx.pid', `${sys.pid}\n`);
  yield* sys.write(2, greeting(sys));
  return undefined;
}

/** The configuration, or what is wrong with it or with the certificates that it names. */
function usable(sys: DaemonSys, path: string): ReturnType<typeof readConfig> {
  const config = readConfig(sys.files, path);
  const error = config.ok ? certificateProblem(sys.files, config.servers, path) : undefined;
  return error === undefined ? config : { ok: false, error };
}

/** `docker run nginx sh`: the entry point becomes another command. */
function* runOther(sys: DaemonSys, argv: readonly string[]): Call<number> {
  yield* sys.exec(argv);
  yield* sys.write(2, `/docker-entrypoint.sh: 47: exec: ${argv[0]}: not found\n`);
  return 127;
}

/** How nginx names a place that it listens on. */
const nameOf = ({ address, port }: Pick<Listen, 'address' | 'port'>) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** Opens what is listened on and not open yet; the text is that of a failed bind(). */
function openAll(sys: DaemonSys, servers: readonly Server[]): string | undefined {
  const open = new Set(sys.memories('open/').map(([name]) => name.slice('open/'.length)));
  const all: readonly Listen[] = servers.flatMap(({ listens }) => listens);
  for (const { address, port } of all) {
    const name = nameOf({ address, port });
    if (open.has(name)) continue;
    const secure = all.some((each) => each.ssl && each.port === port && each.address === address);
    const fd = listenHttp(sys, { address, port }, secure);
    if (isErrno(fd)) {
      const why =
        fd === 'EADDRINUSE' ? '98: Address already in use' : '99: Cannot assign requested address';
      return `bind() to ${name} failed (${why})`;
    }
    open.add(name);
    sys.remember(`open/${name}`, fd);
  }
  return undefined;
}

function* reload(sys: DaemonSys): Call<void> {
  yield* sys.write(
    2,
    notices(sys, ['signal 1 (SIGHUP) received from 0, reconfiguring', 'reconfiguring']),
  );
  const config = usable(sys, sys.memory<string>('path') ?? CONFIG_PATH);
  if (!config.ok) {
    yield* sys.write(2, errorLine(sys, 'emerg', `${pidOf(sys)}#${pidOf(sys)}: ${config.error}`));
    return;
  }
  const wanted = new Set(config.servers.flatMap(({ listens }) => listens.map(nameOf)));
  for (const [name, fd] of sys.memories('open/')) {
    if (wanted.has(name.slice('open/'.length))) continue;
    sys.close(fd as number);
    sys.remember(name, undefined);
  }
  openAll(sys, config.servers);
  yield* sys.write(2, notices(sys, ['start worker processes']));
}

const PLAIN = 'The plain HTTP request was sent to HTTPS port';

function* serve(sys: DaemonSys, request: HttpRequest): Call<void> {
  const version = versionOf(sys);
  const config = readConfig(sys.files, sys.memory<string>('path') ?? CONFIG_PATH);
  const host = (fieldOf(request.head, 'host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const servers = config.ok ? serversOn(config.servers, request.port) : [];
  const server = serverFor(servers, host, request.port);
  const path = decodePath(request.target);
  const asked = { sys, request, path, version };
  const bad = request.version === 'HTTP/1.1' && fieldOf(request.head, 'host') === undefined;
  const plain = spokePlain(sys, request.fd);
  const answer = plain
    ? errorPage(asked, server?.settings ?? {}, 400, PLAIN)
    : !server || bad
      ? errorPage(asked, {}, 400)
      : respond(asked, server);
  yield* write(sys, plain ? { ...request, keepAlive: false } : request, answer, version);
  yield* log(sys, request, answer, server, host);
}

function decodePath(target: string): string {
  const path = (target.split('?')[0] ?? '/').replaceAll(/\/+/g, '/');
  return path.replaceAll(/%([0-9a-fA-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function* write(sys: DaemonSys, request: HttpRequest, answer: Answer, version: string): Call<void> {
  const { code, fields, body, settings } = answer;
  const order = (name: string) =>
    ['Content-Type', 'Content-Length', 'Last-Modified'].includes(name);
  const text = writeMessage(
    `HTTP/1.1 ${code} ${reasons[code] ?? ''}`.trim(),
    [
      ['Server', settings.serverTokens === false ? 'nginx' : version],
      ['Date', httpDate(sys.now)],
      ...fields.filter(([name]) => order(name)),
      ['Connection', request.keepAlive ? 'keep-alive' : 'close'],
      ...fields.filter(([name]) => !order(name)),
    ],
    request.method === 'HEAD' ? '' : body,
  );
  yield* answerHttp(sys, request, text);
}

function* log(
  sys: DaemonSys,
  request: HttpRequest,
  answer: Answer,
  server: Server | undefined,
  host: string,
): Call<void> {
  const { head, method, target, version, peer } = request;
  const first = `${method} ${target} ${version}`;
  if (answer.problem !== undefined) {
    const name = server?.names[0] ?? '';
    const about = `client: ${peer.address}, server: ${name}, request: "${first}", host: "${host}"`;
    const text = `29#29: *${request.fd} ${answer.problem}, ${about}`;
    yield* sys.write(2, errorLine(sys, 'error', text));
  }
  if (answer.settings.accessLog === false) return;
  const field = (name: string) => fieldOf(head, name) ?? '-';
  const size = method === 'HEAD' ? 0 : byteLength(answer.body);
  yield* sys.write(
    1,
    `${peer.address} - - [${logDate(sys.now)}] "${first}" ` +
      `${answer.code} ${size} "${field('referer')}" "` +
      `${field('user-agent')}" "${field('x-forwarded-for')}"\n`,
  );
}
