import type { Topology } from '../topology.ts';

/** Manifests of the control plane as kubeadm writes them into /etc/kubernetes/manifests. */
export function staticPods(
  { version, podCidr, serviceCidr }: Topology,
  address: string,
): Record<string, string> {
  return {
    'etcd.yaml': pod(
      'etcd',
      'registry.k8s.io/etcd:3.6.6-0',
      [
        'etcd',
        `--advertise-client-urls=https://${address}:2379`,
        '--data-dir=/var/lib/etcd',
        `--listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
      ],
      '100m',
      { httpGet: '127.0.0.1', port: 2381, path: '/readyz' },
    ),
    'kube-apiserver.yaml': pod(
      'kube-apiserver',
      `registry.k8s.io/kube-apiserver:${version}`,
      [
        'kube-apiserver',
        `--advertise-address=${address}`,
        '--allow-privileged=true',
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--etcd-servers=https://127.0.0.1:2379',
        '--secure-port=6443',
        `--service-cluster-ip-range=${serviceCidr}`,
      ],
      '250m',
    ),
    'kube-controller-manager.yaml': pod(
      'kube-controller-manager',
      `registry.k8s.io/kube-controller-manager:${version}`,
      [
        'kube-controller-manager',
        '--allocate-node-cidrs=true',
        '--bind-address=127.0.0.1',
        `--cluster-cidr=${podCidr}`,
        '--kubeconfig=/etc/kubernetes/controller-manager.conf',
        '--leader-elect=true',
        `--service-cluster-ip-range=${serviceCidr}`,
      ],
      '200m',
      undefined,
      '/etc/kubernetes/controller-manager.conf',
    ),
    'kube-scheduler.yaml': pod(
      'kube-scheduler',
      `registry.k8s.io/kube-scheduler:${version}`,
      [
        'kube-scheduler',
        '--bind-address=127.0.0.1',
        '--kubeconfig=/etc/kubernetes/scheduler.conf',
        '--leader-elect=true',
      ],
      '100m',
      undefined,
      '/etc/kubernetes/scheduler.conf',
    ),
  };
}

function pod(
  name: string,
  image: string,
  command: readonly string[],
  cpu: string,
  _probe?: object,
  config?: string,
): string {
  const mount = config
    ? `
    volumeMounts:
    - mountPath: ${config}
      name: kubeconfig
      readOnly: true`
    : '';
  const volume = config
    ? `
  volumes:
  - hostPath:
      path: ${config}
      type: FileOrCreate
    name: kubeconfig`
    : '';
  return `apiVersion: v1
kind: Pod
metadata:
  labels:
    component: ${name}
    tier: control-plane
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - command:
${command.map((word) => `    - ${word}`).join('\n')}
    image: ${image}
    imagePullPolicy: IfNotPresent
    name: ${name}
    resources:
      requests:
        cpu: ${cpu}${mount}
  hostNetwork: true
  priorityClassName: system-node-critical
  securityContext:
    seccompProfile:
      type: RuntimeDefault${volume}
`;
}
