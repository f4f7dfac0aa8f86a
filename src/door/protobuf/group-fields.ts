/** Fields of the messages of named groups. */
export const groupFields = `
apps.ControllerRevision metadata:1@ObjectMeta data:2R revision:3!i
apps.DaemonSet metadata:1@ObjectMeta spec:2@apps.DaemonSetSpec status:3@apps.DaemonSetStatus
apps.DaemonSetCondition type:1!s status:2!s lastTransitionTime:3T reason:4s message:5s
apps.DaemonSetSpec selector:1@LabelSelector template:2@PodTemplateSpec
 updateStrategy:3@apps.DaemonSetUpdateStrategy minReadySeconds:4i revisionHistoryLimit:6?i
apps.DaemonSetStatus currentNumberScheduled:1!i numberMisscheduled:2!i
 desiredNumberScheduled:3!i numberReady:4!i observedGeneration:5i updatedNumberScheduled:6i
 numberAvailable:7i numberUnavailable:8i collisionCount:9?i
 conditions:10*@apps.DaemonSetCondition
apps.DaemonSetUpdateStrategy type:1s rollingUpdate:2@apps.RollingUpdateDaemonSet
apps.Deployment metadata:1@ObjectMeta spec:2@apps.DeploymentSpec status:3@apps.DeploymentStatus
apps.DeploymentCondition type:1!s status:2!s lastUpdateTime:6T lastTransitionTime:7T reason:4s
 message:5s
apps.DeploymentSpec replicas:1?i selector:2@LabelSelector template:3@PodTemplateSpec
 strategy:4@apps.DeploymentStrategy minReadySeconds:5i revisionHistoryLimit:6?i paused:7b
 progressDeadlineSeconds:9?i
apps.DeploymentStatus observedGeneration:1i replicas:2i updatedReplicas:3i readyReplicas:7i
 availableReplicas:4i unavailableReplicas:5i terminatingReplicas:9?i
 conditions:6*@apps.DeploymentCondition collisionCount:8?i
apps.DeploymentStrategy type:1s rollingUpdate:2@apps.RollingUpdateDeployment
apps.ReplicaSet metadata:1@ObjectMeta spec:2@apps.ReplicaSetSpec status:3@apps.ReplicaSetStatus
apps.ReplicaSetCondition type:1!s status:2!s lastTransitionTime:3T reason:4s message:5s
apps.ReplicaSetSpec replicas:1?i minReadySeconds:4i selector:2@LabelSelector
 template:3@PodTemplateSpec
apps.ReplicaSetStatus replicas:1!i fullyLabeledReplicas:2i readyReplicas:4i availableReplicas:5i
 terminatingReplicas:7?i observedGeneration:3i conditions:6*@apps.ReplicaSetCondition
apps.RollingUpdateDaemonSet maxUnavailable:1O maxSurge:2O
apps.RollingUpdateDeployment maxUnavailable:1O maxSurge:2O
apps.RollingUpdateStatefulSetStrategy partition:1?i maxUnavailable:2O
apps.StatefulSet metadata:1@ObjectMeta spec:2@apps.StatefulSetSpec
 status:3@apps.StatefulSetStatus
apps.StatefulSetCondition type:1!s status:2!s lastTransitionTime:3T reason:4s message:5s
apps.StatefulSetOrdinals start:1!i
apps.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:1s whenScaled:2s
apps.StatefulSetSpec replicas:1?i selector:2@LabelSelector template:3@PodTemplateSpec
 volumeClaimTemplates:4*@PersistentVolumeClaim serviceName:5!s podManagementPolicy:6s
 updateStrategy:7@apps.StatefulSetUpdateStrategy revisionHistoryLimit:8?i minReadySeconds:9i
 persistentVolumeClaimRetentionPolicy:10@apps.StatefulSetPersistentVolumeClaimRetentionPolicy
 ordinals:11@apps.StatefulSetOrdinals
apps.StatefulSetStatus observedGeneration:1i replicas:2!i readyReplicas:3i currentReplicas:4i
 updatedReplicas:5i currentRevision:6s updateRevision:7s collisionCount:9?i
 conditions:10*@apps.StatefulSetCondition availableReplicas:11!i
apps.StatefulSetUpdateStrategy type:1s rollingUpdate:2@apps.RollingUpdateStatefulSetStrategy
authentication.BoundObjectReference kind:1s apiVersion:2s name:3s uid:4s
authentication.SelfSubjectReview metadata:1@ObjectMeta
 status:2@authentication.SelfSubjectReviewStatus
authentication.SelfSubjectReviewStatus userInfo:1@authentication.UserInfo
authentication.TokenRequest metadata:1@ObjectMeta spec:2@authentication.TokenRequestSpec
 status:3@authentication.TokenRequestStatus
authentication.TokenRequestSpec audiences:1*s expirationSeconds:4?i
 boundObjectRef:3@authentication.BoundObjectReference
authentication.TokenRequestStatus token:1!s expirationTimestamp:2T
authentication.TokenReview metadata:1@ObjectMeta spec:2@authentication.TokenReviewSpec
 status:3@authentication.TokenReviewStatus
authentication.TokenReviewSpec token:1s audiences:2*s
authentication.TokenReviewStatus authenticated:1b user:2@authentication.UserInfo audiences:4*s
 error:3s
authentication.UserInfo username:1s uid:2s groups:3*s extra:4%X
authorization.FieldSelectorAttributes rawSelector:1s requirements:2*@FieldSelectorRequirement
authorization.LabelSelectorAttributes rawSelector:1s requirements:2*@LabelSelectorRequirement
authorization.LocalSubjectAccessReview metadata:1@ObjectMeta
 spec:2@authorization.SubjectAccessReviewSpec status:3@authorization.SubjectAccessReviewStatus
authorization.NonResourceAttributes path:1s verb:2s
authorization.NonResourceRule verbs:1*s nonResourceURLs:2*s
authorization.ResourceAttributes namespace:1s verb:2s group:3s version:4s resource:5s
 subresource:6s name:7s fieldSelector:8@authorization.FieldSelectorAttributes
 labelSelector:9@authorization.LabelSelectorAttributes
authorization.ResourceRule verbs:1*s apiGroups:2*s resources:3*s resourceNames:4*s
authorization.SelfSubjectAccessReview metadata:1@ObjectMeta
 spec:2@authorization.SelfSubjectAccessReviewSpec
 status:3@authorization.SubjectAccessReviewStatus
authorization.SelfSubjectAccessReviewSpec resourceAttributes:1@authorization.ResourceAttributes
 nonResourceAttributes:2@authorization.NonResourceAttributes
authorization.SelfSubjectRulesReview metadata:1@ObjectMeta
 spec:2@authorization.SelfSubjectRulesReviewSpec status:3@authorization.SubjectRulesReviewStatus
authorization.SelfSubjectRulesReviewSpec namespace:1s
authorization.SubjectAccessReview metadata:1@ObjectMeta
 spec:2@authorization.SubjectAccessReviewSpec status:3@authorization.SubjectAccessReviewStatus
authorization.SubjectAccessReviewSpec resourceAttributes:1@authorization.ResourceAttributes
 nonResourceAttributes:2@authorization.NonResourceAttributes user:3s groups:4*s extra:5%X uid:6s
authorization.SubjectAccessReviewStatus allowed:1!b denied:4b reason:2s evaluationError:3s
authorization.SubjectRulesReviewStatus resourceRules:1*@authorization.ResourceRule
 nonResourceRules:2*@authorization.NonResourceRule incomplete:3!b evaluationError:4s
autoscaling.CrossVersionObjectReference kind:1!s name:2!s apiVersion:3s
autoscaling.HorizontalPodAutoscaler metadata:1@ObjectMeta
 spec:2@autoscaling.HorizontalPodAutoscalerSpec
 status:3@autoscaling.HorizontalPodAutoscalerStatus
autoscaling.HorizontalPodAutoscalerSpec scaleTargetRef:1@autoscaling.CrossVersionObjectReference
 minReplicas:2?i maxReplicas:3!i targetCPUUtilizationPercentage:4?i
autoscaling.HorizontalPodAutoscalerStatus observedGeneration:1?i lastScaleTime:2T
 currentReplicas:3!i desiredReplicas:4!i currentCPUUtilizationPercentage:5?i
autoscaling.Scale metadata:1@ObjectMeta spec:2@autoscaling.ScaleSpec
 status:3@autoscaling.ScaleStatus
autoscaling.ScaleSpec replicas:1i
autoscaling.ScaleStatus replicas:1!i selector:2s
autoscalingv2.ContainerResourceMetricSource name:1!s target:2@autoscalingv2.MetricTarget
 container:3!s
autoscalingv2.ContainerResourceMetricStatus name:1!s current:2@autoscalingv2.MetricValueStatus
 container:3!s
autoscalingv2.CrossVersionObjectReference kind:1!s name:2!s apiVersion:3s
autoscalingv2.ExternalMetricSource metric:1@autoscalingv2.MetricIdentifier
 target:2@autoscalingv2.MetricTarget
autoscalingv2.ExternalMetricStatus metric:1@autoscalingv2.MetricIdentifier
 current:2@autoscalingv2.MetricValueStatus
autoscalingv2.HPAScalingPolicy type:1!s value:2!i periodSeconds:3!i
autoscalingv2.HPAScalingRules stabilizationWindowSeconds:3?i selectPolicy:1?s
 policies:2*@autoscalingv2.HPAScalingPolicy tolerance:4Q
autoscalingv2.HorizontalPodAutoscaler metadata:1@ObjectMeta
 spec:2@autoscalingv2.HorizontalPodAutoscalerSpec
 status:3@autoscalingv2.HorizontalPodAutoscalerStatus
autoscalingv2.HorizontalPodAutoscalerBehavior scaleUp:1@autoscalingv2.HPAScalingRules
 scaleDown:2@autoscalingv2.HPAScalingRules
autoscalingv2.HorizontalPodAutoscalerCondition type:1!s status:2!s lastTransitionTime:3T
 reason:4s message:5s
autoscalingv2.HorizontalPodAutoscalerSpec
 scaleTargetRef:1@autoscalingv2.CrossVersionObjectReference minReplicas:2?i maxReplicas:3!i
 metrics:4*@autoscalingv2.MetricSpec behavior:5@autoscalingv2.HorizontalPodAutoscalerBehavior
autoscalingv2.HorizontalPodAutoscalerStatus observedGeneration:1?i lastScaleTime:2T
 currentReplicas:3i desiredReplicas:4!i currentMetrics:5*@autoscalingv2.MetricStatus
 conditions:6*@autoscalingv2.HorizontalPodAutoscalerCondition
autoscalingv2.MetricIdentifier name:1!s selector:2@LabelSelector
autoscalingv2.MetricSpec type:1!s object:2@autoscalingv2.ObjectMetricSource
 pods:3@autoscalingv2.PodsMetricSource resource:4@autoscalingv2.ResourceMetricSource
 containerResource:7@autoscalingv2.ContainerResourceMetricSource
 external:5@autoscalingv2.ExternalMetricSource
autoscalingv2.MetricStatus type:1!s object:2@autoscalingv2.ObjectMetricStatus
 pods:3@autoscalingv2.PodsMetricStatus resource:4@autoscalingv2.ResourceMetricStatus
 containerResource:7@autoscalingv2.ContainerResourceMetricStatus
 external:5@autoscalingv2.ExternalMetricStatus
autoscalingv2.MetricTarget type:1!s value:2Q averageValue:3Q averageUtilization:4?i
autoscalingv2.MetricValueStatus value:1Q averageValue:2Q averageUtilization:3?i
autoscalingv2.ObjectMetricSource describedObject:1@autoscalingv2.CrossVersionObjectReference
 target:2@autoscalingv2.MetricTarget metric:3@autoscalingv2.MetricIdentifier
autoscalingv2.ObjectMetricStatus metric:1@autoscalingv2.MetricIdentifier
 current:2@autoscalingv2.MetricValueStatus
 describedObject:3@autoscalingv2.CrossVersionObjectReference
autoscalingv2.PodsMetricSource metric:1@autoscalingv2.MetricIdentifier
 target:2@autoscalingv2.MetricTarget
autoscalingv2.PodsMetricStatus metric:1@autoscalingv2.MetricIdentifier
 current:2@autoscalingv2.MetricValueStatus
autoscalingv2.ResourceMetricSource name:1!s target:2@autoscalingv2.MetricTarget
autoscalingv2.ResourceMetricStatus name:1!s current:2@autoscalingv2.MetricValueStatus
batch.CronJob metadata:1@ObjectMeta spec:2@batch.CronJobSpec status:3@batch.CronJobStatus
batch.CronJobSpec schedule:1!s timeZone:8?s startingDeadlineSeconds:2?i concurrencyPolicy:3s
 suspend:4?b jobTemplate:5@batch.JobTemplateSpec successfulJobsHistoryLimit:6?i
 failedJobsHistoryLimit:7?i
batch.CronJobStatus active:1*@ObjectReference lastScheduleTime:4T lastSuccessfulTime:5T
batch.Job metadata:1@ObjectMeta spec:2@batch.JobSpec status:3@batch.JobStatus
batch.JobCondition type:1!s status:2!s lastProbeTime:3T lastTransitionTime:4T reason:5s
 message:6s
batch.JobSpec parallelism:1?i completions:2?i activeDeadlineSeconds:3?i
 podFailurePolicy:11@batch.PodFailurePolicy successPolicy:16@batch.SuccessPolicy backoffLimit:7?i
 backoffLimitPerIndex:12?i maxFailedIndexes:13?i selector:4@LabelSelector manualSelector:5?b
 template:6@PodTemplateSpec ttlSecondsAfterFinished:8?i completionMode:9?s suspend:10?b
 podReplacementPolicy:14?s managedBy:15?s
batch.JobStatus conditions:1*@batch.JobCondition startTime:2T completionTime:3T active:4i
 succeeded:5i failed:6i terminating:11?i completedIndexes:7s failedIndexes:10?s
 uncountedTerminatedPods:8@batch.UncountedTerminatedPods ready:9?i
batch.JobTemplateSpec metadata:1@ObjectMeta spec:2@batch.JobSpec
batch.PodFailurePolicy rules:1*@batch.PodFailurePolicyRule
batch.PodFailurePolicyOnExitCodesRequirement containerName:1?s operator:2!s values:3*i
batch.PodFailurePolicyOnPodConditionsPattern type:1!s status:2!s
batch.PodFailurePolicyRule action:1!s onExitCodes:2@batch.PodFailurePolicyOnExitCodesRequirement
 onPodConditions:3*@batch.PodFailurePolicyOnPodConditionsPattern
batch.SuccessPolicy rules:1*@batch.SuccessPolicyRule
batch.SuccessPolicyRule succeededIndexes:1?s succeededCount:2?i
batch.UncountedTerminatedPods succeeded:1*s failed:2*s
certificates.CertificateSigningRequest metadata:1@ObjectMeta
 spec:2@certificates.CertificateSigningRequestSpec
 status:3@certificates.CertificateSigningRequestStatus
certificates.CertificateSigningRequestCondition type:1!s status:6!s reason:2s message:3s
 lastUpdateTime:4T lastTransitionTime:5T
certificates.CertificateSigningRequestSpec request:1y signerName:7!s expirationSeconds:8?i
 usages:5*s username:2s uid:3s groups:4*s extra:6%X
certificates.CertificateSigningRequestStatus
 conditions:1*@certificates.CertificateSigningRequestCondition certificate:2y
coordination.Lease metadata:1@ObjectMeta spec:2@coordination.LeaseSpec
coordination.LeaseSpec holderIdentity:1?s leaseDurationSeconds:2?i acquireTime:3U renewTime:4U
 leaseTransitions:5?i strategy:6?s preferredHolder:7?s
discovery.Endpoint addresses:1*s conditions:2@discovery.EndpointConditions hostname:3?s
 targetRef:4@ObjectReference deprecatedTopology:5%s nodeName:6?s zone:7?s
 hints:8@discovery.EndpointHints
discovery.EndpointConditions ready:1?b serving:2?b terminating:3?b
discovery.EndpointHints forZones:1*@discovery.ForZone forNodes:2*@discovery.ForNode
discovery.EndpointPort name:1?s protocol:2?s port:3?i appProtocol:4?s
discovery.EndpointSlice metadata:1@ObjectMeta addressType:4!s endpoints:2*@discovery.Endpoint
 ports:3*@discovery.EndpointPort
discovery.ForNode name:1!s
discovery.ForZone name:1!s
events.Event metadata:1@ObjectMeta eventTime:2U series:3@events.EventSeries
 reportingController:4s reportingInstance:5s action:6s reason:7s regarding:8@ObjectReference
 related:9@ObjectReference note:10s type:11s deprecatedSource:12@EventSource
 deprecatedFirstTimestamp:13T deprecatedLastTimestamp:14T deprecatedCount:15i
events.EventSeries count:1!i lastObservedTime:2U
networking.HTTPIngressPath path:1s pathType:3?s backend:2@networking.IngressBackend
networking.HTTPIngressRuleValue paths:1*@networking.HTTPIngressPath
networking.IPAddress metadata:1@ObjectMeta spec:2@networking.IPAddressSpec
networking.IPAddressSpec parentRef:1@networking.ParentReference
networking.IPBlock cidr:1!s except:2*s
networking.Ingress metadata:1@ObjectMeta spec:2@networking.IngressSpec
 status:3@networking.IngressStatus
networking.IngressBackend service:4@networking.IngressServiceBackend
 resource:3@TypedLocalObjectReference
networking.IngressClass metadata:1@ObjectMeta spec:2@networking.IngressClassSpec
networking.IngressClassParametersReference apiGroup:1?s kind:2!s name:3!s scope:4?s
 namespace:5?s
networking.IngressClassSpec controller:1s
 parameters:2@networking.IngressClassParametersReference
networking.IngressLoadBalancerIngress ip:1s hostname:2s ports:4*@networking.IngressPortStatus
networking.IngressLoadBalancerStatus ingress:1*@networking.IngressLoadBalancerIngress
networking.IngressPortStatus port:1!i protocol:2!s error:3?s
networking.IngressRule host:1s ^2@networking.IngressRuleValue
networking.IngressRuleValue http:1@networking.HTTPIngressRuleValue
networking.IngressServiceBackend name:1!s port:2@networking.ServiceBackendPort
networking.IngressSpec ingressClassName:4?s defaultBackend:1@networking.IngressBackend
 tls:2*@networking.IngressTLS rules:3*@networking.IngressRule
networking.IngressStatus loadBalancer:1@networking.IngressLoadBalancerStatus
networking.IngressTLS hosts:1*s secretName:2s
networking.NetworkPolicy metadata:1@ObjectMeta spec:2@networking.NetworkPolicySpec
networking.NetworkPolicyEgressRule ports:1*@networking.NetworkPolicyPort
 to:2*@networking.NetworkPolicyPeer
networking.NetworkPolicyIngressRule ports:1*@networking.NetworkPolicyPort
 from:2*@networking.NetworkPolicyPeer
networking.NetworkPolicyPeer podSelector:1@LabelSelector namespaceSelector:2@LabelSelector
 ipBlock:3@networking.IPBlock
networking.NetworkPolicyPort protocol:1?s port:2O endPort:3?i
networking.NetworkPolicySpec podSelector:1@LabelSelector
 ingress:2*@networking.NetworkPolicyIngressRule egress:3*@networking.NetworkPolicyEgressRule
 policyTypes:4*s
networking.ParentReference group:1s resource:2s namespace:3s name:4s
networking.ServiceBackendPort name:1s number:2i
networking.ServiceCIDR metadata:1@ObjectMeta spec:2@networking.ServiceCIDRSpec
 status:3@networking.ServiceCIDRStatus
networking.ServiceCIDRSpec cidrs:1*s
networking.ServiceCIDRStatus conditions:1*@Condition
node.Overhead podFixed:1%Q
node.RuntimeClass metadata:1@ObjectMeta handler:2!s overhead:3@node.Overhead
 scheduling:4@node.Scheduling
node.Scheduling nodeSelector:1%s tolerations:2*@Toleration
policy.Eviction metadata:1@ObjectMeta deleteOptions:2@DeleteOptions
policy.PodDisruptionBudget metadata:1@ObjectMeta spec:2@policy.PodDisruptionBudgetSpec
 status:3@policy.PodDisruptionBudgetStatus
policy.PodDisruptionBudgetSpec minAvailable:1O selector:2@LabelSelector maxUnavailable:3O
 unhealthyPodEvictionPolicy:4?s
policy.PodDisruptionBudgetStatus observedGeneration:1i disruptedPods:2%T disruptionsAllowed:3!i
 currentHealthy:4!i desiredHealthy:5!i expectedPods:6!i conditions:7*@Condition
rbac.AggregationRule clusterRoleSelectors:1*@LabelSelector
rbac.ClusterRole metadata:1@ObjectMeta rules:2*@rbac.PolicyRule
 aggregationRule:3@rbac.AggregationRule
rbac.ClusterRoleBinding metadata:1@ObjectMeta subjects:2*@rbac.Subject roleRef:3@rbac.RoleRef
rbac.PolicyRule verbs:1*s apiGroups:2*s resources:3*s resourceNames:4*s nonResourceURLs:5*s
rbac.Role metadata:1@ObjectMeta rules:2*@rbac.PolicyRule
rbac.RoleBinding metadata:1@ObjectMeta subjects:2*@rbac.Subject roleRef:3@rbac.RoleRef
rbac.RoleRef apiGroup:1!s kind:2!s name:3!s
rbac.Subject kind:1!s apiGroup:2s name:3!s namespace:4s
scheduling.PriorityClass metadata:1@ObjectMeta value:2!i globalDefault:3b description:4s
 preemptionPolicy:5?s
storage.CSIDriver metadata:1@ObjectMeta spec:2@storage.CSIDriverSpec
storage.CSIDriverSpec attachRequired:1?b podInfoOnMount:2?b volumeLifecycleModes:3*s
 storageCapacity:4?b fsGroupPolicy:5?s tokenRequests:6*@storage.TokenRequest
 requiresRepublish:7?b seLinuxMount:8?b nodeAllocatableUpdatePeriodSeconds:9?i
 serviceAccountTokenInSecrets:10?b
storage.CSINode metadata:1@ObjectMeta spec:2@storage.CSINodeSpec
storage.CSINodeDriver name:1!s nodeID:2!s topologyKeys:3*s
 allocatable:4@storage.VolumeNodeResources
storage.CSINodeSpec drivers:1*@storage.CSINodeDriver
storage.StorageClass metadata:1@ObjectMeta provisioner:2!s parameters:3%s reclaimPolicy:4?s
 mountOptions:5*s allowVolumeExpansion:6?b volumeBindingMode:7?s
 allowedTopologies:8*@TopologySelectorTerm
storage.TokenRequest audience:1!s expirationSeconds:2?i
storage.VolumeAttachment metadata:1@ObjectMeta spec:2@storage.VolumeAttachmentSpec
 status:3@storage.VolumeAttachmentStatus
storage.VolumeAttachmentSource persistentVolumeName:1?s inlineVolumeSpec:2@PersistentVolumeSpec
storage.VolumeAttachmentSpec attacher:1!s source:2@storage.VolumeAttachmentSource nodeName:3!s
storage.VolumeAttachmentStatus attached:1!b attachmentMetadata:2%s
 attachError:3@storage.VolumeError detachError:4@storage.VolumeError
storage.VolumeError time:1T message:2s errorCode:3?i
storage.VolumeNodeResources count:1?i
`;
