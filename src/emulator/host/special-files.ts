import type { Errno, LinkInfo, Network } from '../network/api.ts';
import { ipvsFile } from '../network/ipvs/proc.ts';
import { procNet, procNetNames } from '../network/proc-net.ts';
import { sysctlNames } from '../network/sysctl.ts';
import type { World } from '../world/world.ts';
import { isErrno } from './errno.ts';
import type { FileSystem } from './files.ts';
import type { Kernel } from './kernel/kernel.ts';
import { sandboxKey } from './kernel/records.ts';
import type { Running } from './kernel/state.ts';
import type { Sandbox } from './runtime-api.ts';

type SpecialFiles = Pick<FileSystem, 'special' | 'specialNames' | 'writeSpecial'>;

/** Text of files that say the same on every machine. */
const fixed: Readonly<Record<string, string>> = {
  '/proc/version':
    'Linux version 6.8.0-45-generic (buildd@lcy02-amd64-115) (x86_64-linux-gnu-gcc-13) ' +
    '#45-Ubuntu SMP PREEMPT_DYNAMIC\n',
  '/proc/loadavg': '0.08 0.05 0.01 1/142 2048\n',
  '/proc/cpuinfo':
    'processor\t: 0\nmodel name\t: Virtual CPU\nprocessor\t: 1\nmodel name\t: Virtual CPU\n',
  '/proc/meminfo':
    'MemTotal:        4030468 kB\nMemFree:         2211700 kB\nMemAvailable:    3265120 kB\n',
  '/proc/filesystems': 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\toverlay\n\text4\n',
  '/proc/sys/kernel/ostype': 'Linux\n',
  '/proc/sys/kernel/osrelease': '6.8.0-45-generic\n',
  '/proc/sys/kernel/pid_max': '4194304\n',
};

/** Names below /proc besides those of processes. */
const procNames = [
  'cpuinfo',
  'filesystems',
  'loadavg',
  'meminfo',
  'mounts',
  'net',
  'self',
  'sys',
  'uptime',
  'version',
];

/** The files that the kernel makes up: /proc of processes, /proc/sys/net of the network. */
export function createSpecialFiles(
  world: World,
  network: Network,
  kernel: () => Kernel,
): SpecialFiles {
  const configOf = (host: string, sandbox: string) => {
    const netns = world.store.get<Sandbox>(sandboxKey(host, sandbox))?.netns ?? 'host';
    return network.config({ host, netns });
  };
  const sysctlName = (path: string) =>
    /^\/proc\/sys\/(net\/.+)$/.exec(path)?.[1]?.replaceAll('/', '.');
  const visible = (host: string, sandbox: string) =>
    [...kernel().processes.values()].filter(
      (each) => each.host === host && (sandbox === 'host' || each.sandbox === sandbox),
    );
  return {
    special(host, sandbox, path) {
      const name = sysctlName(path);
      if (name !== undefined) {
        const value = configOf(host, sandbox).sysctl(name);
        return value === undefined ? undefined : `${value}\n`;
      }
      if (path === '/proc/net/netfilter/nfnetlink_queue') {
        return configOf(host, sandbox).queueFile();
      }
      const net = /^\/proc\/net\/(\w+)$/.exec(path)?.[1];
      if (net !== undefined) {
        const config = configOf(host, sandbox);
        return procNet(net, config) ?? ipvsFile(net, config.ipvs, world.clock.now);
      }
      if (path === '/proc/uptime') {
        const up = ((world.clock.now % 1e12) / 1e6).toFixed(2);
        return `${up} ${up}\n`;
      }
      if (path === '/proc/sys/kernel/hostname') {
        return `${world.store.get<Sandbox>(sandboxKey(host, sandbox))?.hostname ?? host}\n`;
      }
      if (path === '/proc/mounts')
        return mounts(world.store.get<Sandbox>(sandboxKey(host, sandbox)));
      const attribute = /^\/sys\/class\/net\/([^/]+)\/([\w/]+)$/.exec(path);
      if (attribute)
        return ofDevice(configOf(host, sandbox), attribute[1] ?? '', attribute[2] ?? '');
      const [, pid, file] = /^\/proc\/(\d+)\/(\w+)$/.exec(path) ?? [];
      if (pid === undefined) return fixed[path];
      const process = visible(host, sandbox).find((each) => each.pid === Number(pid));
      return process && ofProcess(process, file as string);
    },
    specialNames(host, sandbox, path) {
      const pids = () => visible(host, sandbox).map(({ pid }) => String(pid));
      if (path === '/proc') return [...pids(), ...procNames];
      if (path === '/proc/sys') return ['kernel', 'net'];
      if (path === '/proc/sys/kernel') return ['hostname', 'osrelease', 'ostype', 'pid_max'];
      if (/^\/proc\/\d+$/.test(path) && pids().includes(path.slice(6))) return processFiles;
      if (path === '/sys') return ['class'];
      if (path === '/sys/class') return ['net'];
      const links = configOf(host, sandbox).links();
      if (path === '/sys/class/net') return links.map(({ name }) => name);
      const [, link, below] =
        /^\/sys\/class\/net\/([^/]+)((?:\/brif(?:\/[^/]+)?)?)$/.exec(path) ?? [];
      if (link !== undefined) return ofLink(links, link, below?.split('/').slice(1) ?? []);
      if (path === '/proc/net') return procNetNames;
      return path.startsWith('/proc/sys/net') ? settings(configOf(host, sandbox), path) : undefined;
    },
    writeSpecial(host, sandbox, path, text): Errno | undefined {
      const name = sysctlName(path);
      if (name === undefined) return 'EACCES';
      const failed = configOf(host, sandbox).setSysctl(name, text.trim()) as unknown;
      return isErrno(failed) ? failed : undefined;
    },
  };
}

/** What `/sys/class/net/NAME/…` says of a device, as the kernel's `net-sysfs.c` does. */
function ofDevice(
  config: ReturnType<Network['config']>,
  name: string,
  attribute: string,
): string | undefined {
  const link = config.links().find((each) => each.name === name);
  if (!link) return undefined;
  const { received, sent } = config.statistics(name);
  const carrier = config.hasCarrier(name);
  const [up, state] = link.up ? [carrier, carrier ? 'up' : 'lowerlayerdown'] : [false, 'down'];
  const unknown = [
    'loopback',
    'dummy',
    'vxlan',
    'ipip',
    'sit',
    'gre',
    'gretap',
    'wireguard',
  ].includes(link.kind);
  const values: Readonly<Record<string, string | number>> = {
    address: link.mac,
    carrier: up ? 1 : 0,
    ifindex: link.index,
    iflink: link.peer?.index ?? link.index,
    mtu: link.mtu,
    operstate: unknown && link.up ? 'unknown' : state,
    tx_queue_len: link.kind === 'veth' ? 0 : 1000,
    type:
      ({ loopback: 772, ipip: 768, sit: 776, gre: 778 } as Record<string, number>)[link.kind] ?? 1,
    'statistics/rx_bytes': received.bytes,
    'statistics/rx_packets': received.packets,
    'statistics/tx_bytes': sent.bytes,
    'statistics/tx_packets': sent.packets,
  };
  const value = values[attribute];
  return value === undefined ? undefined : `${value}\n`;
}

/** Of a link's own directory only a bridge's ports are there, as `brif/NAME`. */
function ofLink(
  links: readonly LinkInfo[],
  name: string,
  [folder, port]: readonly string[],
): readonly string[] | undefined {
  const link = links.find((each) => each.name === name);
  if (!link || (folder !== undefined && link.kind !== 'bridge')) return undefined;
  if (folder === undefined) return link.kind === 'bridge' ? ['brif'] : [];
  const ports = links.filter(({ master }) => master === name).map((each) => each.name);
  if (port === undefined) return ports;
  return ports.includes(port) ? [] : undefined;
}

const processFiles = ['cmdline', 'comm', 'environ', 'status'];

function ofProcess(process: Running, file: string): string | undefined {
  const { argv, pid, parent, env, executable, stopped } = process;
  const name = (argv[0] ?? executable.name).split('/').at(-1)?.slice(0, 15) ?? '';
  switch (file) {
    case 'cmdline':
      return argv.map((word) => `${word}\0`).join('');
    case 'comm':
      return `${name}\n`;
    case 'environ':
      return Object.entries(env)
        .map(([key, value]) => `${key}=${value}\0`)
        .join('');
    case 'status': {
      const state = stopped ? 'T (stopped)' : 'S (sleeping)';
      return `Name:\t${name}\nState:\t${state}\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t${parent}\n`;
    }
    default:
      return undefined;
  }
}

function mounts(sandbox: Sandbox | undefined): string {
  const root =
    sandbox?.id === 'host'
      ? '/dev/vda1 / ext4 rw,relatime 0 0'
      : 'overlay / overlay rw,relatime 0 0';
  const binds = (sandbox?.mounts ?? []).map(
    ({ path, readOnly }) => `/dev/vda1 ${path} ext4 ${readOnly ? 'ro' : 'rw'},relatime 0 0`,
  );
  return `${[root, 'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0', ...binds].join('\n')}\n`;
}

/** Names of settings below a directory of /proc/sys/net. */
function settings(
  config: ReturnType<Network['config']>,
  path: string,
): readonly string[] | undefined {
  const prefix = `${path.slice('/proc/sys/'.length).replaceAll('/', '.')}.`;
  const names = new Set<string>();
  const devices = config.links().map((link) => link.name);
  for (const name of sysctlNames(devices)) {
    if (name.startsWith(prefix)) names.add(name.slice(prefix.length).split('.')[0] as string);
  }
  return names.size > 0 ? [...names].sort() : undefined;
}
