import type { Call } from '../../host/syscalls.ts';
import type { Context } from './command.ts';
import { patchObject } from './mutate.ts';
import { itemsOf, type Obj } from './object.ts';
import { dryRun, resultPrinter } from './printers/printer.ts';

export interface NodeObject extends Obj {
  spec?: { unschedulable?: boolean; taints?: Taint[] };
}

export interface Taint {
  key: string;
  value?: string;
  effect: string;
  timeAdded?: string;
}

/** The nodes that arguments or `--selector` name; the first that is missing ends it. */
export function* nodesOf(context: Context): Call<readonly NodeObject[]> {
  const selector = context.flags.text('selector');
  if (selector !== '') {
    const list = yield* context.client().send<Obj>({
      path: '/api/v1/nodes',
      query: { labelSelector: selector },
    });
    return itemsOf(list) as NodeObject[];
  }
  const nodes: NodeObject[] = [];
  for (const argument of context.args) {
    const path = `/api/v1/nodes/${argument.replace(/^nodes?\//, '')}`;
    nodes.push(yield* context.client().send<NodeObject>({ path }));
  }
  return nodes;
}

/** Changes `spec.unschedulable` and says what came of it. */
export function* setSchedulable(
  context: Context,
  node: NodeObject,
  schedulable: boolean,
): Call<void> {
  const verb = schedulable ? 'uncordoned' : 'cordoned';
  const already = (node.spec?.unschedulable ?? false) === !schedulable;
  if (!already && dryRun(context) !== 'client') {
    const mapper = yield* context.mapper();
    const mapping = yield* mapper.forArgument('nodes');
    const where = { mapping, namespace: '', name: node.metadata?.name ?? '' };
    const patch = { spec: { unschedulable: schedulable ? null : true } };
    const query = dryRun(context) === 'server' ? { dryRun: 'All' } : {};
    yield* patchObject(context, where, 'strategic', patch, query);
  }
  yield* resultPrinter(context, already ? `already ${verb}` : verb).print(node);
}
