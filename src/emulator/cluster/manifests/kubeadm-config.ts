import { rangesOf, type Topology } from '../topology.ts';
import type { Manifest } from './manifest.ts';

/** What `kubeadm init` was told, which network plugins read the pods' network from. */
export function kubeadmConfig(topology: Topology): Manifest {
  const { version, clusterDomain } = topology;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kubeadm-config', namespace: 'kube-system' },
    data: {
      ClusterConfiguration: `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking:
  dnsDomain: ${clusterDomain}
  podSubnet: ${rangesOf(topology, 'pod').join(',')}
  serviceSubnet: ${rangesOf(topology, 'service').join(',')}
proxy: {}
scheduler: {}
`,
    },
  };
}
