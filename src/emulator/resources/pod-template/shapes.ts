import type { ApiObject, LabelSelector, Labels } from '../../apimachinery/object.ts';
import type { Json } from '../../world/json.ts';
import type { ContainerShape, StatusShape } from '../describe/pod-template.ts';

export interface Probe {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number | string;
    readonly host?: string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly exec?: { readonly command: readonly string[] };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

export interface Container extends ContainerShape {
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: readonly RestartRule[];
  readonly resizePolicy?: readonly {
    readonly resourceName?: string;
    readonly restartPolicy?: string;
  }[];
  readonly targetContainerName?: string;
  readonly workingDir?: string;
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: string;
  readonly lifecycle?: {
    readonly preStop?: {
      readonly exec?: { readonly command: readonly string[] };
      readonly sleep?: { readonly seconds: number };
    };
  };
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly securityContext?: Json;
}

/** What is done when a container ends with some exit codes. */
export interface RestartRule {
  readonly action?: string;
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] };
}

export interface Volume {
  readonly name: string;
  readonly [source: string]: Json | undefined;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly nodeName?: string;
  readonly nodeSelector?: Labels;
  readonly hostNetwork?: boolean;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name: string; readonly value?: string }[];
  };
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: Json;
  readonly runtimeClassName?: string;
  readonly resources?: ContainerShape['resources'];
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly whenUnsatisfiable: string;
    readonly maxSkew: number;
    readonly minDomains?: number;
    readonly nodeAffinityPolicy?: string;
    readonly nodeTaintsPolicy?: string;
    readonly matchLabelKeys?: readonly string[];
    readonly labelSelector?: LabelSelector;
  }[];
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[];
  readonly readinessGates?: readonly { readonly conditionType: string }[];
  readonly enableServiceLinks?: boolean;
  readonly schedulerName?: string;
  readonly securityContext?: Json;
  readonly activeDeadlineSeconds?: number;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly hostnameOverride?: string;
  readonly shareProcessNamespace?: boolean;
  readonly preemptionPolicy?: string;
  readonly overhead?: Readonly<Record<string, string>>;
  readonly os?: { readonly name?: string };
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly resourceClaims?: readonly {
    readonly name?: string;
    readonly resourceClaimName?: string;
    readonly resourceClaimTemplateName?: string;
  }[];
}

/** A seccomp or AppArmor profile. */
export interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

export interface WindowsOptions {
  readonly gmsaCredentialSpecName?: string;
  readonly gmsaCredentialSpec?: string;
  readonly runAsUserName?: string;
  readonly hostProcess?: boolean;
}

/** What a pod and its containers say of their rights; some fields are only the one's. */
export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: string;
  readonly supplementalGroups?: readonly number[];
  readonly supplementalGroupsPolicy?: string;
  readonly seLinuxChangePolicy?: string;
  readonly seLinuxOptions?: {
    readonly level?: string;
    readonly role?: string;
    readonly type?: string;
    readonly user?: string;
  };
  readonly sysctls?: readonly { readonly name?: string; readonly value?: string }[];
  readonly seccompProfile?: Profile;
  readonly appArmorProfile?: Profile;
  readonly windowsOptions?: WindowsOptions;
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
  readonly lastProbeTime?: string | null;
  readonly lastUpdateTime?: string | null;
  readonly lastHeartbeatTime?: string | null;
  readonly observedGeneration?: number;
}

export interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly Condition[];
  readonly hostIP?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime?: string;
  readonly containerStatuses?: readonly StatusShape[];
  readonly initContainerStatuses?: readonly StatusShape[];
  readonly ephemeralContainerStatuses?: readonly StatusShape[];
  readonly qosClass?: string;
  readonly nominatedNodeName?: string;
}

export interface Pod extends ApiObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: PodSpec;
}

/** What workloads have in common. */
export interface Workload extends ApiObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template: PodTemplate;
    readonly [field: string]: unknown;
  };
  readonly status?: { readonly [field: string]: unknown };
}
