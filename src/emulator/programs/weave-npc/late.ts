import type { ApiObject } from '../../apimachinery/object.ts';
import { sha512 } from '../../apimachinery/sha512.ts';
import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { SetRecord } from '../../network/netfilter/ipset/types.ts';
import type { NetworkPolicyObject } from '../../policy/kinds/networkpolicy.ts';
import { SECOND } from '../../world/time.ts';
import { createApi, urlOf } from '../component.ts';
import { planNpc, type NpcPod, type NpcPlan } from './plan.ts';
import { loadRules } from './rules.ts';

const WATCHED = ['pods', 'namespaces', 'networkpolicies.networking.k8s.io'] as const;

/** Weave's network policy controller. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        sys.log(`INFO: Starting Weaveworks NPC 2.8.1; node name "${sys.hostname}"`);
        yield* start(sys);
        return undefined;
      case 'timer':
        if (message.name === 'start') yield* start(sys);
        else yield* sync(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK') sys.setTimer('sync', 20_000);
        return undefined;
      case 'watch-ended':
        sys.setTimer('start', 1 * SECOND);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

function* start(sys: DaemonSys): Call<void> {
  for (const resource of WATCHED) {
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url });
    if (typeof fd !== 'number') return sys.setTimer('start', 1 * SECOND);
  }
  sys.setTimer('sync', 20_000);
}

interface Pod extends ApiObject {
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly containers: readonly {
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol?: string;
      }[];
    }[];
  };
  readonly status?: { readonly podIP?: string; readonly phase?: string };
}

/** Sets and rules of the node as the policies want them. */
function* sync(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'weave-npc', undefined);
  const pods = yield* api.list<Pod>('pods');
  const namespaces = yield* api.list<ApiObject>('namespaces');
  const policies = yield* api.list<ApiObject & NetworkPolicyObject>(WATCHED[2]);
  const known = pods.flatMap((pod): NpcPod[] => {
    const ip = pod.status?.podIP;
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (!ip || pod.spec.hostNetwork || over) return [];
    return [
      {
        namespace: pod.metadata.namespace ?? '',
        name: pod.metadata.name,
        labels: pod.metadata.labels ?? {},
        addresses: [ip],
        ports: pod.spec.containers.flatMap(({ ports = [] }) =>
          ports.map(({ name, containerPort, protocol = 'TCP' }) => ({
            ...(name ? { name } : {}),
            port: containerPort,
            protocol,
          })),
        ),
      },
    ];
  });
  const plan = planNpc(known, namespaces, policies);
  loadSets(sys, plan);
  loadRules(sys.network, plan);
  // Chains that somebody flushed come back.
  sys.setTimer('sync', 30 * SECOND);
}

/** Name of a set: short, as the kernel wants it. */
export const setName = (what: string) => `weave-${sha512(what).slice(0, 25)}`;

function loadSets(sys: DaemonSys, plan: NpcPlan): void {
  const before = sys.network.sets();
  const after = new Map<string, SetRecord>(
    [...before].filter(([name]) => !name.startsWith('weave-') || plan.sets.has(name)),
  );
  let order = Math.max(0, ...[...before.values()].map((set) => set.order));
  let changed = after.size !== before.size;
  for (const [name, members] of plan.sets) {
    const known = before.get(name);
    const same = known?.entries.map(({ text }) => text).join() === members.join();
    if (known && same) continue;
    changed = true;
    const initval = sys.chance.integer(`ipset/${name}`, 2 ** 32);
    const options = { family: 'inet', hashsize: 1024, maxelem: 65_536, initval } as const;
    const record = known ?? { name, type: 'hash:ip', order: (order += 1), options, entries: [] };
    after.set(name, { ...record, entries: members.map((text) => ({ text })) });
  }
  if (changed) sys.network.setSets(after);
}
