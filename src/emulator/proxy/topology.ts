import type { ProxyEndpoint, ProxyNode, ServicePort } from './services.ts';
import { usesClusterEndpoints, usesLocalEndpoints } from './services.ts';

/** What a node does with the endpoints of one service port. */
export interface Categorized {
  /** For traffic under the policy `Cluster`. */
  readonly cluster: readonly ProxyEndpoint[];
  /** For traffic under the policy `Local`. */
  readonly local: readonly ProxyEndpoint[];
  /** Both together. */
  readonly reachable: readonly ProxyEndpoint[];
  /** Whether any node has a usable endpoint. */
  readonly hasAny: boolean;
}

const ZONE = 'topology.kubernetes.io/zone';

/** Sorts endpoints by traffic policy, readiness and hints (upstream pkg/proxy/topology.go). */
export function categorize(
  endpoints: readonly ProxyEndpoint[],
  port: ServicePort,
  node: ProxyNode,
): Categorized {
  const mode = usesClusterEndpoints(port) ? topologyMode(endpoints, node) : undefined;
  const fallback = (each: ProxyEndpoint) => each.serving && each.terminating;
  let cluster: readonly ProxyEndpoint[] = [];
  let useTerminating = false;
  if (usesClusterEndpoints(port)) {
    cluster = endpoints.filter((each) => each.ready && isNear(each, mode, node));
    if (cluster.length === 0) {
      cluster = endpoints.filter(fallback);
      useTerminating = cluster.length > 0;
    }
  }
  if (!usesLocalEndpoints(port)) {
    return { cluster, local: [], reachable: cluster, hasAny: cluster.length > 0 };
  }
  const usable = endpoints.filter((each) => each.ready || fallback(each));
  const hasAny = cluster.length > 0 || usable.length > 0;
  let local: readonly ProxyEndpoint[] = endpoints.filter((each) => each.local && each.ready);
  if (local.length === 0) {
    local = endpoints.filter((each) => each.local && fallback(each));
    useTerminating ||= local.length > 0;
  }
  if (!usesClusterEndpoints(port)) return { cluster, local, reachable: local, hasAny };
  // Without hints and without terminating ones the cluster's endpoints include the local ones.
  if (mode === undefined && !useTerminating) return { cluster, local, reachable: cluster, hasAny };
  const merged = new Map([...cluster, ...local].map((each) => [each.text, each]));
  const reachable = [...merged.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
  return { cluster, local, reachable, hasAny };
}

/** Hints count only if every ready endpoint has one and one of them is for this node or zone. */
function topologyMode(
  endpoints: readonly ProxyEndpoint[],
  node: ProxyNode,
): 'node' | 'zone' | undefined {
  const ready = endpoints.filter((each) => each.ready);
  // Hardly any endpoint has hints.
  if (!ready.some(({ nodeHints, zoneHints }) => nodeHints.length + zoneHints.length > 0)) {
    return undefined;
  }
  const hinted = (hints: (each: ProxyEndpoint) => readonly string[], own: string | undefined) =>
    own !== undefined &&
    own !== '' &&
    ready.every((each) => hints(each).length > 0) &&
    ready.some((each) => hints(each).includes(own));
  if (!node.ignoresNodeHints && hinted((each) => each.nodeHints, node.name)) return 'node';
  return hinted((each) => each.zoneHints, node.labels[ZONE]) ? 'zone' : undefined;
}

function isNear(
  endpoint: ProxyEndpoint,
  mode: 'node' | 'zone' | undefined,
  node: ProxyNode,
): boolean {
  if (mode === 'node') return endpoint.nodeHints.includes(node.name);
  if (mode === 'zone') return endpoint.zoneHints.includes(node.labels[ZONE] ?? '');
  return true;
}
