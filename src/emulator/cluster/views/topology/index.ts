import type { ApiObject } from '../../../apimachinery/object.ts';
import { isReady } from '../../../controllers/pods.ts';
import type { Condition, Pod } from '../../../resources/pod-template/shapes.ts';
import type { Service } from '../../../resources/service/shapes.ts';
import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';

interface Node extends ApiObject {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly Condition[];
  };
}
interface Slice extends ApiObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
        readonly targetRef?: { readonly namespace?: string; readonly name?: string };
      }[]
    | null;
}

const system = new Set(['kube-system', 'kube-flannel', 'kube-public', 'kube-node-lease']);

/** Nodes, pods and Services, as the picture draws them. */
const topology: View = (wired) => {
  const all = <T extends ApiObject>(resource: string) =>
    wired.world.store.list<T>(`/registry/${resource}/`).map(([, object]) => object);
  const pods = all<Pod>('pods');
  const slices = all<Slice>('endpointslices.discovery.k8s.io');
  return {
    nodes: all<Node>('nodes').map((node) => nodeOf(node, pods, bridgeOf(wired, node))),
    services: all<Service>('services').map((service) => serviceOf(service, slices)),
  } as unknown as Json;
};

export default topology;

/** The bridge that joins the node's pods; '' where each has a route of its own. */
function bridgeOf({ network }: Parameters<View>[0], { metadata: { name } }: Node): string {
  const links = network.config({ host: name, netns: 'host' }).links();
  const bridges = links.filter(({ kind }) => kind === 'bridge').map((link) => link.name);
  return bridges.find((bridge) => links.some(({ master }) => master === bridge)) ?? '';
}

function nodeOf(node: Node, pods: readonly Pod[], bridge: string) {
  const { name } = node.metadata;
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return {
    name,
    address: node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
    ready,
    bridge,
    controlPlane: node.metadata.labels?.['node-role.kubernetes.io/control-plane'] !== undefined,
    pods: pods
      .filter(({ spec }) => spec.nodeName === name)
      .map((pod) => ({
        namespace: pod.metadata.namespace ?? '',
        name: pod.metadata.name,
        address: pod.status?.podIP ?? '',
        phase: pod.metadata.deletionTimestamp ? 'Terminating' : (pod.status?.phase ?? 'Pending'),
        ready: isReady(pod),
        hostNetwork: pod.spec.hostNetwork === true,
        system: system.has(pod.metadata.namespace ?? ''),
        labels: pod.metadata.labels ?? {},
      })),
  };
}

function serviceOf(service: Service, slices: readonly Slice[]) {
  const { name, namespace = '' } = service.metadata;
  const own = slices.filter(
    ({ metadata }) =>
      metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  return {
    namespace,
    name,
    type: service.spec.type ?? '',
    clusterIP: service.spec.clusterIP ?? '',
    ports: (service.spec.ports ?? []).map(({ port }) => String(port)),
    endpoints: own.flatMap(({ endpoints }) =>
      (endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
        ...(targetRef?.name && { pod: `${targetRef.namespace}/${targetRef.name}` }),
        address: addresses[0] ?? '',
        ready: conditions?.ready !== false,
      })),
    ),
    system: system.has(namespace) || (namespace === 'default' && name === 'kubernetes'),
  };
}
