import type { NetworkConfig } from '../../network/api.ts';
import type { ProgramCode } from '../../host/syscalls.ts';

const USAGE = `Usage: brctl [commands]
commands:
\taddbr     \t<bridge>\t\tadd bridge
\tdelbr     \t<bridge>\t\tdelete bridge
\taddif     \t<bridge> <device>\tadd interface to bridge
\tdelif     \t<bridge> <device>\tdelete interface from bridge
\thairpin   \t<bridge> <port> {on|off}\tturn hairpin on/off
\tsetageing \t<bridge> <time>\t\tset ageing time
\tsetbridgeprio\t<bridge> <prio>\t\tset bridge priority
\tsetfd     \t<bridge> <time>\t\tset bridge forward delay
\tsethello  \t<bridge> <time>\t\tset hello time
\tsetmaxage \t<bridge> <time>\t\tset max message age
\tsetpathcost\t<bridge> <port> <cost>\tset path cost
\tsetportprio\t<bridge> <port> <prio>\tset port priority
\tshow      \t[ <bridge> ]\t\tshow a list of bridges
\tshowmacs  \t<bridge>\t\tshow a list of mac addrs
\tshowstp   \t<bridge>\t\tshow bridge stp info
\tstp       \t<bridge> {on|off}\tturn stp on/off
`;

interface Done {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

/** Runs one command of brctl. */
const code: ProgramCode = {
  *run(argv, sys) {
    const done = perform(argv.slice(1), sys.network);
    if (done.stdout) yield* sys.write(1, done.stdout);
    if (done.stderr) yield* sys.write(2, done.stderr);
    return done.exit;
  },
};

export default code;

function perform([command, ...words]: readonly string[], network: NetworkConfig): Done {
  const [bridge = '', port = ''] = words;
  const known = network.links().find(({ name }) => name === bridge);
  const missing = { stderr: `bridge ${bridge} does not exist!\n`, exit: 1 };
  const result = (errno: string | undefined, text: string): Done =>
    errno ? { stderr: `${text}\n`, exit: 1 } : { exit: 0 };
  switch (command) {
    case undefined:
      return { stderr: USAGE, exit: 1 };
    case 'show':
      return { stdout: show(network, words), exit: 0 };
    case 'showmacs':
      return known?.kind === 'bridge'
        ? { stdout: macs(network, bridge), exit: 0 }
        : { stderr: 'read of forward table failed: No such device\n', exit: 1 };
    case 'addbr':
      return result(
        network.addLink({ name: bridge, kind: 'bridge' }),
        `device ${bridge} already exists; can't create bridge with the same name`,
      );
    case 'delbr':
      if (known?.kind !== 'bridge') {
        return { stderr: `bridge ${bridge} doesn't exist; can't delete it\n`, exit: 1 };
      }
      if (known.up) return { stderr: `bridge ${bridge} is still up; can't delete it\n`, exit: 1 };
      return result(network.removeLink(bridge), '');
    case 'addif':
    case 'delif': {
      if (known?.kind !== 'bridge') return missing;
      const master = command === 'addif' ? bridge : null;
      const failed = network.setLink(port, { master });
      return result(failed, `interface ${port} does not exist!`);
    }
    case 'hairpin':
      if (known?.kind !== 'bridge') return missing;
      return result(
        network.setLink(port, { hairpin: words[2] === 'on' }),
        `interface ${port} does not exist!`,
      );
    default:
      if (USAGE.includes(`\t${command} `)) {
        return { stderr: `brctl: ${command} is not modelled here\n`, exit: 1 };
      }
      return { stderr: `never heard of command [${command}]\n${USAGE}`, exit: 1 };
  }
}

/** `8000.` and the bridge's address. */
const idOf = (mac: string) => `8000.${mac.replaceAll(':', '')}`;

function show(network: NetworkConfig, words: readonly string[]): string {
  const links = network.links();
  const bridges = links
    .filter(({ kind }) => kind === 'bridge')
    .filter(({ name }) => words.length === 0 || words.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = bridges.map(({ name, mac }) => {
    const ports = links
      .filter(({ master }) => master === name)
      .map((port) => port.name)
      .sort();
    const head = `${name}\t\t${idOf(mac)}\tno\t`;
    const [first, ...rest] = ports;
    return [`${head}${first ? `\t${first}` : ''}`, ...rest.map((each) => `\t\t\t\t\t\t\t${each}`)];
  });
  const title = 'bridge name\tbridge id\t\tSTP enabled\tinterfaces';
  return `${[title, ...rows.flat()].join('\n')}\n`;
}

function macs(network: NetworkConfig, bridge: string): string {
  const ports = network
    .links()
    .filter(({ master }) => master === bridge)
    .map(({ name }) => name);
  const entries = network
    .fdb()
    .filter((entry) => entry.master === bridge && ports.includes(entry.device))
    .toSorted((a, b) => (a.mac < b.mac ? -1 : 1));
  const lines = entries.map(({ mac, device, permanent }) => {
    const number = String(ports.indexOf(device) + 1).padStart(3);
    return `${number}\t${mac}\t${permanent ? 'yes' : 'no'}\t\t   0.00\n`;
  });
  return `port no\tmac addr\t\tis local?\tageing timer\n${lines.join('')}`;
}
