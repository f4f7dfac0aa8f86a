import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { LinkInfo } from '../../network/api.ts';

interface Result {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

/** ethtool 6.1. */
const ethtool: ProgramCode = {
  *run(argv, sys): Process {
    const result = execute(argv.slice(1), sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default ethtool;

const names: Readonly<Record<string, string>> = {
  '--driver': '-i',
  '--statistics': '-S',
  '--show-features': '-k',
  '--show-offload': '-k',
  '--features': '-K',
  '--offload': '-K',
  '--show-permaddr': '-P',
};

const OTHERS = /^-[-a-zA-Z]/;

function execute(words: readonly string[], sys: Sys): Result {
  const [first, ...rest] = words;
  if (first === undefined) {
    return {
      stderr: 'ethtool: bad command line argument(s)\nFor more information run ethtool -h\n',
      exit: 1,
    };
  }
  if (first === '--version') return { stdout: 'ethtool version 6.1\n', exit: 0 };
  const option = names[first] ?? first;
  const asks = ['-i', '-S', '-k', '-K', '-P'].includes(option);
  if (!asks && OTHERS.test(first)) {
    return { stderr: `ethtool: ${first} is not modelled here\n`, exit: 2 };
  }
  const name = asks ? rest[0] : first;
  if (name === undefined) {
    return {
      stderr: 'ethtool: bad command line argument(s)\nFor more information run ethtool -h\n',
      exit: 1,
    };
  }
  const link = sys.network.links().find((each) => each.name === name);
  if (!link) return missing(option);
  switch (option) {
    case '-i':
      return driver(link);
    case '-S':
      return statistics(link);
    case '-k':
      return { stdout: features(link), exit: 0 };
    case '-K':
      return { exit: 0 };
    case '-P':
      return { stdout: `Permanent address: ${permanent(link)}\n`, exit: 0 };
    default:
      return { stdout: settings(link, sys.network.hasCarrier(name)), exit: 0 };
  }
}

function missing(option: string): Result {
  const texts: Readonly<Record<string, Result>> = {
    '-i': { stderr: 'Cannot get driver information: No such device\n', exit: 71 },
    '-S': { stderr: 'Cannot get stats strings information: No such device\n', exit: 96 },
    '-k': { stderr: 'netlink error: No such device\n', exit: 1 },
    '-K': { stderr: 'netlink error: No such device\n', exit: 1 },
  };
  return texts[option] ?? { stderr: 'netlink error: No such device\n', exit: 1 };
}

const drivers: Partial<Record<LinkInfo['kind'], readonly [name: string, version: string]>> = {
  veth: ['veth', '1.0'],
  bridge: ['bridge', '2.3'],
  vxlan: ['vxlan', '0.1'],
  macvlan: ['macvlan', '0.1'],
  ipvlan: ['ipvlan', '1.0'],
  vlan: ['802.1Q VLAN Support', '1.8'],
  dummy: ['dummy', '1.0'],
  physical: ['virtio_net', '1.0.0'],
  wireguard: ['wireguard', '1.0.0'],
};

function driver({ kind }: LinkInfo): Result {
  const found = drivers[kind];
  if (!found)
    return { stderr: 'Cannot get driver information: Operation not supported\n', exit: 71 };
  const [name, version] = found;
  const firmware = kind === 'bridge' ? 'N/A' : '';
  const bus = kind === 'bridge' ? 'N/A' : kind === 'physical' ? '0000:00:03.0' : '';
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  const lines = [
    `driver: ${name}`,
    `version: ${version}`,
    `firmware-version: ${firmware}`,
    'expansion-rom-version: ',
    `bus-info: ${bus}`,
    `supports-statistics: ${yes(kind === 'veth' || kind === 'physical')}`,
    'supports-test: no',
    'supports-eeprom-access: no',
    'supports-register-dump: no',
    'supports-priv-flags: no',
  ];
  return { stdout: `${lines.join('\n')}\n`, exit: 0 };
}

function statistics(link: LinkInfo): Result {
  if (link.kind !== 'veth') return { stderr: 'no stats available\n', exit: 94 };
  const queue = ['xdp_packets', 'xdp_bytes', 'drops', 'xdp_redirect', 'xdp_drops', 'xdp_tx'];
  const lines = [
    `peer_ifindex: ${link.peer?.index ?? 0}`,
    ...queue.map((name) => `rx_queue_0_${name}: 0`),
    'rx_queue_0_xdp_tx_errors: 0',
    'tx_queue_0_xdp_xmit: 0',
    'tx_queue_0_xdp_xmit_errors: 0',
  ];
  return { stdout: `NIC statistics:\n${lines.map((line) => `     ${line}\n`).join('')}`, exit: 0 };
}

const permanent = ({ kind, mac }: LinkInfo) => (kind === 'physical' ? mac : 'not set');

function settings({ name, kind }: LinkInfo, carrier: boolean): string {
  const lines =
    kind === 'veth' || kind === 'bridge'
      ? [
          'Supported ports: [  ]',
          'Supported link modes:   Not reported',
          'Supported pause frame use: No',
          'Supports auto-negotiation: No',
          'Supported FEC modes: Not reported',
          'Advertised link modes:  Not reported',
          'Advertised pause frame use: No',
          'Advertised auto-negotiation: No',
          'Advertised FEC modes: Not reported',
          'Speed: 10000Mb/s',
          'Duplex: Full',
          'Auto-negotiation: off',
          'Port: Twisted Pair',
          'PHYAD: 0',
          'Transceiver: internal',
          'MDI-X: Unknown',
        ]
      : [];
  const detected = `Link detected: ${carrier ? 'yes' : 'no'}`;
  return `Settings for ${name}:\n${[...lines, detected].map((line) => `\t${line}\n`).join('')}`;
}

/** Offloads of a device, as the kernel names them; here they change nothing. */
function features({ name, kind }: LinkInfo): string {
  const virtual = kind !== 'physical';
  const flag = (on: boolean, fixed = false) => `${on ? 'on' : 'off'}${fixed ? ' [fixed]' : ''}`;
  const lines = [
    `rx-checksumming: ${flag(true)}`,
    `tx-checksumming: ${flag(true)}`,
    `scatter-gather: ${flag(true)}`,
    `tcp-segmentation-offload: ${flag(true)}`,
    `generic-segmentation-offload: ${flag(true)}`,
    `generic-receive-offload: ${flag(kind !== 'veth')}`,
    `large-receive-offload: ${flag(false, true)}`,
    `rx-vlan-offload: ${flag(virtual, kind !== 'veth')}`,
    `tx-vlan-offload: ${flag(virtual)}`,
    `ntuple-filters: ${flag(false, true)}`,
    `receive-hashing: ${flag(false, true)}`,
    `highdma: ${flag(true)}`,
  ];
  return `Features for ${name}:\n${lines.map((line) => `${line}\n`).join('')}`;
}
