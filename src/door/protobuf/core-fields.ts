/** Fields of `core/v1` and `meta/v1` messages, A to N (`fields.ts` tells the form). */
export const coreFields = `
AWSElasticBlockStoreVolumeSource volumeID:1!s fsType:2s partition:3i readOnly:4b
Affinity nodeAffinity:1@NodeAffinity podAffinity:2@PodAffinity podAntiAffinity:3@PodAntiAffinity
AppArmorProfile type:1!s localhostProfile:2?s
AttachedVolume name:1!s devicePath:2!s
AzureDiskVolumeSource diskName:1!s diskURI:2!s cachingMode:3?s fsType:4?s readOnly:5?b kind:6?s
AzureFilePersistentVolumeSource secretName:1!s shareName:2!s readOnly:3b secretNamespace:4?s
AzureFileVolumeSource secretName:1!s shareName:2!s readOnly:3b
Binding metadata:1@ObjectMeta target:2@ObjectReference
CSIPersistentVolumeSource driver:1!s volumeHandle:2!s readOnly:3b fsType:4s volumeAttributes:5%s
 controllerPublishSecretRef:6@SecretReference nodeStageSecretRef:7@SecretReference
 nodePublishSecretRef:8@SecretReference controllerExpandSecretRef:9@SecretReference
 nodeExpandSecretRef:10@SecretReference
CSIVolumeSource driver:1!s readOnly:2?b fsType:3?s volumeAttributes:4%s
 nodePublishSecretRef:5@LocalObjectReference
Capabilities add:1*s drop:2*s
CephFSPersistentVolumeSource monitors:1*s path:2s user:3s secretFile:4s
 secretRef:5@SecretReference readOnly:6b
CephFSVolumeSource monitors:1*s path:2s user:3s secretFile:4s secretRef:5@LocalObjectReference
 readOnly:6b
CinderPersistentVolumeSource volumeID:1!s fsType:2s readOnly:3b secretRef:4@SecretReference
CinderVolumeSource volumeID:1!s fsType:2s readOnly:3b secretRef:4@LocalObjectReference
ClientIPConfig timeoutSeconds:1?i
ClusterTrustBundleProjection name:1?s signerName:2?s labelSelector:3@LabelSelector optional:5?b
 path:4!s
Condition type:1!s status:2!s observedGeneration:3i lastTransitionTime:4T reason:5!s message:6!s
ConfigMap metadata:1@ObjectMeta immutable:4?b data:2%s binaryData:3%y
ConfigMapEnvSource ^1@LocalObjectReference optional:2?b
ConfigMapKeySelector ^1@LocalObjectReference key:2!s optional:3?b
ConfigMapNodeConfigSource namespace:1!s name:2!s uid:3s resourceVersion:4s kubeletConfigKey:5!s
ConfigMapProjection ^1@LocalObjectReference items:2*@KeyToPath optional:4?b
ConfigMapVolumeSource ^1@LocalObjectReference items:2*@KeyToPath defaultMode:3?i optional:4?b
Container name:1!s image:2s command:3*s args:4*s workingDir:5s ports:6*@ContainerPort
 envFrom:19*@EnvFromSource env:7*@EnvVar resources:8@ResourceRequirements
 resizePolicy:23*@ContainerResizePolicy restartPolicy:24?s
 restartPolicyRules:25*@ContainerRestartRule volumeMounts:9*@VolumeMount
 volumeDevices:21*@VolumeDevice livenessProbe:10@Probe readinessProbe:11@Probe
 startupProbe:22@Probe lifecycle:12@Lifecycle terminationMessagePath:13s
 terminationMessagePolicy:20s imagePullPolicy:14s securityContext:15@SecurityContext stdin:16b
 stdinOnce:17b tty:18b
ContainerExtendedResourceRequest containerName:1!s resourceName:2!s requestName:3!s
ContainerImage names:1*s sizeBytes:2i
ContainerPort name:1s hostPort:2i containerPort:3!i protocol:4s hostIP:5s
ContainerResizePolicy resourceName:1!s restartPolicy:2!s
ContainerRestartRule action:1s exitCodes:2@ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes operator:1s values:2*i
ContainerState waiting:1@ContainerStateWaiting running:2@ContainerStateRunning
 terminated:3@ContainerStateTerminated
ContainerStateRunning startedAt:1T
ContainerStateTerminated exitCode:1!i signal:2i reason:3s message:4s startedAt:5T finishedAt:6T
 containerID:7s
ContainerStateWaiting reason:1s message:2s
ContainerStatus name:1!s state:2@ContainerState lastState:3@ContainerState ready:4!b
 restartCount:5!i image:6!s imageID:7!s containerID:8s started:9?b allocatedResources:10%Q
 resources:11@ResourceRequirements volumeMounts:12*@VolumeMountStatus user:13@ContainerUser
 allocatedResourcesStatus:14*@ResourceStatus stopSignal:15?s
ContainerUser linux:1@LinuxContainerUser
DaemonEndpoint Port:1!i
DeleteOptions gracePeriodSeconds:1?i preconditions:2@Preconditions orphanDependents:3?b
 propagationPolicy:4?s dryRun:5*s ignoreStoreReadErrorWithClusterBreakingPotential:6?b
DownwardAPIProjection items:1*@DownwardAPIVolumeFile
DownwardAPIVolumeFile path:1!s fieldRef:2@ObjectFieldSelector
 resourceFieldRef:3@ResourceFieldSelector mode:4?i
DownwardAPIVolumeSource items:1*@DownwardAPIVolumeFile defaultMode:2?i
EmptyDirVolumeSource medium:1s sizeLimit:2Q
EndpointAddress ip:1!s hostname:3s nodeName:4?s targetRef:2@ObjectReference
EndpointPort name:1s port:2!i protocol:3s appProtocol:4?s
EndpointSubset addresses:1*@EndpointAddress notReadyAddresses:2*@EndpointAddress
 ports:3*@EndpointPort
Endpoints metadata:1@ObjectMeta subsets:2*@EndpointSubset
EnvFromSource prefix:1s configMapRef:2@ConfigMapEnvSource secretRef:3@SecretEnvSource
EnvVar name:1!s value:2s valueFrom:3@EnvVarSource
EnvVarSource fieldRef:1@ObjectFieldSelector resourceFieldRef:2@ResourceFieldSelector
 configMapKeyRef:3@ConfigMapKeySelector secretKeyRef:4@SecretKeySelector
 fileKeyRef:5@FileKeySelector
EphemeralContainer ^1@EphemeralContainerCommon targetContainerName:2s
EphemeralContainerCommon name:1!s image:2s command:3*s args:4*s workingDir:5s
 ports:6*@ContainerPort envFrom:19*@EnvFromSource env:7*@EnvVar resources:8@ResourceRequirements
 resizePolicy:23*@ContainerResizePolicy restartPolicy:24?s
 restartPolicyRules:25*@ContainerRestartRule volumeMounts:9*@VolumeMount
 volumeDevices:21*@VolumeDevice livenessProbe:10@Probe readinessProbe:11@Probe
 startupProbe:22@Probe lifecycle:12@Lifecycle terminationMessagePath:13s
 terminationMessagePolicy:20s imagePullPolicy:14s securityContext:15@SecurityContext stdin:16b
 stdinOnce:17b tty:18b
EphemeralVolumeSource volumeClaimTemplate:1@PersistentVolumeClaimTemplate
Event metadata:1@ObjectMeta involvedObject:2@ObjectReference reason:3s message:4s
 source:5@EventSource firstTimestamp:6T lastTimestamp:7T count:8i type:9s eventTime:10U
 series:11@EventSeries action:12s related:13@ObjectReference reportingComponent:14!s
 reportingInstance:15!s
EventSeries count:1i lastObservedTime:2U
EventSource component:1s host:2s
ExecAction command:1*s
FCVolumeSource targetWWNs:1*s lun:2?i fsType:3s readOnly:4b wwids:5*s
FieldSelectorRequirement key:1!s operator:2!s values:3*s
FileKeySelector volumeName:1!s path:2!s key:3!s optional:4?b
FlexPersistentVolumeSource driver:1!s fsType:2s secretRef:3@SecretReference readOnly:4b
 options:5%s
FlexVolumeSource driver:1!s fsType:2s secretRef:3@LocalObjectReference readOnly:4b options:5%s
FlockerVolumeSource datasetName:1s datasetUUID:2s
GCEPersistentDiskVolumeSource pdName:1!s fsType:2s partition:3i readOnly:4b
GRPCAction port:1!i service:2?s
GitRepoVolumeSource repository:1!s revision:2s directory:3s
GlusterfsPersistentVolumeSource endpoints:1!s path:2!s readOnly:3b endpointsNamespace:4?s
GlusterfsVolumeSource endpoints:1!s path:2!s readOnly:3b
HTTPGetAction path:1s port:2O host:3s scheme:4s httpHeaders:5*@HTTPHeader
HTTPHeader name:1!s value:2!s
HostAlias ip:1!s hostnames:2*s
HostIP ip:1!s
HostPathVolumeSource path:1!s type:2?s
ISCSIPersistentVolumeSource targetPortal:1!s iqn:2!s lun:3!i iscsiInterface:4s fsType:5s
 readOnly:6b portals:7*s chapAuthDiscovery:8b chapAuthSession:11b secretRef:10@SecretReference
 initiatorName:12?s
ISCSIVolumeSource targetPortal:1!s iqn:2!s lun:3!i iscsiInterface:4s fsType:5s readOnly:6b
 portals:7*s chapAuthDiscovery:8b chapAuthSession:11b secretRef:10@LocalObjectReference
 initiatorName:12?s
ImageVolumeSource reference:1s pullPolicy:2s
KeyToPath key:1!s path:2!s mode:3?i
LabelSelector matchLabels:1%s matchExpressions:2*@LabelSelectorRequirement
LabelSelectorRequirement key:1!s operator:2!s values:3*s
Lifecycle postStart:1@LifecycleHandler preStop:2@LifecycleHandler stopSignal:3?s
LifecycleHandler exec:1@ExecAction httpGet:2@HTTPGetAction tcpSocket:3@TCPSocketAction
 sleep:4@SleepAction
LimitRange metadata:1@ObjectMeta spec:2@LimitRangeSpec
LimitRangeItem type:1!s max:2%Q min:3%Q default:4%Q defaultRequest:5%Q maxLimitRequestRatio:6%Q
LimitRangeSpec limits:1*@LimitRangeItem
LinuxContainerUser uid:1!i gid:2!i supplementalGroups:3*i
LoadBalancerIngress ip:1s hostname:2s ipMode:3?s ports:4*@PortStatus
LoadBalancerStatus ingress:1*@LoadBalancerIngress
LocalObjectReference name:1s
LocalVolumeSource path:1!s fsType:2?s
ManagedFieldsEntry manager:1s operation:2s apiVersion:3s time:4T fieldsType:6s fieldsV1:7F
 subresource:8s
ModifyVolumeStatus targetVolumeAttributesClassName:1s status:2!s
NFSVolumeSource server:1!s path:2!s readOnly:3b
Namespace metadata:1@ObjectMeta spec:2@NamespaceSpec status:3@NamespaceStatus
NamespaceCondition type:1!s status:2!s lastTransitionTime:4T reason:5s message:6s
NamespaceSpec finalizers:1*s
NamespaceStatus phase:1s conditions:2*@NamespaceCondition
Node metadata:1@ObjectMeta spec:2@NodeSpec status:3@NodeStatus
NodeAddress type:1!s address:2!s
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:1@NodeSelector
 preferredDuringSchedulingIgnoredDuringExecution:2*@PreferredSchedulingTerm
NodeCondition type:1!s status:2!s lastHeartbeatTime:3T lastTransitionTime:4T reason:5s
 message:6s
NodeConfigSource configMap:2@ConfigMapNodeConfigSource
NodeConfigStatus assigned:1@NodeConfigSource active:2@NodeConfigSource
 lastKnownGood:3@NodeConfigSource error:4s
NodeDaemonEndpoints kubeletEndpoint:1@DaemonEndpoint
NodeFeatures supplementalGroupsPolicy:1?b
NodeRuntimeHandler name:1!s features:2@NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:1?b userNamespaces:2?b
NodeSelector nodeSelectorTerms:1*@NodeSelectorTerm
NodeSelectorRequirement key:1!s operator:2!s values:3*s
NodeSelectorTerm matchExpressions:1*@NodeSelectorRequirement
 matchFields:2*@NodeSelectorRequirement
NodeSpec podCIDR:1s podCIDRs:7*s providerID:3s unschedulable:4b taints:5*@Taint
 configSource:6@NodeConfigSource externalID:2s
NodeStatus capacity:1%Q allocatable:2%Q phase:3s conditions:4*@NodeCondition
 addresses:5*@NodeAddress daemonEndpoints:6@NodeDaemonEndpoints nodeInfo:7@NodeSystemInfo
 images:8*@ContainerImage volumesInUse:9*s volumesAttached:10*@AttachedVolume
 config:11@NodeConfigStatus runtimeHandlers:12*@NodeRuntimeHandler features:13@NodeFeatures
 declaredFeatures:14*s
NodeSwapStatus capacity:1?i
NodeSystemInfo machineID:1!s systemUUID:2!s bootID:3!s kernelVersion:4!s osImage:5!s
 containerRuntimeVersion:6!s kubeletVersion:7!s kubeProxyVersion:8!s operatingSystem:9!s
 architecture:10!s swap:11@NodeSwapStatus
ObjectFieldSelector apiVersion:1s fieldPath:2!s
ObjectMeta name:1s generateName:2s namespace:3s selfLink:4s uid:5s resourceVersion:6s
 generation:7i creationTimestamp:8T deletionTimestamp:9T deletionGracePeriodSeconds:10?i
 labels:11%s annotations:12%s ownerReferences:13*@OwnerReference finalizers:14*s
 managedFields:17*@ManagedFieldsEntry
ObjectReference kind:1s namespace:2s name:3s uid:4s apiVersion:5s resourceVersion:6s
 fieldPath:7s
OwnerReference apiVersion:5!s kind:1!s name:3!s uid:4!s controller:6?b blockOwnerDeletion:7?b
PersistentVolume metadata:1@ObjectMeta spec:2@PersistentVolumeSpec
 status:3@PersistentVolumeStatus
PersistentVolumeClaim metadata:1@ObjectMeta spec:2@PersistentVolumeClaimSpec
 status:3@PersistentVolumeClaimStatus
PersistentVolumeClaimCondition type:1!s status:2!s lastProbeTime:3T lastTransitionTime:4T
 reason:5s message:6s
`;
