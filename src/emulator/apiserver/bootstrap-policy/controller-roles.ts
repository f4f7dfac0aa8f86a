const EVENTS = 'TELL | core,events.k8s.io | events';
const CSR = 'certificates.k8s.io';
const SIGNERS = ['legacy-unknown', 'kube-apiserver-client', 'kube-apiserver-client-kubelet'];

/** Rules of a controller of workloads: its own kind, and the pods that it makes. */
function workload(groups: string, plural: string, own: string, ...more: string[]): string[] {
  return [
    `${own} | ${groups} | ${plural}`,
    `update | ${groups} | ${plural}/status`,
    `update | ${groups} | ${plural}/finalizers`,
    ...more,
    EVENTS,
  ];
}

const slices = 'create,delete,get,list,update,watch | discovery.k8s.io | endpointslices';
const pods = 'create,delete,list,patch,watch | core | pods';
const revisions = 'create,delete,get,list,patch,update,watch | apps | controllerrevisions';

/** Roles of controllers by the name of their service account in `kube-system`. */
export const controllerRoles: Readonly<Record<string, readonly string[]>> = {
  'attachdetach-controller': [
    'list,watch | core | persistentvolumeclaims,persistentvolumes',
    'READ | core | nodes',
    'patch,update | core | nodes/status',
    'list,watch | core | pods',
    EVENTS,
    'create,delete,get,list,watch | storage.k8s.io | volumeattachments',
    'READ | storage.k8s.io | csidrivers',
    'READ | storage.k8s.io | csinodes',
  ],
  'certificate-controller': [
    `delete,get,list,watch | ${CSR} | certificatesigningrequests`,
    `update | ${CSR} | certificatesigningrequests/approval,certificatesigningrequests/status`,
    `approve | ${CSR} | signers | kubernetes.io/kube-apiserver-client-kubelet`,
    `sign | ${CSR} | signers | ` +
      [...SIGNERS, 'kubelet-serving'].map((each) => `kubernetes.io/${each}`).join(','),
    'create | authorization.k8s.io | subjectaccessreviews',
    EVENTS,
  ],
  'clusterrole-aggregation-controller': [
    'escalate,get,list,patch,update,watch | rbac.authorization.k8s.io | clusterroles',
  ],
  'cronjob-controller': [
    'get,list,update,watch | batch | cronjobs',
    'create,delete,get,list,patch,update,watch | batch | jobs',
    'update | batch | cronjobs/status',
    'update | batch | cronjobs/finalizers',
    'delete,list,watch | core | pods',
    EVENTS,
  ],
  'daemon-set-controller': workload(
    'apps,extensions',
    'daemonsets',
    'READ',
    'list,watch | core | nodes',
    pods,
    'create | core | pods/binding',
    revisions,
  ),
  'deployment-controller': workload(
    'apps,extensions',
    'deployments',
    'get,list,update,watch',
    'create,delete,get,list,patch,update,watch | apps,extensions | replicasets',
    'get,list,update,watch | core | pods',
  ),
  'disruption-controller': [
    'READ | apps,extensions | deployments',
    'READ | apps,extensions | replicasets',
    'READ | core | replicationcontrollers',
    'READ | policy | poddisruptionbudgets',
    'READ | apps | statefulsets',
    'update | policy | poddisruptionbudgets/status',
    'patch,update | core | pods/status',
    'get | * | */scale',
    EVENTS,
  ],
  'endpoint-controller': [
    'READ | core | pods,services',
    'create,delete,get,list,update,watch | core | endpoints',
    'create | core | endpoints/restricted',
    EVENTS,
  ],
  'endpointslice-controller': [
    'READ | core | nodes,pods,services',
    'update | core | services/finalizers',
    slices,
    EVENTS,
  ],
  'endpointslicemirroring-controller': [
    'READ | core | endpoints,services',
    'update | core | services/finalizers',
    'update | core | endpoints/finalizers',
    slices,
    EVENTS,
  ],
  'ephemeral-volume-controller': [
    'READ | core | pods',
    'update | core | pods/finalizers',
    'create,get,list,watch | core | persistentvolumeclaims',
    EVENTS,
  ],
  'expand-controller': [
    'get,list,patch,update,watch | core | persistentvolumes',
    'patch,update | core | persistentvolumeclaims/status',
    'READ | core | persistentvolumeclaims',
    EVENTS,
  ],
  'generic-garbage-collector': ['delete,get,list,patch,update,watch | * | *', EVENTS],
  'horizontal-pod-autoscaler': [
    'READ | autoscaling | horizontalpodautoscalers',
    'update | autoscaling | horizontalpodautoscalers/status',
    'get,update | * | */scale',
    'list,watch | core | pods',
    'list | metrics.k8s.io | pods',
    'get,list | custom.metrics.k8s.io | *',
    'get,list | external.metrics.k8s.io | *',
    EVENTS,
  ],
  'job-controller': workload('batch', 'jobs', 'get,list,patch,update,watch', pods),
  'namespace-controller': [
    'delete,get,list,watch | core | namespaces',
    'update | core | namespaces/finalize,namespaces/status',
    'delete,deletecollection,get,list,watch | * | *',
  ],
  'node-controller': [
    'delete,get,list,patch,update,watch | core | nodes',
    'patch,update | core | nodes/status',
    'patch,update | core | pods/status',
    'delete,get,list,watch | core | pods',
    EVENTS,
  ],
  'persistent-volume-binder': [
    'create,delete,get,list,update,watch | core | persistentvolumes',
    'update | core | persistentvolumes/status',
    'get,list,update,watch | core | persistentvolumeclaims',
    'update | core | persistentvolumeclaims/status',
    'create,delete,get,list,watch | core | pods',
    'READ | storage.k8s.io | storageclasses',
    'list,watch | core | nodes',
    'watch | core | events',
    EVENTS,
  ],
  'pod-garbage-collector': [
    'delete,list,watch | core | pods',
    'READ | core | nodes',
    'patch | core | pods/status',
  ],
  'pv-protection-controller': ['get,list,update,watch | core | persistentvolumes', EVENTS],
  'pvc-protection-controller': [
    'get,list,update,watch | core | persistentvolumeclaims',
    'READ | core | pods',
    EVENTS,
  ],
  'replicaset-controller': workload(
    'apps,extensions',
    'replicasets',
    'get,list,update,watch',
    pods,
    'list,watch | core | nodes',
  ),
  'replication-controller': workload(
    'core',
    'replicationcontrollers',
    'get,list,update,watch',
    pods,
    'list,watch | core | nodes',
  ),
  'resourcequota-controller': [
    'list,watch | * | *',
    'update | core | resourcequotas/status',
    EVENTS,
  ],
  'root-ca-cert-publisher': ['create,update | core | configmaps', EVENTS],
  'route-controller': ['list,watch | core | nodes', 'patch | core | nodes/status', EVENTS],
  'service-account-controller': ['create | core | serviceaccounts', EVENTS],
  'service-cidrs-controller': [
    'get,list,patch,update,watch | networking.k8s.io | servicecidrs',
    'patch,update | networking.k8s.io | servicecidrs/finalizers',
    'patch,update | networking.k8s.io | servicecidrs/status',
    'READ | networking.k8s.io | ipaddresses',
    EVENTS,
  ],
  'service-controller': [
    'READ | core | services',
    'patch,update | core | services/status',
    'list,watch | core | nodes',
    EVENTS,
  ],
  'statefulset-controller': workload(
    'apps',
    'statefulsets',
    'READ',
    'list,watch | core | pods',
    'create,delete,get,patch,update | core | pods',
    'update | core | pods/finalizers',
    revisions,
    'create,get,list,watch | core | persistentvolumeclaims',
    'delete,update | core | persistentvolumeclaims',
  ),
  'ttl-after-finished-controller': ['delete,get,list,watch | batch | jobs', EVENTS],
  'ttl-controller': ['list,patch,update,watch | core | nodes', EVENTS],
  'validatingadmissionpolicy-status-controller': [
    'READ | admissionregistration.k8s.io | validatingadmissionpolicies',
    'get,patch,update | admissionregistration.k8s.io | validatingadmissionpolicies/status',
    EVENTS,
  ],
};
