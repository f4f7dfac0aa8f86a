// tcpdump at one place while something else runs at another.
import type { Place, Ran, TrafficCluster } from './traffic-cluster.ts';

const SECOND = 1_000_000;
const ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Runs a capture, meanwhile another command; ends the capture as Ctrl-C does. */
export function captureWhile(
  cluster: TrafficCluster,
  { host, sandbox }: Place,
  cmd: string,
  meanwhile: () => void,
): Ran {
  const { world, hosts } = cluster;
  const where = { host, sandbox, user: 'root', cwd: '/', env: ENV, shell: 'bash' };
  const started = hosts.script(`exec ${cmd}`, where);
  const run = (micros: number) => world.clock.runUntil(world.clock.now + micros, 100_000);
  if (!started) return { stdout: '', stderr: '', exit: undefined, micros: 0 };
  const before = world.clock.now;
  run(SECOND);
  meanwhile();
  run(3 * SECOND);
  hosts.kernel.signal(host, started.process.pid, 'INT');
  run(SECOND);
  hosts.kernel.drain();
  const { sinks } = hosts.kernel;
  const { status } = started.process;
  return {
    stdout: sinks.get(started.out)?.text ?? '',
    stderr: sinks.get(started.err)?.text ?? '',
    exit: status && 'exited' in status ? status.exited : undefined,
    micros: world.clock.now - before,
  };
}

/** A capture's output in which only what must be equal is left. */
export function maskCapture({ stdout, stderr }: Pick<Ran, 'stdout' | 'stderr'>): string {
  const out = stdout
    .replaceAll(/^\d\d:\d\d:\d\d\.\d{6} /gm, 'TIME ')
    .replaceAll(
      /TS val \d+ ecr (0\b)?\d*/g,
      (_whole, zero?: string) => `TS val N ecr ${zero ?? 'N'}`,
    )
    .replaceAll(/(Flags \[S\.?\].* seq )\d+/g, '$1N')
    .replaceAll(/(Flags \[S\.\].* ack )\d+/g, '$1N')
    .replaceAll(
      /(\d+\.\d+\.\d+\.\d+)\.\d{4,5}(?=[ :]+(> |Flags|\d+[ *A-Z]|OTV|UDP))/g,
      (whole, ip) => (/\.(8080|8472|51820)$/.test(whole) ? whole : `${ip}.PORT`),
    )
    .replaceAll(/(\.53: |PORT: )\d+(?=[+ *])/g, '$1ID')
    .replaceAll(/id \d+, seq/g, 'id N, seq')
    .replaceAll(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, 'MAC');
  return `${out.trimEnd()}\n--\n${stderr}`;
}
