// A machine as a record of oracle/net describes it, on which its command can be run.
import type { ApiServer } from '../../../src/emulator/apiserver/request.ts';
import { executables } from '../../../src/emulator/cluster/catalogs.ts';
import { createHosts, type Hosts } from '../../../src/emulator/host/hosts.ts';
import { sandboxKey } from '../../../src/emulator/host/kernel/records.ts';
import type { Image } from '../../../src/emulator/host/runtime-api.ts';
import type {
  LinkInfo,
  NetnsRef,
  Network,
  NetworkConfig,
} from '../../../src/emulator/network/api.ts';
import { conflist } from '../../../src/emulator/cni/flannel/routes.ts';
import { missingModulesKey } from '../../../src/emulator/network/config/links.ts';
import { createNetwork } from '../../../src/emulator/network/network.ts';
import { parse } from '../../../src/emulator/network/netfilter/iptables/parse.ts';
import { createWorld, type Json, type World } from '../../../src/emulator/world/index.ts';

export interface Interface {
  readonly ifname: string;
  readonly mac: string | null;
  readonly mtu: number;
  readonly state: string;
  readonly addrs: readonly string[];
}

export interface Record {
  readonly id: string;
  readonly context: string;
  readonly topology?: {
    readonly host: string;
    readonly kind: string;
    readonly node?: string;
    readonly interfaces?: readonly Interface[];
    readonly routes?: readonly string[];
  };
  readonly cmd: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
  readonly rules_ref?: string;
}

const image: Image = {
  names: ['recorded'],
  programs: executables.map(({ name }) => name),
  entrypoint: ['bash'],
  size: 0,
};

/** Names of the nodes in /etc/hosts of each. */
export const nodes: { readonly [address: string]: string } = {
  '192.168.56.11': 'control-plane',
  '192.168.56.12': 'worker-1',
  '192.168.56.13': 'worker-2',
};

const nobody = { handle: () => ({ status: 503, headers: {}, body: null }) } as unknown as ApiServer;

export interface Machine {
  readonly world: World;
  readonly network: Network;
  readonly hosts: Hosts;
  readonly host: string;
  readonly sandbox: string;
}

/** What the kubelet writes into a pod's files before the pod's own name. */
const KUBELET_HOSTS =
  '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n' +
  '::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n' +
  'fe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n';
const RESOLV =
  'search default.svc.cluster.local svc.cluster.local cluster.local\n' +
  'nameserver 10.96.0.10\noptions ndots:5\n';

/** The machine of a record, with its links, routes and (as text) its rules. */
export function buildMachine(
  record: Record,
  rules: string | undefined,
  missing: readonly string[] = [],
): Machine {
  const topology = record.topology ?? { host: 'worker-1', kind: 'node' };
  const world = createWorld({ seed: 7, start: 1_795_000_000_000_000 });
  const network = createNetwork(world);
  const hosts = createHosts(world, {
    executables,
    images: [image],
    network,
    api: nobody,
    authenticate: () => ({ name: 'nobody', groups: [] }),
  });
  const pod = topology.kind.startsWith('pod');
  const host = pod ? (topology.node ?? 'worker-1') : topology.host;
  hosts.addHost(host, 'recorded', 'root');
  network.addNetns({ host: 'wire', netns: 'host' });
  const ref: NetnsRef = { host, netns: pod ? 'pod' : 'host' };
  if (pod) {
    network.addNetns(ref);
    addSandbox(world, host, topology.host);
    // The kubelet's file of a pod, with the pod's own name in it.
    const address = topology.interfaces?.find(({ ifname }) => ifname === 'eth0')?.addrs[0];
    const own = `${address?.split('/')[0]}\t${topology.host}\n`;
    const files = hosts.files(host, 'pod');
    files.write('/etc/hosts', `${KUBELET_HOSTS}${address ? own : ''}`);
    files.write('/etc/resolv.conf', RESOLV);
  }
  if (missing.length > 0) leaveOut(world, host, missing);
  const config = network.config(ref);
  const card = topology.interfaces?.find(({ ifname }) => ifname === 'eth0');
  const local = card?.addrs[0]?.split('/')[0];
  for (const each of topology.interfaces ?? []) addInterface(network, ref, each, pod, local);
  for (const line of topology.routes ?? []) addRoute(config, line);
  if (!pod) {
    const names = Object.entries(nodes).map(([address, name]) => `${address}\t${name}\n`);
    hosts.files(host).makeDirectory('/etc/cni/net.d', { parents: true });
    hosts.files(host).write('/etc/cni/net.d/10-flannel.conflist', conflist);
    hosts.files(host).write('/etc/hosts', `127.0.0.1\tlocalhost\n${names.join('')}`);
    config.setSysctl('net.ipv4.ip_forward', '1');
    const parsed = rules === undefined || rules === '' ? undefined : parse(rules);
    if (parsed?.ok) config.setIptables(parsed.rules);
  }
  return { world, network, hosts, host, sandbox: pod ? 'pod' : 'host' };
}

/** A kernel that was built without some modules. */
function leaveOut(world: World, host: string, missing: readonly string[]): void {
  world.store.commit(world.cause('test'), [
    { key: missingModulesKey(host), value: [...missing] as Json },
  ]);
}

function addSandbox(world: World, host: string, hostname: string): void {
  const sandbox = {
    id: 'pod',
    host,
    netns: 'pod',
    hostname,
    image: 'recorded',
    mounts: [],
    env: {},
    cwd: '/',
    user: 'root',
  };
  world.store.commit(world.cause('test'), [
    { key: sandboxKey(host, 'pod'), value: sandbox as unknown as Json },
  ]);
}

const kindOf = ({ ifname }: Interface, pod: boolean): LinkInfo['kind'] => {
  if (ifname.startsWith('cni')) return 'bridge';
  if (ifname.startsWith('flannel')) return 'vxlan';
  if (ifname.startsWith('tunl')) return 'ipip';
  if (ifname.startsWith('wg')) return 'wireguard';
  if (ifname.startsWith('kube-ipvs')) return 'dummy';
  return pod || ifname !== 'lo' ? 'veth' : 'loopback';
};

function addInterface(
  network: Network,
  ref: NetnsRef,
  each: Interface,
  pod: boolean,
  local: string | undefined,
): void {
  const config = network.config(ref);
  const { ifname, mtu, mac } = each;
  const kind = kindOf(each, pod);
  if (ifname !== 'lo') {
    const end = peerOf(network, ref, ifname, pod);
    const wire = kind === 'veth' && ifname === 'eth0' && !pod;
    const options: { [name: string]: Json } =
      kind === 'vxlan'
        ? { id: 1, dev: 'eth0', port: 8472, local: local ?? '' }
        : wire
          ? { txqlen: 1000 }
          : {};
    config.addLink({
      name: ifname,
      kind,
      mtu,
      ...(mac ? { mac } : {}),
      ...(kind === 'veth' ? { peer: end } : {}),
      options,
    });
  }
  // What is down now was up before, but for the devices that come with their module.
  const idle = /^(tunl|kube-ipvs|dummy)/.test(ifname);
  if (each.state === 'DOWN' && !idle) {
    config.setLink(ifname, { up: true });
    config.setLink(ifname, { up: false });
  }
  if (each.state !== 'DOWN') {
    config.setLink(ifname, { up: true });
    const other = config.links().find(({ name }) => name === ifname)?.peer;
    if (other) network.config(other).setLink(other.name, { up: true });
  }
  if (ifname.startsWith('veth')) config.setLink(ifname, { master: 'cni0', hairpin: true });
  for (const text of each.addrs) {
    const [address = '', prefix = '32'] = text.split('/');
    if (address.includes(':')) continue;
    const length = Number(prefix);
    const broadcast = length < 31 ? { broadcast: broadcastOf(address, length) } : {};
    const place =
      ifname === 'lo' ? { scope: 'host' as const } : { scope: 'global' as const, ...broadcast };
    config.addAddress(ifname, { address, prefix: length, ...place, label: ifname });
  }
}

/** The other end: the wire for a node's eth0, a namespace of its own for each pod. */
function peerOf(network: Network, ref: NetnsRef, ifname: string, pod: boolean) {
  if (pod) return { host: ref.host, netns: 'host', name: 'vethpeer' };
  if (!ifname.startsWith('veth')) return { host: 'wire', netns: 'host', name: ifname };
  const netns = `cni-${ifname.slice(4)}-0000-4000-8000-000000000000`.slice(0, 40);
  network.addNetns({ host: ref.host, netns });
  return { host: ref.host, netns, name: 'eth0' };
}

function broadcastOf(address: string, prefix: number): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const last = number + (2 ** (32 - prefix) - 1 - (number % 2 ** (32 - prefix)));
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}

function addRoute(config: NetworkConfig, line: string): void {
  const words = line.trim().split(/\s+/);
  const value = (name: string) =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const kind = ['blackhole', 'unreachable', 'prohibit'].find((each) => each === words[0]);
  const [via, source, protocol, scope, metric] = ['via', 'src', 'proto', 'scope', 'metric'].map(
    value,
  );
  config.addRoute({
    destination: (kind ? words[1] : words[0]) ?? '',
    device: value('dev') ?? '',
    ...(via ? { via } : {}),
    ...(source ? { source } : {}),
    ...(protocol ? { protocol: protocol as 'bird' } : {}),
    ...(scope ? { scope: scope as 'link' } : {}),
    ...(metric ? { metric: Number(metric) } : {}),
    ...(words.includes('onlink') ? { onlink: true } : {}),
    ...(kind ? { kind: kind as 'blackhole' } : {}),
  });
}

const MARK = '==exit==';

/** Runs a command line by bash as root, at most a minute of virtual time. */
export function runOn({ world, hosts, host, sandbox }: Machine, cmd: string) {
  // A process that ends at once leaves no record, so the shell itself tells how the command ended.
  const started = hosts.script(`${cmd}\necho "${MARK}$?"`, {
    host,
    sandbox,
    user: 'root',
    cwd: '/',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    shell: 'bash',
  });
  if (!started) return undefined;
  const process = hosts.kernel.find(host, started.pid);
  const until = world.clock.now + 60_000_000;
  while (process && !process.status && world.clock.now < until) {
    const next = world.queue.peek();
    if (!next) break;
    world.clock.runUntil(Math.min(until, next.at), 5_000);
  }
  const [stdout = '', exit] = (hosts.kernel.sinks.get(started.out)?.text ?? '').split(MARK);
  const stderr = hosts.kernel.sinks.get(started.err)?.text ?? '';
  return { stdout, stderr, exit: exit === undefined ? undefined : Number(exit) };
}
