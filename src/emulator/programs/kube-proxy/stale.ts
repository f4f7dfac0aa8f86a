import type { DaemonSys } from '../../host/syscalls.ts';
import type { ProxyEndpoint, ServicePort } from '../../proxy/services.ts';
import type { Json } from '../../world/json.ts';

/** A conntrack entry, as far as it matters here. */
interface Flow {
  readonly original: {
    readonly protocol: string;
    readonly destination: string;
    readonly destinationPort: number;
  };
  readonly reply: { readonly source: string; readonly sourcePort: number };
}

/**
 * UDP flows keep going to an endpoint that is gone, because each packet renews their entry; so
 * kube-proxy removes them (upstream pkg/proxy/conntrack/cleanup.go). Gives how many there were.
 */
export function forgetStale(
  sys: DaemonSys,
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
): number {
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const port of ports) {
    if (port.protocol !== 'udp') continue;
    const serving = (endpoints.get(port.key) ?? []).filter((each) => each.serving);
    const texts = new Set(serving.map((each) => each.text));
    // Without endpoints there is nothing better to send to; the entry times out by itself.
    if (texts.size === 0) continue;
    for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs]) {
      wanted.set(`${address}:${port.port}`, texts);
    }
    if (port.nodePort !== 0) wanted.set(`:${port.nodePort}`, texts);
  }
  if (wanted.size === 0) return 0;
  const stale = (entry: Json) => {
    const { original, reply } = entry as unknown as Flow;
    if (original.protocol !== 'udp') return false;
    const to = `${original.destination}:${original.destinationPort}`;
    const texts = wanted.get(to) ?? wanted.get(`:${original.destinationPort}`);
    return texts !== undefined && !texts.has(`${reply.source}:${reply.sourcePort}`);
  };
  return sys.network.conntrack().some(stale) ? sys.network.flushConntrack(stale) : 0;
}
