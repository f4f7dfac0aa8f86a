import { readYaml } from '../../apimachinery/yaml-text.ts';
import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { flagOf } from '../component.ts';

/** What is taken from the kubelet's configuration file; other fields are not modelled. */
export interface KubeletConfig {
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  readonly staticPodPath: string;
}

/** The configuration, read when first asked for: a change counts from the next start. */
export function kubeletConfig(sys: DaemonSys): KubeletConfig {
  const known = sys.memory<Json>('config');
  if (known !== undefined) return known as unknown as KubeletConfig;
  const found = sys.files.read(flagOf(sys.argv, 'config') ?? '/var/lib/kubelet/config.yaml');
  const file = isErrno(found) ? {} : (readYaml(found.text) as Partial<KubeletConfig> | null);
  const config: KubeletConfig = {
    clusterDNS: file?.clusterDNS ?? [],
    clusterDomain: file?.clusterDomain ?? '',
    staticPodPath: file?.staticPodPath ?? '/etc/kubernetes/manifests',
  };
  sys.remember('config', config as unknown as Json);
  return config;
}
