import { subnetEnv, writeRules } from '../../cni/flannel/routes.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonSys, ExitCode } from '../../host/syscalls.ts';
import { contains, parseCidr } from '../../policy/cidr.ts';
import type { Json } from '../../world/json.ts';
import { rfc3339, SECOND } from '../../world/time.ts';
import { createApi, flagOf, klog, urlOf } from '../component.ts';
import type { Backend, BackendContext, Registered } from './backends/backend.ts';
import { findBackend, unmodelled } from './backends/catalog.ts';
import { readNetConf, type NetConf } from './config.ts';
import { annotationsOf, leaseOf, subnet6Of, type Lease, type Node } from './lease.ts';

const SUBNET_FILE = '/run/flannel/subnet.env';

/** The daemon's words and its end, where it cannot go on (`log.Errorf` and exit 1). */
function fail(sys: DaemonSys, place: string, text: string): ExitCode {
  klog(sys, 'E', place, text);
  return 1;
}

/** From the first line to the watch on the nodes; what follows is `sync`. */
export function* start(sys: DaemonSys): Call<ExitCode | void> {
  if (!sys.memory('started')) sayFlags(sys);
  const conf = readNetConf(sys);
  if ('error' in conf) {
    return fail(sys, 'main.go:232', `Failed to create SubnetManager: ${conf.error}`);
  }
  const url = `${urlOf('nodes')}?watch=true&sendInitialEvents=true`;
  const fd = yield* sys.watch({ method: 'GET', url });
  if (typeof fd !== 'number') {
    const pod = `${sys.env['POD_NAMESPACE'] ?? ''}/${sys.env['POD_NAME'] ?? ''}`;
    const server = `https://${sys.env['KUBERNETES_SERVICE_HOST'] ?? '10.96.0.1'}:443`;
    const [namespace, name] = pod.split('/');
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    const why = `error retrieving pod spec for '${pod}': Get "${server}${path}"`;
    const reason = isErrno(fd) ? 'dial tcp: connect: connection refused' : 'forbidden';
    return fail(sys, 'main.go:232', `Failed to create SubnetManager: ${why}: ${reason}`);
  }
  sys.remember('conf', conf as unknown as Json);
  sys.setTimer('sync', 10_000);
  return undefined;
}

function sayFlags(sys: DaemonSys): void {
  sys.remember('started', true);
  const iface = flagOf(sys.argv, 'iface');
  const flags =
    'etcdEndpoints:http://127.0.0.1:4001,http://127.0.0.1:2379 etcdPrefix:/coreos.com/network ' +
    'etcdKeyfile: etcdCertfile: etcdCAFile: etcdUsername: etcdPassword: version:false ' +
    'kubeSubnetMgr:true kubeApiUrl: kubeAnnotationPrefix:flannel.alpha.coreos.com ' +
    `kubeConfigFile: iface:[${iface ?? ''}] ifaceRegex:[] ` +
    `ipMasq:${hasMasquerade(sys)} ifaceCanReach: subnetFile:/run/flannel/subnet.env publicIP: ` +
    'publicIPv6: subnetLeaseRenewMargin:60 healthzIP:0.0.0.0 healthzPort:0 ' +
    'iptablesResyncSeconds:5 iptablesForwardRules:true blackholeRoute:false ' +
    'netConfPath:/etc/kube-flannel/net-conf.json setNodeNetworkUnavailable:true';
  klog(sys, 'I', 'main.go:215', `CLI flags config: {${flags}}`);
  const warning =
    'Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  ' +
    'This might not work.';
  klog(sys, 'W', 'client_config.go:659', warning);
  klog(sys, 'I', 'kube.go:139', 'Waiting 10m0s for node controller to sync');
  klog(sys, 'I', 'kube.go:537', 'Starting kube subnet manager');
}

const hasMasquerade = (sys: DaemonSys) => sys.argv.some((word) => /^--ip-masq(=true)?$/.test(word));

/** Brings the node up to what the other nodes tell; the first time, it takes its lease. */
export function* sync(sys: DaemonSys): Call<ExitCode | void> {
  const conf = sys.memory<Json>('conf') as unknown as NetConf | undefined;
  if (!conf) return undefined;
  const api = createApi(sys, 'flanneld', undefined);
  const nodes = yield* api.list<Node>('nodes');
  const own = nodes.find(({ metadata }) => metadata.name === sys.hostname);
  // The way to the API server is away for the moment; the next event or look tells.
  if (!own) return void sys.setTimer('sync', 1 * SECOND);
  const registered = sys.memory<Json>('registered') as unknown as Registered | undefined;
  const backend = findBackend(conf.Backend.Type);
  const context = contextOf(sys, conf, own);
  if (!registered || !backend || 'error' in context) return yield* begin(sys, conf, own);
  heed(context, backend, nodes);
  keepRules(sys, conf, own);
  sys.setTimer('sync', 10 * SECOND);
  return undefined;
}

/** Whether a device and an address for the traffic between nodes can be found. */
function contextOf(
  sys: DaemonSys,
  conf: NetConf,
  own: Node,
): BackendContext | { readonly error: string } {
  const wanted = flagOf(sys.argv, 'iface');
  const device = wanted ?? sys.network.routeTo('8.8.8.8')?.device;
  const link = sys.network.links().find(({ name }) => name === device);
  const address = link?.addresses.find(
    ({ scope, address: ip }) => scope === 'global' && !ip.includes(':'),
  );
  if (!link || !address) {
    const why = wanted
      ? `failed to find interface to use that matches the interfaces and/or regexes provided`
      : 'failed to find any valid interface to use: failed to get default interface: ' +
        'unable to find default route';
    return { error: why };
  }
  const address6 = link.addresses.find(
    ({ scope, address: ip }) => scope === 'global' && ip.includes(':'),
  )?.address;
  const subnet6 = subnet6Of(own);
  if (conf.EnableIPv6 && address6 === undefined) {
    return { error: `failed to find IPv6 address for interface ${link.name}` };
  }
  const second =
    conf.EnableIPv6 && address6 !== undefined && subnet6 !== undefined
      ? { second: { address: address6, subnet: subnet6, network: conf.IPv6Network ?? '::/0' } }
      : {};
  return {
    sys,
    conf,
    ...second,
    external: { device: link.name, address: address.address, mtu: link.mtu },
    subnet: own.spec.podCIDR ?? '',
    say: (level, place, text) => klog(sys, level, place, text),
  };
}

/** The first part of `main`: interface, backend, lease, rules, subnet file. */
function* begin(sys: DaemonSys, conf: NetConf, own: Node): Call<ExitCode | void> {
  klog(sys, 'I', 'kube.go:146', 'Node controller sync successful');
  const manager = `Kubernetes Subnet Manager - ${sys.hostname}`;
  klog(sys, 'I', 'main.go:235', `Created subnet manager: ${manager}`);
  klog(sys, 'I', 'main.go:238', 'Installing signal handlers');
  klog(sys, 'I', 'main.go:491', `Found network config - Backend type: ${conf.Backend.Type}`);
  if (conf.EnableNFTables) return fail(sys, 'main.go:259', 'EnableNFTables is not modelled here');
  klog(sys, 'I', 'match.go:211', 'Determining IP address of default interface');
  const context = contextOf(sys, conf, own);
  if ('error' in context) return fail(sys, 'main.go:279', context.error);
  const { device, address } = context.external;
  klog(sys, 'I', 'match.go:269', `Using interface with name ${device} and address ${address}`);
  const external = `Defaulting external address to interface address (${address})`;
  klog(sys, 'I', 'match.go:291', external);
  if (context.second) {
    const v6 = context.second.address;
    klog(sys, 'I', 'match.go:277', `Using interface with name ${device} and v6 address ${v6}`);
    const text = `Defaulting external v6 address to interface address (${v6})`;
    klog(sys, 'I', 'match.go:303', text);
  }
  const type = conf.Backend.Type;
  const backend = findBackend(type);
  if (!backend) {
    const known = unmodelled.includes(type.toLowerCase());
    const why = known ? `backend ${type} is not modelled here` : `unknown backend type: ${type}`;
    return fail(sys, 'main.go:285', `Error fetching backend: ${why}`);
  }
  if (conf.EnableIPv6 && !subnet6Of(own)) {
    const why = `failed to acquire lease: node "${sys.hostname}" ipv6 pod cidr not assigned`;
    return fail(sys, 'main.go:359', `Error registering network: ${why}`);
  }
  if (!own.spec.podCIDR) {
    const why = `failed to acquire lease: node "${sys.hostname}" pod cidr not assigned`;
    return fail(sys, 'main.go:359', `Error registering network: ${why}`);
  }
  const outside = [own.spec.podCIDR, context.second?.subnet].find(
    (cidr) => cidr !== undefined && !within(cidr, networkOf(conf, cidr)),
  );
  if (outside !== undefined) {
    const text = `subnet "${networkOf(conf, outside)}" specified in the flannel net config`;
    const why = `${text} doesn't contain "${outside}" PodCIDR of the "${sys.hostname}" node`;
    return fail(sys, 'main.go:359', `Error registering network: failed to acquire lease: ${why}`);
  }
  const made = backend.register(context);
  if ('error' in made) return fail(sys, 'main.go:359', `Error registering network: ${made.error}`);
  if (!(yield* tellOthers(sys, own, context, made))) {
    return void sys.setTimer('sync', 1 * SECOND);
  }
  writeOut(sys, conf, own, made);
  sys.remember('registered', made as unknown as Json);
  sys.setTimer('sync', 20_000);
  return undefined;
}

const networkOf = ({ Network, IPv6Network = '::/0' }: NetConf, cidr: string) =>
  cidr.includes(':') ? IPv6Network : Network;

/** Whether a range lies in another. */
function within(inner: string, outer: string): boolean {
  const [one, other] = [parseCidr(inner), parseCidr(outer)];
  return Boolean(one && other && one.prefix >= other.prefix && contains(other, one));
}

/** Annotations and the condition of the own Node. */
function* tellOthers(
  sys: DaemonSys,
  own: Node,
  { external, conf, second }: BackendContext,
  { backendData, backendData6 = null }: Registered,
): Call<boolean> {
  const api = createApi(sys, 'flanneld', undefined);
  const now = rfc3339(sys.now);
  const annotations = annotationsOf({
    publicIP: external.address,
    backendType: conf.Backend.Type,
    backendData,
    ...(second && {
      second: { subnet: second.subnet, publicIP: second.address, backendData: backendData6 },
    }),
  });
  const condition = {
    type: 'NetworkUnavailable',
    status: 'False',
    reason: 'FlannelIsUp',
    message: 'Flannel is running on this node',
    lastTransitionTime: now,
    lastHeartbeatTime: now,
  };
  const answer = yield* api.request({
    method: 'PATCH',
    url: urlOf('nodes', undefined, own.metadata.name, 'status'),
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { metadata: { annotations }, status: { conditions: [condition] } },
  });
  if (answer.status < 400) return true;
  const why = (answer.body as { message?: string } | null)?.message ?? 'connection refused';
  klog(sys, 'E', 'main.go:359', `Error registering network: failed to acquire lease: ${why}`);
  return false;
}

function writeOut(sys: DaemonSys, conf: NetConf, own: Node, { mtu }: Registered): void {
  const subnet = own.spec.podCIDR ?? '';
  klog(sys, 'I', 'iptables.go:51', 'Starting flannel in iptables mode...');
  const before = sys.files.read(SUBNET_FILE);
  if (isErrno(before)) {
    for (const key of [
      'FLANNEL_NETWORK',
      'FLANNEL_SUBNET',
      'FLANNEL_IPV6_NETWORK',
      'FLANNEL_IPV6_SUBNET',
    ]) {
      const text = `no subnet found for key: ${key} in file: ${SUBNET_FILE}`;
      klog(sys, 'W', 'main.go:563', text);
    }
  }
  if (hasMasquerade(sys)) {
    const old = isErrno(before) ? '0.0.0.0/0, 0.0.0.0/0' : '';
    const text =
      `Current network or subnet (${conf.Network}, ${subnet}) is not equal to previous one ` +
      `(${old}), trying to recycle old iptables rules`;
    if (old !== '') klog(sys, 'I', 'iptables.go:115', text);
    klog(sys, 'I', 'iptables.go:125', 'Setting up masking rules');
  }
  const policy = 'Changing default FORWARD chain policy to ACCEPT';
  klog(sys, 'I', 'iptables.go:226', policy);
  keepRules(sys, conf, own);
  sys.files.makeDirectory('/run/flannel', { parents: true });
  const subnet6 = conf.EnableIPv6 ? subnet6Of(own) : undefined;
  const second =
    conf.IPv6Network && subnet6 ? { network: conf.IPv6Network, subnet: subnet6 } : undefined;
  const env = subnetEnv(conf.Network, subnet, mtu, hasMasquerade(sys), second);
  sys.files.write(SUBNET_FILE, env);
  klog(sys, 'I', 'main.go:412', `Wrote subnet file to ${SUBNET_FILE}`);
  klog(sys, 'I', 'main.go:416', 'Running backend.');
  const cidrs = own.spec.podCIDRs?.join(' ') ?? subnet;
  for (const family of second ? ['IPv4', 'IPv6'] : ['IPv4']) {
    const lease = `Creating the node lease for ${family}. This is the n.Spec.PodCIDRs: [${cidrs}]`;
    klog(sys, 'I', 'kube.go:558', lease);
  }
  klog(sys, 'I', 'main.go:437', 'Waiting for all goroutines to exit');
  const watching = conf.Backend.Type === 'vxlan' ? 'vxlan_network.go:65' : 'route_network.go:56';
  klog(sys, 'I', watching, 'watching for new subnet leases');
}

function keepRules(sys: DaemonSys, conf: NetConf, own: Node): void {
  const options = { ipMasq: hasMasquerade(sys), forward: true };
  writeRules(sys.network, conf.Network, own.spec.podCIDR ?? '', options);
  const subnet6 = conf.EnableIPv6 ? subnet6Of(own) : undefined;
  if (conf.IPv6Network && subnet6) writeRules(sys.network, conf.IPv6Network, subnet6, options);
}

/** Hands the leases that are new, changed or gone to the backend. */
function heed(context: BackendContext, backend: Backend, nodes: readonly Node[]): void {
  const { sys } = context;
  const before = (sys.memory<Json>('leases') ?? []) as unknown as readonly Lease[];
  const now = nodes.flatMap((node) =>
    node.metadata.name === sys.hostname ? [] : (leaseOf(node) ?? []),
  );
  const text = (lease: Lease) => JSON.stringify(lease);
  const old = new Set(before.map(text));
  const fresh = new Set(now.map(text));
  for (const lease of before) {
    const stays = now.some(({ subnet }) => subnet === lease.subnet);
    if (!stays) backend.remove(context, lease);
  }
  for (const lease of now) if (!old.has(text(lease))) backend.add(context, lease);
  if (before.some((lease) => !fresh.has(text(lease))) || now.some((each) => !old.has(text(each)))) {
    sys.remember('leases', now as unknown as Json);
  }
  backend.check(context, now);
}
