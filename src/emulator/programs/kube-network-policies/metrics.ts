import { httpDate } from '../../host/http/date.ts';
import type { Call, DaemonSys, Fd, SocketEventWithFd } from '../../host/syscalls.ts';

const NAMESPACE = 'kube_network_policies';

/** Takes requests for `/metrics`. */
export function* serveMetrics(sys: DaemonSys, message: SocketEventWithFd): Call<void> {
  if (message.event === 'data') yield* answer(sys, message.fd, message.payload);
  else if (message.event === 'end' || message.event === 'reset') sys.close(message.fd);
}

function* answer(sys: DaemonSys, fd: Fd, request: string): Call<void> {
  const path = /^[A-Z]+ (\S+)/.exec(request)?.[1]?.split('?')[0] ?? '/';
  const found = path === '/metrics';
  const body = found ? metrics(sys) : '404 page not found\n';
  const type = found
    ? 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'
    : 'text/plain; charset=utf-8';
  const head = [
    `HTTP/1.1 ${found ? '200 OK' : '404 Not Found'}`,
    `Content-Type: ${type}`,
    ...(found ? [] : ['X-Content-Type-Options: nosniff']),
    `Date: ${httpDate(sys.now)}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  yield* sys.write(fd, `${head.join('\r\n')}\r\n\r\n${body}`);
  sys.close(fd);
}

function metrics(sys: DaemonSys): string {
  const rows = (sys.network.queueFile().match(/[^\n]+/g) ?? []).map((line) =>
    line.trim().split(/\s+/),
  );
  const gauge = (name: string, help: string, column: number) =>
    rows.length === 0
      ? ''
      : head(name, help, 'gauge') +
        rows.map((row) => `${NAMESPACE}_${name}{queue="${row[0]}"} ${row[column]}\n`).join('');
  const packets = sys.memories('packets/');
  const counted = packets.map(([key, value]) => {
    const [, protocol, family, verdict] = key.split('/');
    const labels = `family="${family}",protocol="${protocol}",verdict="${verdict}"`;
    return `${NAMESPACE}_packet_count{${labels}} ${String(value)}\n`;
  });
  return (
    gauge('nfqueue_packet_id', 'ID of the most recent packet queued.', 7) +
    gauge(
      'nfqueue_queue_dropped',
      'Number of packets that had to be dropped by the kernel because too many packets are ' +
        'already waiting for user space to send back the mandatory accept/drop verdicts',
      5,
    ) +
    gauge(
      'nfqueue_queue_total',
      'The number of packets currently queued and waiting to be processed by the application',
      2,
    ) +
    (counted.length > 0 ? head('packet_count', 'Number of packets', 'counter') : '') +
    counted.join('')
  );
}

const head = (name: string, help: string, type: string) =>
  `# HELP ${NAMESPACE}_${name} ${help}\n# TYPE ${NAMESPACE}_${name} ${type}\n`;
