import type { MergeRules } from '../apimachinery/schema.ts';

/**
 * `patchMergeKey` and list-map keys of the API types (the tags in `staging/src/k8s.io/api`), by
 * definition and field; `*` stands for any definition. An empty key marks a set of scalars.
 */
const keys: Readonly<Record<string, readonly string[]>> = {
  'V1ObjectMeta.ownerReferences': ['uid'],
  'V1ObjectMeta.finalizers': [''],
  'V1ServiceSpec.ports': ['port', 'protocol'],
  'V1PodSpec.containers': ['name'],
  'V1PodSpec.initContainers': ['name'],
  'V1PodSpec.ephemeralContainers': ['name'],
  'V1PodSpec.volumes': ['name'],
  'V1PodSpec.imagePullSecrets': ['name'],
  'V1PodSpec.hostAliases': ['ip'],
  'V1PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'V1Container.ports': ['containerPort', 'protocol'],
  'V1Container.env': ['name'],
  'V1Container.volumeMounts': ['mountPath'],
  'V1Container.volumeDevices': ['devicePath'],
  'V1EphemeralContainer.env': ['name'],
  'V1EphemeralContainer.volumeMounts': ['mountPath'],
  'V1ServiceAccount.secrets': ['name'],
  'V1ServiceAccount.imagePullSecrets': ['name'],
  'V1ServiceStatus.conditions': ['type'],
  'V1PodStatus.conditions': ['type'],
  'V1PodStatus.podIPs': ['ip'],
  'V1PodStatus.hostIPs': ['ip'],
  'V1NodeStatus.conditions': ['type'],
  'V1NodeStatus.addresses': ['type'],
  'V1NodeSpec.podCIDRs': [''],
  'V1NamespaceStatus.conditions': ['type'],
  'V1DeploymentStatus.conditions': ['type'],
  'V1ReplicaSetStatus.conditions': ['type'],
  'V1DaemonSetStatus.conditions': ['type'],
  'V1StatefulSetStatus.conditions': ['type'],
  'V1JobStatus.conditions': ['type'],
  'V1IngressClassSpec.parameters': [],
  'V1ServiceCIDRStatus.conditions': ['type'],
};

const retaining = new Set(['V1DeploymentSpec.strategy', 'V1PodSpec.volumes']);
const atomicFields = new Set([
  'V1ServiceSpec.selector',
  'V1LabelSelector.matchLabels',
  'V1PodSpec.nodeSelector',
  'V1DeploymentSpec.selector',
  'V1ReplicaSetSpec.selector',
  'V1DaemonSetSpec.selector',
  'V1StatefulSetSpec.selector',
  'V1NetworkPolicySpec.podSelector',
  'V1Container.resources.limits',
]);

/** Merge rules of the kinds that are served. */
export const mergeRules: MergeRules = {
  keys: (definition, field) => {
    const found = keys[`${definition}.${field}`];
    return found && found.length > 0 ? found : undefined;
  },
  retains: (definition, field) => retaining.has(`${definition}.${field}`),
  // A selector is a map that its owner has whole: LabelSelector is atomic, so is a Service's map.
  atomic: (definition, field) => atomicFields.has(`${definition}.${field}`),
};
