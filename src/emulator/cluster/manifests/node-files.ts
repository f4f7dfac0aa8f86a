import type { Topology } from '../topology.ts';

/**
 * A kubeconfig as kubeadm writes it. Certificates are not modelled: where their data would be, the
 * subject stands.
 */
export function kubeconfig({ machines }: Topology, user: string, group?: string): string {
  const server = machines.find(({ role }) => role === 'control-plane')?.address ?? '';
  const subject = `CN=${user}${group ? `,O=${group}` : ''}`;
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: CN=kubernetes
    server: https://${server}:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${subject}
    client-key-data: ${subject}
`;
}

/** The kubelet's configuration as kubeadm writes it into /var/lib/kubelet/config.yaml. */
export function kubeletConfig({ clusterDomain, dnsAddress }: Topology): string {
  return `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- ${dnsAddress}
clusterDomain: ${clusterDomain}
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
healthzBindAddress: 127.0.0.1
healthzPort: 10248
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
`;
}
