import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { exit, failed, hasReason } from '../../failure.ts';
import { itemsOf, type Obj } from '../../object.ts';
import { nodesOf, setSchedulable, type NodeObject } from '../../nodes.ts';
import { dryRun } from '../../printers/printer.ts';
import { choosePods } from './choose.ts';
import { removeAll } from './remove.ts';

export default defineCommand({
  name: 'drain',
  use: 'drain NODE',
  short: 'Drain node in preparation for maintenance',
  long: 'Drain node in preparation for maintenance: it is cordoned, and its pods are evicted.',
  flags: `chunk-size=500 delete-emptydir-data=false disable-eviction=false dry-run='none'
    force=false grace-period=-1 ignore-daemonsets=false pod-selector='' -l|selector=''
    skip-wait-for-delete-timeout=0 timeout=0s`,
  run,
  complete: (_words, { names }) => names('nodes'),
});

function* run(context: Context): Call<void> {
  const { args, flags } = context;
  if (args.length === 0 && flags.text('selector') === '') {
    throw failed(usageText(context, 'USAGE: drain NODE [flags]'));
  }
  if (args.length > 0 && flags.text('selector') !== '') {
    throw failed(
      usageText(context, 'error: cannot specify both a node name and a --selector option'),
    );
  }
  const nodes = yield* nodesOf(context);
  for (const node of nodes) yield* setSchedulable(context, node, false);
  const pending: string[] = [];
  const reasons: string[] = [];
  for (const node of nodes) {
    const name = node.metadata?.name ?? '';
    const why = yield* drain(context, node);
    if (why === undefined) {
      const mode = dryRun(context);
      const tail = { none: '', client: ' (dry run)', server: ' (server dry run)' }[mode];
      yield* context.out(`node/${name} drained${tail}\n`);
      continue;
    }
    pending.push(name);
    reasons.push(...why);
    const shown = why.length === 1 ? why[0] : `[${why.join(', ')}]`;
    yield* context.err(
      `error: unable to drain node "${name}" due to error: ${shown}, continuing command...\n`,
    );
  }
  if (pending.length === 0) return;
  const list = pending.map((name) => ` ${name}\n`).join('');
  yield* context.err(`There are pending nodes to be drained:\n${list}`);
  throw exit(1, reasons.map((reason) => `${reason}\n`).join(''));
}

/** Evicts a node's pods; gives the reasons where that is not allowed. */
function* drain(context: Context, node: NodeObject): Call<readonly string[] | undefined> {
  const chosen = yield* podsOf(context, node);
  if (chosen.errors.length > 0) return chosen.errors;
  if (chosen.warnings.length > 0) yield* context.err(`Warning: ${chosen.warnings.join('; ')}\n`);
  const mode = dryRun(context);
  if (mode !== 'client') {
    const reasons = yield* removeAll(context, chosen.pods, mode === 'server');
    if (reasons) yield* tellPending(context, node, reasons);
    return reasons;
  }
  for (const pod of chosen.pods) {
    const { name, namespace } = pod.metadata ?? {};
    yield* context.out(`evicting pod ${namespace}/${name} (dry run)\n`);
  }
  return undefined;
}

function* podsOf(context: Context, node: NodeObject): Call<ReturnType<typeof choosePods>> {
  const { flags } = context;
  const list = yield* context.client().send<Obj>({
    path: '/api/v1/pods',
    query: {
      fieldSelector: `spec.nodeName=${node.metadata?.name}`,
      labelSelector: flags.text('pod-selector'),
      limit: flags.text('chunk-size'),
    },
  });
  for (const pod of itemsOf(list)) yield* askForDaemonSet(context, pod);
  return choosePods(itemsOf(list), {
    force: flags.on('force'),
    ignoreDaemonSets: flags.on('ignore-daemonsets'),
    deleteEmptyDir: flags.on('delete-emptydir-data'),
  });
}

/** A pod of a DaemonSet is only left where that set is still there. */
function* askForDaemonSet(context: Context, { metadata }: Obj): Call<void> {
  const owners = (metadata?.['ownerReferences'] ?? []) as readonly {
    readonly kind: string;
    readonly name: string;
    readonly controller?: boolean;
  }[];
  const owner = owners.find(({ controller }) => controller);
  if (owner?.kind !== 'DaemonSet') return;
  const path = `/apis/apps/v1/namespaces/${metadata?.namespace}/daemonsets/${owner.name}`;
  try {
    yield* context.client().send({ path });
  } catch (caught) {
    if (!hasReason(caught, 'NotFound') || context.flags.on('force')) return;
    throw caught;
  }
}

/** The pods that are still on a node when something went wrong. */
function* tellPending(context: Context, node: NodeObject, reasons: readonly string[]): Call<void> {
  const { pods } = yield* podsOf(context, node);
  if (pods.length === 0) return;
  const why = reasons.length === 1 ? reasons[0] : `[${reasons.join(', ')}]`;
  const where = `There are pending pods in node "${node.metadata?.name}"`;
  yield* context.err(`${where} when an error occurred: ${why}\n`);
  for (const pod of pods) yield* context.err(`pod/${pod.metadata?.name}\n`);
}
