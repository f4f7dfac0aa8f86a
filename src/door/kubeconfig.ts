import type { Pair } from './certificates.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig for the administrator, with kubeadm's names in it. */
export function kubeconfigText(server: string, authority: string, client: Pair): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(authority)}
    server: ${server}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
preferences: {}
users:
- name: kubernetes-admin
  user:
    client-certificate-data: ${base64(client.certificate)}
    client-key-data: ${base64(client.key)}
`;
}
