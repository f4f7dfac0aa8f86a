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
