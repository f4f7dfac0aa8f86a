import type { ApiObject } from '../../apimachinery/object.ts';
import type { InstallationPool } from '../../manifests/tigera-operator/render.ts';
import { contains, parseCidr } from '../../policy/cidr.ts';

/** What is read of an Installation. */
export interface Installation extends ApiObject {
  readonly spec?: {
    readonly calicoNetwork?: {
      readonly bgp?: 'Enabled' | 'Disabled';
      readonly ipPools?: readonly Partial<InstallationPool>[];
      readonly [field: string]: unknown;
    };
    readonly [field: string]: unknown;
  };
}

/** What is wanted, with all defaults; or why it cannot be had. */
export type Wanted =
  | { readonly pool: InstallationPool; readonly bgp: boolean; readonly spec: object }
  | { readonly error: string };

/** An Installation with its defaults, held against the range that kubeadm was told. */
export function wantedOf({ spec = {} }: Installation, podSubnet: string | undefined): Wanted {
  const { calicoNetwork = {} } = spec;
  const { ipPools, bgp = 'Enabled' } = calicoNetwork;
  if ((ipPools ?? []).length > 1) {
    return { error: 'Only one IPPool is allowed for each IP version. 2 IPv4 pools were specified' };
  }
  const given = ipPools?.[0] ?? {};
  const pool: InstallationPool = {
    cidr: given.cidr ?? podSubnet ?? '192.168.0.0/16',
    blockSize: given.blockSize ?? 26,
    encapsulation: given.encapsulation ?? 'IPIP',
    natOutgoing: given.natOutgoing ?? 'Enabled',
    nodeSelector: given.nodeSelector ?? 'all()',
  };
  const why = 'Could not resolve CalicoNetwork IPPool and kubeadm configuration: ';
  if (podSubnet !== undefined && !within(pool.cidr, podSubnet)) {
    const outside = "is not within the platform's configured pod network CIDR(s)";
    return { error: `${why}IPPool ${pool.cidr} ${outside} [${podSubnet}]` };
  }
  if (bgp === 'Disabled' && /^IPIP/.test(pool.encapsulation)) {
    const what = `IP pool encapsulation: ${pool.encapsulation}`;
    return { error: `${what} requires calicoNetwork.bgp: Enabled` };
  }
  const filled = {
    cni: { ipam: { type: 'Calico' }, type: 'Calico' },
    controlPlaneReplicas: 2,
    flexVolumePath: '/usr/libexec/kubernetes/kubelet-plugins/volume/exec/',
    kubeletVolumePluginPath: '/var/lib/kubelet',
    nodeUpdateStrategy: { rollingUpdate: { maxUnavailable: 1 }, type: 'RollingUpdate' },
    nonPrivileged: 'Disabled',
    variant: 'Calico',
    ...spec,
    calicoNetwork: {
      bgp: 'Enabled',
      hostPorts: 'Enabled',
      linuxDataplane: 'Iptables',
      multiInterfaceMode: 'None',
      nodeAddressAutodetectionV4: { firstFound: true },
      ...calicoNetwork,
      ipPools: [{ disableBGPExport: false, ...pool }],
    },
  };
  return { pool, bgp: bgp === 'Enabled', spec: filled };
}

function within(inner: string, outer: string): boolean {
  const [one, other] = [parseCidr(inner), parseCidr(outer)];
  return Boolean(one && other && one.prefix >= other.prefix && contains(other, one));
}

/** How many of Typha there are for so many nodes (`typhaAutoscaler`). */
export function typhasFor(nodes: number): number {
  if (nodes <= 2) return 1;
  if (nodes <= 4) return 2;
  return Math.min(20, Math.max(3, Math.ceil(nodes / 200) + 2));
}
