// What the served schemas tell beyond types and texts, and neither package carries: the markers
// (`+listType`, `+default`, `+mapType`) and the values held without a pointer of the Go types in
// `staging/src/k8s.io/api`. Keys are `group.version.Type.field`, or `Type.field` for any of that name.

/** Structs that are held by value, so that `{}` is their default. */
export const held = set(`
  metadata spec status template
  Binding.target Container.resources EphemeralContainer.resources
  ContainerStatus.state ContainerStatus.lastState
  core.v1.Event.involvedObject core.v1.Event.source events.v1.Event.regarding
  events.v1.Event.deprecatedSource NodeDaemonEndpoints.kubeletEndpoint NodeStatus.daemonEndpoints
  NodeStatus.nodeInfo PersistentVolumeClaimSpec.resources PreferredSchedulingTerm.preference
  WeightedPodAffinityTerm.podAffinityTerm ServiceStatus.loadBalancer
  DaemonSetSpec.updateStrategy DeploymentSpec.strategy StatefulSetSpec.updateStrategy
  CronJobSpec.jobTemplate
  HTTPIngressPath.backend IngressServiceBackend.port IngressStatus.loadBalancer
  NetworkPolicySpec.podSelector discovery.v1.Endpoint.conditions
  RoleBinding.roleRef ClusterRoleBinding.roleRef
  HorizontalPodAutoscalerSpec.scaleTargetRef ObjectMetricSource.describedObject
  ObjectMetricSource.target ObjectMetricSource.metric PodsMetricSource.metric
  PodsMetricSource.target ResourceMetricSource.target ContainerResourceMetricSource.target
  ExternalMetricSource.metric ExternalMetricSource.target ObjectMetricStatus.metric
  ObjectMetricStatus.current ObjectMetricStatus.describedObject PodsMetricStatus.metric
  PodsMetricStatus.current ResourceMetricStatus.current ContainerResourceMetricStatus.current
  ExternalMetricStatus.metric ExternalMetricStatus.current
  VolumeAttachmentSpec.source TokenReviewStatus.user SelfSubjectReviewStatus.userInfo
  FlowSchemaSpec.priorityLevelConfiguration LimitedPriorityLevelConfiguration.limitResponse
  MutatingWebhook.clientConfig ValidatingWebhook.clientConfig
  CustomResourceDefinitionSpec.names CustomResourceDefinitionStatus.acceptedNames
  AllocationResult.devices ResourceClaimSpec.devices ResourceSliceSpec.pool
`);

/** Of these, the ones that are pointers all the same. */
export const pointers = set('ReplicationControllerSpec.template');

/** Lists that are maps: their keys. Their first key is the merge key of strategic patches. */
export const listMaps = table(`
  NamespaceStatus.conditions NodeStatus.conditions PersistentVolumeClaimStatus.conditions
  PodStatus.conditions ServiceStatus.conditions ReplicationControllerStatus.conditions
  DaemonSetStatus.conditions DeploymentStatus.conditions ReplicaSetStatus.conditions
  StatefulSetStatus.conditions ServiceCIDRStatus.conditions ComponentStatus.conditions
  PodDisruptionBudgetStatus.conditions FlowSchemaStatus.conditions
  PriorityLevelConfigurationStatus.conditions APIServiceStatus.conditions
  HorizontalPodAutoscalerStatus.conditions
  NodeStatus.addresses: type
  Container.env EphemeralContainer.env ContainerStatus.allocatedResourcesStatus
  PodSpec.containers PodSpec.ephemeralContainers PodSpec.initContainers PodSpec.imagePullSecrets
  PodSpec.resourceClaims PodSpec.schedulingGates PodSpec.volumes PodStatus.resourceClaimStatuses
  ServiceAccount.secrets: name
  Container.ports EphemeralContainer.ports: containerPort,protocol
  Container.volumeDevices EphemeralContainer.volumeDevices: devicePath
  Container.volumeMounts EphemeralContainer.volumeMounts ContainerStatus.volumeMounts: mountPath
  PodSpec.hostAliases PodStatus.podIPs: ip
  PodSpec.topologySpreadConstraints: topologyKey,whenUnsatisfiable
  ServiceSpec.ports: port,protocol
  ObjectMeta.ownerReferences: uid
  MutatingWebhookConfiguration.webhooks ValidatingWebhookConfiguration.webhooks
  MutatingWebhook.matchConditions ValidatingWebhook.matchConditions
  MatchResources.matchConditions: name
  CSINodeSpec.drivers: name
`);
/** The same, but strategic patches do not merge them. */
export const unmergedMaps = table(`
  ResourceRequirements.claims: name
  ResourceStatus.resources: resourceID
  CertificateSigningRequestStatus.conditions
  CustomResourceDefinitionStatus.conditions ValidatingAdmissionPolicyStatus.conditions: type

  ValidatingAdmissionPolicySpec.variables MutatingAdmissionPolicySpec.variables
  ValidatingAdmissionPolicySpec.matchConditions MutatingAdmissionPolicySpec.matchConditions: name
  JSONSchemaProps.x-kubernetes-validations: rule
  ResourceClaimStatus.reservedFor: uid
  ResourceClaimStatus.devices: driver,device,pool,shareID
`);
/** Lists that are sets. */
export const listSets = set(`
  ContainerRestartRuleOnExitCodes.values NodeAllocatableResourceClaimStatus.containers
  discovery.v1.Endpoint.addresses ObjectMeta.finalizers NodeSpec.podCIDRs
  PodFailurePolicyRuleOnExitCodesRequirement.values UncountedTerminatedPods.failed
  UncountedTerminatedPods.succeeded CSIDriverSpec.volumeLifecycleModes
`);
/** Of these, the ones that strategic patches merge. */
export const mergedSets = set('ObjectMeta.finalizers NodeSpec.podCIDRs');
/** Atomic lists that strategic patches merge all the same. */
export const mergedAtomic = table(`
  PodStatus.hostIPs: ip
  JobStatus.conditions: type
`);
/** Lists without a word on how they merge. */
export const plainLists = set('APIResource.verbs');
export const retaining = set(`
  DeploymentSpec.strategy PodSpec.resourceClaims PodSpec.volumes PodStatus.resourceClaimStatuses
`);

/** Types and maps that are owned as a whole. */
export const atomicTypes = set(`
  ConfigMapKeySelector EndpointAddress core.v1.EndpointPort discovery.v1.EndpointPort
  FileKeySelector LocalObjectReference NodeSelector NodeSelectorTerm ObjectFieldSelector
  ObjectReference ResourceFieldSelector ScopeSelector SecretKeySelector SecretReference
  TypedLocalObjectReference LabelSelector OwnerReference ServiceBackendPort
  RoleRef rbac.v1.Subject TopologySelectorTerm autoscaling.v1.CrossVersionObjectReference
`);
export const mapTypes = table(`
  PersistentVolumeClaimStatus.allocatedResourceStatuses PersistentVolumeSpec.claimRef: granular
  PodSpec.nodeSelector ReplicationControllerSpec.selector ServiceSpec.selector
  Scheduling.nodeSelector: atomic
`);
export const unions = {
  AppArmorProfile: { discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } },
  SeccompProfile: { discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } },
  PodSchedulingGroup: { fields: { podGroupName: 'PodGroupName' } },
};

/** Numbers of resources: maps and fields that the client has as strings. */
export const quantities = set(`
  ContainerStatus.allocatedResources EmptyDirVolumeSource.sizeLimit LimitRangeItem.default
  LimitRangeItem.defaultRequest LimitRangeItem.max LimitRangeItem.maxLimitRequestRatio
  LimitRangeItem.min NodeAllocatableResourceClaimStatus.resources NodeStatus.allocatable
  NodeStatus.capacity PersistentVolumeClaimStatus.allocatedResources
  PersistentVolumeClaimStatus.capacity PersistentVolumeSpec.capacity PodSpec.overhead
  PodStatus.allocatedResources ResourceFieldSelector.divisor ResourceQuotaSpec.hard
  ResourceQuotaStatus.hard ResourceQuotaStatus.used ResourceRequirements.limits
  ResourceRequirements.requests VolumeResourceRequirements.limits
  VolumeResourceRequirements.requests MetricTarget.averageValue MetricTarget.value
  MetricValueStatus.averageValue MetricValueStatus.value HPAScalingRules.tolerance
  CSIStorageCapacity.capacity CSIStorageCapacity.maximumVolumeSize Overhead.podFixed
  DeviceCapacity.value CapacityRequirements.requests DeviceRequestAllocationResult.consumedCapacity
  CapacityRequestPolicy.default CapacityRequestPolicyRange.max CapacityRequestPolicyRange.min
  CapacityRequestPolicyRange.step CapacityRequestPolicy.validValues Counter.value
`);

/** Required fields of types that do not have them in the order of the alphabet. */
export const orders = {
  AttachedVolume: 'name devicePath',
  ConfigMapNodeConfigSource: 'namespace name kubeletConfigKey',
  ContainerExtendedResourceRequest: 'containerName resourceName requestName',
  ContainerStatus: 'name ready restartCount image imageID',
  'core.v1.Event': 'metadata involvedObject',
  FileKeySelector: 'volumeName path key',
  ISCSIPersistentVolumeSource: 'targetPortal iqn lun',
  ISCSIVolumeSource: 'targetPortal iqn lun',
  LinuxContainerUser: 'uid gid',
  NFSVolumeSource: 'server path',
  NodeAddress: 'type address',
  NodeSystemInfo:
    'machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion ' +
    'kubeProxyVersion operatingSystem architecture',
  PodCertificateProjection: 'signerName keyType',
  PreferredSchedulingTerm: 'weight preference',
  RBDPersistentVolumeSource: 'monitors image',
  RBDVolumeSource: 'monitors image',
  ScaleIOPersistentVolumeSource: 'gateway system secretRef',
  ScaleIOVolumeSource: 'gateway system secretRef',
  ScopedResourceSelectorRequirement: 'scopeName operator',
  Taint: 'key effect',
  VolumeDevice: 'name devicePath',
  VolumeMount: 'name mountPath',
  VolumeMountStatus: 'name mountPath',
  WeightedPodAffinityTerm: 'weight podAffinityTerm',
  APIResource: 'name singularName namespaced kind verbs',
  Condition: 'type status lastTransitionTime reason message',
  WatchEvent: 'type object',
  DaemonSetStatus: 'currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady',
  HTTPIngressPath: 'path pathType backend',
  ParentReference: 'resource name',
  CronJobSpec: 'schedule jobTemplate',
  HorizontalPodAutoscalerSpec: 'scaleTargetRef maxReplicas',
  ContainerResourceMetricSource: 'name target container',
  ContainerResourceMetricStatus: 'name current container',
  ResourceMetricSource: 'name target',
  ResourceMetricStatus: 'name current',
  ObjectMetricSource: 'describedObject target metric',
  ObjectMetricStatus: 'metric current describedObject',
  PodsMetricStatus: 'metric current',
  ExternalMetricStatus: 'metric current',
  HPAScalingPolicy: 'type value periodSeconds',
  PodDisruptionBudgetStatus: 'disruptionsAllowed currentHealthy desiredHealthy expectedPods',
  VolumeAttachmentSpec: 'attacher source nodeName',
  MutatingWebhook: 'name clientConfig sideEffects admissionReviewVersions',
  ValidatingWebhook: 'name clientConfig sideEffects admissionReviewVersions',
  ServiceReference: 'namespace name',
  Variable: 'name expression',
  MatchCondition: 'name expression',
  AuditAnnotation: 'key valueExpression',
  CustomResourceDefinitionNames: 'plural kind',
  CustomResourceDefinitionVersion: 'name served storage',
  CustomResourceColumnDefinition: 'name type jsonPath',
  SubjectRulesReviewStatus: 'resourceRules nonResourceRules incomplete',
  CertificateSigningRequestSpec: 'request signerName',
  NonResourcePolicyRule: 'verbs nonResourceURLs',
  ResourcePolicyRule: 'verbs apiGroups resources',
  ServiceAccountSubject: 'namespace name',
  DeviceRequestAllocationResult: 'request driver pool device',
  ResourcePool: 'name generation resourceSliceCount',
  DeviceSubRequest: 'name deviceClassName',
  ResourceClaimConsumerReference: 'resource name uid',
  CounterSet: 'name counters',
};

/** Fields that the client has as `any` (or lists, maps of it), and what is inside. */
export const boxes = table(`
  ManagedFieldsEntry.fieldsV1: FieldsV1
  ControllerRevision.data WatchEvent.object OpaqueDeviceConfiguration.parameters
  AllocatedDeviceStatus.data: RawExtension
  JSONSchemaProps.default JSONSchemaProps.example JSONSchemaProps.enum: JSON
  JSONSchemaProps.additionalItems JSONSchemaProps.additionalProperties: JSONSchemaPropsOrBool
  JSONSchemaProps.items: JSONSchemaPropsOrArray
  JSONSchemaProps.dependencies: JSONSchemaPropsOrStringArray
`);

/** Defaults other than the zero of a field that is always there. */
export const defaults = {
  'AzureDiskVolumeSource.cachingMode': 'ReadWrite',
  'AzureDiskVolumeSource.fsType': 'ext4',
  'AzureDiskVolumeSource.kind': 'Shared',
  'AzureDiskVolumeSource.readOnly': false,
  'ContainerPort.protocol': 'TCP',
  'FileKeySelector.optional': false,
  'GRPCAction.service': '',
  'ISCSIPersistentVolumeSource.iscsiInterface': 'default',
  'ISCSIVolumeSource.iscsiInterface': 'default',
  'RBDPersistentVolumeSource.keyring': '/etc/ceph/keyring',
  'RBDPersistentVolumeSource.pool': 'rbd',
  'RBDPersistentVolumeSource.user': 'admin',
  'RBDVolumeSource.keyring': '/etc/ceph/keyring',
  'RBDVolumeSource.pool': 'rbd',
  'RBDVolumeSource.user': 'admin',
  'ReplicationControllerSpec.minReadySeconds': 0,
  'ReplicationControllerSpec.replicas': 1,
  'ScaleIOPersistentVolumeSource.fsType': 'xfs',
  'ScaleIOPersistentVolumeSource.storageMode': 'ThinProvisioned',
  'ScaleIOVolumeSource.fsType': 'xfs',
  'ScaleIOVolumeSource.storageMode': 'ThinProvisioned',
  'ServicePort.protocol': 'TCP',
};
/** Fields that are optional for the reader, but that Go always writes. */
export const written = set(`
  TokenRequestStatus.token ScaleSpec.replicas ConfigMapEnvSource.name ConfigMapKeySelector.name
  ConfigMapProjection.name ConfigMapVolumeSource.name core.v1.Event.reportingComponent
  core.v1.Event.reportingInstance LocalObjectReference.name NodeRuntimeHandler.name
  SecretEnvSource.name SecretKeySelector.name SecretProjection.name StatefulSetOrdinals.start
  StatefulSetSpec.serviceName StatefulSetStatus.availableReplicas
`);
/** Required fields without a default: pointers, and strings that Go leaves out when empty. */
export const unwritten = set(`
  ContainerRestartRule.action ContainerRestartRuleOnExitCodes.operator ImageVolumeStatus.imageRef
  PodCertificateProjection.keyType PodCertificateProjection.signerName HTTPIngressPath.pathType
  ParentReference.name ParentReference.resource
`);

function set(text) {
  return new Set(text.split(/\s+/).filter(Boolean));
}

function table(text) {
  const rows = text.replaceAll(/\s+/g, ' ').matchAll(/([^:]+): (\S+)/g);
  return Object.fromEntries(
    [...rows].flatMap(([, fields, value]) =>
      fields
        .trim()
        .split(' ')
        .map((field) => [field, value]),
    ),
  );
}
