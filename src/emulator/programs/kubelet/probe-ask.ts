import { getaddrinfo } from '../../host/resolver/getaddrinfo.ts';
import { isErrno } from '../../host/errno.ts';
import { get } from '../../host/http/probe.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container, Probe } from '../../resources/pod-template/shapes.ts';
import { SECOND } from '../../world/time.ts';
import type { PodRecord } from './records.ts';

/** Asks a container's probe: undefined where all is well, else what the event says. */
export function* ask(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
  probe: Probe,
): Call<string | undefined> {
  const timeout = (probe.timeoutSeconds ?? 1) * SECOND;
  const ip = record.ip ?? '';
  if (probe.httpGet) return yield* askHttp(sys, ip, container, probe.httpGet, timeout);
  if (probe.tcpSocket) {
    const { host, port } = probe.tcpSocket;
    const address = yield* numeric(sys, host || ip);
    return yield* askTcp(sys, address, portOf(container, port), timeout);
  }
  if (probe.exec) {
    const id = record.containers[container.name]?.id ?? '';
    return yield* askCommand(sys, id, probe.exec.command, timeout);
  }
  return 'grpc probes are not modelled here';
}

/** The address behind a name that a probe gives as its host. */
function* numeric(sys: DaemonSys, host: string): Call<string> {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return host;
  const found = yield* getaddrinfo(sys, host, 'v4');
  return found.ok ? (found.addresses[0] ?? host) : host;
}

function portOf({ ports }: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  return ports?.find(({ name }) => name === port)?.containerPort ?? 0;
}

function* askHttp(
  sys: DaemonSys,
  ip: string,
  container: Container,
  { host, path = '/', port, httpHeaders = [], scheme }: NonNullable<Probe['httpGet']>,
  timeout: number,
): Call<string | undefined> {
  const address = host || ip;
  const number = portOf(container, port);
  const whole = path.startsWith('/') ? path : `/${path}`;
  const url = `${(scheme ?? 'HTTP').toLowerCase()}://${address}:${number}${whole}`;
  const headers = httpHeaders;
  const reached = yield* numeric(sys, address);
  const reply = yield* get(sys, { address: reached, port: number, path: whole, headers, timeout });
  if (typeof reply === 'string') return `Get "${url}": ${reply}`;
  const good = reply.status >= 200 && reply.status < 400;
  return good ? undefined : `HTTP probe failed with statuscode: ${reply.status}`;
}

const dialErrors: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'i/o timeout',
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
};

function* askTcp(
  sys: DaemonSys,
  address: string,
  port: number,
  timeout: number,
): Call<string | undefined> {
  const fd = yield* sys.connect({ address, port }, { timeout });
  if (isErrno(fd)) return `dial tcp ${address}:${port}: ${dialErrors[fd] ?? `connect: ${fd}`}`;
  sys.close(fd);
  return undefined;
}

function* askCommand(
  sys: DaemonSys,
  sandbox: string,
  command: readonly string[],
  timeout: number,
): Call<string | undefined> {
  const until = sys.now + timeout;
  const { read, write } = sys.pipe();
  const fds = { 0: 'null', 1: write, 2: write } as const;
  const pid = sys.spawn(command, { sandbox, fds, background: true });
  sys.close(write);
  if (isErrno(pid)) {
    sys.close(read);
    const name = command[0] ?? '';
    return (
      'rpc error: code = Unknown desc = failed to exec in container: failed to start exec: ' +
      `OCI runtime exec failed: exec failed: unable to start container process: exec: "${name}": ` +
      'executable file not found in $PATH'
    );
  }
  let output = '';
  for (;;) {
    const piece = sys.now < until ? yield* sys.read(read, until - sys.now) : 'EAGAIN';
    if (piece === 'EAGAIN') {
      sys.kill(pid, 'KILL');
      sys.close(read);
      const words = command.join(' ');
      return `command timed out: "${words}" timed out after ${timeout / SECOND}s`;
    }
    if (piece === null || isErrno(piece)) break;
    output += piece;
  }
  sys.close(read);
  const status = yield* sys.wait(pid);
  return 'exited' in status && status.exited === 0 ? undefined : output.trim();
}
