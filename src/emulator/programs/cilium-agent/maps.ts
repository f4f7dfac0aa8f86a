import type { CiliumNodeState } from '../../cni/cilium-cni/state.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import { reserved, type BpfMap, type IpcacheEntry, type LxcEntry } from '../../network/bpf/maps.ts';
import { cidrsOf, endpointPolicy, type MapInput } from '../../policy/cilium/compile.ts';
import { cidrIdentities, reservedIdentities, type Identity } from '../../policy/cilium/identity.ts';
import {
  fromCiliumPolicy,
  fromNetworkPolicy,
  type AgentPolicy,
} from '../../policy/cilium/rules.ts';
import { equal, type Json } from '../../world/json.ts';
import { labelsOf, localEndpoints } from './endpoints.ts';
import { serviceEntries } from './services.ts';
import type { Listed, Node } from './shapes.ts';

/** Entries of a map, by key. */
export function readMap<T>(sys: DaemonSys, map: BpfMap): readonly (readonly [string, T])[] {
  return sys.network.bpfMap(map) as unknown as readonly (readonly [string, T])[];
}

/** Writes one entry where it differs. */
export function putMap(sys: DaemonSys, map: BpfMap, key: string, value: Json): void {
  const known = sys.network.bpfMap(map).find(([each]) => each === key)?.[1];
  if (known === undefined || !equal(known, value)) sys.network.setBpfMap(map, [[key, value]]);
}

/** Makes a map what it should be. */
function replaceMap(sys: DaemonSys, map: BpfMap, wanted: ReadonlyMap<string, Json>): void {
  const known = new Map(sys.network.bpfMap(map));
  const changes: [string, Json | undefined][] = [];
  for (const [key, value] of wanted) {
    const before = known.get(key);
    if (before === undefined || !equal(before, value)) changes.push([key, value]);
  }
  for (const key of known.keys()) if (!wanted.has(key)) changes.push([key, undefined]);
  if (changes.length > 0) sys.network.setBpfMap(map, changes);
}

/** The policies of the cluster in the agent's form. */
export function agentPolicies(listed: Listed): readonly AgentPolicy[] {
  const services = (namespace: string, name: string) => {
    const found = listed.services.find(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
    );
    const selector = found?.spec.selector;
    return selector ? { matchLabels: selector } : undefined;
  };
  return [
    ...listed.networkPolicies.map(fromNetworkPolicy),
    ...listed.policies.flatMap((policy) => fromCiliumPolicy(policy, services)),
  ];
}

/** `ipcache`, `policy` and `lb` of the node. */
export function syncMaps(sys: DaemonSys, state: CiliumNodeState, listed: Listed): void {
  const policies = agentPolicies(listed);
  const cidrs = cidrIdentities(cidrsOf(policies));
  replaceMap(sys, 'ipcache', ipcache(sys, state, listed, cidrs));
  const identities: readonly (Identity & { cidr?: string })[] = [
    ...reservedIdentities,
    ...listed.identities.map((each) => ({
      id: Number(each.metadata.name),
      labels: labelsOf(each),
    })),
    ...cidrs,
  ];
  const input: MapInput = {
    policies,
    identities,
    enforcement: state.policyEnforcement,
    namedPort: (identity, name, protocol) => namedPort(listed, identity, name, protocol),
  };
  const maps = new Map<string, Json>();
  const lxc = new Map(readMap<LxcEntry>(sys, 'lxc'));
  for (const endpoint of localEndpoints(sys)) {
    const number = lxc.get(endpoint.ip)?.identity;
    const self = identities.find(({ id }) => id === number);
    if (!self || number === reserved.init) continue;
    maps.set(String(endpoint.id), endpointPolicy(input, self) as unknown as Json);
  }
  replaceMap(sys, 'policy', maps);
  replaceMap(sys, 'lb', serviceEntries(state, listed));
  const labels = Object.fromEntries(
    listed.identities.map((each) => [each.metadata.name, labelsOf(each)]),
  );
  putMap(sys, 'config', 'identities', labels as unknown as Json);
  const pods = Object.fromEntries(
    listed.endpoints.flatMap(({ metadata, status }) => {
      const ip = status?.networking?.addressing?.[0]?.ipv4;
      return ip ? [[ip, `${metadata.namespace}/${metadata.name}`]] : [];
    }),
  );
  putMap(sys, 'config', 'names', pods);
  const names = policies.map(({ origin }) => origin);
  const agent = { revision: revisionOf(sys, listed), policies: names, started: sys.pid };
  putMap(sys, 'config', 'agent', agent as unknown as Json);
}

/** Grows with each change of a policy. */
function revisionOf(sys: DaemonSys, { networkPolicies, policies }: Listed): number {
  const versions = [...networkPolicies, ...policies]
    .map(({ metadata }) => `${metadata.uid}/${metadata.resourceVersion}`)
    .join();
  const revision = sys.memory<number>('revision') ?? 1;
  if (sys.memory<string>('policy-versions') === versions) return revision;
  sys.remember('policy-versions', versions);
  sys.remember('revision', revision + 1);
  return revision + 1;
}

function namedPort(
  { pods, endpoints }: Listed,
  identity: number,
  name: string,
  protocol: number,
): readonly number[] {
  const numbers: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132 };
  const behind = endpoints.filter(({ status }) => status?.identity?.id === identity);
  const found = behind.flatMap(({ metadata }) => {
    const pod = pods.find(
      (each) =>
        each.metadata.namespace === metadata.namespace && each.metadata.name === metadata.name,
    );
    return (pod?.spec.containers ?? []).flatMap(({ ports = [] }) =>
      ports
        .filter((port) => port.name === name && numbers[port.protocol ?? 'TCP'] === protocol)
        .map(({ containerPort }) => containerPort),
    );
  });
  return [...new Set(found)];
}

function ipcache(
  sys: DaemonSys,
  state: CiliumNodeState,
  listed: Listed,
  cidrs: readonly (Identity & { readonly cidr: string })[],
): ReadonlyMap<string, Json> {
  const found = new Map<string, IpcacheEntry>();
  found.set('0.0.0.0/0', { identity: reserved.world });
  for (const { cidr, id } of cidrs) found.set(cidr, { identity: id });
  for (const node of listed.nodes) addNode(found, state, node, listed);
  for (const { status } of listed.endpoints) {
    const ip = status?.networking?.addressing?.[0]?.ipv4;
    const identity = status?.identity?.id;
    const node = status?.networking?.node;
    if (!ip || identity === undefined) continue;
    const there = node && node !== state.address ? { tunnel: node } : {};
    found.set(`${ip}/32`, { identity, ...there });
  }
  for (const [ip, { identity }] of readMap<LxcEntry>(sys, 'lxc')) {
    found.set(`${ip}/32`, { identity });
  }
  return found as unknown as ReadonlyMap<string, Json>;
}

/** A node's addresses and its pods' network. */
function addNode(
  found: Map<string, IpcacheEntry>,
  state: CiliumNodeState,
  { metadata, spec, status }: Node,
  { slices, ciliumNodes }: Listed,
): void {
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  if (!address) return;
  const own = metadata.name === state.name;
  const serves = slices.some(
    (slice) =>
      slice.metadata.labels?.['kubernetes.io/service-name'] === 'kubernetes' &&
      slice.endpoints?.some(({ addresses }) => addresses.includes(address)),
  );
  const remote = serves ? reserved['kube-apiserver'] : reserved['remote-node'];
  found.set(`${address}/32`, { identity: own ? reserved.host : remote });
  const node = ciliumNodes.find((each) => each.metadata.name === metadata.name);
  const router = node?.spec?.addresses?.find(({ type }) => type === 'CiliumInternalIP')?.ip;
  const tunnel = own ? {} : { tunnel: address };
  if (router) {
    found.set(`${router}/32`, {
      identity: own ? reserved.host : reserved['remote-node'],
      ...tunnel,
    });
  }
  if (!own && spec?.podCIDR) {
    found.set(spec.podCIDR, { identity: reserved.unmanaged, ...tunnel });
  }
}
