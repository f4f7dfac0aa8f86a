// The recorded cluster with traffic in it: three nodes, their pods, a machine outside.
import type { ApiServer } from '../../../src/emulator/apiserver/request.ts';
import { executables } from '../../../src/emulator/cluster/catalogs.ts';
import { createHosts, type Hosts } from '../../../src/emulator/host/hosts.ts';
import type { Daemon } from '../../../src/emulator/host/syscalls.ts';
import { sandboxKey, type Descriptor } from '../../../src/emulator/host/kernel/records.ts';
import type { Network, NetworkConfig } from '../../../src/emulator/network/api.ts';
import { createNetwork } from '../../../src/emulator/network/network.ts';
import { parse } from '../../../src/emulator/network/netfilter/iptables/parse.ts';
import { createWorld, type Json, type World } from '../../../src/emulator/world/index.ts';
import { certificatesAt } from './certificates.ts';
import { apiSite, ingressSite, outsideSite, webSite } from './servers.ts';
import { nameServer, type Zone } from './zone.ts';

interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly master?: string;
  readonly addr_info: readonly {
    readonly family: string;
    readonly local: string;
    readonly prefixlen: number;
  }[];
}

interface RecordedHost {
  readonly kind: string;
  readonly node: string | null;
  readonly addr: readonly Link[];
  readonly route: readonly string[];
  readonly iptables_save: string;
}

/** `topologies/iptables-iptables.json`. */
export interface Recorded {
  readonly hosts: { readonly [name: string]: RecordedHost };
}

export interface TrafficCluster {
  readonly world: World;
  readonly hosts: Hosts;
  readonly network: Network;
}

const SECOND = 1_000_000;
const SEGMENT = 24;

const INGRESS: RecordedHost = {
  kind: 'pod',
  node: 'worker-1',
  addr: [
    {
      ifname: 'eth0',
      address: '02:52:5d:e5:06:04',
      addr_info: [{ family: 'inet', local: '10.244.1.4', prefixlen: 24 }],
    },
  ],
  route: ['default via 10.244.1.1 dev eth0'],
  iptables_save: '',
};

const nobody = { handle: () => ({ status: 503, headers: {}, body: null }) } as unknown as ApiServer;

const START = 1_795_000_000_000_000;
const certificates = certificatesAt(START);

/** Builds the cluster; its servers listen, with these versions of TLS. */
export function buildCluster(
  { hosts: recorded }: Recorded,
  zone: Zone,
  protocols = 'TLSv1.2',
  names: Daemon = nameServer(zone),
): TrafficCluster {
  const world = createWorld({ seed: 7, start: START });
  const network = createNetwork(world);
  const all = [...executables, names];
  const programs = all.map(({ name }) => name);
  const image = { names: ['recorded'], programs, entrypoint: ['bash'], size: 0 };
  const hosts = createHosts(world, {
    executables: all,
    images: [image],
    network,
    api: nobody,
    authenticate: () => ({ name: 'nobody', groups: [] }),
  });
  const cluster = { world, hosts, network };
  const pods = [...Object.entries(recorded), ['ingress', INGRESS] as const].filter(
    ([, { kind }]) => kind === 'pod',
  );
  for (const [name, host] of Object.entries(recorded)) {
    if (host.kind === 'pod') continue;
    addMachine(cluster, name, host);
    const own = pods.filter(([, { node }]) => node === name);
    own.forEach(([pod, each], index) => addPod(cluster, name, pod, each, `veth${index}`));
  }
  for (const [pod, { node }] of pods) serveFrom(cluster, pod, node ?? '', protocols);
  serve(cluster, 'outside', 'host', outsideSite(protocols));
  serve(cluster, 'control-plane', 'host', apiSite(protocols));
  world.clock.runUntil(world.clock.now + SECOND, 10_000);
  return cluster;
}

function addMachine({ hosts, network }: TrafficCluster, name: string, host: RecordedHost): void {
  hosts.addHost(name, 'recorded', 'root');
  const config = network.config({ host: name, netns: 'host' });
  for (const { ifname, address: mac, master, addr_info: info } of host.addr) {
    if (ifname === 'lo' || master) continue;
    const kind = ifname === 'cni0' ? 'bridge' : 'physical';
    config.addLink({ name: ifname, kind, mac });
    config.setLink(ifname, { up: true });
    addAddresses(config, ifname, info);
  }
  config.addAddress('lo', { address: '127.0.0.1', prefix: 8, scope: 'host' });
  config.setSysctl('net.ipv4.ip_forward', '1');
  addRoutes(config, host.route);
  // Where the recorder's packets were lost without a word, and where the load balancer is.
  if (host.kind !== 'node') {
    config.addRoute({ destination: '198.51.100.0/24', kind: 'blackhole', device: '' });
    config.addRoute({ destination: '192.168.56.240/32', via: '192.168.56.12', device: 'eth0' });
    return;
  }
  config.setSysctl('net.bridge.bridge-nf-call-iptables', '1');
  const rules = parse(host.iptables_save);
  if (rules.ok) config.setIptables(rules.rules);
}

function addAddresses(config: NetworkConfig, device: string, info: Link['addr_info']): void {
  for (const { family, local, prefixlen } of info) {
    if (family !== 'inet') continue;
    const broadcast = local.replace(/\d+$/, '255');
    const wide = prefixlen === SEGMENT ? { broadcast } : {};
    config.addAddress(device, { address: local, prefix: prefixlen, scope: 'global', ...wide });
  }
}

function addRoutes(config: NetworkConfig, lines: readonly string[]): void {
  for (const line of lines) {
    const [destination = '', ...words] = line.trim().split(/\s+/);
    const via = words[words.indexOf('via') + 1];
    if (!words.includes('via') || via === undefined) continue;
    config.addRoute({ destination, via, device: 'eth0' });
  }
}

const RESOLV =
  'search default.svc.cluster.local svc.cluster.local cluster.local\n' +
  'nameserver 10.96.0.10\noptions ndots:5\n';

function addPod(
  { world, hosts, network }: TrafficCluster,
  node: string,
  pod: string,
  { addr, route }: RecordedHost,
  end: string,
): void {
  const ref = { host: node, netns: pod };
  network.addNetns(ref);
  const config = network.config(ref);
  config.setLink('lo', { up: true });
  config.addAddress('lo', { address: '127.0.0.1', prefix: 8, scope: 'host' });
  const eth0 = addr.find(({ ifname }) => ifname === 'eth0') as Link;
  const peer = { host: node, netns: 'host', name: end };
  config.addLink({ name: 'eth0', kind: 'veth', mac: eth0.address, peer });
  config.setLink('eth0', { up: true });
  addAddresses(config, 'eth0', eth0.addr_info);
  addRoutes(config, route);
  const host = network.config({ host: node, netns: 'host' });
  host.setLink(end, { up: true, master: 'cni0', hairpin: true });
  const place = { netns: pod, hostname: pod, image: 'recorded', cwd: '/', user: 'root' };
  const sandbox = { id: pod, host: node, mounts: [], env: {}, ...place };
  world.store.commit(world.cause('test'), [
    { key: sandboxKey(node, pod), value: sandbox as unknown as Json },
  ]);
  const files = hosts.files(node, pod);
  files.write('/etc/resolv.conf', RESOLV);
  files.write('/srv/index.html', '');
  files.write('/srv/ca.crt', certificates['ca.crt'] as string);
  files.write('/srv/ingca.crt', certificates['ingca.crt'] as string);
  const address = eth0.addr_info.find(({ family }) => family === 'inet')?.local ?? '';
  files.write('/etc/hosts', `127.0.0.1\tlocalhost\n${address}\t${pod}\n`);
}

function serveFrom(cluster: TrafficCluster, pod: string, node: string, protocols: string): void {
  if (pod.startsWith('web-')) serve(cluster, node, pod, webSite);
  if (pod === 'ingress') serve(cluster, node, pod, ingressSite(protocols));
  if (pod.startsWith('coredns')) spawn(cluster, node, pod, ['name-server']);
}

function serve(cluster: TrafficCluster, host: string, sandbox: string, site: string): void {
  const files = cluster.hosts.files(host, sandbox);
  files.makeDirectory('/etc/nginx', { parents: true });
  files.write('/etc/nginx/nginx.conf', site);
  for (const [name, text] of Object.entries(certificates)) files.write(`/etc/nginx/${name}`, text);
  spawn(cluster, host, sandbox, ['nginx']);
}

function spawn(
  { hosts }: TrafficCluster,
  host: string,
  sandbox: string,
  argv: readonly string[],
): void {
  const log: Descriptor = { type: 'null' };
  hosts.kernel.spawn(host, argv, {
    parent: 1,
    sandbox,
    user: 'root',
    env: {},
    cwd: '/',
    fds: new Map([
      [0, log],
      [1, log],
      [2, log],
    ]),
  });
  hosts.kernel.drain();
}

export interface Place {
  readonly host: string;
  readonly sandbox: string;
  /** Columns of the terminal that it runs on. */
  readonly columns?: number;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
  readonly micros: number;
}

const LONGEST = 300 * SECOND;
const ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Runs a command line by bash as root; on a terminal both outputs are in `stdout`. */
export function runIn(cluster: TrafficCluster, place: Place, cmd: string): Ran {
  const { world, hosts } = cluster;
  const start = world.clock.now;
  const begun =
    place.columns === undefined ? plain(cluster, place, cmd) : shown(cluster, place, cmd);
  if (!begun) return { stdout: '', stderr: '', exit: undefined, micros: 0 };
  const until = start + LONGEST;
  while (!begun.process.status && world.clock.now < until) {
    const next = world.queue.peek();
    if (!next) break;
    world.clock.runUntil(Math.min(until, next.at), 5_000);
  }
  hosts.kernel.drain();
  const { status } = begun.process;
  const exit = status && 'exited' in status ? status.exited : undefined;
  return { ...begun.texts(), exit, micros: world.clock.now - start };
}

function plain({ hosts }: TrafficCluster, { host, sandbox }: Place, cmd: string) {
  const where = { host, sandbox, user: 'root', cwd: '/', env: ENV, shell: 'bash' };
  const started = hosts.script(cmd, where);
  const { sinks } = hosts.kernel;
  return (
    started && {
      process: started.process,
      texts: () => ({
        stdout: sinks.get(started.out)?.text ?? '',
        stderr: sinks.get(started.err)?.text ?? '',
      }),
    }
  );
}

function shown({ world, hosts }: TrafficCluster, { host, sandbox, columns }: Place, cmd: string) {
  const terminal = { id: 'tty', host, columns: columns ?? 80, rows: 24, pid: 0, commands: 0 };
  world.store.commit(world.cause('test'), [
    { key: '/terminal/tty', value: terminal as unknown as Json },
  ]);
  const fd: Descriptor = { type: 'terminal', id: 'tty' };
  const process = hosts.kernel.spawn(host, ['bash', '-c', cmd], {
    parent: 0,
    sandbox,
    user: 'root',
    env: ENV,
    cwd: '/',
    fds: new Map([0, 1, 2].map((each) => [each, fd])),
    terminal: 'tty',
  });
  if (typeof process === 'string') return undefined;
  const { group, pid } = process;
  hosts.kernel.foreground.set('tty', { terminal: 'tty', host, group, owner: pid });
  hosts.kernel.drain();
  const screen = () => hosts.terminals.screen('tty').replaceAll('\r\n', '\n');
  return { process, texts: () => ({ stdout: screen(), stderr: '' }) };
}
