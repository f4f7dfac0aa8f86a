// Figures of the API server and of kubectl with many objects.
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import { createBench, type Bench } from '../../src/emulator/apiserver/testing.ts';
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import { boot } from '../../src/emulator/cluster/boot.ts';
import { isReady } from '../../src/emulator/controllers/pods.ts';
import type { Pod } from '../../src/emulator/resources/pod-template/shapes.ts';
import { kinds } from '../../src/emulator/resources/catalog.ts';
import type { Surroundings } from '../../src/emulator/resources/kind.ts';
import { sample, timed } from './figure.ts';

const SECOND = 1_000_000;
const LOOK = SECOND / 20;
const PODS = 1_000;
const CONFIG_MAPS = 10_000;
/** Calls that a sample of something very short is the mean of. */
const BATCH = 50;

/** One figure of this file: its name, its aim in milliseconds, and how it is measured. */
export interface ApiMeasure {
  readonly name: string;
  readonly aim: number;
  run(runs: number): number[];
}

export const apiMeasures: readonly ApiMeasure[] = [
  { name: 'kubectl get pods with 1,000 pods', aim: 20, run: getThousand },
  { name: 'Deployment of 1,000 pods to all Ready', aim: 1_000, run: createThousand },
  { name: 'server-side apply of a Deployment', aim: 2, run: serverSideApply },
  { name: 'list of 10,000 objects by label', aim: 10, run: listByLabel },
  { name: 'validation of one Pod', aim: 0.2, run: validatePod },
];

const ready = (cluster: Cluster) =>
  cluster.objects('pods', 'default').filter((pod) => isReady(pod as Pod)).length;

/** Ten nodes take 110 pods each, as real ones do. */
export function thousandPods(cluster: Cluster): void {
  run(cluster, `kubectl create deployment web --image=nginx --replicas=${PODS}`);
  const end = cluster.world.clock.now + 600 * SECOND;
  while (ready(cluster) < PODS) {
    if (cluster.world.clock.now > end) throw new Error('1,000 pods did not become ready');
    cluster.run(cluster.world.clock.now + LOOK);
  }
}

function run(cluster: Cluster, text: string): void {
  const { exit, stderr } = cluster.script(text);
  if (exit !== 0) throw new Error(`${text}: exit code ${exit}: ${stderr}`);
}

function getThousand(runs: number): number[] {
  const cluster = boot('ten-nodes', { seed: 7 });
  thousandPods(cluster);
  run(cluster, 'kubectl get pods');
  return sample(runs, () => timed(() => run(cluster, 'kubectl get pods')));
}

/** Fewer runs: each is some thousand times as long as the others. */
function createThousand(runs: number): number[] {
  const cluster = boot('ten-nodes', { seed: 7 });
  const empty = cluster.mark();
  if (empty === undefined) throw new Error('the cluster was not quiescent');
  return sample(Math.ceil(runs / 4), () => {
    cluster.rewind(empty);
    return timed(() => thousandPods(cluster));
  });
}

const deployment = (replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    },
  },
});

function serverSideApply(runs: number): number[] {
  const bench = createBench();
  const url = '/apis/apps/v1/namespaces/default/deployments/web?fieldManager=bench&force=true';
  let replicas = 0;
  const once = () => {
    replicas += 1;
    const type = { 'content-type': 'application/apply-patch+yaml' };
    const { status } = bench.send('PATCH', url, deployment(replicas), type);
    if (status > 201) throw new Error(`server-side apply: status ${status}`);
  };
  once();
  return sample(runs, () => timed(() => repeat(once)) / BATCH);
}

function listByLabel(runs: number): number[] {
  const bench = createBench();
  for (let index = 0; index < CONFIG_MAPS; index++) addConfigMap(bench, index);
  const url = '/api/v1/namespaces/default/configmaps?labelSelector=shard%3D7';
  const once = () => {
    const { items } = bench.ask('GET', url) as ApiObject & { items: unknown[] };
    if (items.length !== CONFIG_MAPS / 100) throw new Error(`${items.length} objects were found`);
  };
  once();
  return sample(runs, () => timed(once));
}

function addConfigMap(bench: Bench, index: number): void {
  const metadata = { name: `c-${index}`, labels: { shard: String(index % 100) } };
  bench.ask('POST', '/api/v1/namespaces/default/configmaps', { metadata, data: { a: 'b' } });
}

function validatePod(runs: number): number[] {
  const bench = createBench();
  const { metadata, spec } = deployment(1).spec.template as unknown as ApiObject & { spec: object };
  const pod = bench.ask('POST', '/api/v1/namespaces/default/pods', {
    metadata: { ...metadata, name: 'web' },
    spec,
  });
  const kind = kinds.find(({ names }) => names.plural === 'pods' && names.group === '');
  if (!kind) throw new Error('there is no kind Pod');
  const around: Surroundings = {
    now: bench.world.clock.now,
    chance: bench.world.chance,
    dryRun: false,
    list: () => [],
    get: () => undefined,
    settings: {
      serviceCidrs: ['10.96.0.0/16'],
      podCidrs: ['10.244.0.0/16'],
      nodePortRange: [30_000, 32_767],
      clusterDomain: 'cluster.local',
      version: 'v1.36.2',
    },
  };
  const once = () => {
    if (kind.validate(pod, undefined, around).length > 0) throw new Error('the Pod is not valid');
  };
  once();
  return sample(runs, () => timed(() => repeat(once)) / BATCH);
}

function repeat(work: () => void): void {
  for (let index = 0; index < BATCH; index++) work();
}
