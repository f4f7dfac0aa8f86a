import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { BIRD_STATE, type BirdState } from '../../cni/calico/bird-state.ts';
import { parseArgs } from './args.ts';
import type { Failure } from './client.ts';
import { grid } from './grid.ts';

const TYPES: Readonly<Record<string, string>> = {
  Mesh: 'node-to-node mesh',
  Global: 'global',
  Node: 'node specific',
};

/** `calicoctl node status`. */
export function* node(args: readonly string[], sys: Sys): Call<Failure | undefined> {
  const [, command] = args;
  if (command !== 'status') {
    const known = ['run', 'checksystem', 'diags'].includes(command ?? '');
    if (known) return { error: `calicoctl node ${command ?? ''} is not modelled here` };
    return parseArgs([...args, '--nothing'], {}) as Failure;
  }
  if (sys.user !== 'root') return { error: 'This command must be run as root.' };
  const runs = sys.processes().some(({ argv }) => argv[0]?.endsWith('start_runit'));
  if (!runs) {
    yield* sys.write(1, 'Calico process is not running.\n');
    return { error: '' };
  }
  const file = sys.files.read(BIRD_STATE);
  const state = isErrno(file) ? undefined : (JSON.parse(file.text) as BirdState);
  yield* sys.write(1, 'Calico process is running.\n');
  if (!state) {
    yield* sys.write(1, '\nThe BGP backend process (BIRD) is not running.\n');
    return undefined;
  }
  const headings = ['PEER ADDRESS', 'PEER TYPE', 'STATE', 'SINCE', 'INFO'];
  const rows = state.peers.map(({ name, address, state: up, since, info }) => [
    address,
    TYPES[name.split('_')[0] ?? ''] ?? '',
    up,
    since,
    info,
  ]);
  const peers = rows.length > 0 ? grid(headings, rows) : 'No IPv4 peers found.\n';
  yield* sys.write(1, `\nIPv4 BGP status\n${peers}\nIPv6 BGP status\nNo IPv6 peers found.\n\n`);
  return undefined;
}
