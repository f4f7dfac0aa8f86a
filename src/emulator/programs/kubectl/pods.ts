import type { Call } from '../../host/syscalls.ts';
import { formatSelector } from '../../apimachinery/selector.ts';
import { tupleOf } from './builder.ts';
import type { Context } from './command.ts';
import { failed } from './failure.ts';
import { at, itemsOf, type Obj } from './object.ts';
import { pathOf, resourceName } from './rest-mapper.ts';
import type { PodSpec } from './workload.ts';

/** A pod as logs and exec look at it. */
export interface PodObject extends Obj {
  spec?: PodSpec & { ephemeralContainers?: { name: string }[] };
  status?: {
    phase?: string;
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount?: number;
  state?: { running?: object; waiting?: { reason?: string }; terminated?: object };
}

/**
 * The pods of an object, the first of which is used where one is needed; `purpose` is told where it
 * has none.
 */
export function* podsOf(
  context: Context,
  argument: string,
  purpose = 'attach to',
): Call<readonly PodObject[]> {
  const namespace = context.namespace().name;
  const mapper = yield* context.mapper();
  const [type, name] = argument.includes('/') ? tupleOf(argument) : (['pods', argument] as const);
  const mapping = yield* mapper.forArgument(type);
  const object = yield* context.client().send<Obj>({ path: pathOf(mapping, namespace, name) });
  if (resourceName(mapping) === 'pods') return [object as PodObject];
  const selector = selectorText(object);
  if (selector === undefined) {
    const type = `*${mapping.version}.${mapping.kind}`;
    const why =
      resourceName(mapping) === 'services'
        ? `invalid service '${name}': Service is defined without a selector`
        : `selector for ${type} not implemented`;
    throw failed(`cannot ${purpose} ${type}: ${why}`);
  }
  const list = yield* context.client().send<Obj>({
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: { labelSelector: selector },
  });
  return itemsOf(list).toSorted(byReadiness) as PodObject[];
}

function selectorText(object: Obj): string | undefined {
  const selector = at(object, 'spec.selector') as Record<string, unknown> | undefined;
  if (!selector) return undefined;
  if (object.kind === 'Service' || object.kind === 'ReplicationController') {
    return Object.entries(selector)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(',');
  }
  return formatSelector(selector as never);
}

/** Running and ready ones first, then the older. */
function byReadiness(a: Obj, b: Obj): number {
  const rank = (pod: Obj) => {
    const { status } = pod as PodObject;
    const ready = status?.containerStatuses?.every((each) => each.ready) ?? false;
    return (status?.phase === 'Running' ? 0 : 2) + (ready ? 0 : 1);
  };
  const time = (pod: Obj) => String(pod.metadata?.['creationTimestamp'] ?? '');
  return rank(a) - rank(b) || (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0);
}

/** All containers of a pod, with what sort they are of. */
export function containersOf({
  spec,
}: PodObject): readonly { readonly name: string; readonly sort: string }[] {
  return [
    ...(spec?.containers ?? []).map(({ name }) => ({ name, sort: '' })),
    ...(spec?.ephemeralContainers ?? []).map(({ name }) => ({ name, sort: ' (ephem)' })),
    ...(spec?.initContainers ?? []).map(({ name }) => ({ name, sort: ' (init)' })),
  ];
}

/** The container to use where none is named; says which where there are several. */
export function* defaultContainer(context: Context, pod: PodObject, quiet = false): Call<string> {
  const all = containersOf(pod);
  const annotated = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
  if (annotated && all.some(({ name }) => name === annotated)) return annotated;
  const first = pod.spec?.containers[0]?.name ?? '';
  if (all.length > 1 && !quiet) {
    const list = all.map(({ name, sort }) => `${name}${sort}`).join(', ');
    yield* context.err(`Defaulted container "${first}" out of: ${list}\n`);
  }
  return first;
}
