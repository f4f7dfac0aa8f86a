import { podsOf } from '../../emulator/controllers/endpoint-builder.ts';
import { plan as planSlices } from '../../emulator/controllers/endpointslice/reconcile.ts';
import { plan as planRules } from '../../emulator/proxy/iptables/plan.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type ServiceObject,
} from '../../emulator/proxy/services.ts';
import type { Pod } from '../../emulator/resources/pod-template/shapes.ts';
import type { Service } from '../../emulator/resources/service/shapes.ts';

/** A pod as one can turn its knobs. */
export interface AnatomyPod {
  readonly name: string;
  /** `app=web,tier=front`. */
  readonly labels: string;
  readonly ready: boolean;
  readonly portName: string;
  readonly listens: string;
}

export interface AnatomyWish {
  readonly selector: string;
  readonly port: string;
  readonly target: string;
  readonly publishNotReady: boolean;
  readonly pods: readonly AnatomyPod[];
}

export interface Anatomy {
  readonly address: string;
  /** Names of the pods that the selector fits. */
  readonly chosen: readonly string[];
  readonly slice: EndpointSliceObject;
  /** Lines of iptables that lead from the address on. */
  readonly rules: readonly string[];
  readonly end: 'none' | 'notReady' | 'noPort' | 'all' | 'some' | 'closed';
  readonly ready: number;
  readonly closed: number;
  /** The port on which the packet knocks at a pod. */
  readonly knocks: string;
}

const ADDRESS = '10.96.10.10';
const NODE = 'worker-1';

/**
 * What the cluster's own code makes of a Service and its pods: the EndpointSlice, the rules of the
 * virtual IP, and how a question to it ends. undefined where a port is none.
 */
export function anatomyOf(wish: AnatomyWish): Anatomy | undefined {
  const port = Number(wish.port);
  const target = /^\d+$/.test(wish.target) ? Number(wish.target) : wish.target.trim();
  const isPort = (number: number) => Number.isInteger(number) && number > 0 && number < 65_536;
  if (!isPort(port) || target === '' || (typeof target === 'number' && !isPort(target))) {
    return undefined;
  }
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf('web'),
    spec: {
      clusterIP: ADDRESS,
      clusterIPs: [ADDRESS],
      ipFamilies: ['IPv4'],
      selector: labelsOf(wish.selector),
      ports: [{ port, targetPort: target, protocol: 'TCP' }],
      publishNotReadyAddresses: wish.publishNotReady,
    },
  };
  const pods = wish.pods.map(podOf);
  const chosen = podsOf(service, pods);
  const nodes = [{ apiVersion: 'v1', kind: 'Node', metadata: metadataOf(NODE) }];
  const made = planSlices({
    service,
    pods: chosen,
    nodes,
    existing: [],
    maxEndpointsPerSlice: 100,
  });
  const slices = made.create as unknown as EndpointSliceObject[];
  const slice = slices.find(({ endpoints }) => endpoints?.length) ?? slices[0]!;
  const { labels } = slice.metadata;
  const metadata = { name: 'web-x7k2p', namespace: 'default', labels };
  const shown = { ...slice, metadata } as EndpointSliceObject;
  const names = chosen.map(({ metadata }) => metadata.name);
  return {
    ...{ address: `${ADDRESS}:${port}`, chosen: names, slice: shown },
    rules: rulesOf(service, slices),
    ...endOf(wish, names, slices),
  };
}

const metadataOf = (name: string) => ({
  ...{ name, namespace: 'default', uid: name, resourceVersion: '1' },
  creationTimestamp: '2026-01-01T00:00:00Z',
});

/** `a=b,c=d` or `a: b` as labels. */
export function labelsOf(text: string): Record<string, string> {
  const pairs = text.split(/[,\n]/).map((each) => each.split(/[=:]/).map((word) => word.trim()));
  return Object.fromEntries(pairs.filter(([key, value]) => key && value !== undefined));
}

function podOf({ name, labels, ready, portName, listens }: AnatomyPod, index: number): Pod {
  const address = `10.244.1.${index + 2}`;
  const containerPort = Number(listens) || 80;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadataOf(name), labels: labelsOf(labels) },
    spec: {
      nodeName: NODE,
      containers: [
        {
          name: 'web',
          image: 'web',
          ports: [{ ...(portName && { name: portName }), containerPort }],
        },
      ],
    },
    status: {
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  } as unknown as Pod;
}

function rulesOf(service: Service, slices: readonly EndpointSliceObject[]): string[] {
  const ports = allServicePorts([service as unknown as ServiceObject], 'IPv4');
  const plan = planRules(ports, endpointsByPort(slices, 'IPv4', NODE), {
    ...{ family: 'IPv4', node: { name: NODE, labels: {} }, nodeIP: '192.168.49.3' },
    ...{ nodeAddresses: ['192.168.49.3'], masqueradeAll: false, masqueradeMark: '0x4000' },
    localTraffic: { ifLocal: '-s 10.244.0.0/16', ifNotLocal: '! -s 10.244.0.0/16' },
    ...{ localhostNodePorts: true, nodePortAddresses: [], randomFully: true, tcpLiberal: false },
    nfacct: { invalid: false, localhost: false },
  });
  return (plan.nat + plan.filter)
    .split('\n')
    .filter((line) => line.includes('default/web') && !line.includes('KUBE-MARK-MASQ'));
}

function endOf(
  { target, pods }: AnatomyWish,
  chosen: readonly string[],
  slices: readonly EndpointSliceObject[],
): Pick<Anatomy, 'end' | 'ready' | 'closed' | 'knocks'> {
  const found = slices.flatMap(({ endpoints, ports }) => {
    const number = ports?.[0]?.port;
    return (endpoints ?? []).map(({ conditions, ...each }) => ({
      ready: conditions?.ready !== false,
      number,
      name: (each as { targetRef?: { name?: string } }).targetRef?.name ?? '',
    }));
  });
  const ready = found.filter((each) => each.ready && each.number !== undefined);
  const listens = (name: string) => Number(pods.find((pod) => pod.name === name)?.listens);
  const closed = ready.filter(({ name, number }) => listens(name) !== number).length;
  const knocks = String(ready[0]?.number ?? target);
  const made = { ready: ready.length, closed, knocks };
  if (chosen.length === 0) return { ...made, end: 'none' };
  if (found.every(({ number }) => number === undefined)) return { ...made, end: 'noPort' };
  if (ready.length === 0) return { ...made, end: 'notReady' };
  if (closed === ready.length) return { ...made, end: 'closed' };
  return { ...made, end: closed === 0 ? 'all' : 'some' };
}
