const EVENTS = 'TELL | core,events.k8s.io | events';
const LEADER = 'system::leader-locking-kube-';

/** Lines of a role that lets one component hold its lock. */
const lock = (component: string) => [
  'watch | core | configmaps',
  `get,update | core | configmaps | ${component}`,
];

/** Roles in namespaces of the system, by namespace and name. */
export const namespaceRoles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> =
  {
    'kube-public': {
      'system:controller:bootstrap-signer': [
        'READ | core | configmaps',
        'update | core | configmaps | cluster-info',
        EVENTS,
      ],
    },
    'kube-system': {
      'extension-apiserver-authentication-reader': [
        'READ | core | configmaps | extension-apiserver-authentication',
      ],
      [`${LEADER}controller-manager`]: lock('kube-controller-manager'),
      [`${LEADER}scheduler`]: lock('kube-scheduler'),
      'system:controller:bootstrap-signer': ['READ | core | secrets'],
      'system:controller:cloud-provider': ['create,get,list,watch | core | configmaps'],
      'system:controller:token-cleaner': ['delete,get,list,watch | core | secrets', EVENTS],
    },
  };

/** A binding in a namespace: its name, its role, and whom it is about. */
export interface NamespaceBinding {
  readonly namespace: string;
  readonly name: string;
  readonly role: string;
  readonly subjects: readonly string[];
}

const own = (namespace: string, name: string, account: string): NamespaceBinding => ({
  namespace,
  name,
  role: name,
  subjects: [`ServiceAccount kube-system/${account}`],
});

const SIGNER = 'system:controller:bootstrap-signer';

export const namespaceBindings: readonly NamespaceBinding[] = [
  own('kube-public', SIGNER, 'bootstrap-signer'),
  {
    namespace: 'kube-system',
    name: 'system::extension-apiserver-authentication-reader',
    role: 'extension-apiserver-authentication-reader',
    subjects: ['User system:kube-controller-manager', 'User system:kube-scheduler'],
  },
  ...['controller-manager', 'scheduler'].map((component) => ({
    namespace: 'kube-system',
    name: `${LEADER}${component}`,
    role: `${LEADER}${component}`,
    subjects: [`User system:kube-${component}`, `ServiceAccount kube-system/kube-${component}`],
  })),
  own('kube-system', SIGNER, 'bootstrap-signer'),
  own('kube-system', 'system:controller:cloud-provider', 'cloud-provider'),
  own('kube-system', 'system:controller:token-cleaner', 'token-cleaner'),
];
