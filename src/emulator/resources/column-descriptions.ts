import type { ApiTexts } from './texts.ts';

type Texts = Readonly<Record<string, string>>;

/**
 * What the columns of server-side tables mean, as `pkg/printers/internalversion` says it: most take
 * the text of a field of the API (`Definition.field`), some have one of their own.
 */
const templates: Texts = {
  Containers: 'Names of each container in the template.',
  Images: 'Images referenced by each container in the template.',
};
const LABELS =
  'More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors';
const events: Texts = {
  'Last Seen': 'CoreV1Event.lastTimestamp',
  Type: 'CoreV1Event.type',
  Reason: 'CoreV1Event.reason',
  Object: 'The object that this event is about.',
  Subobject: 'V1ObjectReference.fieldPath',
  Source: 'The component reporting this event. Should be a short machine understandable string.',
  Message: 'CoreV1Event.message',
  'First Seen': 'CoreV1Event.firstTimestamp',
  Count: 'CoreV1Event.count',
};

const autoscaler: Texts = {
  Reference: 'V2HorizontalPodAutoscalerSpec.scaleTargetRef',
  Targets: 'V2HorizontalPodAutoscalerSpec.metrics',
  MinPods: 'V2HorizontalPodAutoscalerSpec.minReplicas',
  MaxPods: 'V2HorizontalPodAutoscalerSpec.maxReplicas',
  Replicas: 'V2HorizontalPodAutoscalerStatus.currentReplicas',
};

const texts: Readonly<Record<string, Texts>> = {
  CoreV1Event: events,
  EventsV1Event: events,
  V1ConfigMap: { Data: 'V1ConfigMap.data' },
  V1DaemonSet: {
    ...templates,
    Desired: 'V1DaemonSetStatus.desiredNumberScheduled',
    Current: 'V1DaemonSetStatus.currentNumberScheduled',
    Ready: 'V1DaemonSetStatus.numberReady',
    'Up-to-date': 'V1DaemonSetStatus.updatedNumberScheduled',
    Available: 'V1DaemonSetStatus.numberAvailable',
    'Node Selector': 'V1PodSpec.nodeSelector',
    Selector:
      'A label query over pods that are managed by the daemon set. Must match in order to be ' +
      `controlled. It must match the pod template's labels. ${LABELS}`,
  },
  V1Deployment: {
    ...templates,
    Ready: 'Number of the pod with ready state',
    'Up-to-date': 'V1DeploymentStatus.updatedReplicas',
    Available: 'V1DeploymentStatus.availableReplicas',
    Selector:
      'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ' +
      "ones affected by this deployment. It must match the pod template's labels.",
  },
  V1Endpoints: { Endpoints: 'V1Endpoints.subsets' },
  V1EndpointSlice: {
    AddressType: 'V1EndpointSlice.addressType',
    Ports: 'V1EndpointSlice.ports',
    Endpoints: 'V1EndpointSlice.endpoints',
  },
  V1IPAddress: {
    ParentRef:
      'ParentRef references the resource that an IPAddress is attached to. An IPAddress must ' +
      'reference a parent object.',
  },
  V1Ingress: {
    Class: 'The name of the IngressClass resource that should be used for additional configuration',
    Hosts: 'Hosts that incoming requests are matched against before the ingress rule',
    Address: 'Address is a list containing ingress points for the load-balancer',
    Ports: 'Ports of TLS configurations that open',
  },
  V1IngressClass: {
    Controller: 'Controller that is responsible for handling this class',
    Parameters: 'A reference to a resource with additional parameters',
  },
  V1ControllerRevision: {
    Controller: 'Controller of the object',
    Revision: 'V1ControllerRevision.revision',
  },
  V1StatefulSet: { ...templates, Ready: 'Number of the pod with ready state' },
  V1Lease: { Holder: 'V1LeaseSpec.holderIdentity' },
  V1Namespace: { Status: 'The status of the namespace' },
  V1NetworkPolicy: {
    'Pod-Selector':
      'podSelector selects the pods to which this NetworkPolicy object applies. The array of ' +
      'rules is applied to any pods selected by this field. An empty selector matches all pods ' +
      "in the policy's namespace. Multiple network policies can select the same set of pods. In " +
      'this case, the ingress rules for each are combined additively. This field is optional. If ' +
      'it is not specified, it defaults to an empty selector.',
  },
  V1Node: {
    Status: 'The status of the node',
    Roles: 'The roles of the node',
    Version: 'V1NodeSystemInfo.kubeletVersion',
    'Internal-IP': 'V1NodeStatus.addresses',
    'External-IP': 'V1NodeStatus.addresses',
    'OS-Image': 'V1NodeSystemInfo.osImage',
    'Kernel-Version': 'V1NodeSystemInfo.kernelVersion',
    'Container-Runtime': 'V1NodeSystemInfo.containerRuntimeVersion',
  },
  V1Pod: {
    Ready: 'The aggregate readiness state of this pod for accepting traffic.',
    Status: 'The aggregate status of the containers in this pod.',
    Restarts:
      'The number of times the containers in this pod have been restarted and when the last ' +
      'container in this pod has restarted.',
    IP: 'V1PodStatus.podIP',
    Node: 'V1PodSpec.nodeName',
    'Nominated Node': 'V1PodStatus.nominatedNodeName',
    'Readiness Gates': 'V1PodSpec.readinessGates',
  },
  V1ReplicaSet: {
    ...templates,
    Desired: 'V1ReplicaSetSpec.replicas',
    Current: 'V1ReplicaSetStatus.replicas',
    Ready: 'V1ReplicaSetStatus.readyReplicas',
    Selector:
      'Selector is a label query over pods that should match the replica count. Label keys and ' +
      'values that must match in order to be controlled by this replica set. It must match the ' +
      `pod template's labels. ${LABELS}`,
  },
  V1ReplicationController: {
    ...templates,
    Desired: 'V1ReplicationControllerSpec.replicas',
    Current: 'V1ReplicationControllerStatus.replicas',
    Ready: 'V1ReplicationControllerStatus.readyReplicas',
    Selector: 'V1ReplicationControllerSpec.selector',
  },
  V1Secret: { Type: 'V1Secret.type', Data: 'V1Secret.data' },
  V1Service: {
    Type: 'V1ServiceSpec.type',
    'Cluster-IP': 'V1ServiceSpec.clusterIP',
    'External-IP': 'V1ServiceSpec.externalIPs',
    'Port(s)': 'V1ServiceSpec.ports',
    Selector: 'V1ServiceSpec.selector',
  },
  V1ServiceCIDR: { CIDRs: 'V1ServiceCIDRSpec.cidrs' },
  V1CertificateSigningRequest: {
    SignerName: 'V1CertificateSigningRequestSpec.signerName',
    Requestor: 'V1CertificateSigningRequestSpec.request',
    RequestedDuration: 'V1CertificateSigningRequestSpec.expirationSeconds',
    Condition: 'V1CertificateSigningRequestStatus.conditions',
  },
  V1ClusterRoleBinding: {
    Role: 'V1ClusterRoleBinding.roleRef',
    Users: 'Users in the clusterRoleBinding',
    Groups: 'Groups in the clusterRoleBinding',
    ServiceAccounts: 'ServiceAccounts in the clusterRoleBinding',
  },
  V1CronJob: {
    ...templates,
    Schedule: 'V1CronJobSpec.schedule',
    Timezone: 'V1CronJobSpec.timeZone',
    Suspend: 'V1CronJobSpec.suspend',
    Active: 'V1CronJobStatus.active',
    'Last Schedule': 'V1CronJobStatus.lastScheduleTime',
    Selector: 'V1JobSpec.selector',
  },
  V1CSIDriver: {
    AttachRequired: 'V1CSIDriverSpec.attachRequired',
    PodInfoOnMount: 'V1CSIDriverSpec.podInfoOnMount',
    StorageCapacity: 'V1CSIDriverSpec.storageCapacity',
    TokenRequests: 'V1CSIDriverSpec.tokenRequests',
    RequiresRepublish: 'V1CSIDriverSpec.requiresRepublish',
    Modes: 'V1CSIDriverSpec.volumeLifecycleModes',
  },
  V1CSINode: { Drivers: 'Drivers indicates the number of CSI drivers registered on the node' },
  V1CSIStorageCapacity: {
    StorageClassName: 'V1CSIStorageCapacity.storageClassName',
    Capacity: 'V1CSIStorageCapacity.capacity',
  },
  V1FlowSchema: {
    PriorityLevel: 'V1PriorityLevelConfigurationReference.name',
    MatchingPrecedence: 'V1FlowSchemaSpec.matchingPrecedence',
    DistinguisherMethod: 'V1FlowSchemaSpec.distinguisherMethod',
    MissingPL: 'references a broken or non-existent PriorityLevelConfiguration',
  },
  V1HorizontalPodAutoscaler: autoscaler,
  V2HorizontalPodAutoscaler: autoscaler,
  V1Job: {
    ...templates,
    Status: 'Status of the job.',
    Completions: 'V1JobStatus.succeeded',
    Duration: 'Time required to complete the job.',
    Selector: 'V1JobSpec.selector',
  },
  V1PersistentVolume: {
    Capacity: 'V1PersistentVolumeSpec.capacity',
    'Access Modes': 'V1PersistentVolumeSpec.accessModes',
    'Reclaim Policy': 'V1PersistentVolumeSpec.persistentVolumeReclaimPolicy',
    Status: 'V1PersistentVolumeStatus.phase',
    Claim: 'V1PersistentVolumeSpec.claimRef',
    StorageClass: 'StorageClass of the pv',
    VolumeAttributesClass: 'VolumeAttributesClass of the pv',
    Reason: 'V1PersistentVolumeStatus.reason',
    VolumeMode: 'V1PersistentVolumeSpec.volumeMode',
  },
  V1PersistentVolumeClaim: {
    Status: 'V1PersistentVolumeClaimStatus.phase',
    Volume: 'V1PersistentVolumeClaimSpec.volumeName',
    Capacity: 'V1PersistentVolumeClaimStatus.capacity',
    'Access Modes': 'V1PersistentVolumeClaimStatus.accessModes',
    StorageClass: 'StorageClass of the pvc',
    VolumeAttributesClass: 'VolumeAttributesClass of the pvc',
    VolumeMode: 'V1PersistentVolumeClaimSpec.volumeMode',
  },
  V1PodDisruptionBudget: {
    'Min Available': 'The minimum number of pods that must be available.',
    'Max Unavailable': 'The maximum number of pods that may be unavailable.',
    'Allowed Disruptions': 'Calculated number of pods that may be disrupted at this time.',
  },
  V1PriorityClass: {
    Value: 'V1PriorityClass.value',
    'Global-Default': 'V1PriorityClass.globalDefault',
    PreemptionPolicy: 'V1PriorityClass.preemptionPolicy',
  },
  V1PriorityLevelConfiguration: {
    Type: 'V1PriorityLevelConfigurationSpec.type',
    NominalConcurrencyShares: 'V1LimitedPriorityLevelConfiguration.nominalConcurrencyShares',
    Queues: 'V1QueuingConfiguration.queues',
    HandSize: 'V1QueuingConfiguration.handSize',
    QueueLengthLimit: 'V1QueuingConfiguration.queueLengthLimit',
  },
  V1ResourceQuota: {
    Request: 'Request represents a minimum amount of cpu/memory that a container may consume.',
    Limit:
      'Limits control the maximum amount of cpu/memory that a container may use independent of ' +
      'contention on the node.',
  },
  V1ResourceSlice: {
    Node: 'V1ResourceSliceSpec.nodeName',
    Driver: 'V1ResourceSliceSpec.driver',
    Pool: 'V1ResourcePool.name',
  },
  V1RoleBinding: {
    Role: 'V1RoleBinding.roleRef',
    Users: 'Users in the roleBinding',
    Groups: 'Groups in the roleBinding',
    ServiceAccounts: 'ServiceAccounts in the roleBinding',
  },
  V1RuntimeClass: { Handler: 'V1RuntimeClass.handler' },
  V1StorageClass: {
    Provisioner: 'V1StorageClass.provisioner',
    ReclaimPolicy: 'V1StorageClass.reclaimPolicy',
    VolumeBindingMode: 'V1StorageClass.volumeBindingMode',
    AllowVolumeExpansion: 'V1StorageClass.allowVolumeExpansion',
  },
  V1VolumeAttachment: {
    Attacher: 'V1VolumeAttachmentSpec.attacher',
    PV: 'V1VolumeAttachmentSource.persistentVolumeName',
    Node: 'V1VolumeAttachmentSpec.nodeName',
    Attached: 'V1VolumeAttachmentStatus.attached',
  },
  V1VolumeAttributesClass: { DriverName: 'V1VolumeAttributesClass.driverName' },
};

/** The description of a kind's column; empty where none is known. */
export function columnDescription(api: ApiTexts, definition: string, column: string): string {
  const text = texts[definition]?.[column] ?? '';
  const [, of, field] = /^(\w+)\.(\w+)$/.exec(text) ?? [];
  return of && field ? fieldText(api, of, field) : text;
}

/** A field's text as Go's `SwaggerDoc` has it, which knows nothing of the field's values. */
function fieldText(
  { names, definitions, texts: all }: ApiTexts,
  of: string,
  field: string,
): string {
  const definition = definitions[names[of] ?? ''] as
    | { readonly properties?: Readonly<Record<string, { readonly description?: number }>> }
    | undefined;
  const number = definition?.properties?.[field]?.description;
  const text = number === undefined ? '' : (all[number] ?? '');
  return text.replace(/\n\nPossible enum values:[^]*/, '');
}
