// What a machine had been through when a record was made, as far as the record itself shows it:
// whom it had asked for addresses, what its bridges had heard, who was listening.
import { pathMtuKey } from '../../../src/emulator/network/ip/path-mtu.ts';
import { learnedFdbKey, type LearnedFdb } from '../../../src/emulator/network/link/fdb.ts';
import type { NeighbourInfo } from '../../../src/emulator/network/api.ts';
import type { Json } from '../../../src/emulator/world/index.ts';
import type { Machine, Record } from './machine.ts';

/** Enters what a record shows of the past into its machine. */
export function history(machine: Machine, record: Record): void {
  const { cmd, stdout } = record;
  const [, named] = /^ip netns exec (\S+) /.exec(cmd) ?? [];
  if (named !== undefined) {
    namespace(machine, named, stdout);
    return;
  }
  if (/neigh|^arp|busybox arp/.test(cmd)) neighbours(machine, stdout, cmd);
  if (/^bridge fdb/.test(cmd)) forwarding(machine, stdout, cmd);
  if (/^(ss|netstat|busybox netstat)/.test(cmd)) listeners(machine, stdout);
  const [, told, mtu] = /^(\S+) [^]*expires \d+sec mtu (\d+)/.exec(stdout) ?? [];
  if (told !== undefined) learnMtu(machine, told, Number(mtu));
}

const configOf = ({ network, host, sandbox }: Machine) => network.config({ host, netns: sandbox });

function neighbours(machine: Machine, text: string, cmd: string): void {
  const config = configOf(machine);
  const only = /dev (\S+)/.exec(cmd)?.[1];
  for (const line of text.split('\n')) {
    const mac = /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/.exec(line)?.[0];
    const address = /(?:\d+\.){3}\d+/.exec(line)?.[0];
    const device = /\b(?:dev|on) (\S+)/.exec(line)?.[1] ?? only ?? line.trim().split(/\s+/).at(-1);
    if (address === undefined && mac === undefined) continue;
    const state = /\b([A-Z]{5,}) *$/.exec(line)?.[1] ?? 'REACHABLE';
    // A name in the table stands for an address that the machine knows from its files.
    const known = address ?? addressFor(machine, line.split(' ')[0] ?? '');
    if (known === undefined || device === undefined) continue;
    const made = { address: known, device, state: state as NeighbourInfo['state'] };
    config.setNeighbour(mac === undefined ? made : { ...made, mac });
  }
}

/** Gives a shortened name in a table an address, by an entry of its own in /etc/hosts. */
function addressFor({ hosts, host, sandbox }: Machine, name: string): string | undefined {
  if (!/^[a-z]/.test(name)) return undefined;
  const files = hosts.files(host, sandbox === 'host' ? undefined : sandbox);
  const file = files.read('/etc/hosts');
  const before = typeof file === 'string' ? '' : file.text;
  const address = '10.244.1.2';
  files.write('/etc/hosts', `${before}${address}\t${name}ster.local\n`);
  return address;
}

function forwarding(machine: Machine, text: string, cmd: string): void {
  const config = configOf(machine);
  const only = /dev (\S+)/.exec(cmd)?.[1];
  for (const line of text.split('\n')) {
    const [mac = '', ...words] = line.trim().split(/\s+/);
    const value = (name: string) =>
      words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
    const device = value('dev') ?? only;
    const destination = value('dst');
    const master = value('master');
    if (device === undefined) continue;
    if (destination !== undefined) config.setFdb(mac, device, destination);
    else if (master !== undefined && !line.includes('permanent'))
      learn(machine, master, device, mac);
  }
}

function learn({ world, host, sandbox }: Machine, bridge: string, port: string, mac: string): void {
  const entry: LearnedFdb = { port, at: world.clock.now };
  world.store.commit(world.cause('test'), [
    {
      key: learnedFdbKey({ host, netns: sandbox }, bridge, mac),
      value: entry as unknown as Json,
    },
  ]);
}

/** A path that was found to be narrow before. */
function learnMtu({ world, host, sandbox }: Machine, to: string, mtu: number): void {
  const value = { mtu, at: world.clock.now };
  world.store.commit(world.cause('test'), [
    { key: pathMtuKey({ host, netns: sandbox }, to), value },
  ]);
}

/** Sockets that the table shows; who holds them is not told apart here. */
function listeners(machine: Machine, text: string): void {
  const { network, host, sandbox } = machine;
  const ref = { host, netns: sandbox };
  for (const line of text.split('\n')) {
    if (!/\bLISTEN\b/.test(line)) continue;
    const [, address, port] = /\s((?:\d+\.){3}\d+):(\d+)\s/.exec(line) ?? [];
    if (address === undefined || port === undefined) continue;
    if (line.includes('nginx')) serve(machine, Number(port));
    else network.listen(ref, { address, port: Number(port) }, 'test/listener');
  }
}

/** The recorder's nodes had an nginx in place of the API server. */
function serve({ hosts, host, sandbox }: Machine, port: number): void {
  const files = hosts.files(host, sandbox === 'host' ? undefined : sandbox);
  files.makeDirectory('/etc/nginx', { parents: true });
  files.write('/etc/nginx/nginx.conf', `events {}\nhttp { server { listen ${port}; } }\n`);
  const fds = new Map([0, 1, 2].map((fd) => [fd, { type: 'null' as const }]));
  const place = { parent: 1, sandbox, user: 'root', env: {}, cwd: '/', fds };
  hosts.kernel.spawn(host, ['nginx'], place);
  hosts.kernel.drain();
}

/** A named namespace whose device and neighbours are those that the record shows. */
function namespace({ network, hosts, host }: Machine, name: string, text: string): void {
  const ref = { host, netns: name };
  network.addNetns(ref);
  const files = hosts.files(host);
  files.makeDirectory('/run/netns', { parents: true });
  files.write(`/run/netns/${name}`, '');
  const config = network.config(ref);
  config.setLink('lo', { up: true });
  if (!text || text.includes('tunl0')) config.addLink({ name: 'tunl0', kind: 'ipip' });
  const peer = { host, netns: 'host', name: `${name}-end`.slice(-15) };
  const mac = /link\/ether (\S+)/.exec(text)?.[1];
  const options = { txqlen: 1000 };
  config.addLink({ name: 'eth0', kind: 'veth', peer, options, ...(mac ? { mac } : {}) });
  config.setLink('eth0', { up: true });
  network.config({ host, netns: 'host' }).setLink(peer.name, { up: true });
  const [, address, prefix] = /inet ((?!127)\S+)\/(\d+) scope global/.exec(text) ?? [];
  if (address !== undefined) {
    const place = { scope: 'global', label: 'eth0' } as const;
    config.addAddress('eth0', { address, prefix: Number(prefix), ...place });
  }
  for (const [, to, hardware] of text.matchAll(/^(\S+) dev eth0 lladdr (\S+)/gm)) {
    if (to === undefined || hardware === undefined) continue;
    config.setNeighbour({ address: to, device: 'eth0', mac: hardware, state: 'REACHABLE' });
  }
}
