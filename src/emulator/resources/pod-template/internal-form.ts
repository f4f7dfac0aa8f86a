import type { Json } from '../../world/json.ts';

const container =
  'Name:s Image:s Command:- Args:- WorkingDir:s Ports:[]Port EnvFrom:[]EnvFrom Env:[]Env ' +
  'Resources:Resources ResizePolicy:[]ResizePolicy RestartPolicy:- RestartPolicyRules:- ' +
  'VolumeMounts:[]VolumeMount VolumeDevices:[]VolumeDevice LivenessProbe:*Probe ' +
  'ReadinessProbe:*Probe StartupProbe:*Probe Lifecycle:*Lifecycle TerminationMessagePath:s ' +
  'TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:*SecurityContext Stdin:b ' +
  'StdinOnce:b TTY:b';

/**
 * The API server's own types of a pod's spec: fields in their order, each with what it holds.
 * `s` text, `i` number, `b` bool: printed even when empty. `-` a pointer, list or map of plain
 * values: null when empty. `T` a struct, `*T` a pointer to one, `[]T` a list of them.
 */
const types: Readonly<Record<string, string>> = {
  PodSpec:
    'Volumes:[]Volume InitContainers:[]Container Containers:[]Container ' +
    'EphemeralContainers:[]EphemeralContainer RestartPolicy:s TerminationGracePeriodSeconds:- ' +
    'ActiveDeadlineSeconds:- DNSPolicy:s NodeSelector:- ServiceAccountName:s ' +
    'AutomountServiceAccountToken:- NodeName:s SecurityContext:*PodSecurityContext ' +
    'ImagePullSecrets:[]Name Hostname:s Subdomain:s SetHostnameAsFQDN:- Affinity:*Affinity ' +
    'SchedulerName:s Tolerations:[]Toleration HostAliases:[]HostAlias PriorityClassName:s ' +
    'Priority:- PreemptionPolicy:- DNSConfig:*DNSConfig ReadinessGates:[]ReadinessGate ' +
    'RuntimeClassName:- Overhead:- EnableServiceLinks:- ' +
    'TopologySpreadConstraints:[]TopologySpreadConstraint OS:*Name SchedulingGates:[]Name ' +
    'ResourceClaims:[]ResourceClaim Resources:*Resources HostnameOverride:- ' +
    'WorkloadRef:-',
  PodSecurityContext:
    'HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace:- HostUsers:- SELinuxOptions:- ' +
    'WindowsOptions:- RunAsUser:- RunAsGroup:- RunAsNonRoot:- SupplementalGroups:- ' +
    'SupplementalGroupsPolicy:- FSGroup:- FSGroupChangePolicy:- Sysctls:[]NameValue ' +
    'SeccompProfile:*Profile AppArmorProfile:*Profile SELinuxChangePolicy:-',
  Container: container,
  EphemeralContainer: `${container} TargetContainerName:s`,
  Port: 'Name:s HostPort:i ContainerPort:i Protocol:s HostIP:s',
  EnvFrom: 'Prefix:s ConfigMapRef:*NameOptional SecretRef:*NameOptional',
  NameOptional: 'Name:s Optional:-',
  Env: 'Name:s Value:s ValueFrom:*EnvSource',
  EnvSource:
    'FieldRef:*FieldRef ResourceFieldRef:*ResourceFieldRef ConfigMapKeyRef:*KeyRef ' +
    'SecretKeyRef:*KeyRef FileKeyRef:-',
  KeyRef: 'Name:s Key:s Optional:-',
  FieldRef: 'APIVersion:s FieldPath:s',
  ResourceFieldRef: 'ContainerName:s Resource:s Divisor:s',
  Resources: 'Limits:- Requests:- Claims:-',
  ResizePolicy: 'ResourceName:s RestartPolicy:s',
  VolumeMount:
    'Name:s ReadOnly:b RecursiveReadOnly:- MountPath:s SubPath:s MountPropagation:- SubPathExpr:s',
  VolumeDevice: 'Name:s DevicePath:s',
  Probe:
    'Exec:*Exec HTTPGet:*HTTPGet TCPSocket:*TCPSocket GRPC:*GRPC InitialDelaySeconds:i ' +
    'TimeoutSeconds:i PeriodSeconds:i SuccessThreshold:i FailureThreshold:i ' +
    'TerminationGracePeriodSeconds:-',
  Exec: 'Command:-',
  HTTPGet: 'Path:s Port:x Host:s Scheme:s HTTPHeaders:[]NameValue',
  TCPSocket: 'Port:x Host:s',
  GRPC: 'Port:i Service:-',
  NameValue: 'Name:s Value:s',
  Lifecycle: 'PostStart:*Handler PreStop:*Handler StopSignal:-',
  Handler: 'Exec:*Exec HTTPGet:*HTTPGet TCPSocket:*TCPSocket Sleep:-',
  SecurityContext:
    'Capabilities:*Capabilities Privileged:- SELinuxOptions:*SELinux WindowsOptions:*Windows ' +
    'RunAsUser:- RunAsGroup:- RunAsNonRoot:- ReadOnlyRootFilesystem:- AllowPrivilegeEscalation:- ' +
    'ProcMount:- SeccompProfile:*Profile AppArmorProfile:*Profile',
  Capabilities: 'Add:- Drop:-',
  SELinux: 'User:s Role:s Type:s Level:s',
  Windows: 'GMSACredentialSpecName:- GMSACredentialSpec:- RunAsUserName:- HostProcess:-',
  Profile: 'Type:s LocalhostProfile:-',
  Toleration: 'Key:s Operator:s Value:s Effect:s TolerationSeconds:-',
  HostAlias: 'IP:s Hostnames:-',
  DNSConfig: 'Nameservers:- Searches:- Options:[]NameText',
  NameText: 'Name:s Value:-',
  ReadinessGate: 'ConditionType:s',
  Name: 'Name:s',
  ResourceClaim: 'Name:s ResourceClaimName:- ResourceClaimTemplateName:-',
  TopologySpreadConstraint:
    'MaxSkew:i TopologyKey:s WhenUnsatisfiable:s LabelSelector:- MinDomains:- ' +
    'NodeAffinityPolicy:- NodeTaintsPolicy:- MatchLabelKeys:-',
  Affinity: 'NodeAffinity:*NodeAffinity PodAffinity:*PodAffinity PodAntiAffinity:*PodAffinity',
  NodeAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:*NodeSelector ' +
    'PreferredDuringSchedulingIgnoredDuringExecution:[]PreferredTerm',
  NodeSelector: 'NodeSelectorTerms:[]NodeSelectorTerm',
  NodeSelectorTerm: 'MatchExpressions:[]NodeRequirement MatchFields:[]NodeRequirement',
  NodeRequirement: 'Key:s Operator:s Values:-',
  PreferredTerm: 'Weight:i Preference:NodeSelectorTerm',
  PodAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm ' +
    'PreferredDuringSchedulingIgnoredDuringExecution:[]WeightedTerm',
  PodAffinityTerm:
    'LabelSelector:- Namespaces:- TopologyKey:s NamespaceSelector:- MatchLabelKeys:- ' +
    'MismatchLabelKeys:-',
  WeightedTerm: 'Weight:i PodAffinityTerm:PodAffinityTerm',
  Taint: 'Key:s Value:s Effect:s TimeAdded:-',
  Volume:
    'Name:s HostPath:*HostPath EmptyDir:*EmptyDir GCEPersistentDisk:- AWSElasticBlockStore:- ' +
    'GitRepo:- Secret:*SecretVolume NFS:- ISCSI:- Glusterfs:- PersistentVolumeClaim:*Claim RBD:- ' +
    'Quobyte:- FlexVolume:- Cinder:- CephFS:- Flocker:- DownwardAPI:*DownwardVolume FC:- ' +
    'AzureFile:- ConfigMap:*ConfigMapVolume VsphereVolume:- AzureDisk:- PhotonPersistentDisk:- ' +
    'Projected:*Projected PortworxVolume:- ScaleIO:- StorageOS:- CSI:- Ephemeral:- Image:-',
  HostPath: 'Path:s Type:-',
  EmptyDir: 'Medium:s SizeLimit:-',
  SecretVolume: 'SecretName:s Items:[]KeyToPath DefaultMode:- Optional:-',
  ConfigMapVolume: 'Name:s Items:[]KeyToPath DefaultMode:- Optional:-',
  Claim: 'ClaimName:s ReadOnly:b',
  DownwardVolume: 'Items:[]DownwardItem DefaultMode:-',
  DownwardItem: 'Path:s FieldRef:*FieldRef ResourceFieldRef:*ResourceFieldRef Mode:-',
  KeyToPath: 'Key:s Path:s Mode:-',
  Projected: 'Sources:[]Source DefaultMode:-',
  Source:
    'Secret:*ProjectedNames DownwardAPI:*ProjectedItems ConfigMap:*ProjectedNames ' +
    'ServiceAccountToken:*TokenSource ClusterTrustBundle:- PodCertificate:-',
  ProjectedNames: 'Name:s Items:[]KeyToPath Optional:-',
  ProjectedItems: 'Items:[]DownwardItem',
  TokenSource: 'Audience:s ExpirationSeconds:- Path:s',
};

type Fields = Readonly<Record<string, Json>>;

/**
 * A pod's spec as the API server keeps it inside, in lines: what some of its errors show. Follows
 * pkg/apis/core/types.go; what the host shares lies in the security context there.
 */
export function internalLines(spec: object): string[] {
  const { hostNetwork, hostPID, hostIPC, hostUsers, shareProcessNamespace, ...rest } =
    spec as Fields;
  const security = {
    ...((rest['securityContext'] ?? {}) as Fields),
    hostNetwork,
    hostPID,
    hostIPC,
    hostUsers,
    shareProcessNamespace,
  };
  const whole = { ...rest, securityContext: security } as Fields;
  return JSON.stringify(struct('PodSpec', whole), null, 1).split('\n');
}

/** One part as the API server keeps it inside: what errors show of it as their value. */
export function internalForm(type: string, given: object): Json {
  return struct(type, given as Fields);
}

/** Lines of one part in that form, for what differs between two of them. */
export function partLines(type: string, given: object): string[] {
  return JSON.stringify(struct(type, given as Fields), null, 1).split('\n');
}

function struct(type: string, given: Fields): Json {
  const fields = (types[type] as string).split(' ').map((each) => each.split(':'));
  return Object.fromEntries(
    fields.map(([name, form]) => [name, value(form as string, given[jsonName(name as string)])]),
  );
}

function value(form: string, given: Json | undefined): Json {
  if (form.startsWith('[]')) {
    if (!Array.isArray(given) || given.length === 0) return null;
    return given.map((each) => struct(form.slice(2), each as Fields));
  }
  if (form.startsWith('*')) return given ? struct(form.slice(1), given as Fields) : null;
  switch (form) {
    case 's':
      return given ?? '';
    case 'i':
    case 'x':
      return given ?? 0;
    case 'b':
      return given ?? false;
    case '-':
      return given ?? null;
    default:
      return struct(form, (given ?? {}) as Fields);
  }
}

/** `DNSPolicy` is `dnsPolicy` in a manifest, `HostPID` is `hostPID`. */
function jsonName(name: string): string {
  const irregular: Readonly<Record<string, string>> = {
    ISCSI: 'iscsi',
    SELinuxOptions: 'seLinuxOptions',
    SELinuxChangePolicy: 'seLinuxChangePolicy',
    GMSACredentialSpec: 'gmsaCredentialSpec',
    GMSACredentialSpecName: 'gmsaCredentialSpecName',
    FSGroup: 'fsGroup',
    FSGroupChangePolicy: 'fsGroupChangePolicy',
  };
  return (
    irregular[name] ??
    name.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (letters) => letters.toLowerCase())
  );
}
