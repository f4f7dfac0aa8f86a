import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { writeMessage } from '../../host/http/message.ts';
import {
  answerHttp as answer,
  listenHttp,
  takeRequests,
  type HttpRequest,
} from '../../host/http/server.ts';
import { reasons } from '../../host/http/reasons.ts';
import type { Call, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import { plugins } from './catalog.ts';
import { isSynced } from './informers.ts';
import type { ServerConfig } from './plugin.ts';

/**
 * Opens the HTTP endpoints of all plugins; each address and port once. Gives the error of a bind.
 */
export function openEndpoints(
  sys: DaemonSys,
  servers: readonly ServerConfig[],
): string | undefined {
  for (const { plugins: own } of servers) {
    for (const { name, config } of own) {
      for (const { address, port } of plugins.get(name)?.endpoints?.(config) ?? []) {
        const known = `endpoint/${address}:${port}`;
        if (sys.memory(known) || port === 0) continue;
        const fd = listenHttp(sys, { address, port });
        if (isErrno(fd)) return `plugin/${name}: listen tcp :${port}: bind: address already in use`;
        sys.remember(known, name);
        sys.remember(`role/${port}`, name);
      }
    }
  }
  return undefined;
}

/** Requests to the endpoints that a socket message completed. */
export function httpRequests(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): readonly HttpRequest[] {
  return takeRequests(sys, message);
}

/** Answers a request as Go's server does: its headers, and 404 for what no plugin knows. */
export function* answerHttp(sys: DaemonSys, request: HttpRequest): Call<void> {
  const role = sys.memory<string>(`role/${request.port}`) ?? '';
  const path = request.target.split('?')[0] ?? '/';
  const state = { synced: isSynced(sys), metrics: metricsText(sys) };
  const found = plugins.get(role)?.answer?.(path, state);
  const { status, body, type } = found ?? {
    status: 404,
    body: '404 page not found\n',
    type: undefined,
  };
  if (role === 'ready' && status === 503) {
    yield* sys.write(1, `[INFO] plugin/ready: Plugins not ready: "${body}"\n`);
  }
  const fields = [
    ...(found ? [] : [['X-Content-Type-Options', 'nosniff'] as const]),
    ['Date', httpDate(sys.now)],
    ['Content-Length', String(body.length)],
    ['Content-Type', type ?? 'text/plain; charset=utf-8'],
    ...(request.keepAlive ? [] : [['Connection', 'close'] as const]),
  ] as const;
  const ordered = found
    ? fields
    : [
        ['Content-Type', 'text/plain; charset=utf-8'] as const,
        ['X-Content-Type-Options', 'nosniff'] as const,
        ['Date', httpDate(sys.now)] as const,
        ['Content-Length', String(body.length)] as const,
      ];
  yield* answer(
    sys,
    request,
    writeMessage(
      `HTTP/1.1 ${status} ${reasons[status] ?? ''}`,
      ordered,
      request.method === 'HEAD' ? '' : body,
    ),
  );
}

/** Counters in the text format of Prometheus: how many questions, and what came of them. */
function metricsText(sys: DaemonSys): string {
  const lines = [
    "# HELP coredns_build_info A metric with a constant '1' value " +
      'labeled by version, revision, and goversion from which ' +
      'CoreDNS was built.',
    '# TYPE coredns_build_info gauge',
    'coredns_build_info{goversion="go1.26.2",revision="dd1df4f",version="1.14.2"} 1',
    '# HELP coredns_dns_requests_total Counter of DNS requests made per zone, protocol and family.',
    '# TYPE coredns_dns_requests_total counter',
  ];
  const counts = (prefix: string) => sys.memories(`count/${prefix}`);
  for (const [name, value] of counts('requests/')) {
    const [, , zone = '.', type = ''] = name.split('/');
    lines.push(
      'coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",type="' +
        `${type}",view="",zone="${zone}"} ${Number(value)}`,
    );
  }
  lines.push(
    '# HELP coredns_dns_responses_total Counter of response status codes.',
    '# TYPE coredns_dns_responses_total counter',
  );
  for (const [name, value] of counts('responses/')) {
    const [, , zone = '.', rcode = ''] = name.split('/');
    lines.push(
      `coredns_dns_responses_total{plugin="",rcode="${rcode}` +
        `",server="dns://:53",view="",zone="${zone}"} ${Number(value)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
