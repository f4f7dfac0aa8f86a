import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { failed, Failure, problemOf, textOf, type Problem } from '../../failure.ts';
import { printFlags } from '../../flag-sets.ts';
import { goStrerror } from '../../go-errors.ts';
import { inStructOrder } from '../../member-order.ts';
import { itemsOf, type Obj } from '../../object.ts';
import type { PodObject } from '../../pods.ts';
import { printerFor } from '../../printers/printer.ts';

/** What is dumped of each namespace, under the names of its files. */
const parts = [
  ['events', 'v1', 'events', 'EventList'],
  ['replication-controllers', 'v1', 'replicationcontrollers', 'ReplicationControllerList'],
  ['services', 'v1', 'services', 'ServiceList'],
  ['daemonsets', 'apps/v1', 'daemonsets', 'DaemonSetList'],
  ['deployments', 'apps/v1', 'deployments', 'DeploymentList'],
  ['replicasets', 'apps/v1', 'replicasets', 'ReplicaSetList'],
  ['pods', 'v1', 'pods', 'PodList'],
] as const;

/** `kubectl cluster-info dump`: nodes, and the objects and logs of namespaces. */
export const dump: Command = {
  name: 'dump',
  use: 'cluster-info dump [flags]',
  short: 'Dump relevant information for debugging and diagnosis',
  flags:
    '-A|all-namespaces=false ' +
    `${printFlags.replace("output=''", "output='json'")} namespaces=[] ` +
    "output-directory='' pod-running-timeout=20s",
  *run(context: Context): Call<void> {
    const { flags } = context;
    const printer = printerOf(context);
    const nodes = yield* listOf(context, 'v1', '', 'nodes', 'NodeList');
    yield* show(context, printer, 'nodes', nodes);
    for (const namespace of yield* namespacesOf(context)) {
      for (const [name, apiVersion, plural, kind] of parts) {
        const list = yield* listOf(context, apiVersion, namespace, plural, kind);
        yield* show(context, printer, `${namespace}/${name}`, list);
        if (plural !== 'pods') continue;
        for (const pod of itemsOf(list)) yield* showLogs(context, namespace, pod as PodObject);
      }
    }
    const target = flags.text('output-directory');
    if (target !== '' && target !== '-') {
      yield* context.out(`Cluster info dumped to ${target}\n`);
    }
  },
};

function* namespacesOf(context: Context): Call<readonly string[]> {
  const named = context.flags.list('namespaces');
  if (context.flags.on('all-namespaces')) {
    const list = yield* context.client().send<Obj>({ path: '/api/v1/namespaces' });
    return itemsOf(list).map(({ metadata }) => metadata?.name ?? '');
  }
  return named.length > 0 ? named : ['kube-system', context.namespace().name];
}

/** A list as the typed client has it: its items say no kinds. */
function* listOf(
  context: Context,
  apiVersion: string,
  namespace: string,
  plural: string,
  kind: string,
): Call<Obj> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const where = namespace === '' ? '' : `/namespaces/${namespace}`;
  const list = yield* context.client().send<Obj>({ path: `${root}${where}/${plural}` });
  const ordered = inStructOrder({ ...list, apiVersion, kind, items: itemsOf(list) });
  const items = (ordered['items'] as Obj[]).map(({ apiVersion: _v, kind: _k, ...rest }) => rest);
  return { kind, apiVersion, metadata: list.metadata ?? {}, items };
}

/** A printer that counts its objects, whatever they are written to. */
function printerOf(context: Context): (target: Context, list: Obj) => Call<void> {
  let current = context;
  const printer = printerFor({ ...context, out: (text) => current.out(text) });
  if (!printer) throw failed('output format is required');
  return function* (target, list) {
    current = target;
    yield* printer.print(list, { typed: true });
  };
}

function* show(
  context: Context,
  print: ReturnType<typeof printerOf>,
  name: string,
  list: Obj,
): Call<void> {
  const format = context.flags.text('output');
  if (format === 'name') {
    throw failed(`list types are not supported by name printing: *v1.${list.kind}`);
  }
  const extension = /^(json|yaml)$/.test(format) ? format : 'txt';
  yield* print(writerOf(context, `${name}.${extension}`), list);
}

/** The context whose output goes to a file of `--output-directory`, where one is given. */
function writerOf(context: Context, name: string): Context {
  const folder = context.flags.text('output-directory');
  if (folder === '' || folder === '-') return context;
  const { files } = context.sys;
  const path = `${folder.replace(/\/$/, '')}/${name}`;
  files.makeDirectory(path.slice(0, path.lastIndexOf('/')), { parents: true });
  files.write(path, '');
  return {
    ...context,
    *out(text) {
      const before = files.read(path);
      const problem = files.write(path, (isErrno(before) ? '' : before.text) + text);
      if (problem) throw failed(`open ${path}: ${goStrerror(problem)}`);
    },
  };
}

/** A refusal as the raw client words it, which does not look into the answer. */
function rawFailure(problem: Problem, pod: string): string {
  if (problem.type !== 'status' || problem.status.code !== 400) return textOf(problem);
  return `the server rejected our request for an unknown reason (get pods ${pod})`;
}

function* showLogs(context: Context, namespace: string, pod: PodObject): Call<void> {
  const { name = '' } = pod.metadata ?? {};
  const target = writerOf(context, `${namespace}/${name}/logs.txt`);
  for (const container of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
    const what = `logs for container ${container.name} of pod ${namespace}/${name}`;
    yield* target.out(`==== START ${what} ====\n`);
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
      const query = { container: container.name };
      yield* target.out(yield* context.client().send<string>({ path, query }));
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      yield* target.out(`Request log error: ${rawFailure(problemOf(caught), name)}\n`);
    }
    yield* target.out(`==== END ${what} ====\n`);
  }
}
