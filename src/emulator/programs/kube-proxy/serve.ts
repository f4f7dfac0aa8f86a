import type { DaemonSys, Fd, Syscall } from '../../host/syscalls.ts';
import { categorize } from '../../proxy/topology.ts';
import { allServicePorts, endpointsByPort } from '../../proxy/services.ts';
import { track } from '../../proxy/track.ts';
import { httpDate } from '../../host/http/date.ts';
import { rfc3339Micro } from '../../world/index.ts';
import { printMetrics } from './metrics/print.ts';
import { recordProbe } from './metrics/record.ts';
import { remembered, type ProxyState } from './state.ts';

/** What a listening socket is for: its name, or `health/<namespace>/<service>`. */
export function wantedServers(sys: DaemonSys, state: ProxyState): ReadonlyMap<string, string> {
  const { config } = state;
  const wanted = new Map<string, string>();
  // Without an address there is no server.
  if (config.healthzBindAddress !== '') wanted.set('healthz', config.healthzBindAddress);
  if (config.metricsBindAddress !== '') wanted.set('metrics', config.metricsBindAddress);
  const { services, slices } = remembered(sys);
  for (const port of track(config, 'IPv4', config.nodeName, services, slices).ports) {
    if (port.healthCheckNodePort === 0) continue;
    wanted.set(`health/${port.namespace}/${port.service}`, `0.0.0.0:${port.healthCheckNodePort}`);
  }
  return wanted;
}

/** Opens and closes listeners, so that they are the wanted ones. */
export function adjustServers(sys: DaemonSys, state: ProxyState): ProxyState {
  const wanted = wantedServers(sys, state);
  const servers: Record<string, string> = {};
  const open = new Set<string>();
  for (const [fd, name] of Object.entries(state.servers)) {
    if (wanted.has(name)) {
      servers[fd] = name;
      open.add(name);
    } else sys.close(Number(fd));
  }
  for (const [name, address] of wanted) {
    if (open.has(name)) continue;
    const colon = address.lastIndexOf(':');
    const fd = sys.listen({
      address: address.slice(0, colon),
      port: Number(address.slice(colon + 1)),
    });
    if (typeof fd === 'number') servers[fd] = name;
  }
  return { ...state, servers };
}

/** Answers one request that came in on a connection, and closes it. */
export function* answer(
  sys: DaemonSys,
  state: ProxyState,
  fd: Fd,
  server: string,
  request: string,
): Generator<Syscall, void, unknown> {
  const path = /^[A-Z]+ (\S+)/.exec(request)?.[1]?.split('?')[0] ?? '/';
  const { status, type, body } = respond(sys, state, server, path);
  const head = [
    `HTTP/1.1 ${status}`,
    `Content-Type: ${type}`,
    ...(type.includes('version=') ? [] : ['X-Content-Type-Options: nosniff']),
    `Date: ${httpDate(sys.now)}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  yield* sys.write(fd, `${head.join('\r\n')}\r\n\r\n${body}`);
  sys.close(fd);
}

const NOT_FOUND = {
  status: '404 Not Found',
  type: 'text/plain; charset=utf-8',
  body: '404 page not found\n',
};

function respond(sys: DaemonSys, state: ProxyState, server: string, path: string) {
  if (server === 'metrics') return metricsServer(sys, state, path);
  if (server !== 'healthz')
    return health(sys, state, server.split('/')[1] as string, server.split('/')[2] as string);
  if (path !== '/healthz' && path !== '/livez') return NOT_FOUND;
  recordProbe(sys, path === '/healthz' ? 'healthz' : 'livez', '200');
  const now = rfc3339Micro(sys.now);
  const each = `{"lastUpdated":"${rfc3339Micro(state.lastSync)}","healthy":true}`;
  // Only load balancers' probes ask whether the node may have traffic.
  const eligible = path === '/healthz' ? '"nodeEligible":true,' : '';
  const body =
    `{"lastUpdated":"${now}","currentTime":"${now}",${eligible}"healthy":true,` +
    `"status":{"IPv4":${each},"IPv6":${each}}}`;
  return { status: '200 OK', type: 'application/json', body };
}

/** What is served beside the metrics (upstream's serveMetrics of cmd/kube-proxy). */
function metricsServer(sys: DaemonSys, state: ProxyState, path: string) {
  const plain = 'text/plain; charset=utf-8';
  const text = (body: string, type = plain) => ({ status: '200 OK', type, body });
  switch (path) {
    case '/proxyMode':
      return text(state.config.mode);
    case '/healthz':
    case '/healthz/ping':
      return text('ok');
    case '/metrics':
      return text(
        printMetrics(sys, state),
        'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
      );
    case '/configz':
    case '/metrics/slis': {
      const body = `${path} is not modelled\n`;
      return { status: '501 Not Implemented', type: plain, body };
    }
    default:
      return NOT_FOUND;
  }
}

/** The answer on a healthCheckNodePort: 200 while this node has an endpoint of the Service. */
function health(sys: DaemonSys, state: ProxyState, namespace: string, service: string) {
  const { services, slices } = remembered(sys);
  const own = allServicePorts(services, 'IPv4').filter(
    (port) => port.namespace === namespace && port.service === service,
  );
  const endpoints = endpointsByPort(slices, 'IPv4', state.config.nodeName);
  const node = { name: state.config.nodeName, labels: state.labels };
  const addresses = new Set(
    own.flatMap((port) =>
      categorize(endpoints.get(port.key) ?? [], port, node).local.map((each) => each.address),
    ),
  );
  const body =
    `{\n\t"service": {\n\t\t"namespace": "${namespace}",\n\t\t"name": "${service}"\n\t},\n` +
    `\t"localEndpoints": ${addresses.size},\n\t"serviceProxyHealthy": true\n}`;
  const status = addresses.size > 0 ? '200 OK' : '503 Service Unavailable';
  return { status, type: 'application/json', body };
}
