import { bound } from '../../apiserver/bootstrap-policy/policy.ts';
import { ruleOf } from '../../apiserver/bootstrap-policy/lines.ts';
import type { Json } from '../../world/json.ts';
import type { Manifest } from './manifest.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';

/** A ClusterRole of these lines, and its binding to a service account. */
export function clusterAccess(
  name: string,
  account: string,
  lines: readonly string[],
  labels?: Readonly<Record<string, string>>,
): Manifest[] {
  const metadata = { name, ...(labels && { labels }) };
  const rules = lines.map(ruleOf) as unknown as Json;
  return [
    { apiVersion, kind: 'ClusterRole', metadata, rules },
    { ...clusterBinding(name, name, [`ServiceAccount ${account}`]), metadata },
  ];
}

function clusterBinding(name: string, role: string, subjects: readonly string[]): Manifest {
  const ends = bound('ClusterRole', role, subjects);
  return { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, ...ends };
}

function access(
  namespace: string,
  name: string,
  lines: readonly string[],
  subjects: readonly string[],
): Manifest[] {
  const metadata = { name, namespace };
  const rules = lines.map(ruleOf) as unknown as Json;
  return [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, ...bound('Role', name, subjects) },
  ];
}

const BOOTSTRAPPERS = 'Group system:bootstrappers:kubeadm:default-node-token';
const CSR = 'system:certificates.k8s.io:certificatesigningrequests:';

/** Who may what in a cluster that kubeadm made (`cmd/kubeadm/app/phases`). */
export function kubeadmRoles(): Manifest[] {
  const getNodes = ['get | core | nodes'].map(ruleOf) as unknown as Json;
  return [
    clusterBinding('kubeadm:cluster-admins', 'cluster-admin', ['Group kubeadm:cluster-admins']),
    { apiVersion, kind: 'ClusterRole', metadata: { name: 'kubeadm:get-nodes' }, rules: getNodes },
    clusterBinding('kubeadm:get-nodes', 'kubeadm:get-nodes', [BOOTSTRAPPERS]),
    clusterBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', [BOOTSTRAPPERS]),
    clusterBinding('kubeadm:node-autoapprove-bootstrap', `${CSR}nodeclient`, [BOOTSTRAPPERS]),
    clusterBinding('kubeadm:node-autoapprove-certificate-rotation', `${CSR}selfnodeclient`, [
      'Group system:nodes',
    ]),
    clusterBinding('kubeadm:node-proxier', 'system:node-proxier', [
      'ServiceAccount kube-system/kube-proxy',
    ]),
    ...access('kube-system', 'kubeadm:nodes-kubeadm-config', configMap('kubeadm-config'), [
      BOOTSTRAPPERS,
      'Group system:nodes',
    ]),
    ...access('kube-system', 'kubeadm:kubelet-config', configMap('kubelet-config'), [
      'Group system:nodes',
      BOOTSTRAPPERS,
    ]),
    ...access('kube-system', 'kube-proxy', configMap('kube-proxy'), [BOOTSTRAPPERS]),
    ...access('kube-public', 'kubeadm:bootstrap-signer-clusterinfo', configMap('cluster-info'), [
      'User system:anonymous',
    ]),
  ];
}

const configMap = (name: string) => [`get | core | configmaps | ${name}`];
