/** Fields of the other `core/v1` and `meta/v1` messages. */
export const moreCoreFields = `
PersistentVolumeClaimSpec accessModes:1*s selector:4@LabelSelector
 resources:2@VolumeResourceRequirements volumeName:3s storageClassName:5?s volumeMode:6?s
 dataSource:7@TypedLocalObjectReference dataSourceRef:8@TypedObjectReference
 volumeAttributesClassName:9?s
PersistentVolumeClaimStatus phase:1s accessModes:2*s capacity:3%Q
 conditions:4*@PersistentVolumeClaimCondition allocatedResources:5%Q
 allocatedResourceStatuses:7%s currentVolumeAttributesClassName:8?s
 modifyVolumeStatus:9@ModifyVolumeStatus
PersistentVolumeClaimTemplate metadata:1@ObjectMeta spec:2@PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource claimName:1!s readOnly:2b
PersistentVolumeSource gcePersistentDisk:1@GCEPersistentDiskVolumeSource
 awsElasticBlockStore:2@AWSElasticBlockStoreVolumeSource hostPath:3@HostPathVolumeSource
 glusterfs:4@GlusterfsPersistentVolumeSource nfs:5@NFSVolumeSource
 rbd:6@RBDPersistentVolumeSource iscsi:7@ISCSIPersistentVolumeSource
 cinder:8@CinderPersistentVolumeSource cephfs:9@CephFSPersistentVolumeSource fc:10@FCVolumeSource
 flocker:11@FlockerVolumeSource flexVolume:12@FlexPersistentVolumeSource
 azureFile:13@AzureFilePersistentVolumeSource vsphereVolume:14@VsphereVirtualDiskVolumeSource
 quobyte:15@QuobyteVolumeSource azureDisk:16@AzureDiskVolumeSource
 photonPersistentDisk:17@PhotonPersistentDiskVolumeSource portworxVolume:18@PortworxVolumeSource
 scaleIO:19@ScaleIOPersistentVolumeSource local:20@LocalVolumeSource
 storageos:21@StorageOSPersistentVolumeSource csi:22@CSIPersistentVolumeSource
PersistentVolumeSpec capacity:1%Q ^2@PersistentVolumeSource accessModes:3*s
 claimRef:4@ObjectReference persistentVolumeReclaimPolicy:5s storageClassName:6s mountOptions:7*s
 volumeMode:8?s nodeAffinity:9@VolumeNodeAffinity volumeAttributesClassName:10?s
PersistentVolumeStatus phase:1s message:2s reason:3s lastPhaseTransitionTime:4T
PhotonPersistentDiskVolumeSource pdID:1!s fsType:2s
Pod metadata:1@ObjectMeta spec:2@PodSpec status:3@PodStatus
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:1*@PodAffinityTerm
 preferredDuringSchedulingIgnoredDuringExecution:2*@WeightedPodAffinityTerm
PodAffinityTerm labelSelector:1@LabelSelector namespaces:2*s topologyKey:3!s
 namespaceSelector:4@LabelSelector matchLabelKeys:5*s mismatchLabelKeys:6*s
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:1*@PodAffinityTerm
 preferredDuringSchedulingIgnoredDuringExecution:2*@WeightedPodAffinityTerm
PodCertificateProjection signerName:1s keyType:2s maxExpirationSeconds:3?i
 credentialBundlePath:4s keyPath:5s certificateChainPath:6s userAnnotations:7%s
PodCondition type:1!s observedGeneration:7i status:2!s lastProbeTime:3T lastTransitionTime:4T
 reason:5s message:6s
PodDNSConfig nameservers:1*s searches:2*s options:3*@PodDNSConfigOption
PodDNSConfigOption name:1s value:2?s
PodExtendedResourceClaimStatus requestMappings:1*@ContainerExtendedResourceRequest
 resourceClaimName:2!s
PodIP ip:1!s
PodOS name:1!s
PodReadinessGate conditionType:1!s
PodResourceClaim name:1!s resourceClaimName:3?s resourceClaimTemplateName:4?s
PodResourceClaimStatus name:1!s resourceClaimName:2?s
PodSchedulingGate name:1!s
PodSecurityContext seLinuxOptions:1@SELinuxOptions
 windowsOptions:8@WindowsSecurityContextOptions runAsUser:2?i runAsGroup:6?i runAsNonRoot:3?b
 supplementalGroups:4*i supplementalGroupsPolicy:12?s fsGroup:5?i sysctls:7*@Sysctl
 fsGroupChangePolicy:9?s seccompProfile:10@SeccompProfile appArmorProfile:11@AppArmorProfile
 seLinuxChangePolicy:13?s
PodSpec volumes:1*@Volume initContainers:20*@Container containers:2*@Container
 ephemeralContainers:34*@EphemeralContainer restartPolicy:3s terminationGracePeriodSeconds:4?i
 activeDeadlineSeconds:5?i dnsPolicy:6s nodeSelector:7%s serviceAccountName:8s serviceAccount:9s
 automountServiceAccountToken:21?b nodeName:10s hostNetwork:11b hostPID:12b hostIPC:13b
 shareProcessNamespace:27?b securityContext:14@PodSecurityContext
 imagePullSecrets:15*@LocalObjectReference hostname:16s subdomain:17s affinity:18@Affinity
 schedulerName:19s tolerations:22*@Toleration hostAliases:23*@HostAlias priorityClassName:24s
 priority:25?i dnsConfig:26@PodDNSConfig readinessGates:28*@PodReadinessGate
 runtimeClassName:29?s enableServiceLinks:30?b preemptionPolicy:31?s overhead:32%Q
 topologySpreadConstraints:33*@TopologySpreadConstraint setHostnameAsFQDN:35?b os:36@PodOS
 hostUsers:37?b schedulingGates:38*@PodSchedulingGate resourceClaims:39*@PodResourceClaim
 resources:40@ResourceRequirements hostnameOverride:41?s workloadRef:42@WorkloadReference
PodStatus observedGeneration:17i phase:1s conditions:2*@PodCondition message:3s reason:4s
 nominatedNodeName:11s hostIP:5s hostIPs:16*@HostIP podIP:6s podIPs:12*@PodIP startTime:7T
 initContainerStatuses:10*@ContainerStatus containerStatuses:8*@ContainerStatus qosClass:9s
 ephemeralContainerStatuses:13*@ContainerStatus resize:14s
 resourceClaimStatuses:15*@PodResourceClaimStatus
 extendedResourceClaimStatus:18@PodExtendedResourceClaimStatus allocatedResources:19%Q
 resources:20@ResourceRequirements
PodTemplate metadata:1@ObjectMeta template:2@PodTemplateSpec
PodTemplateSpec metadata:1@ObjectMeta spec:2@PodSpec
PortStatus port:1!i protocol:2!s error:3?s
PortworxVolumeSource volumeID:1!s fsType:2s readOnly:3b
Preconditions uid:1?s resourceVersion:2?s
PreferredSchedulingTerm weight:1!i preference:2@NodeSelectorTerm
Probe ^1@ProbeHandler initialDelaySeconds:2i timeoutSeconds:3i periodSeconds:4i
 successThreshold:5i failureThreshold:6i terminationGracePeriodSeconds:7?i
ProbeHandler exec:1@ExecAction httpGet:2@HTTPGetAction tcpSocket:3@TCPSocketAction
 grpc:4@GRPCAction
ProjectedVolumeSource sources:1*@VolumeProjection defaultMode:2?i
QuobyteVolumeSource registry:1!s volume:2!s readOnly:3b user:4s group:5s tenant:6s
RBDPersistentVolumeSource monitors:1*s image:2!s fsType:3s pool:4s user:5s keyring:6s
 secretRef:7@SecretReference readOnly:8b
RBDVolumeSource monitors:1*s image:2!s fsType:3s pool:4s user:5s keyring:6s
 secretRef:7@LocalObjectReference readOnly:8b
ReplicationController metadata:1@ObjectMeta spec:2@ReplicationControllerSpec
 status:3@ReplicationControllerStatus
ReplicationControllerCondition type:1!s status:2!s lastTransitionTime:3T reason:4s message:5s
ReplicationControllerSpec replicas:1?i minReadySeconds:4i selector:2%s
 template:3@PodTemplateSpec
ReplicationControllerStatus replicas:1!i fullyLabeledReplicas:2i readyReplicas:4i
 availableReplicas:5i observedGeneration:3i conditions:6*@ReplicationControllerCondition
ResourceClaim name:1!s request:2s
ResourceFieldSelector containerName:1s resource:2!s divisor:3Q
ResourceHealth resourceID:1!s health:2s
ResourceQuota metadata:1@ObjectMeta spec:2@ResourceQuotaSpec status:3@ResourceQuotaStatus
ResourceQuotaSpec hard:1%Q scopes:2*s scopeSelector:3@ScopeSelector
ResourceQuotaStatus hard:1%Q used:2%Q
ResourceRequirements limits:1%Q requests:2%Q claims:3*@ResourceClaim
ResourceStatus name:1!s resources:2*@ResourceHealth
SELinuxOptions user:1s role:2s type:3s level:4s
ScaleIOPersistentVolumeSource gateway:1!s system:2!s secretRef:3@SecretReference sslEnabled:4b
 protectionDomain:5s storagePool:6s storageMode:7s volumeName:8s fsType:9s readOnly:10b
ScaleIOVolumeSource gateway:1!s system:2!s secretRef:3@LocalObjectReference sslEnabled:4b
 protectionDomain:5s storagePool:6s storageMode:7s volumeName:8s fsType:9s readOnly:10b
ScopeSelector matchExpressions:1*@ScopedResourceSelectorRequirement
ScopedResourceSelectorRequirement scopeName:1!s operator:2!s values:3*s
SeccompProfile type:1!s localhostProfile:2?s
Secret metadata:1@ObjectMeta immutable:5?b data:2%y stringData:4%s type:3s
SecretEnvSource ^1@LocalObjectReference optional:2?b
SecretKeySelector ^1@LocalObjectReference key:2!s optional:3?b
SecretProjection ^1@LocalObjectReference items:2*@KeyToPath optional:4?b
SecretReference name:1s namespace:2s
SecretVolumeSource secretName:1s items:2*@KeyToPath defaultMode:3?i optional:4?b
SecurityContext capabilities:1@Capabilities privileged:2?b seLinuxOptions:3@SELinuxOptions
 windowsOptions:10@WindowsSecurityContextOptions runAsUser:4?i runAsGroup:8?i runAsNonRoot:5?b
 readOnlyRootFilesystem:6?b allowPrivilegeEscalation:7?b procMount:9?s
 seccompProfile:11@SeccompProfile appArmorProfile:12@AppArmorProfile
Service metadata:1@ObjectMeta spec:2@ServiceSpec status:3@ServiceStatus
ServiceAccount metadata:1@ObjectMeta secrets:2*@ObjectReference
 imagePullSecrets:3*@LocalObjectReference automountServiceAccountToken:4?b
ServiceAccountTokenProjection audience:1s expirationSeconds:2?i path:3!s
ServicePort name:1s protocol:2s appProtocol:6?s port:3!i targetPort:4O nodePort:5i
ServiceSpec ports:1*@ServicePort selector:2%s clusterIP:3s clusterIPs:18*s type:4s
 externalIPs:5*s sessionAffinity:7s loadBalancerIP:8s loadBalancerSourceRanges:9*s
 externalName:10s externalTrafficPolicy:11s healthCheckNodePort:12i publishNotReadyAddresses:13b
 sessionAffinityConfig:14@SessionAffinityConfig ipFamilies:19*s ipFamilyPolicy:17?s
 allocateLoadBalancerNodePorts:20?b loadBalancerClass:21?s internalTrafficPolicy:22?s
 trafficDistribution:23?s
ServiceStatus loadBalancer:1@LoadBalancerStatus conditions:2*@Condition
SessionAffinityConfig clientIP:1@ClientIPConfig
SleepAction seconds:1!i
StorageOSPersistentVolumeSource volumeName:1s volumeNamespace:2s fsType:3s readOnly:4b
 secretRef:5@ObjectReference
StorageOSVolumeSource volumeName:1s volumeNamespace:2s fsType:3s readOnly:4b
 secretRef:5@LocalObjectReference
Sysctl name:1!s value:2!s
TCPSocketAction port:1O host:2s
Taint key:1!s value:2s effect:3!s timeAdded:4T
Toleration key:1s operator:2s value:3s effect:4s tolerationSeconds:5?i
TopologySelectorLabelRequirement key:1!s values:2*s
TopologySelectorTerm matchLabelExpressions:1*@TopologySelectorLabelRequirement
TopologySpreadConstraint maxSkew:1!i topologyKey:2!s whenUnsatisfiable:3!s
 labelSelector:4@LabelSelector minDomains:5?i nodeAffinityPolicy:6?s nodeTaintsPolicy:7?s
 matchLabelKeys:8*s
TypedLocalObjectReference apiGroup:1?s kind:2!s name:3!s
TypedObjectReference apiGroup:1?s kind:2!s name:3!s namespace:4?s
Volume name:1!s ^2@VolumeSource
VolumeDevice name:1!s devicePath:2!s
VolumeMount name:1!s readOnly:2b recursiveReadOnly:7?s mountPath:3!s subPath:4s
 mountPropagation:5?s subPathExpr:6s
VolumeMountStatus name:1!s mountPath:2!s readOnly:3b recursiveReadOnly:4?s
VolumeNodeAffinity required:1@NodeSelector
VolumeProjection secret:1@SecretProjection downwardAPI:2@DownwardAPIProjection
 configMap:3@ConfigMapProjection serviceAccountToken:4@ServiceAccountTokenProjection
 clusterTrustBundle:5@ClusterTrustBundleProjection podCertificate:6@PodCertificateProjection
VolumeResourceRequirements limits:1%Q requests:2%Q
VolumeSource hostPath:1@HostPathVolumeSource emptyDir:2@EmptyDirVolumeSource
 gcePersistentDisk:3@GCEPersistentDiskVolumeSource
 awsElasticBlockStore:4@AWSElasticBlockStoreVolumeSource gitRepo:5@GitRepoVolumeSource
 secret:6@SecretVolumeSource nfs:7@NFSVolumeSource iscsi:8@ISCSIVolumeSource
 glusterfs:9@GlusterfsVolumeSource persistentVolumeClaim:10@PersistentVolumeClaimVolumeSource
 rbd:11@RBDVolumeSource flexVolume:12@FlexVolumeSource cinder:13@CinderVolumeSource
 cephfs:14@CephFSVolumeSource flocker:15@FlockerVolumeSource
 downwardAPI:16@DownwardAPIVolumeSource fc:17@FCVolumeSource azureFile:18@AzureFileVolumeSource
 configMap:19@ConfigMapVolumeSource vsphereVolume:20@VsphereVirtualDiskVolumeSource
 quobyte:21@QuobyteVolumeSource azureDisk:22@AzureDiskVolumeSource
 photonPersistentDisk:23@PhotonPersistentDiskVolumeSource projected:26@ProjectedVolumeSource
 portworxVolume:24@PortworxVolumeSource scaleIO:25@ScaleIOVolumeSource
 storageos:27@StorageOSVolumeSource csi:28@CSIVolumeSource ephemeral:29@EphemeralVolumeSource
 image:30@ImageVolumeSource
VsphereVirtualDiskVolumeSource volumePath:1!s fsType:2s storagePolicyName:3s storagePolicyID:4s
WeightedPodAffinityTerm weight:1!i podAffinityTerm:2@PodAffinityTerm
WindowsSecurityContextOptions gmsaCredentialSpecName:1?s gmsaCredentialSpec:2?s
 runAsUserName:3?s hostProcess:4?b
WorkloadReference name:1!s podGroup:2!s podGroupReplicaKey:3s
`;
