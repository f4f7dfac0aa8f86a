import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { fieldOf, writeChunked, writeMessage, type HttpField } from '../../host/http/message.ts';
import { reasons } from '../../host/http/reasons.ts';
import { answerHttp, closeHttp, takeRequests, type HttpRequest } from '../../host/http/server.ts';
import type { Call, Credentials, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import { identityOf, spokePlain, takeTls, tlsOf, writeTls } from '../../host/tls/server.ts';
import type { TlsServer } from '../../host/tls/server.ts';
import { isSignedBy, readCertificate, readCertificates } from '../../x509/certificate.ts';
import { byteLength } from '../../network/bytes.ts';
import type { Json } from '../../world/json.ts';
import { flagOf } from '../component.ts';

const PKI = '/etc/kubernetes/pki';
const PLAIN = 'Client sent an HTTP request to an HTTPS server.\n';

/** Takes what came on a connection: TLS first, then requests, each answered by the API. */
export function* serve(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
  port: number,
): Call<void> {
  if (message.event === 'end' || message.event === 'reset') forgetWatch(sys, message.fd);
  const clear = yield* takeTls(sys, message, secureSide(sys));
  if (!clear) return;
  for (const request of takeRequests(sys, clear)) {
    if (spokePlain(sys, request.fd)) {
      yield* sys.write(request.fd, `HTTP/1.0 400 Bad Request\r\n\r\n${PLAIN}`);
      closeHttp(sys, request.fd);
    } else yield* handle(sys, request, port);
  }
}

function secureSide(sys: DaemonSys): TlsServer {
  return {
    versions: ['TLSv1.3', 'TLSv1.2'],
    alpn: ['h2', 'http/1.1'],
    like: 'go',
    clients: 'request',
    identify() {
      const read = (flag: string, usual: string) => {
        const found = sys.files.read(flagOf(sys.argv, flag) ?? `${PKI}/${usual}`);
        return isErrno(found) ? '' : found.text;
      };
      const certificate = read('tls-cert-file', 'apiserver.crt');
      const found = identityOf(certificate, read('tls-private-key-file', 'apiserver.key'));
      return typeof found === 'string' ? undefined : found;
    },
  };
}

/** Who asks: by a token, by a certificate of the cluster's authority, or nobody known. */
function credentialsOf(sys: DaemonSys, { fd, head }: HttpRequest): Credentials {
  const token = /^Bearer (\S+)$/i.exec(fieldOf(head, 'authorization') ?? '')?.[1];
  if (token !== undefined) return { token };
  const der = tlsOf(sys, fd)?.client;
  const own = der && readCertificate(der);
  const file = sys.files.read(flagOf(sys.argv, 'client-ca-file') ?? `${PKI}/ca.crt`);
  const authority = isErrno(file) ? undefined : readCertificates(file.text)[0];
  const name = own?.subject.find(({ type }) => type === 'CN')?.text;
  if (!own || name === undefined || !isSignedBy(own, authority?.key)) return { anonymous: true };
  const groups = own.subject.filter(({ type }) => type === 'O').map(({ text }) => text);
  return { certificate: name, groups };
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

function* handle(sys: DaemonSys, request: HttpRequest, port: number): Call<void> {
  const method = methods.find((each) => each === request.method);
  const headers = Object.fromEntries(
    request.head.fields.map(([name, value]) => [name.toLowerCase(), value]),
  );
  const asked: ApiRequest = {
    method: method ?? 'GET',
    url: request.target,
    headers,
    ...(request.body !== '' && { body: request.body as Json }),
  };
  const user = credentialsOf(sys, request);
  const options = { server: { address: '127.0.0.1', port }, user };
  if (/[?&]watch=(true|1)\b/.test(request.target)) {
    const watch = yield* sys.watch(asked, options);
    if (typeof watch === 'number') return yield* beginWatch(sys, request, watch);
    if (typeof watch === 'object') yield* answer(sys, request, watch);
    return;
  }
  const response = yield* sys.api(asked, options);
  if (typeof response === 'object') yield* answer(sys, request, response);
}

/** Clients for people get their JSON in lines, others without spaces (negotiated's isPretty). */
function isPretty({ head, target }: HttpRequest): boolean {
  const asked = /[?&]pretty=(\w*)/.exec(target)?.[1];
  if (asked !== undefined) return asked !== 'false' && asked !== '0';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(fieldOf(head, 'user-agent') ?? '');
}

function* answer(sys: DaemonSys, request: HttpRequest, response: ApiResponse): Call<void> {
  const { body, headers, status, warnings = [] } = response;
  const text =
    typeof body === 'string'
      ? body
      : `${isPretty(request) ? JSON.stringify(body, undefined, 2) : JSON.stringify(body)}\n`;
  const shown = isPretty(request) && text.endsWith('\n') && typeof body !== 'string';
  const whole = shown ? text.slice(0, -1) : text;
  const fields = headFields(sys, headers['content-type'] ?? 'application/json', warnings);
  const message = writeMessage(
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`.trim(),
    [...fields, ['Content-Length', String(byteLength(whole))]],
    request.method === 'HEAD' ? '' : whole,
  );
  yield* answerHttp(sys, request, message);
}

function headFields(sys: DaemonSys, type: string, warnings: readonly string[]): HttpField[] {
  return [
    ['Audit-Id', sys.chance.uuid(`audit/${sys.now}`)],
    ['Cache-Control', 'no-cache, private'],
    ['Content-Type', type],
    ...warnings.map((text): HttpField => ['Warning', `299 - "${text}"`]),
    ['X-Kubernetes-Pf-Flowschema-Uid', sys.chance.uuid('flowschema')],
    ['X-Kubernetes-Pf-Prioritylevel-Uid', sys.chance.uuid('prioritylevel')],
    ['Date', httpDate(sys.now)],
  ];
}

const watchKey = (fd: number) => `watch/${fd}`;

function* beginWatch(sys: DaemonSys, request: HttpRequest, watch: number): Call<void> {
  sys.remember(watchKey(watch), request.fd);
  const fields = headFields(sys, 'application/json', []);
  const message = writeMessage('HTTP/1.1 200 OK', [...fields, ['Transfer-Encoding', 'chunked']]);
  yield* writeTls(sys, request.fd, message);
}

/** Hands an event of a watch on, a line of JSON in a chunk. */
export function* tellWatcher(
  sys: DaemonSys,
  message: Extract<DaemonMessage, { readonly type: 'watch' | 'watch-ended' }>,
): Call<void> {
  const fd = sys.memory<number>(watchKey(message.fd));
  if (fd === undefined) return;
  if (message.type === 'watch') {
    const line = `${JSON.stringify(message.event)}\n`;
    yield* writeTls(sys, fd, writeChunked(line).replace(/0\r\n\r\n$/, ''));
    return;
  }
  sys.remember(watchKey(message.fd), undefined);
  yield* writeTls(sys, fd, writeChunked(''));
}

/** A client that is gone needs no more events. */
function forgetWatch(sys: DaemonSys, fd: number): void {
  for (const [name, connection] of sys.memories('watch/')) {
    if (connection !== fd) continue;
    sys.close(Number(name.slice('watch/'.length)));
    sys.remember(name, undefined);
  }
}
