// The machine of oracle/net's cni-plugins: one node, pods without a cluster, plugins run by hand.
import type { ApiServer } from '../../../src/emulator/apiserver/request.ts';
import { pluginBinary } from '../../../src/emulator/cni/binary.ts';
import { executables } from '../../../src/emulator/cluster/catalogs.ts';
import { createHosts, type Hosts } from '../../../src/emulator/host/hosts.ts';
import { sandboxKey } from '../../../src/emulator/host/kernel/records.ts';
import type { Network } from '../../../src/emulator/network/api.ts';
import { createNetwork } from '../../../src/emulator/network/network.ts';
import { createWorld, type Json, type World } from '../../../src/emulator/world/index.ts';

export interface CniLab {
  readonly world: World;
  readonly hosts: Hosts;
  readonly network: Network;
}

export const HOST = 'cni-lab';
const BIN = '/opt/cni/bin';
/** What Debian's containernetworking-plugins 1.1.1 puts into the folder. */
const PLUGINS =
  'bandwidth bridge dhcp firewall host-device host-local ipvlan loopback macvlan portmap ptp sbr ' +
  'static tuning vlan vrf';

const LOOPBACK = { cniVersion: '0.4.0', name: 'lo', type: 'loopback' };

const nobody = { handle: () => ({ status: 503, headers: {}, body: null }) } as unknown as ApiServer;

/** The node before the first ADD. */
export function buildLab(course: object): CniLab {
  const world = createWorld({ seed: 7, start: 1_795_000_000_000_000 });
  const network = createNetwork(world);
  // The folder of plugins holds Debian's alone: no other image's programs.
  const own = executables.filter(({ paths }) => !paths.some((p) => p.startsWith(`${BIN}/`)));
  const names = own.map(({ name }) => name);
  const image = { names: ['recorded'], programs: names, entrypoint: ['bash'], size: 0 };
  const hosts = createHosts(world, {
    executables,
    images: [image],
    network,
    api: nobody,
    authenticate: () => ({ name: 'nobody', groups: [] }),
  });
  hosts.addHost(HOST, 'recorded', 'root');
  const config = network.config({ host: HOST, netns: 'host' });
  config.setLink('lo', { up: true });
  config.addAddress('lo', { address: '127.0.0.1', prefix: 8, scope: 'host' });
  config.addLink({
    name: 'eth0',
    kind: 'veth',
    peer: { host: HOST, netns: 'host', name: 'e1' },
    options: { txqlen: 1000 },
  });
  for (const name of ['e1', 'eth0']) config.setLink(name, { up: true });
  config.addAddress('eth0', { address: '192.168.56.12', prefix: 24, scope: 'global' });
  config.setSysctl('net.bridge.bridge-nf-call-iptables', '1');
  const files = hosts.files(HOST);
  for (const folder of [BIN, '/etc/cni/net.d', '/run/netns']) {
    files.makeDirectory(folder, { parents: true });
  }
  for (const name of PLUGINS.split(' ')) {
    files.write(`${BIN}/${name}`, pluginBinary(name), { mode: 0o755 });
  }
  files.write('/etc/cni/net.d/10-mynet.conf', `${JSON.stringify(course, null, 2)}\n`);
  files.write('/etc/cni/net.d/99-loopback.conf', `${JSON.stringify(LOOPBACK, null, 2)}\n`);
  return { world, hosts, network };
}

/** `ip netns add`, with the loopback brought up by its plugin where `up` says so. */
export function addPod({ world, hosts, network }: CniLab, name: string, up: boolean): void {
  const ref = { host: HOST, netns: name };
  network.addNetns(ref);
  hosts.files(HOST).write(`/run/netns/${name}`, '');
  if (up) network.config(ref).setLink('lo', { up: true });
  const sandbox = { id: name, host: HOST, netns: name, hostname: HOST, image: 'recorded' };
  const rest = { mounts: [], env: {}, cwd: '/', user: 'root' };
  world.store.commit(world.cause('test'), [
    { key: sandboxKey(HOST, name), value: { ...sandbox, ...rest } as unknown as Json },
  ]);
}

const MARK = '==exit==';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a command line by bash as root, with a text on its standard input. */
export function runInLab({ world, hosts }: CniLab, cmd: string, stdin?: string) {
  const [, pod, inside] = /^ip netns exec (\S+) (.+)$/s.exec(cmd) ?? [];
  const script = inside ?? cmd;
  const place = { host: HOST, sandbox: pod ?? 'host', user: 'root', cwd: '/' };
  const fed = stdin === undefined ? script : `${script} <<'CONF'\n${stdin}\nCONF`;
  const text = `${fed}\necho "${MARK}$?"`;
  const started = hosts.script(text, { ...place, env: { PATH }, shell: 'bash' });
  if (!started) return undefined;
  const process = hosts.kernel.find(HOST, started.pid);
  const until = world.clock.now + 60_000_000;
  while (process && !process.status && world.clock.now < until) {
    const next = world.queue.peek();
    if (!next) break;
    world.clock.runUntil(Math.min(until, next.at), 5_000);
  }
  // What was sent meanwhile arrives before anybody types the next command.
  world.clock.runUntil(world.clock.now + 100_000, 5_000);
  const [stdout = '', exit] = (hosts.kernel.sinks.get(started.out)?.text ?? '').split(MARK);
  const stderr = hosts.kernel.sinks.get(started.err)?.text ?? '';
  return { stdout, stderr, exit: exit === undefined ? undefined : Number(exit) };
}
