import type { Cluster } from '../../emulator/cluster/api.ts';
import type { Compiled } from '../../emulator/policy/compile.ts';
import type { Cell, MatrixMoment, MatrixPlan, MatrixPod, MatrixPort, MatrixRow } from './api.ts';
import { compiledPolicies, judge, policyResources } from './policies.ts';

/** Answers about who reaches whom; copies of other moments are kept while they are good. */
export interface MatrixReader {
  plan(): MatrixPlan;
  row(from: string, port: MatrixPort, at: MatrixMoment): MatrixRow;
}

interface Kept {
  readonly key: string;
  readonly cluster: Cluster;
  readonly compiled: Compiled;
}

/** Virtual time that rules may take to reach the nodes of a copy. */
const RULES = 20_000_000;

/**
 * Who reaches whom, by packets over records that are thrown away, with what the policies say beside
 * it. `fresh` gives the cluster as it was when the session's place began.
 */
export function createMatrixReader(cluster: Cluster, fresh: () => Cluster): MatrixReader {
  let kept: Kept | undefined;
  const at = (moment: MatrixMoment): Kept | undefined => {
    const key = `${cluster.world.store.revision}/${JSON.stringify(moment)}`;
    if (kept?.key === key) return kept;
    if (moment.when === 'start' && kept?.key.endsWith(JSON.stringify(moment))) return kept;
    const found = clusterAt(cluster, fresh, moment);
    if (!found) return undefined;
    kept = { key, cluster: found, compiled: compiledPolicies(found) };
    return kept;
  };
  return {
    plan: () => planOf(cluster),
    row(from, port, moment) {
      const there = at(moment);
      if (!there) return { from, cells: [], busy: true };
      return { from, cells: cellsOf(there, from, port) };
    },
  };
}

function clusterAt(
  cluster: Cluster,
  fresh: () => Cluster,
  moment: MatrixMoment,
): Cluster | undefined {
  if (moment.when === 'now') return cluster;
  if (moment.when === 'start') return fresh();
  const copy = cluster.fork();
  if (!copy) return undefined;
  const manifest = 'manifest' in moment ? moment.manifest : undefined;
  if (manifest === undefined) copy.script('kubectl delete networkpolicies --all -A');
  else copy.script('kubectl apply -f -', { stdin: manifest });
  copy.settle(RULES);
  return copy;
}

function cellsOf({ cluster, compiled }: Kept, from: string, port: MatrixPort): Cell[] {
  const where = cluster.podNetns(from);
  if (!where) return [];
  return podsOf(cluster).map(({ pod, address }): Cell => {
    const probe = cluster.probe(where, {
      protocol: port.protocol,
      to: { address, port: port.port },
      purpose: `matrix-${from}-${pod}`,
    });
    return { to: pod, ending: probe.ending, ...judge(compiled, from, pod, port) };
  });
}

/** Pods that have an address of their own, the learner's first. */
function podsOf(cluster: Cluster): MatrixPod[] {
  const found = cluster.objects('pods').flatMap(({ metadata, ...rest }): MatrixPod[] => {
    const { status } = rest as { status?: { phase?: string; podIP?: string } };
    const pod = `${metadata.namespace}/${metadata.name}`;
    const where = cluster.podNetns(pod);
    if (!where || where.netns === 'host' || status?.phase !== 'Running') return [];
    const namespace = metadata.namespace ?? '';
    const made = (metadata.ownerReferences ?? []).length > 0;
    return [
      {
        ...{ pod, namespace, labels: metadata.labels ?? {}, address: status.podIP ?? '' },
        short: made ? metadata.name.replace(/(-[a-z0-9]{6,10})?-[a-z0-9]{5}$/, '') : metadata.name,
        system: /^(kube|calico|cilium|tigera|weave)-/.test(namespace),
      },
    ];
  });
  const count = (each: MatrixPod) =>
    found.filter(({ short, namespace }) => short === each.short && namespace === each.namespace)
      .length;
  const named = found.map((each) =>
    count(each) > 1 ? { ...each, short: `${each.short} …${each.pod.slice(-5)}` } : each,
  );
  const order = (a: MatrixPod, b: MatrixPod) =>
    Number(a.system) - Number(b.system) || (a.pod < b.pod ? -1 : 1);
  return named.sort(order);
}

function planOf(cluster: Cluster): MatrixPlan {
  const pods = podsOf(cluster);
  const copy = cluster.fork();
  const policies = policyResources.flatMap(([resource, kind]) =>
    cluster.objects(resource).map(({ metadata }) => {
      const { namespace, name } = metadata;
      const place = namespace ? ` -n ${namespace}` : '';
      const read = copy?.script(`kubectl get ${resource} ${name}${place} -o yaml`);
      return {
        name: kind + (namespace ? `${namespace}/${name}` : name),
        text: trimmed(read?.stdout ?? ''),
      };
    }),
  );
  const ports = new Map<string, MatrixPort>();
  for (const { pod, system } of pods) {
    const where = cluster.podNetns(pod);
    if (!where || system) continue;
    for (const { protocol, state, local } of cluster.network(where).sockets()) {
      if (local.address.startsWith('127.') || protocol === 'ICMP') continue;
      if (protocol === 'TCP' ? state !== 'LISTEN' : local.port >= 32_768) continue;
      ports.set(`${protocol} ${local.port}`, { protocol, port: local.port });
    }
  }
  const listed = [...ports.values()].sort((a, b) => a.port - b.port);
  const usual: MatrixPort = { port: 80, protocol: 'TCP' };
  return {
    pods,
    policies,
    ports: listed.length > 0 ? listed : [usual],
    ...(!copy && { busy: true }),
  };
}

/** A manifest without what the server adds. */
function trimmed(text: string): string {
  const drop = /^ {2}(creationTimestamp|generation|resourceVersion|uid):/;
  const lines = text.split('\n').filter((line) => !drop.test(line));
  const out: string[] = [];
  let skipping = false;
  for (const line of lines) {
    if (/^ {2}annotations:/.test(line)) skipping = true;
    else if (skipping && !/^ {4}/.test(line)) skipping = false;
    if (!skipping) out.push(line);
  }
  return out.join('\n').trimEnd();
}
