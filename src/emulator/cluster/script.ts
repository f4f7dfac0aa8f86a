import type { Mount, Sandbox } from '../host/runtime-api.ts';
import type { Json, Micros } from '../world/json.ts';
import type { ScriptPlace, ScriptResult } from './api.ts';
import { podNetns } from './pod-netns.ts';
import type { Wired } from './wire.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Events between two looks at whether a script is done. */
const STRIDE = 5_000;

/** Runs text to its end, on a host, in a container, or with tools beside a pod. */
export function runScript(
  wired: Wired,
  text: string,
  place: ScriptPlace,
  atMost: Micros,
): ScriptResult {
  const { world, hosts } = wired;
  const where = placeOf(wired, place);
  const started = where && hosts.script(text, where);
  if (!started) return { stdout: '', stderr: 'there is no such place to run in\n', exit: 127 };
  const { host, out, err, process } = started;
  const until = world.clock.now + atMost;
  while (!process.status && world.clock.now < until) {
    const next = world.queue.peek();
    if (!next) break;
    world.clock.runUntil(Math.min(until, next.at), STRIDE);
  }
  if (!process.status) {
    for (const each of [...hosts.kernel.processes.values()]) {
      const own = each.host === host && each.group === process.group;
      if (own) hosts.kernel.exit(each, { signalled: 'KILL' });
    }
  }
  const { status } = process;
  const exit = !status ? 124 : 'exited' in status ? status.exited : 137;
  const stdout = hosts.kernel.sinks.get(out)?.text ?? '';
  const stderr = hosts.kernel.sinks.get(err)?.text ?? '';
  hosts.kernel.sinks.delete(out);
  hosts.kernel.sinks.delete(err);
  where.leave();
  return { stdout, stderr, exit };
}

interface Place {
  readonly host: string;
  readonly sandbox: string;
  readonly user: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly shell: string;
  readonly stdin?: string;
  /** Clears away what was made for this run. */
  leave(): void;
}

function placeOf(wired: Wired, place: ScriptPlace): Place | undefined {
  const stdin = place.stdin === undefined ? {} : { stdin: place.stdin };
  const found = place.pod === undefined ? onHost(wired, place) : inPod(wired, place, place.pod);
  return found && { ...found, ...stdin };
}

const nothing = () => undefined;

function onHost({ hosts }: Wired, { host = 'workstation', user, cwd }: ScriptPlace) {
  const sandbox = hosts.kernel.sandbox(host, 'host');
  if (!sandbox) return undefined;
  return {
    host,
    sandbox: 'host',
    user: user ?? sandbox.user,
    cwd: cwd ?? sandbox.cwd,
    env: sandbox.env,
    shell: 'bash',
    leave: nothing,
  };
}

function inPod(wired: Wired, place: ScriptPlace, pod: string): Place | undefined {
  const where = podNetns(wired, pod);
  if (!where) return undefined;
  const container = findSandbox(wired, where.host, pod, place.container);
  if (place.tools) return beside(wired, pod, where, container?.mounts ?? []);
  if (!container) return undefined;
  return {
    host: where.host,
    sandbox: container.id,
    user: container.user,
    cwd: place.cwd ?? container.cwd,
    env: { PATH, ...container.env },
    shell: 'sh',
    leave: nothing,
  };
}

/** A sandbox with tools in a pod's network, as `kubectl debug` gives one; it goes afterwards. */
function beside(
  { world }: Wired,
  pod: string,
  { host, netns }: { readonly host: string; readonly netns: string },
  mounts: readonly Mount[],
): Place {
  const id = `tools-${pod.replace('/', '-')}`;
  const key = `/host/${host}/sandbox/${id}`;
  const put = (value: Json | undefined) =>
    void world.store.commit(world.cause('check'), [{ key, value }]);
  const sandbox: Sandbox = {
    id,
    host,
    netns,
    hostname: pod.split('/')[1] ?? '',
    image: 'nicolaka/netshoot',
    mounts: mounts.filter(({ path }) => path.startsWith('/etc/')),
    env: {},
    cwd: '/',
    user: 'root',
  };
  put(sandbox as unknown as Json);
  const env = { PATH, HOME: '/root' };
  const leave = () => put(undefined);
  return { host, sandbox: id, user: 'root', cwd: '/', env, shell: 'bash', leave };
}

/** A pod's container by its label; without a name any of its containers. */
function findSandbox({ world }: Wired, host: string, pod: string, container?: string) {
  const label = container ? `${pod}/${container}` : `${pod}/`;
  return world.store
    .list<Sandbox>(`/host/${host}/sandbox/`)
    .map(([, sandbox]) => sandbox)
    .find((sandbox) => (container ? sandbox.label === label : sandbox.label?.startsWith(label)));
}
