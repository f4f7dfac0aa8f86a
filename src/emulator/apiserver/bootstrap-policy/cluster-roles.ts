const EVENTS = 'TELL | core,events.k8s.io | events';
const ASK = [
  'create | authentication.k8s.io | tokenreviews',
  'create | authorization.k8s.io | subjectaccessreviews',
];
const HEALTH = '/healthz,/livez,/readyz,/version,/version/';
const CSR = 'certificates.k8s.io';
const SIGNERS = `${CSR} | signers | kubernetes.io`;

/** The lines of what `view` gathers. */
const view = [
  'READ | core | configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,' +
    'replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status',
  'READ | core | bindings,events,limitranges,namespaces/status,pods/log,pods/status,' +
    'replicationcontrollers/status,resourcequotas,resourcequotas/status',
  'READ | core | namespaces',
  'READ | discovery.k8s.io | endpointslices',
  'READ | apps | controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,' +
    'deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,' +
    'statefulsets/scale,statefulsets/status',
  'READ | autoscaling | horizontalpodautoscalers,horizontalpodautoscalers/status',
  'READ | batch | cronjobs,cronjobs/status,jobs,jobs/status',
  'READ | extensions | daemonsets,daemonsets/status,deployments,deployments/scale,' +
    'deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,' +
    'replicasets/status,replicationcontrollers/scale',
  'READ | policy | poddisruptionbudgets,poddisruptionbudgets/status',
  'READ | networking.k8s.io | ingresses,ingresses/status,networkpolicies',
  'READ | resource.k8s.io | resourceclaims,resourceclaims/status,resourceclaimtemplates',
];

const edit = [
  'READ | core | pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy',
  'impersonate | core | serviceaccounts',
  'WRITE | core | pods,pods/attach,pods/exec,pods/portforward,pods/proxy',
  'create | core | pods/eviction',
  'WRITE | core | configmaps,events,persistentvolumeclaims,replicationcontrollers,' +
    'replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy',
  'create | core | serviceaccounts/token',
  'WRITE | apps | daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,' +
    'replicasets/scale,statefulsets,statefulsets/scale',
  'WRITE | autoscaling | horizontalpodautoscalers',
  'WRITE | batch | cronjobs,jobs',
  'WRITE | extensions | daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,' +
    'networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale',
  'WRITE | policy | poddisruptionbudgets',
  'WRITE | networking.k8s.io | ingresses,networkpolicies',
  'ALL | coordination.k8s.io | leases',
  'WRITE | resource.k8s.io | resourceclaims,resourceclaimtemplates',
];

const admin = [
  'create | authorization.k8s.io | localsubjectaccessreviews',
  'ALL | rbac.authorization.k8s.io | rolebindings,roles',
];

const node = [
  'create | authentication.k8s.io | tokenreviews',
  'create | authorization.k8s.io | localsubjectaccessreviews,subjectaccessreviews',
  'READ | core | services',
  'create,get,list,watch | core | nodes',
  'patch,update | core | nodes/status',
  'patch,update | core | nodes',
  'TELL | core | events',
  'READ | core | pods',
  'create,delete | core | pods',
  'patch,update | core | pods/status',
  'create | core | pods/eviction',
  'READ | core | configmaps,secrets',
  'get | core | persistentvolumeclaims,persistentvolumes',
  'get | core | endpoints',
  `create,get,list,watch | ${CSR} | certificatesigningrequests`,
  'create,delete,get,patch,update | coordination.k8s.io | leases',
  'get | storage.k8s.io | volumeattachments',
  'create | core | serviceaccounts/token',
  'get,patch,update | core | persistentvolumeclaims/status',
  'READ | storage.k8s.io | csidrivers',
  'create,delete,get,patch,update | storage.k8s.io | csinodes',
  'READ | node.k8s.io | runtimeclasses',
  'get | resource.k8s.io | resourceclaims',
  'deletecollection,list,watch | resource.k8s.io | resourceslices',
  'create,delete,get,patch,update | resource.k8s.io | resourceslices',
];

const controllerManager = [
  EVENTS,
  'create | coordination.k8s.io | leases',
  'get,update | coordination.k8s.io | leases | kube-controller-manager',
  'create | core | secrets,serviceaccounts',
  'delete | core | secrets',
  'get | core | configmaps,namespaces,secrets,serviceaccounts',
  'update | core | secrets,serviceaccounts',
  ...ASK,
  'list,watch | * | *',
  'create | core | serviceaccounts/token',
];

const scheduler = [
  EVENTS,
  'create | coordination.k8s.io | leases',
  'get,list,update,watch | coordination.k8s.io | leases | kube-scheduler',
  'READ | core | nodes',
  'delete,get,list,watch | core | pods',
  'create | core | bindings,pods/binding',
  'patch,update | core | pods/status',
  'READ | core | replicationcontrollers,services',
  'READ | apps,extensions | replicasets',
  'READ | apps | statefulsets',
  'READ | policy | poddisruptionbudgets',
  'READ | core | persistentvolumeclaims,persistentvolumes',
  ...ASK,
  'READ | storage.k8s.io | csinodes',
  'READ | core | namespaces',
  'READ | storage.k8s.io | csidrivers',
  'READ | storage.k8s.io | csistoragecapacities',
  'READ | storage.k8s.io | volumeattachments',
  'READ | resource.k8s.io | deviceclasses',
  'READ | resource.k8s.io | resourceclaims',
  'READ | resource.k8s.io | resourceslices',
  'patch,update | resource.k8s.io | resourceclaims/status',
];

/** Cluster roles by name; those that gather others come apart from these. */
export const clusterRoles: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['* | * | *', '* | *'],
  'system:aggregate-to-admin': admin,
  'system:aggregate-to-edit': edit,
  'system:aggregate-to-view': view,
  'system:auth-delegator': ASK,
  'system:basic-user': [
    'create | authorization.k8s.io | selfsubjectaccessreviews,selfsubjectrulesreviews',
    'create | authentication.k8s.io | selfsubjectreviews',
  ],
  [`system:${CSR}:certificatesigningrequests:nodeclient`]: [
    `create | ${CSR} | certificatesigningrequests/nodeclient`,
  ],
  [`system:${CSR}:certificatesigningrequests:selfnodeclient`]: [
    `create | ${CSR} | certificatesigningrequests/selfnodeclient`,
  ],
  ...Object.fromEntries(
    [
      'kube-apiserver-client',
      'kube-apiserver-client-kubelet',
      'kubelet-serving',
      'legacy-unknown',
    ].map((name) => [`system:${CSR}:${name}-approver`, [`approve | ${SIGNERS}/${name}`]]),
  ),
  'system:discovery': [
    'get | /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,' +
      '/version/',
  ],
  'system:heapster': [
    'READ | core | events,namespaces,nodes,pods',
    'READ | extensions | deployments',
  ],
  'system:kube-aggregator': ['READ | core | endpoints,services'],
  'system:kube-controller-manager': controllerManager,
  'system:kube-dns': ['list,watch | core | endpoints,services'],
  'system:kube-scheduler': scheduler,
  'system:kubelet-api-admin': [
    'READ | core | nodes',
    'proxy | core | nodes',
    '* | core | nodes/checkpoint,nodes/configz,nodes/healthz,nodes/log,nodes/metrics,nodes/pods,' +
      'nodes/proxy,nodes/stats',
  ],
  'system:monitoring': [
    'get | /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*',
  ],
  'system:node': node,
  'system:node-bootstrapper': [`create,get,list,watch | ${CSR} | certificatesigningrequests`],
  'system:node-problem-detector': ['get | core | nodes', 'patch | core | nodes/status', EVENTS],
  'system:node-proxier': [
    'list,watch | core | endpoints,services',
    'READ | core | nodes',
    EVENTS,
    'list,watch | discovery.k8s.io | endpointslices',
    'list,watch | networking.k8s.io | servicecidrs',
  ],
  'system:persistent-volume-provisioner': [
    'create,delete,get,list,watch | core | persistentvolumes',
    'get,list,update,watch | core | persistentvolumeclaims',
    'READ | storage.k8s.io | storageclasses',
    'watch | core | events',
    EVENTS,
  ],
  'system:public-info-viewer': [`get | ${HEALTH}`],
  'system:service-account-issuer-discovery': [
    'get | /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,' +
      '/openid/v1/jwks/',
  ],
  'system:volume-scheduler': [
    'get,list,patch,update,watch | core | persistentvolumes',
    'READ | storage.k8s.io | storageclasses',
    'get,list,patch,update,watch | core | persistentvolumeclaims',
  ],
};

/** Whom cluster roles are bound to; a binding has its role's name. */
export const clusterBindings: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['Group system:masters'],
  'system:basic-user': ['Group system:authenticated'],
  'system:discovery': ['Group system:authenticated'],
  'system:kube-controller-manager': ['User system:kube-controller-manager'],
  'system:kube-dns': ['ServiceAccount kube-system/kube-dns'],
  'system:kube-scheduler': ['User system:kube-scheduler'],
  'system:monitoring': ['Group system:monitoring'],
  'system:node': [],
  'system:node-proxier': ['User system:kube-proxy'],
  'system:public-info-viewer': ['Group system:authenticated', 'Group system:unauthenticated'],
  'system:service-account-issuer-discovery': ['Group system:serviceaccounts'],
  'system:volume-scheduler': ['User system:kube-scheduler'],
};
