import type { ApiObject } from '../../apimachinery/object.ts';
import { DEFAULT_POOL } from '../../cni/calico/pools.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { rfc3339 } from '../../world/time.ts';
import { say } from './log.ts';
import { ANNOTATION, GROUP, type PoolObject, type Seen } from './shapes.ts';

type Mode = 'Always' | 'CrossSubnet' | 'Never';

/** Makes the first pool, unless there is one or the manifest says that none is wanted. */
export function* ensurePool(
  sys: DaemonSys,
  api: Api,
  pools: readonly PoolObject[],
): Call<readonly PoolObject[]> {
  if (pools.length > 0 || sys.env['NO_DEFAULT_POOLS'] === 'true') return pools;
  const cidr = sys.env['CALICO_IPV4POOL_CIDR'] ?? (yield* kubeadmCidr(api)) ?? '192.168.0.0/16';
  const mode = (name: string): Mode => (sys.env[name] as Mode | undefined) ?? 'Never';
  const pool = {
    apiVersion: `${GROUP}/v1`,
    kind: 'IPPool',
    metadata: { name: DEFAULT_POOL },
    spec: {
      allowedUses: ['Workload', 'Tunnel'],
      blockSize: Number(sys.env['CALICO_IPV4POOL_BLOCK_SIZE'] ?? 26),
      cidr,
      ipipMode: mode('CALICO_IPV4POOL_IPIP'),
      natOutgoing: sys.env['CALICO_IPV4POOL_NAT_OUTGOING'] !== 'false',
      nodeSelector: 'all()',
      vxlanMode: mode('CALICO_IPV4POOL_VXLAN'),
    },
  };
  const made = yield* api.create(`ippools.${GROUP}`, pool);
  if (made.status < 300) {
    say(sys, 'INFO', 'startup/startup.go 717', `Ensure default IPv4 pool is created: ${cidr}`);
  }
  return yield* api.list<PoolObject>(`ippools.${GROUP}`);
}

/** The pod network that kubeadm was told, which Calico takes over where nobody names another. */
function* kubeadmCidr(api: Api): Call<string | undefined> {
  const config = yield* api.get<ApiObject & { readonly data?: Readonly<Record<string, string>> }>(
    'configmaps',
    'kube-system',
    'kubeadm-config',
  );
  return /podSubnet: "?([^\s",]+)/.exec(config?.data?.['ClusterConfiguration'] ?? '')?.[1];
}

/** What is said of the whole cluster, once. */
export function* ensureCluster(sys: DaemonSys, api: Api, version: string): Call<void> {
  const singletons: readonly (readonly [plural: string, kind: string, spec: object])[] = [
    [
      'clusterinformations',
      'ClusterInformation',
      {
        calicoVersion: version,
        clusterGUID: sys.chance.hex('calico/guid', 32),
        clusterType: `${sys.env['CLUSTER_TYPE'] ?? 'k8s'},kubeadm,kdd`,
        datastoreReady: true,
      },
    ],
    [
      'felixconfigurations',
      'FelixConfiguration',
      {
        bpfLogLevel: '',
        floatingIPs: 'Disabled',
        logSeverityScreen: 'Info',
        reportingInterval: '0s',
      },
    ],
  ];
  for (const [plural, kind, spec] of singletons) {
    const resource = `${plural}.${GROUP}`;
    if (yield* api.get(resource, undefined, 'default')) continue;
    const metadata = { name: 'default' };
    yield* api.create(resource, { apiVersion: `${GROUP}/v1`, kind, metadata, spec });
  }
}

/** Tells the node's addresses to the others, and that its network is there. */
export function* tellNode(
  sys: DaemonSys,
  api: Api,
  { self, address, device }: Seen,
  tunnels: { readonly ipip?: string; readonly vxlan?: string; readonly mac?: string },
): Call<void> {
  const prefix = sys.network
    .links()
    .find(({ name }) => name === device)
    ?.addresses.find((own) => own.address === address)?.prefix;
  const wanted: Readonly<Record<string, string | null>> = {
    [ANNOTATION.address]: `${address}/${prefix ?? 24}`,
    [ANNOTATION.ipipTunnel]: tunnels.ipip ?? null,
    [ANNOTATION.vxlanTunnel]: tunnels.vxlan ?? null,
    [ANNOTATION.vxlanMac]: tunnels.mac ?? null,
  };
  const known = self.metadata.annotations ?? {};
  const annotations = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => (known[name] ?? null) !== value),
  );
  const conditions = (self.status as { readonly conditions?: readonly Condition[] } | undefined)
    ?.conditions;
  const up = conditions?.some(
    ({ type, status }) => type === 'NetworkUnavailable' && status === 'False',
  );
  if (up && Object.keys(annotations).length === 0) return;
  const now = rfc3339(sys.now);
  const condition = {
    type: 'NetworkUnavailable',
    status: 'False',
    reason: 'CalicoIsUp',
    message: 'Calico is running on this node',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  yield* api.request({
    method: 'PATCH',
    url: `/api/v1/nodes/${self.metadata.name}/status`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: {
      metadata: { annotations },
      ...(up ? {} : { status: { conditions: [condition] } }),
    } as never,
  });
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
