// Figures of the emulator alone, in this process.
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';
import { isReady } from '../../src/emulator/controllers/pods.ts';
import type { Pod } from '../../src/emulator/resources/pod-template/shapes.ts';
import { sample, timed, type Figure } from './figure.ts';
import { measure, type Measure } from './measure.ts';
import { cyclonusMeasure } from './cyclonus.ts';
import { policyMeasures } from './policy.ts';
import { proxyMeasures } from './proxy.ts';
import { sessionMeasures } from './session.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { thousandPods } from './api.ts';

const SECOND = 1_000_000;
/** Virtual time between two looks at whether something has come about. */
const LOOK = SECOND / 20;

/** The emulator's figures, in the order in which a learner meets them. */
export const emulatorMeasures: readonly Measure[] = [
  measure('boot to all system pods Ready', 300, bootWarm, 'boot'),
  measure('kubectl get pods', 5, getPods, 'list'),
  measure('list pods, API call only', undefined, listPods, 'list'),
  measure('Deployment of 3 applied to Ready', 30, applyToReady),
  measure('pod-to-service curl', 5, curl, 'request'),
  measure('lab mark and restore', 50, markAndRestore),
  measure('lab fork (what a check judges on)', undefined, fork),
  measure('500 pods, 50 services, 10 nodes settled', 1_000, fiveHundred),
  ...policyMeasures,
  cyclonusMeasure,
  ...proxyMeasures,
  ...sessionMeasures,
  { name: 'memory of 1,000 pods', measure: memoryOfThousand },
];

/** One boot, timed: what a child process does for the cold figure. */
export function bootOnce(seed: number): number {
  return timed(() => boot('two-nodes', { seed }));
}

function bootWarm(runs: number): number[] {
  bootOnce(0);
  return sample(runs, (index) => bootOnce(index + 1));
}

const deployment = (name: string, replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: nginx, image: nginx }] }
---`;

const service = (name: string) => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
---`;

const client = `
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: nginx, image: nginx }] }
`;

/**
 * A cluster with a Deployment of three, a Service before it and a client. The client is a server
 * too: a process that waits in its generator (`sleep`) would keep marks from being taken.
 */
function labCluster(): Cluster {
  const cluster = boot('two-nodes', { seed: 7 });
  apply(cluster, deployment('web', 3) + service('web') + client);
  until(cluster, () => readyPods(cluster) === 4);
  cluster.settle();
  return cluster;
}

function getPods(runs: number): number[] {
  const cluster = labCluster();
  shell(cluster, 'kubectl get pods');
  return sample(runs, () => timed(() => shell(cluster, 'kubectl get pods')));
}

function listPods(runs: number): number[] {
  const cluster = labCluster();
  const list = () => {
    const { status } = cluster.api({ method: 'GET', url: '/api/v1/pods' });
    if (status !== 200) throw new Error(`listing pods: status ${status}`);
  };
  list();
  return sample(runs, () => timed(list));
}

function applyToReady(runs: number): number[] {
  const cluster = labCluster();
  const once = (index: number) => {
    const before = readyPods(cluster);
    const took = timed(() => {
      apply(cluster, deployment(`d${index}`, 3));
      until(cluster, () => readyPods(cluster) === before + 3);
    });
    shell(cluster, `kubectl delete deployment d${index}`);
    until(cluster, () => cluster.objects('pods', 'default').length === before);
    cluster.settle();
    return took;
  };
  once(0);
  return sample(runs, (index) => once(index + 1));
}

function curl(runs: number): number[] {
  const cluster = labCluster();
  const once = () =>
    timed(() => {
      const { exit, stderr } = cluster.script('curl -sf web', { pod: 'default/client' });
      if (exit !== 0) throw new Error(`curl: exit code ${exit}: ${stderr}`);
    });
  once();
  return sample(runs, once);
}

function markAndRestore(runs: number): number[] {
  const cluster = labCluster();
  return sample(runs, () => {
    let mark: ReturnType<Cluster['mark']>;
    const taking = timed(() => {
      mark = cluster.mark();
    });
    shell(cluster, 'kubectl scale deployment web --replicas=5');
    cluster.settle();
    const restoring = timed(() => {
      if (mark === undefined) throw new Error('the cluster was not quiescent');
      cluster.rewind(mark);
    });
    return taking + restoring;
  });
}

function fork(runs: number): number[] {
  const cluster = labCluster();
  const once = () => {
    if (!cluster.fork()) throw new Error('the cluster was not quiescent');
  };
  once();
  return sample(runs, () => timed(once));
}

function fiveHundred(runs: number): number[] {
  const cluster = boot('ten-nodes', { seed: 7 });
  const empty = cluster.mark();
  if (empty === undefined) throw new Error('the cluster was not quiescent');
  const names = Array.from({ length: 50 }, (_none, index) => `app-${index}`);
  const manifest = names.map((name) => deployment(name, 10) + service(name)).join('');
  return sample(runs, () => {
    cluster.rewind(empty);
    return timed(() => {
      apply(cluster, manifest);
      until(cluster, () => readyPods(cluster) === 500, 600 * SECOND);
      cluster.settle();
    });
  });
}

/** What the heap holds more once a Deployment of 1,000 pods is Ready, all garbage taken away. */
function memoryOfThousand(): Figure {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed / 1_000_000;
  };
  const cluster = boot('ten-nodes', { seed: 7 });
  const before = heap();
  thousandPods(cluster);
  return { name: 'memory of 1,000 pods', unit: 'MB', samples: [heap() - before] };
}

function apply(cluster: Cluster, manifest: string): void {
  shell(cluster, 'kubectl apply -f -', manifest);
}

function shell(cluster: Cluster, text: string, stdin = ''): void {
  const { exit, stderr } = cluster.script(text, { stdin });
  if (exit !== 0) throw new Error(`${text}: exit code ${exit}: ${stderr}`);
}

function readyPods(cluster: Cluster): number {
  return cluster.objects('pods', 'default').filter((pod) => isReady(pod as Pod)).length;
}

/** Lets time pass until something holds; that it never does is a fault of the bench. */
function until(cluster: Cluster, holds: () => boolean, atMost = 120 * SECOND): void {
  const end = cluster.world.clock.now + atMost;
  while (!holds()) {
    if (cluster.world.clock.now > end) throw new Error('what the bench waits for did not happen');
    cluster.run(cluster.world.clock.now + LOOK);
  }
}
