// Members of the API's Go structs in the order that they are declared in, which is the order that
// encoding/json writes them in. Types that are not here keep theirs.
const text = `
AuthenticationV1TokenRequest: kind apiVersion metadata spec status
CoreV1Event: kind apiVersion metadata involvedObject reason message source firstTimestamp
  lastTimestamp count type eventTime series action related reportingComponent reportingInstance
CoreV1EventSeries: count lastObservedTime
CoreV1ResourceClaim: name request
RbacV1Subject: kind apiGroup name namespace
V1AWSElasticBlockStoreVolumeSource: volumeID fsType partition readOnly
V1Affinity: nodeAffinity podAffinity podAntiAffinity
V1AppArmorProfile: type localhostProfile
V1AttachedVolume: name devicePath
V1AzureDiskVolumeSource: diskName diskURI cachingMode fsType readOnly kind
V1AzureFileVolumeSource: secretName shareName readOnly
V1CSIVolumeSource: driver readOnly fsType volumeAttributes nodePublishSecretRef
V1Capabilities: add drop
V1CephFSVolumeSource: monitors path user secretFile secretRef readOnly
V1CinderVolumeSource: volumeID fsType readOnly secretRef
V1ClientIPConfig: timeoutSeconds
V1ClusterRole: kind apiVersion metadata rules aggregationRule
V1ClusterRoleBinding: kind apiVersion metadata subjects roleRef
V1ClusterTrustBundleProjection: name signerName labelSelector optional path
V1Condition: type status observedGeneration lastTransitionTime reason message
V1ConfigMap: kind apiVersion metadata immutable data binaryData
V1ConfigMapEnvSource: name optional
V1ConfigMapKeySelector: name key optional
V1ConfigMapNodeConfigSource: namespace name uid resourceVersion kubeletConfigKey
V1ConfigMapProjection: name items optional
V1ConfigMapVolumeSource: name items defaultMode optional
V1Container: name image command args workingDir ports envFrom env resources resizePolicy
  restartPolicy restartPolicyRules volumeMounts volumeDevices livenessProbe readinessProbe
  startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy
  securityContext stdin stdinOnce tty
V1ContainerExtendedResourceRequest: containerName resourceName requestName
V1ContainerImage: names sizeBytes
V1ContainerPort: name hostPort containerPort protocol hostIP
V1ContainerResizePolicy: resourceName restartPolicy
V1ContainerRestartRule: action exitCodes
V1ContainerRestartRuleOnExitCodes: operator values
V1ContainerState: waiting running terminated
V1ContainerStateRunning: startedAt
V1ContainerStateTerminated: exitCode signal reason message startedAt finishedAt containerID
V1ContainerStateWaiting: reason message
V1ContainerStatus: name state lastState ready restartCount image imageID containerID started
  allocatedResources resources volumeMounts user allocatedResourcesStatus stopSignal
V1ContainerUser: linux
V1CronJob: kind apiVersion metadata spec status
V1CronJobSpec: schedule timeZone startingDeadlineSeconds concurrencyPolicy suspend jobTemplate
  successfulJobsHistoryLimit failedJobsHistoryLimit
V1CronJobStatus: active lastScheduleTime lastSuccessfulTime
V1DaemonEndpoint: Port
V1DaemonSet: kind apiVersion metadata spec status
V1DaemonSetCondition: type status lastTransitionTime reason message
V1DaemonSetSpec: selector template updateStrategy minReadySeconds revisionHistoryLimit
V1DaemonSetStatus: currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady
  observedGeneration updatedNumberScheduled numberAvailable numberUnavailable collisionCount
  conditions
V1DaemonSetUpdateStrategy: type rollingUpdate
V1Deployment: kind apiVersion metadata spec status
V1DeploymentCondition: type status lastUpdateTime lastTransitionTime reason message
V1DeploymentSpec: replicas selector template strategy minReadySeconds revisionHistoryLimit paused
  progressDeadlineSeconds
V1DeploymentStatus: observedGeneration replicas updatedReplicas readyReplicas availableReplicas
  unavailableReplicas terminatingReplicas conditions collisionCount
V1DeploymentStrategy: type rollingUpdate
V1DownwardAPIProjection: items
V1DownwardAPIVolumeFile: path fieldRef resourceFieldRef mode
V1DownwardAPIVolumeSource: items defaultMode
V1EmptyDirVolumeSource: medium sizeLimit
V1EnvFromSource: prefix configMapRef secretRef
V1EnvVar: name value valueFrom
V1EnvVarSource: fieldRef resourceFieldRef configMapKeyRef secretKeyRef fileKeyRef
V1EphemeralContainer: name image command args workingDir ports envFrom env resources resizePolicy
  restartPolicy restartPolicyRules volumeMounts volumeDevices livenessProbe readinessProbe
  startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy
  securityContext stdin stdinOnce tty targetContainerName
V1EphemeralVolumeSource: volumeClaimTemplate
V1EventSource: component host
V1ExecAction: command
V1FCVolumeSource: targetWWNs lun fsType readOnly wwids
V1FileKeySelector: volumeName path key optional
V1FlexVolumeSource: driver fsType secretRef readOnly options
V1FlockerVolumeSource: datasetName datasetUUID
V1GCEPersistentDiskVolumeSource: pdName fsType partition readOnly
V1GRPCAction: port service
V1GitRepoVolumeSource: repository revision directory
V1GlusterfsVolumeSource: endpoints path readOnly
V1HTTPGetAction: path port host scheme httpHeaders
V1HTTPHeader: name value
V1HTTPIngressPath: path pathType backend
V1HTTPIngressRuleValue: paths
V1HostAlias: ip hostnames
V1HostIP: ip
V1HostPathVolumeSource: path type
V1ISCSIVolumeSource: targetPortal iqn lun iscsiInterface fsType readOnly portals chapAuthDiscovery
  chapAuthSession secretRef initiatorName
V1ImageVolumeSource: reference pullPolicy
V1Ingress: kind apiVersion metadata spec status
V1IngressBackend: service resource
V1IngressRule: host http
V1IngressServiceBackend: name port
V1IngressSpec: ingressClassName defaultBackend tls rules
V1IngressTLS: hosts secretName
V1Job: kind apiVersion metadata spec status
V1JobCondition: type status lastProbeTime lastTransitionTime reason message
V1JobSpec: parallelism completions activeDeadlineSeconds podFailurePolicy successPolicy
  backoffLimit backoffLimitPerIndex maxFailedIndexes selector manualSelector template
  ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy
V1JobStatus: conditions startTime completionTime active succeeded failed terminating
  completedIndexes failedIndexes uncountedTerminatedPods ready
V1JobTemplateSpec: metadata spec
V1KeyToPath: key path mode
V1LabelSelector: matchLabels matchExpressions
V1LabelSelectorRequirement: key operator values
V1Lifecycle: postStart preStop stopSignal
V1LifecycleHandler: exec httpGet tcpSocket sleep
V1LinuxContainerUser: uid gid supplementalGroups
V1LoadBalancerIngress: ip hostname ipMode ports
V1LoadBalancerStatus: ingress
V1LocalObjectReference: name
V1ManagedFieldsEntry: manager operation apiVersion time fieldsType fieldsV1 subresource
V1ModifyVolumeStatus: targetVolumeAttributesClassName status
V1NFSVolumeSource: server path readOnly
V1Namespace: kind apiVersion metadata spec status
V1Node: kind apiVersion metadata spec status
V1NodeAddress: type address
V1NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution
  preferredDuringSchedulingIgnoredDuringExecution
V1NodeCondition: type status lastHeartbeatTime lastTransitionTime reason message
V1NodeConfigSource: configMap
V1NodeConfigStatus: assigned active lastKnownGood error
V1NodeDaemonEndpoints: kubeletEndpoint
V1NodeFeatures: supplementalGroupsPolicy
V1NodeRuntimeHandler: name features
V1NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts userNamespaces
V1NodeSelector: nodeSelectorTerms
V1NodeSelectorRequirement: key operator values
V1NodeSelectorTerm: matchExpressions matchFields
V1NodeSpec: podCIDR podCIDRs providerID unschedulable taints configSource externalID
V1NodeStatus: capacity allocatable phase conditions addresses daemonEndpoints nodeInfo images
  volumesInUse volumesAttached config runtimeHandlers features declaredFeatures
V1NodeSwapStatus: capacity
V1NodeSystemInfo: machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion
  kubeletVersion kubeProxyVersion operatingSystem architecture swap
V1ObjectFieldSelector: apiVersion fieldPath
V1ObjectMeta: name generateName namespace uid resourceVersion generation creationTimestamp
  deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers
  managedFields
V1ObjectReference: kind namespace name uid apiVersion resourceVersion fieldPath
V1OwnerReference: apiVersion kind name uid controller blockOwnerDeletion
V1PersistentVolumeClaim: kind apiVersion metadata spec status
V1PersistentVolumeClaimCondition: type status lastProbeTime lastTransitionTime reason message
V1PersistentVolumeClaimSpec: accessModes selector resources volumeName storageClassName volumeMode
  dataSource dataSourceRef volumeAttributesClassName
V1PersistentVolumeClaimStatus: phase accessModes capacity conditions allocatedResources
  allocatedResourceStatuses currentVolumeAttributesClassName modifyVolumeStatus
V1PersistentVolumeClaimTemplate: metadata spec
V1PersistentVolumeClaimVolumeSource: claimName readOnly
V1PhotonPersistentDiskVolumeSource: pdID fsType
V1Pod: kind apiVersion metadata spec status
V1PodAffinity: requiredDuringSchedulingIgnoredDuringExecution
  preferredDuringSchedulingIgnoredDuringExecution
V1PodAffinityTerm: labelSelector namespaces topologyKey namespaceSelector matchLabelKeys
  mismatchLabelKeys
V1PodAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution
  preferredDuringSchedulingIgnoredDuringExecution
V1PodCertificateProjection: signerName keyType maxExpirationSeconds credentialBundlePath keyPath
  certificateChainPath userAnnotations
V1PodCondition: type observedGeneration status lastProbeTime lastTransitionTime reason message
V1PodDNSConfig: nameservers searches options
V1PodDNSConfigOption: name value
V1PodDisruptionBudget: kind apiVersion metadata spec status
V1PodDisruptionBudgetSpec: minAvailable selector maxUnavailable unhealthyPodEvictionPolicy
V1PodDisruptionBudgetStatus: observedGeneration disruptedPods disruptionsAllowed currentHealthy
  desiredHealthy expectedPods conditions
V1PodExtendedResourceClaimStatus: requestMappings resourceClaimName
V1PodFailurePolicy: rules
V1PodFailurePolicyOnExitCodesRequirement: containerName operator values
V1PodFailurePolicyOnPodConditionsPattern: type status
V1PodFailurePolicyRule: action onExitCodes onPodConditions
V1PodIP: ip
V1PodOS: name
V1PodReadinessGate: conditionType
V1PodResourceClaim: name resourceClaimName resourceClaimTemplateName
V1PodResourceClaimStatus: name resourceClaimName
V1PodSchedulingGate: name
V1PodSecurityContext: seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot
  supplementalGroups supplementalGroupsPolicy fsGroup sysctls fsGroupChangePolicy seccompProfile
  appArmorProfile seLinuxChangePolicy
V1PodSpec: volumes initContainers containers ephemeralContainers restartPolicy
  terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName
  serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC
  shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName
  tolerations hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName
  enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os
  hostUsers schedulingGates resourceClaims resources hostnameOverride
V1PodStatus: observedGeneration phase conditions message reason nominatedNodeName hostIP hostIPs
  podIP podIPs startTime initContainerStatuses containerStatuses qosClass
  ephemeralContainerStatuses resize resourceClaimStatuses extendedResourceClaimStatus
  allocatedResources resources
V1PodTemplateSpec: metadata spec
V1PolicyRule: verbs apiGroups resources resourceNames nonResourceURLs
V1PortStatus: port protocol error
V1PortworxVolumeSource: volumeID fsType readOnly
V1PreferredSchedulingTerm: weight preference
V1PriorityClass: kind apiVersion metadata value globalDefault description preemptionPolicy
V1Probe: exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds
  successThreshold failureThreshold terminationGracePeriodSeconds
V1ProjectedVolumeSource: sources defaultMode
V1QuobyteVolumeSource: registry volume readOnly user group tenant
V1RBDVolumeSource: monitors image fsType pool user keyring secretRef readOnly
V1ReplicaSet: kind apiVersion metadata spec status
V1ReplicaSetCondition: type status lastTransitionTime reason message
V1ReplicaSetSpec: replicas minReadySeconds selector template
V1ReplicaSetStatus: replicas fullyLabeledReplicas readyReplicas availableReplicas
  terminatingReplicas observedGeneration conditions
V1ReplicationController: kind apiVersion metadata spec status
V1ReplicationControllerCondition: type status lastTransitionTime reason message
V1ReplicationControllerSpec: replicas minReadySeconds selector template
V1ReplicationControllerStatus: replicas fullyLabeledReplicas readyReplicas availableReplicas
  observedGeneration conditions
V1ResourceFieldSelector: containerName resource divisor
V1ResourceHealth: resourceID health
V1ResourceQuota: kind apiVersion metadata spec status
V1ResourceQuotaSpec: hard scopes scopeSelector
V1ResourceRequirements: limits requests claims
V1ResourceStatus: name resources
V1Role: kind apiVersion metadata rules
V1RoleBinding: kind apiVersion metadata subjects roleRef
V1RoleRef: apiGroup kind name
V1RollingUpdateDaemonSet: maxUnavailable maxSurge
V1RollingUpdateDeployment: maxUnavailable maxSurge
V1RollingUpdateStatefulSetStrategy: partition maxUnavailable
V1SELinuxOptions: user role type level
V1ScaleIOVolumeSource: gateway system secretRef sslEnabled protectionDomain storagePool
  storageMode volumeName fsType readOnly
V1SeccompProfile: type localhostProfile
V1Secret: kind apiVersion metadata immutable data stringData type
V1SecretEnvSource: name optional
V1SecretKeySelector: name key optional
V1SecretProjection: name items optional
V1SecretVolumeSource: secretName items defaultMode optional
V1SecurityContext: capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup
  runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile
  appArmorProfile
V1Service: kind apiVersion metadata spec status
V1ServiceAccount: kind apiVersion metadata secrets imagePullSecrets automountServiceAccountToken
V1ServiceAccountTokenProjection: audience expirationSeconds path
V1ServiceBackendPort: name number
V1ServicePort: name protocol appProtocol port targetPort nodePort
V1ServiceSpec: ports selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP
  loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort
  publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy
  allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution
V1ServiceStatus: loadBalancer conditions
V1SessionAffinityConfig: clientIP
V1SleepAction: seconds
V1StatefulSet: kind apiVersion metadata spec status
V1StatefulSetCondition: type status lastTransitionTime reason message
V1StatefulSetOrdinals: start
V1StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted whenScaled
V1StatefulSetSpec: replicas selector template volumeClaimTemplates serviceName podManagementPolicy
  updateStrategy revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy
  ordinals
V1StatefulSetStatus: observedGeneration replicas readyReplicas currentReplicas updatedReplicas
  currentRevision updateRevision collisionCount conditions availableReplicas
V1StatefulSetUpdateStrategy: type rollingUpdate
V1StorageOSVolumeSource: volumeName volumeNamespace fsType readOnly secretRef
V1SuccessPolicy: rules
V1SuccessPolicyRule: succeededIndexes succeededCount
V1Sysctl: name value
V1TCPSocketAction: port host
V1Taint: key value effect timeAdded
V1TokenRequestSpec: audiences expirationSeconds boundObjectRef
V1TokenRequestStatus: token expirationTimestamp
V1Toleration: key operator value effect tolerationSeconds
V1TopologySpreadConstraint: maxSkew topologyKey whenUnsatisfiable labelSelector minDomains
  nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys
V1TypedLocalObjectReference: apiGroup kind name
V1TypedObjectReference: apiGroup kind name namespace
V1UncountedTerminatedPods: succeeded failed
V1Volume: name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi
  glusterfs persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile
  configMap vsphereVolume quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO
  storageos csi ephemeral image
V1VolumeDevice: name devicePath
V1VolumeMount: name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr
V1VolumeMountStatus: name mountPath readOnly recursiveReadOnly
V1VolumeProjection: secret downwardAPI configMap serviceAccountToken clusterTrustBundle
  podCertificate
V1VolumeResourceRequirements: limits requests
V1VsphereVirtualDiskVolumeSource: volumePath fsType storagePolicyName storagePolicyID
V1WeightedPodAffinityTerm: weight podAffinityTerm
V1WindowsSecurityContextOptions: gmsaCredentialSpecName gmsaCredentialSpec runAsUserName
  hostProcess
V2CrossVersionObjectReference: kind name apiVersion
V2HorizontalPodAutoscaler: kind apiVersion metadata spec status
V2HorizontalPodAutoscalerSpec: scaleTargetRef minReplicas maxReplicas metrics behavior
V2HorizontalPodAutoscalerStatus: observedGeneration lastScaleTime currentReplicas desiredReplicas
  currentMetrics conditions
V2MetricSpec: type object pods resource containerResource external
V2MetricTarget: type value averageValue averageUtilization
V2ResourceMetricSource: name target
`;

let orders: ReadonlyMap<string, readonly string[]> | undefined;

/** Members of a type in the order of its Go struct; undefined where it is not known. */
export function orderOf(definition: string): readonly string[] | undefined {
  orders ??= new Map(
    text
      .trim()
      .split(/\n(?! )/)
      .map((line) => {
        const [name = '', rest = ''] = line.split(':');
        return [name, rest.trim().split(/\s+/)];
      }),
  );
  return orders.get(definition);
}
