const RBAC = 'rbac.authorization.k8s.io';
const CALICO = 'crd.projectcalico.org';

const READ = ['get', 'list', 'watch'];
const WRITE = ['get', 'list', 'create', 'update', 'delete'];

type Rule = readonly [group: string, resources: string, verbs: readonly string[]];

const ruleOf = ([group, resources, verbs]: Rule) => ({
  apiGroups: [group],
  resources: resources.split(' '),
  verbs,
});

/** Service accounts first, then roles, then what binds them. */
export function access(namespace = 'kube-system'): readonly (readonly object[])[] {
  const names = ['calico-kube-controllers', 'calico-node', 'calico-cni-plugin'] as const;
  return [
    names.map((name) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace },
    })),
    names.map((name) => ({
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: RULES[name].map(ruleOf),
    })),
    names.map((name) => ({
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    })),
  ];
}

const IPAM = 'blockaffinities ipamblocks ipamhandles';

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'calico-kube-controllers': [
    ['', 'nodes', READ],
    ['', 'pods', READ],
    [CALICO, 'ipreservations', ['list']],
    [CALICO, `${IPAM} ipamconfigs tiers`, [...WRITE, 'watch']],
    [CALICO, 'ippools', ['list', 'watch']],
    [CALICO, 'hostendpoints', [...WRITE, 'watch']],
    [CALICO, 'clusterinformations', ['get', 'list', 'create', 'update', 'watch']],
    [CALICO, 'kubecontrollersconfigurations', ['get', 'list', 'create', 'update', 'watch']],
  ],
  'calico-node': [
    ['', 'serviceaccounts/token', ['create']],
    ['', 'pods nodes namespaces', ['get']],
    ['discovery.k8s.io', 'endpointslices', ['watch', 'list']],
    ['', 'endpoints services', ['watch', 'list', 'get']],
    ['', 'configmaps', ['get']],
    ['', 'nodes/status', ['patch', 'update']],
    ['networking.k8s.io', 'networkpolicies', ['watch', 'list']],
    ['', 'pods namespaces serviceaccounts', ['list', 'watch']],
    ['', 'pods/status', ['patch']],
    [
      CALICO,
      'globalfelixconfigs felixconfigurations bgppeers bgpfilters globalbgpconfigs ' +
        'bgpconfigurations ippools ipreservations ipamblocks globalnetworkpolicies ' +
        'networkpolicies globalnetworksets networksets clusterinformations hostendpoints ' +
        'blockaffinities caliconodestatuses tiers',
      READ,
    ],
    [
      CALICO,
      'ippools felixconfigurations bgpconfigurations clusterinformations',
      ['create', 'update'],
    ],
    [CALICO, 'caliconodestatuses', ['update']],
    ['', 'nodes', READ],
    [CALICO, 'bgpconfigurations bgppeers', ['create', 'update']],
    [CALICO, IPAM, WRITE],
    [CALICO, 'ipamconfigs', ['get', 'create']],
    [CALICO, 'blockaffinities', ['watch']],
    ['apps', 'daemonsets', ['get']],
  ],
  'calico-cni-plugin': [
    ['', 'pods nodes namespaces', ['get']],
    ['', 'pods/status', ['patch']],
    [CALICO, `${IPAM} clusterinformations ippools ipreservations ipamconfigs`, WRITE],
  ],
};
