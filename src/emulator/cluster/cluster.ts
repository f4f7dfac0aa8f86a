import type { ApiObject } from '../apimachinery/object.ts';
import type { Files } from '../host/syscalls.ts';
import type { Json } from '../world/json.ts';
import type { SavedWorld } from '../world/world.ts';
import type { Cluster, SavedCluster } from './api.ts';
import { admin } from './admin.ts';
import { dispatch } from './dispatch.ts';
import { resume } from './resume.ts';
import { createOutside } from './outside.ts';
import { podNetns } from './pod-netns.ts';
import { runScript } from './script.ts';
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
    hosts.terminals.flush();
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
      giveHome(files, path);
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
    outside: createOutside(wired),
    probe: (where, request) => network.probe(where, request),
    network: (where) => network.config(where),
    podNetns: (pod) => podNetns(wired, pod),
    view: (name, args) => views[name]?.(wired, args) ?? null,
    objects: (resource, namespace) => objectsOf(wired, resource, namespace),
    onScreen: (listener) => hosts.terminals.onScreen(listener),
    screen: (terminal) => hosts.terminals.screen(terminal),
    terminals: () => hosts.terminals.list(),
    get quiescent() {
      return hosts.quiescent();
    },
    get atRest() {
      return hosts.atRest();
    },
    get awaits() {
      return world.clock.awaits;
    },
    proceed: () => hosts.kernel.proceed(),
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
      if (!hosts.atRest()) return undefined;
      const mark = world.save() as unknown as Json;
      const saved = { format: 1, topology: topology.name, seed, mark, inputs: [] } as const;
      return resume(wired.variant, topology.name, { seed, saved });
    },
    restore(saved) {
      // Without a mark the inputs follow on the boot itself.
      if (saved.mark !== null) cluster.rewind(saved.mark);
      for (const { at, input } of saved.inputs) {
        world.clock.runUntil(at, world.limits.eventsPerRun);
        cluster.dispatch(input);
      }
    },
  };
  return cluster;
}

/** What lies below a home belongs to its user, like all that the user makes there. */
function giveHome(files: Files, path: string): void {
  const [, home = '', user = ''] = /^(\/home\/([^/]+)\/)/.exec(path) ?? [];
  for (let at = path; at.length > home.length && home !== ''; at = at.replace(/\/[^/]*$/, '')) {
    files.setOwner?.(at, user);
  }
}

function objectsOf({ world }: Wired, resource: string, namespace?: string): readonly ApiObject[] {
  const scope = namespace === undefined ? '' : `${namespace}/`;
  return world.store.list<ApiObject>(`/registry/${resource}/${scope}`).map(([, object]) => object);
}
