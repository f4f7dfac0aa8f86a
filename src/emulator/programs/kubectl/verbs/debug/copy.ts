import type { Call } from '../../../../host/syscalls.ts';
import type { Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { copy, type Obj } from '../../object.ts';
import type { PodObject } from '../../pods.ts';
import type { Container } from '../../workload.ts';
import { containerOf } from './container.ts';

/** Checks what `--copy-to` needs (`DebugOptions.Validate`). */
export function checkCopy({ flags }: Context, words: readonly string[]): void {
  const given =
    flags.text('image') !== '' || flags.list('set-image').length > 0 || words.length > 0;
  if (!given) throw failed('you must specify --image, --set-image or command arguments.');
  for (const pair of flags.list('set-image')) {
    if (!/^[^=]+=.+$/.test(pair)) throw failed(`invalid set-image argument: ${pair}`);
  }
  if (flags.text('target') !== '') throw failed('--target may not be used with --copy-to.');
}

/** Makes a copy of a pod to look into; gives the copy, and the container to attach to. */
export function* copyPod(
  context: Context,
  pod: PodObject,
  words: readonly string[],
  freeName: (pod: PodObject) => Call<string>,
): Call<{ readonly name: string; readonly container: string }> {
  const { flags } = context;
  const { namespace = 'default', name: original = '' } = pod.metadata ?? {};
  const made = bareCopy(context, pod);
  const image = flags.text('image');
  const only = flags.list('set-image').length > 0 && image === '' && words.length === 0;
  const first = made.spec?.containers[0]?.name ?? '';
  const container = only
    ? ''
    : flags.text('container') || (image === '' ? first : yield* freeName(pod));
  if (container !== '') addContainer(context, made, container, words);
  const client = context.client();
  const path = `/api/v1/namespaces/${namespace}/pods`;
  if (flags.on('replace')) {
    yield* client.send({ method: 'DELETE', path: `${path}/${original}` });
  }
  const stored = yield* client.send<Obj>({ method: 'POST', path, body: made });
  return { name: stored.metadata?.name ?? '', container };
}

const probes = ['liveness', 'readiness', 'startup'] as const;

/** The pod under its new name, without what would have others look after it. */
function bareCopy({ flags }: Context, pod: PodObject): PodObject {
  const { labels, annotations, namespace } = pod.metadata ?? {};
  const spec = copy(pod.spec ?? { containers: [] });
  delete spec.ephemeralContainers;
  if (!flags.on('same-node')) delete spec['nodeName'];
  if (!flags.on('keep-init-containers')) delete spec.initContainers;
  if (flags.on('share-processes') || flags.changed('share-processes')) {
    spec['shareProcessNamespace'] = flags.on('share-processes');
  }
  const images = new Map(
    flags.list('set-image').map((pair) => {
      const cut = pair.indexOf('=');
      return [pair.slice(0, cut), pair.slice(cut + 1)] as const;
    }),
  );
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const probe of probes) {
      if (!flags.on(`keep-${probe}`)) delete container[`${probe}Probe`];
    }
    const image = images.get(container.name) ?? images.get('*');
    if (image !== undefined) container.image = image;
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: flags.text('copy-to'),
      ...(namespace && { namespace }),
      ...(flags.on('keep-labels') && labels && { labels }),
      ...(flags.on('keep-annotations') && annotations && { annotations }),
    },
    spec,
  };
}

/** The container to look from: one more, or one of the pod's with another image or command. */
function addContainer(
  { flags }: Context,
  pod: PodObject,
  name: string,
  words: readonly string[],
): void {
  const containers = pod.spec?.containers ?? [];
  const known = containers.find((each) => each.name === name);
  if (!known) {
    if (flags.text('image') === '') {
      throw failed('you must specify image when creating new container');
    }
    containers.push(containerOf(name, flags, words) as Container);
    return;
  }
  if (flags.text('image') !== '') known.image = flags.text('image');
  if (words.length > 0 && flags.on('arguments-only')) known['args'] = [...words];
  else if (words.length > 0) {
    known['command'] = [...words];
    delete known['args'];
  }
  known['stdin'] = flags.on('stdin');
  known['tty'] = flags.on('tty');
}
