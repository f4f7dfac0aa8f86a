import type { Call } from '../../../../host/syscalls.ts';
import type { Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { klogLine } from '../../klog.ts';
import { itemsOf, LAST_APPLIED, type Obj } from '../../object.ts';
import { dryRun, dryRunText } from '../../printers/printer.ts';
import { kindName, pathOf } from '../../rest-mapper.ts';

/** Types that prune looks through when none are named (`prune.GetRESTMappings`). */
const namespacedTypes = [
  ['', 'ConfigMap'],
  ['', 'Endpoints'],
  ['', 'PersistentVolumeClaim'],
  ['', 'Pod'],
  ['', 'ReplicationController'],
  ['', 'Secret'],
  ['', 'Service'],
  ['batch', 'Job'],
  ['batch', 'CronJob'],
  ['networking.k8s.io', 'Ingress'],
  ['apps', 'DaemonSet'],
  ['apps', 'Deployment'],
  ['apps', 'ReplicaSet'],
  ['apps', 'StatefulSet'],
] as const;
const clusterTypes = [
  ['', 'Namespace'],
  ['', 'PersistentVolume'],
] as const;

const DEPRECATED =
  'Deprecated: kubectl apply will no longer prune non-namespaced ' +
  'resources by default when used with the --namespace flag in a future ' +
  'release. To preserve the current behaviour, list the resources you ' +
  'want to target explicitly in the --prune-allowlist flag.';

/** Types of `--prune-allowlist`; undefined where none are named. */
export function allowed({ flags }: Context): readonly (readonly [string, string])[] | undefined {
  const list = flags.list('prune-allowlist');
  if (list.length === 0) return undefined;
  return list.map((text) => {
    const parts = text.split('/');
    if (parts.length !== 3) {
      throw failed(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    }
    return [parts[0] === 'core' ? '' : (parts[0] as string), parts[2] as string];
  });
}

/** Deletes what was applied before, carries the labels, and was not applied now. */
export function* prune(context: Context, applied: readonly Info[]): Call<void> {
  const seen = new Set(
    applied.map(({ mapping, namespace, name }) => `${kindName(mapping)} ${namespace}/${name}`),
  );
  const namespaces = new Set(
    applied.map(({ namespace }) => namespace).filter((each) => each !== ''),
  );
  if (namespaces.size > 0 && context.flags.list('prune-allowlist').length === 0)
    yield* context.err(klogLine(context.sys, 'W', 'prune.go:71', DEPRECATED));
  const { all } = yield* context.mapper();
  const chosen = allowed(context);
  const places = [
    ...[...namespaces].sort().map((namespace) => [namespace, chosen ?? namespacedTypes] as const),
    ['', chosen ?? clusterTypes] as const,
  ];
  for (const [namespace, types] of places) {
    for (const [group, kind] of types) {
      const mapping = all.find((each) => each.group === group && each.kind === kind);
      if (!mapping || mapping.namespaced !== (namespace !== '')) continue;
      const list = yield* context.client().send<Obj>({
        path: pathOf(mapping, namespace),
        query: { labelSelector: context.flags.text('selector') },
      });
      for (const object of itemsOf(list)) {
        const { name = '', annotations } = object.metadata ?? {};
        if (annotations?.[LAST_APPLIED] === undefined) continue;
        if (seen.has(`${kindName(mapping)} ${namespace}/${name}`)) continue;
        if (dryRun(context) !== 'client') {
          const path = pathOf(mapping, namespace, name);
          const query = dryRun(context) === 'server' ? { dryRun: 'All' } : {};
          yield* context.client().send({ method: 'DELETE', path, query });
        }
        yield* context.out(`${kindName(mapping)}/${name} ${dryRunText(context, 'pruned')}\n`);
      }
    }
  }
}
