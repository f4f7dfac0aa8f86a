import type { CiliumEndpointState, CiliumNodeState } from '../../cni/cilium-cni/state.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { LxcEntry } from '../../network/bpf/maps.ts';
import { identityLabels } from '../../policy/cilium/identity.ts';
import { equal, type Json } from '../../world/json.ts';
import { say } from './life.ts';
import { putMap, readMap } from './maps.ts';
import type { CiliumIdentity, Listed, Pod } from './shapes.ts';

const FIRST_IDENTITY = 256;
const IDENTITIES = 65_280;

/** Endpoints of this node, as the plugin made them. */
export function localEndpoints(sys: DaemonSys): readonly CiliumEndpointState[] {
  return readMap<CiliumEndpointState>(sys, 'config')
    .filter(([key]) => key.startsWith('endpoint/'))
    .map(([, value]) => value);
}

/** Labels of a CiliumIdentity as they are listed. */
export function labelsOf(identity: CiliumIdentity): readonly string[] {
  return Object.entries(identity['security-labels'] ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}

/**
 * Gives each endpoint an identity and tells the API of it. Whether there is more to do, because an
 * identity was made that only the next list has.
 */
export function* syncEndpoints(
  sys: DaemonSys,
  api: Api,
  state: CiliumNodeState,
  listed: Listed,
): Call<boolean> {
  let again = false;
  for (const endpoint of localEndpoints(sys)) {
    const pod = listed.pods.find(
      ({ metadata }) => metadata.namespace === endpoint.namespace && metadata.name === endpoint.pod,
    );
    // The pod is gone, and its sandbox will be.
    if (!pod) continue;
    const labels = identityLabels(
      {
        namespace: endpoint.namespace,
        labels: pod.metadata.labels ?? {},
        ...(pod.spec.serviceAccountName ? { serviceAccount: pod.spec.serviceAccountName } : {}),
      },
      listed.namespaces.find(({ metadata }) => metadata.name === endpoint.namespace)?.metadata
        .labels ?? {},
    );
    const identity = listed.identities.find((each) => equal(labelsOf(each), labels));
    if (!identity) {
      again = true;
      yield* allocate(sys, api, labels, listed);
      continue;
    }
    const number = Number(identity.metadata.name);
    const entry = readMap<LxcEntry>(sys, 'lxc').find(([ip]) => ip === endpoint.ip)?.[1];
    if (entry && entry.identity !== number) {
      putMap(sys, 'lxc', endpoint.ip, { ...entry, identity: number } as unknown as Json);
      const told = { ...endpoint, labels };
      putMap(sys, 'config', `endpoint/${endpoint.id}`, told as unknown as Json);
      say(sys, 'info', `Identity of endpoint changed: ${endpoint.id} is ${number} now`);
    }
    yield* tell(api, state, endpoint, pod, number, labels, listed);
  }
  return again;
}

/** A CiliumIdentity for these labels, under a number that nobody has. */
function* allocate(
  sys: DaemonSys,
  api: Api,
  labels: readonly string[],
  { identities }: Listed,
): Call<void> {
  const used = new Set(identities.map(({ metadata }) => metadata.name));
  let name = '';
  for (let attempt = 0; name === '' || used.has(name); attempt++) {
    const purpose = `cilium/identity/${labels.join()}/${attempt}`;
    name = String(FIRST_IDENTITY + sys.chance.integer(purpose, IDENTITIES));
  }
  const pairs = labels.map((label) => {
    const at = label.indexOf('=');
    return [label.slice(0, at), label.slice(at + 1)] as const;
  });
  const own = pairs
    .filter(([key]) => /^k8s:(io\.kubernetes\.pod\.namespace$|(?!io\.cilium))/.test(key))
    .map(([key, value]) => [key.slice(4), value] as const);
  yield* api.create('ciliumidentities.v2.cilium.io', {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumIdentity',
    metadata: { name, labels: Object.fromEntries(own) },
    'security-labels': Object.fromEntries(pairs),
  } as never);
}

/** The endpoint's CiliumEndpoint, which other agents read its address and identity from. */
function* tell(
  api: Api,
  state: CiliumNodeState,
  endpoint: CiliumEndpointState,
  pod: Pod,
  identity: number,
  labels: readonly string[],
  { endpoints }: Listed,
): Call<void> {
  const { namespace, pod: name } = endpoint;
  const known = endpoints.find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  const status = {
    encryption: {},
    'external-identifiers': {
      'cni-attachment-id': `${endpoint.containerID}:${endpoint.ifName}`,
      'container-id': endpoint.containerID,
      'k8s-namespace': namespace,
      'k8s-pod-name': name,
      'pod-name': `${namespace}/${name}`,
    },
    id: endpoint.id,
    identity: { id: identity, labels },
    networking: { addressing: [{ ipv4: endpoint.ip }], node: state.address },
    state: 'ready',
  };
  if (known && equal(known.status as never, status as never)) return;
  const { uid } = pod.metadata;
  const owner = { apiVersion: 'v1', kind: 'Pod', name, uid };
  const base = { apiVersion: 'cilium.io/v2', kind: 'CiliumEndpoint' };
  const metadata = {
    name,
    namespace,
    labels: pod.metadata.labels ?? {},
    ownerReferences: [owner],
  };
  const resource = 'ciliumendpoints.v2.cilium.io';
  if (known) yield* api.update(resource, { ...known, status } as never);
  else yield* api.create(resource, { ...base, metadata, status } as never, namespace);
}
