import { isErrno } from '../../host/errno.ts';
import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { rfc3339Micro } from '../../world/time.ts';
import { HEALTH, type Health } from './health.ts';

const FLAGS = ['-felix-live', '-felix-ready', '-bird-live', '-bird-ready', '-bird6-ready'];

/** `calico-node` as probes and the first init container call it. */
export const probe: ProgramCode = {
  *run(argv, sys): Process {
    const flags = argv.slice(1);
    if (flags.includes('-v')) {
      yield* sys.write(1, 'v3.26.4\n');
      return 0;
    }
    if (flags.includes('-init')) return 0;
    const unknown = flags.find((flag) => !FLAGS.includes(flag));
    if (unknown !== undefined || flags.length === 0) {
      const known = ['-best-effort', '-shutdown', '-felix', '-confd'].includes(unknown ?? '');
      const text = known
        ? `calico-node ${unknown} is not modelled here`
        : `flag provided but not defined: ${unknown ?? ''}\nUsage of Calico:`;
      yield* sys.write(2, `${text}\n`);
      return 2;
    }
    const why = unhealthy(sys, flags);
    if (why === undefined) return 0;
    yield* sys.write(1, why);
    return 1;
  },
};

function unhealthy(sys: Sys, flags: readonly string[]): string | undefined {
  const file = sys.files.read(HEALTH);
  const health = isErrno(file) ? undefined : (JSON.parse(file.text) as Health);
  const wants = (what: string) => flags.some((flag) => flag.startsWith(`-${what}`));
  if (wants('felix') && !health?.felix) {
    const url = `http://localhost:9099/${flags.includes('-felix-live') ? 'liveness' : 'readiness'}`;
    const refused = 'dial tcp 127.0.0.1:9099: connect: connection refused';
    const kind = flags.includes('-felix-live') ? 'live' : 'ready';
    return `calico/node is not ready: felix is not ${kind}: Get "${url}": ${refused}\n`;
  }
  if (flags.includes('-bird-ready') && health && health.waiting.length > 0) {
    const time = rfc3339Micro(sys.now).replace('T', ' ').slice(0, 23);
    const count = `Number of node(s) with BGP peering established = ${health.established}`;
    return (
      `${time} [INFO][${sys.pid}] confd/health.go 180: ${count}\n` +
      'calico/node is not ready: BIRD is not ready: ' +
      `BGP not established with ${health.waiting.join(',')}\n`
    );
  }
  return undefined;
}
