// The objects in the cluster behind coredns.jsonl, as an API server tells them to a watch.
import type { ApiServer } from '../../../src/emulator/apiserver/request.ts';
import type { Json, World } from '../../../src/emulator/world/index.ts';

/** topologies/coredns-cluster.json. */
export interface Recorded {
  readonly namespaces: { readonly [name: string]: { readonly [label: string]: string } };
  readonly services: readonly {
    readonly ns: string;
    readonly name: string;
    readonly labels: Json;
    readonly type: string;
    readonly clusterIPs?: readonly string[];
    readonly externalName?: string;
    readonly ports?: Json;
    readonly 'status.loadBalancer'?: Json;
  }[];
  readonly endpointslices: readonly {
    readonly ns: string;
    readonly service: string;
    readonly addressType: string;
    readonly ports: Json;
    readonly endpoints: readonly {
      readonly addresses: readonly string[];
      readonly ready: boolean;
      readonly hostname: string | null;
      readonly pod: string | null;
    }[];
  }[];
  readonly pods: readonly {
    readonly ns: string;
    readonly name: string;
    readonly ips: readonly string[];
    readonly ready: boolean;
  }[];
}

/** An API server that knows these objects, and only shows them. */
export function apiOf(recorded: Recorded, world: World, refuse: boolean): ApiServer {
  const lists = objectsOf(recorded);
  let last = 0;
  return {
    handle: () => ({ status: 404, headers: {}, body: null }),
    bookmark: () => undefined,
    bookmarkDue: () => undefined,
    unwatch: () => undefined,
    authenticate: () => undefined,
    watch({ url }, _user, deliverTo) {
      if (refuse) return { ok: false, response: { status: 401, headers: {}, body: null } };
      const resource = /\/(\w+)\?/.exec(url)?.[1] ?? '';
      const watch = (last += 1);
      const send = (type: string, object: Json) =>
        world.queue.send(deliverTo, { type: 'watch', watch, event: { type, object } }, 200);
      for (const object of lists[resource] ?? []) send('ADDED', object);
      send('BOOKMARK', { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } });
      return { ok: true, watch };
    },
  } as ApiServer;
}

function objectsOf(recorded: Recorded): { readonly [resource: string]: readonly Json[] } {
  return {
    namespaces: Object.entries(recorded.namespaces).map(([name, labels]) => ({
      metadata: { name, labels },
    })),
    services: recorded.services.map((each) => ({
      metadata: { namespace: each.ns, name: each.name, labels: each.labels ?? {} },
      spec: {
        type: each.type,
        ...(each.clusterIPs && {
          clusterIPs: [...each.clusterIPs],
          clusterIP: each.clusterIPs[0] ?? '',
        }),
        ...(each.externalName !== undefined && { externalName: each.externalName }),
        ports: each.ports ?? [],
      },
      status: { loadBalancer: each['status.loadBalancer'] ?? {} },
    })),
    endpointslices: recorded.endpointslices.map((each, index) => ({
      metadata: {
        namespace: each.ns,
        name: `${each.service}-${String(index).padStart(3, '0')}`,
        labels: { 'kubernetes.io/service-name': each.service },
      },
      addressType: each.addressType,
      ports: each.ports,
      endpoints: each.endpoints.map(({ addresses, ready, hostname, pod }) => ({
        addresses: [...addresses],
        conditions: { ready },
        ...(hostname !== null && { hostname }),
        ...(pod !== null && { targetRef: { kind: 'Pod', name: pod, namespace: each.ns } }),
      })),
    })),
    pods: recorded.pods.map(({ ns, name, ips }) => ({
      metadata: { namespace: ns, name },
      status: { podIP: ips[0] ?? '', podIPs: ips.map((ip) => ({ ip })), phase: 'Running' },
    })),
  } as unknown as { readonly [resource: string]: readonly Json[] };
}
