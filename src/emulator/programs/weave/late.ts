import { readWeave, WEAVE_PORT, WEAVE_RANGE, type WeaveState } from '../../cni/weave-net/state.ts';
import { isErrno } from '../../host/errno.ts';
import type { ProgramCode, Sys } from '../../host/syscalls.ts';

interface Peer {
  readonly node: string;
  readonly address: string;
  readonly name: string;
}

interface Status {
  readonly peers: readonly Peer[];
  readonly connections: Readonly<
    Record<string, { readonly state: string; readonly outbound: boolean; readonly port: number }>
  >;
  readonly encrypted: boolean;
}

/** Runs one command of the script. */
const code: ProgramCode = {
  *run(argv, sys) {
    const words = argv.slice(1).filter((word) => word !== '--local');
    const [command, what = ''] = words;
    if (command === 'version') {
      yield* sys.write(1, 'weave 2.8.1\n');
      return 0;
    }
    if (command !== 'status') {
      yield* sys.write(2, `weave: ${command ?? 'no command'} is not modelled here\n`);
      return 1;
    }
    const found = read(sys);
    if (!found) {
      const dial = `dial tcp 127.0.0.1:${WEAVE_PORT}: connect: connection refused`;
      yield* sys.write(2, `Could not connect to the router: ${dial}\n`);
      return 1;
    }
    const text = show(sys, found.state, found.status, what);
    if (text === undefined) {
      yield* sys.write(2, `weave: status ${what} is not modelled here\n`);
      return 1;
    }
    yield* sys.write(1, text);
    return 0;
  },
};

export default code;

/** What the router tells, where it answers. */
function read(sys: Sys): { readonly state: WeaveState; readonly status: Status } | undefined {
  const answers = sys.network
    .sockets()
    .some(({ local, state }) => local.port === WEAVE_PORT && state === 'LISTEN');
  const state = readWeave(sys.files, '/weavedb');
  const file = sys.files.read('/weavedb/status.json');
  if (!answers || !state || isErrno(file)) return undefined;
  return { state, status: JSON.parse(file.text) as Status };
}

function show(sys: Sys, state: WeaveState, status: Status, what: string): string | undefined {
  switch (what) {
    case '':
      return summary(sys, state, status);
    case 'connections':
      return connections(status);
    case 'peers':
      return peers(sys, status);
    case 'ipam':
      return ipam(status);
    case 'targets':
      return others(sys, status)
        .map(({ address }) => `${address}\n`)
        .join('');
    default:
      return undefined;
  }
}

const others = (sys: Sys, { peers: all }: Status) =>
  all.filter(({ node }) => node !== sys.hostname);

function summary(sys: Sys, state: WeaveState, status: Status): string {
  const rest = others(sys, status);
  const all = Object.values(status.connections);
  const up = all.filter((each) => each.state === 'established').length;
  const bad = all.filter((each) => each.state === 'failed').length;
  const count = [
    ...(up > 0 ? [`${up} established`] : []),
    ...(bad > 0 ? [`${bad} failed`] : []),
    ...(all.length - up - bad > 0 ? [`${all.length - up - bad} pending`] : []),
  ];
  const row = (name: string, value: string) => `${name.padStart(15)}: ${value}\n`;
  const pairs = status.peers.length * (status.peers.length - 1);
  return (
    `\n${row('Version', '2.8.1 (failed to check latest version - see logs)')}\n` +
    row('Service', 'router') +
    row('Protocol', 'weave 1..2') +
    row('Name', `${state.name}(${sys.hostname})`) +
    row('Encryption', status.encrypted ? 'enabled' : 'disabled') +
    row('PeerDiscovery', 'enabled') +
    row('Targets', String(rest.length)) +
    row('Connections', `${all.length}${count.length > 0 ? ` (${count.join(', ')})` : ''}`) +
    row('Peers', `${status.peers.length} (with ${pairs} established connections)`) +
    row('TrustedSubnets', 'none') +
    '\n' +
    row('Service', 'ipam') +
    row('Status', 'ready') +
    row('Range', WEAVE_RANGE) +
    row('DefaultSubnet', WEAVE_RANGE) +
    '\n'
  );
}

function connections(status: Status): string {
  return Object.entries(status.connections)
    .map(([address, { state, outbound, port }]) => {
      const peer = status.peers.find((each) => each.address === address);
      const kind = state === 'established' && status.encrypted ? 'encrypted' : state;
      const via = `${status.encrypted && state === 'established' ? '  ' : ''}fastdp`;
      const sealed = status.encrypted ? 'encrypted=true ' : '';
      const end =
        state === 'established'
          ? `${via} ${peer?.name}(${peer?.node}) ${sealed}mtu=1376`
          : 'dial tcp4 :0->' + `${address}:6783: connect: no route to host, retry`;
      const where = `${outbound ? '->' : '<-'} ${`${address}:${port}`.padEnd(21)}`;
      return `${where} ${kind.padEnd(11)} ${end}\n`;
    })
    .join('');
}

function peers(sys: Sys, status: Status): string {
  return status.peers
    .map(({ name, node, address }) => {
      const own = node === sys.hostname;
      const links = status.peers
        .filter((each) => each.node !== node)
        .filter((each) => !own || status.connections[each.address]?.state === 'established')
        .map(
          (each) =>
            `   ${address}:6783 -> ${each.address}:6783 ${each.name}(${each.node}) established\n`,
        );
      return `${name}(${node})\n${links.join('')}`;
    })
    .join('');
}

/** Addresses of the whole ring, and of a sixteenth of it. */
const WHOLE = 2 ** 20;
const PIECE = 2 ** 16;

function ipam({ peers: all }: Status): string {
  return all
    .map(({ name, node }, index) => {
      const pieces = Math.floor(16 / all.length) + (index < 16 % all.length ? 1 : 0);
      const size = pieces * PIECE;
      const tenths = (1000 * size) / WHOLE;
      // Halves go to the even digit, as Go rounds them.
      const share = (
        (tenths % 1 === 0.5 ? 2 * Math.round(tenths / 2) : Math.round(tenths)) / 10
      ).toFixed(1);
      const peer = `${name}(${node})`.padEnd(40);
      return `${peer} ${String(size).padStart(8)} IPs (${share}% of total)\n`;
    })
    .join('');
}
