import { runChain, type ChainAnswer } from '../../cni/chain.ts';
import { loadNetwork, parseList, type NetworkList } from '../../cni/spec.ts';
import type { AskedServer, CniNode, CniRequest, IpConfig } from '../../cni/types.ts';
import { optionsOf, readKubeconfig } from '../../host/kubeconfig.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import { parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { assert } from '../../world/assert.ts';
import { runtimeOf } from './runtime.ts';

const NOT_INITIALIZED = 'cni plugin not initialized';

/** The network that containerd gives to each sandbox besides the one that is configured. */
const LOOPBACK = parseList(
  '{"cniVersion":"0.3.1","name":"cni-loopback","plugins":[{"type":"loopback"}]}',
) as NetworkList;

const NOBODY: CniRequest = { containerID: '', netns: '', ifName: '' };

/** The node, as CNI plugins reach it. */
export function nodeOf(sys: DaemonSys): CniNode {
  const runtime = runtimeOf(sys);
  return {
    files: sys.files,
    host: sys.network,
    netns: (path) => {
      const name = path.split('/').at(-1) ?? '';
      return runtime.hasNetns(name) ? runtime.network(name) : undefined;
    },
    chance: sys.chance,
    ask: (path, url) => askServer(sys, path, url),
  };
}

/** The API server's answer to a plugin; in no time, as plugins run to their end at once. */
function askServer(sys: DaemonSys, path: string, url: string): AskedServer {
  const config = readKubeconfig(sys.files, path);
  const options = config && optionsOf(config);
  if (!options) return 'no kubeconfig';
  const answer = sys.peekApi?.({ method: 'GET', url }, options);
  const { address, port } = options.server;
  if (!answer) return { unreachable: `${address}:${port}` };
  const { message = '' } = (answer.body ?? {}) as { readonly message?: string };
  return { status: answer.status, message };
}

/** Why the network cannot be used now (go-cni's `Status`); undefined where it can. */
export function networkProblem(sys: DaemonSys): string | undefined {
  const network = loadNetwork(sys.files);
  if ('error' in network) return NOT_INITIALIZED;
  const status = runChain('STATUS', network.list, NOBODY, nodeOf(sys));
  return status.ok ? undefined : status.message;
}

type Attached = { readonly ips: readonly string[] } | { readonly error: string };

/**
 * Gives a sandbox its interfaces; what was made is taken away where that fails (containerd's
 * `setupPodNetwork`). The error is containerd's.
 */
export function attach(sys: DaemonSys, pod: Pod, id: string, netns: string): Attached {
  const network = loadNetwork(sys.files);
  if ('error' in network) return { error: NOT_INITIALIZED };
  const node = nodeOf(sys);
  const request = requestOf(pod, id, `/var/run/netns/${netns}`);
  const lo = runChain('ADD', LOOPBACK, { ...request, ifName: 'lo' }, node);
  const answer = runChain('ADD', network.list, request, node);
  const failed = [lo, answer].find((each) => !each.ok);
  const ips = failed ? [] : addressesOf(answer);
  if (!failed && ips.length > 0) return { ips };
  detach(sys, pod, id, netns);
  if (failed && !failed.ok) return { error: failed.message };
  return { error: `failed to find network info for sandbox "${id}"` };
}

function addressesOf(answer: ChainAnswer): readonly string[] {
  assert(answer.ok, 'a failed ADD has no addresses');
  const {
    ips = [],
    ip4,
    ip6,
  } = (answer.result ?? {}) as {
    ips?: readonly IpConfig[];
    ip4?: { readonly ip: string };
    ip6?: { readonly ip: string };
  };
  const old = [ip4, ip6].flatMap((each) => each?.ip ?? []);
  return [...ips.map(({ address }) => address), ...old].map((text) => text.split('/')[0] ?? '');
}

/**
 * Takes the interfaces of a sandbox away (`teardownPodNetwork`); gives the error where a plugin, or
 * the configuration, stands in the way.
 */
export function detach(sys: DaemonSys, pod: Pod, id: string, netns: string): string | undefined {
  const network = loadNetwork(sys.files);
  if ('error' in network) return NOT_INITIALIZED;
  const node = nodeOf(sys);
  const path = runtimeOf(sys).hasNetns(netns) ? `/var/run/netns/${netns}` : '';
  const request = requestOf(pod, id, path);
  for (const [list, ifName] of [[LOOPBACK, 'lo'] as const, [network.list, 'eth0'] as const]) {
    const answer = runChain('DEL', list, { ...request, ifName }, node);
    if (answer.ok || answer.message.includes('not found')) continue;
    if (path === '' && answer.message.includes('no such file or directory')) continue;
    return answer.message;
  }
  return undefined;
}

function requestOf(pod: Pod, containerID: string, netns: string): CniRequest {
  const { name, namespace, uid } = pod.metadata;
  const args = [
    'IgnoreUnknown=1',
    `K8S_POD_NAMESPACE=${namespace}`,
    `K8S_POD_NAME=${name}`,
    `K8S_POD_INFRA_CONTAINER_ID=${containerID}`,
    `K8S_POD_UID=${uid}`,
  ];
  const capabilities = capabilitiesOf(pod);
  return { containerID, netns, ifName: 'eth0', args: args.join(';'), capabilities };
}

/** What containerd offers plugins about a pod. */
function capabilitiesOf({ metadata, spec }: Pod): Readonly<Record<string, unknown>> {
  const portMappings = spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol, ...more }) => {
      const lower = (protocol ?? 'TCP').toLowerCase();
      const { hostIP = '' } = more as { hostIP?: string };
      return hostPort ? [{ hostPort, containerPort, protocol: lower, hostIP }] : [];
    }),
  );
  const annotations = metadata.annotations ?? {};
  const bandwidth = {
    ...rateOf('ingress', annotations['kubernetes.io/ingress-bandwidth']),
    ...rateOf('egress', annotations['kubernetes.io/egress-bandwidth']),
  };
  return {
    portMappings,
    ...(Object.keys(bandwidth).length > 0 ? { bandwidth } : {}),
    'io.kubernetes.cri.pod-annotations': annotations,
  };
}

/** The greatest burst that the kernel takes. */
const BURST = 4_294_967_295;

function rateOf(direction: string, text: string | undefined): Readonly<Record<string, number>> {
  if (text === undefined || !parseQuantity(text)) return {};
  return { [`${direction}Rate`]: wholeValue(text), [`${direction}Burst`]: BURST };
}
