import type { ApiObject } from '../apimachinery/object.ts';
import type { Json, Micros } from '../world/json.ts';
import type { SavedWorld } from '../world/world.ts';
import type { Cluster, SavedCluster, ScriptPlace, ScriptResult } from './api.ts';
import { admin, boot } from './boot.ts';
import { dispatch } from './dispatch.ts';
import type { PodRecord } from '../programs/kubelet/records.ts';
import { settle } from './settle.ts';
import type { Topology } from './topology.ts';
import { views } from './views/catalog.ts';
import type { Wired } from './wire.ts';

/** A cluster, with what only the boot uses. */
export interface RunningCluster extends Cluster {
  restore(saved: SavedCluster): void;
}

const MINUTE = 60_000_000;

/** Dresses the wired parts as a cluster. */
export function createCluster(topology: Topology, seed: number, wired: Wired): RunningCluster {
  const { world, network, api, hosts } = wired;
  let mark: Json | undefined;
  let since = 0;
  const remember = () => {
    if (!hosts.quiescent()) return undefined;
    mark = world.save() as unknown as Json;
    since = world.journal.inputs.length;
    return mark;
  };
  const cluster: RunningCluster = {
    topology: topology.name,
    seed,
    world,
    dispatch(input) {
      world.journal.note(input);
      dispatch(wired, cluster, input);
      hosts.kernel.drain();
    },
    run: (until, budget = world.limits.eventsPerRun) => world.clock.runUntil(until, budget),
    settle: (atMost = MINUTE) => settle(world, atMost),
    script: (text, place = {}, atMost = 10 * MINUTE) => runScript(wired, text, place, atMost),
    writeFile(path, text, host = 'workstation') {
      const files = hosts.files(host);
      files.makeDirectory(path.replace(/\/[^/]*$/, '') || '/', { parents: true });
      files.write(path, text);
    },
    readFile(path, host = 'workstation') {
      const found = hosts.files(host).read(path);
      return typeof found === 'string' ? undefined : found.text;
    },
    api(request, user = admin) {
      const answer = api.handle(request, user);
      hosts.kernel.drain();
      return answer;
    },
    probe: (where, request) => network.probe(where, request),
    network: (where) => network.config(where),
    podNetns: (pod) => netnsOf(wired, pod),
    view: (name, args) => views[name]?.(wired, args) ?? null,
    objects: (resource, namespace) => objectsOf(wired, resource, namespace),
    onScreen: (listener) => hosts.terminals.onScreen(listener),
    screen: (terminal) => hosts.terminals.screen(terminal),
    terminals: () => hosts.terminals.list(),
    get quiescent() {
      return hosts.quiescent();
    },
    mark: remember,
    rewind(to) {
      world.load(to as unknown as SavedWorld);
      network.forget();
      hosts.restore();
      mark = to;
      since = world.journal.inputs.length;
    },
    save() {
      const fresh = remember() ?? mark;
      const inputs = world.journal.inputs.slice(since);
      return { format: 1, topology: topology.name, seed, mark: fresh ?? null, inputs };
    },
    fork() {
      if (!hosts.quiescent()) return undefined;
      const saved: SavedCluster = {
        format: 1,
        topology: topology.name,
        seed,
        mark: world.save() as unknown as Json,
        inputs: [],
      };
      return boot(topology.name, { seed, saved });
    },
    restore(saved) {
      cluster.rewind(saved.mark);
      for (const { at, input } of saved.inputs) {
        world.clock.runUntil(at, world.limits.eventsPerRun);
        cluster.dispatch(input);
      }
    },
  };
  return cluster;
}

/** The namespace of a pod, from its kubelet's records. */
function netnsOf({ world, hosts }: Wired, pod: string) {
  const object = world.store.get<ApiObject & { readonly spec: { readonly nodeName?: string } }>(
    `/registry/pods/${pod}`,
  );
  const host = object?.spec.nodeName;
  if (!object || !host) return undefined;
  const kubelet = [...hosts.kernel.processes.values()].find(
    (each) => each.host === host && each.executable.name === 'kubelet',
  );
  const uid = object.metadata.annotations?.['kubernetes.io/config.mirror'] ?? object.metadata.uid;
  const record =
    kubelet && world.store.get<PodRecord>(`/host/${host}/memory/${kubelet.pid}/pod/${uid}`);
  return record?.netns ? { host, netns: record.netns } : undefined;
}

function objectsOf({ world }: Wired, resource: string, namespace?: string): readonly ApiObject[] {
  const scope = namespace === undefined ? '' : `${namespace}/`;
  return world.store.list<ApiObject>(`/registry/${resource}/${scope}`).map(([, object]) => object);
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs text to its end, on a host, in a container, or with tools beside a pod. */
function runScript(wired: Wired, text: string, place: ScriptPlace, atMost: Micros): ScriptResult {
  const { world, hosts } = wired;
  const where = placeOf(wired, place);
  const started = where && hosts.script(text, where);
  if (!started) return { stdout: '', stderr: 'there is no such place to run in\n', exit: 127 };
  const { host, out, err, process } = started;
  const until = world.clock.now + atMost;
  while (!process.status && world.clock.now < until) {
    const next = world.queue.peek();
    if (!next) break;
    world.clock.runUntil(Math.min(until, next.at), 5_000);
  }
  if (!process.status) {
    for (const each of [...hosts.kernel.processes.values()]) {
      if (each.host === host && each.group === process.group)
        hosts.kernel.exit(each, { signalled: 'KILL' });
    }
  }
  const { status } = process;
  const exit = !status ? 124 : 'exited' in status ? status.exited : 137;
  const stdout = hosts.kernel.sinks.get(out)?.text ?? '';
  const stderr = hosts.kernel.sinks.get(err)?.text ?? '';
  hosts.kernel.sinks.delete(out);
  hosts.kernel.sinks.delete(err);
  if (where.temporary) where.temporary();
  return { stdout, stderr, exit };
}

function placeOf(wired: Wired, place: ScriptPlace) {
  const { hosts, world } = wired;
  const stdin = place.stdin === undefined ? {} : { stdin: place.stdin };
  if (place.pod === undefined) {
    const host = place.host ?? 'workstation';
    const sandbox = hosts.kernel.sandbox(host, 'host');
    if (!sandbox) return undefined;
    return {
      host,
      sandbox: 'host',
      user: place.user ?? sandbox.user,
      cwd: place.cwd ?? sandbox.cwd,
      env: sandbox.env,
      shell: 'bash',
      temporary: undefined,
      ...stdin,
    };
  }
  const netns = netnsOf(wired, place.pod);
  if (!netns) return undefined;
  const { host } = netns;
  const container = findSandbox(wired, host, place.pod, place.container);
  if (!place.tools) {
    if (!container) return undefined;
    return {
      host,
      sandbox: container.id,
      user: container.user,
      cwd: place.cwd ?? container.cwd,
      env: { PATH, ...container.env },
      shell: 'sh',
      temporary: undefined,
      ...stdin,
    };
  }
  const id = `tools-${place.pod.replace('/', '-')}`;
  const runtime = {
    id,
    host,
    netns: netns.netns,
    hostname: place.pod.split('/')[1] ?? '',
    image: 'nicolaka/netshoot',
    mounts: container?.mounts.filter(({ path }) => path.startsWith('/etc/')) ?? [],
    env: {},
    cwd: '/',
    user: 'root',
  };
  world.store.commit(world.cause('check'), [
    { key: `/host/${host}/sandbox/${id}`, value: runtime as unknown as Json },
  ]);
  const temporary = () =>
    void world.store.commit(world.cause('check'), [
      { key: `/host/${host}/sandbox/${id}`, value: undefined },
    ]);
  return {
    host,
    sandbox: id,
    user: 'root',
    cwd: '/',
    env: { PATH, HOME: '/root' },
    shell: 'bash',
    temporary,
    ...stdin,
  };
}

function findSandbox({ world }: Wired, host: string, pod: string, container: string | undefined) {
  const label = container ? `${pod}/${container}` : `${pod}/`;
  return world.store
    .list<import('../host/runtime-api.ts').Sandbox>(`/host/${host}/sandbox/`)
    .map(([, sandbox]) => sandbox)
    .find((sandbox) => (container ? sandbox.label === label : sandbox.label?.startsWith(label)));
}
