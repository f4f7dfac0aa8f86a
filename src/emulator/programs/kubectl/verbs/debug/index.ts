import type { Call } from '../../../../host/syscalls.ts';
import { attachTo } from '../../attach.ts';
import { tupleOf } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import { patchObject } from '../../mutate.ts';
import type { Obj } from '../../object.ts';
import { twoWayPatch } from '../../patch.ts';
import { containersOf, type PodObject } from '../../pods.ts';
import { pathOf, type Mapping } from '../../rest-mapper.ts';
import { containerOf, nodePod } from './container.ts';
import { checkCopy, copyPod } from './copy.ts';

export default defineCommand({
  name: 'debug',
  use: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  long:
    'Create debugging sessions: an ephemeral container in a pod that runs, or a pod with the ' +
    "node's network on a node.",
  examples: [
    ['A shell beside a pod', 'kubectl debug -it web --image=busybox'],
    ['A shell on a node', 'kubectl debug -it node/worker-1 --image=busybox'],
  ],
  flags: `arguments-only=false attach=false -c|container='' copy-to='' custom='' env=[]
    -f|filename=[] image='' image-pull-policy='' keep-annotations=false
    keep-init-containers=true keep-labels=false keep-liveness=false keep-readiness=false
    keep-startup=false profile='legacy' -q|quiet=false replace=false same-node=false set-image=[]
    share-processes=true -i|stdin=false target='' -t|tty=false`,
  run,
  complete: completePods,
});

const PROFILES = ['legacy', 'general', 'baseline', 'netadmin', 'restricted', 'sysadmin'];
const LEGACY =
  '--profile=legacy is deprecated and will be removed in the future. It is recommended to ' +
  'explicitly specify a profile, for example "--profile=general".\n';

function* run(context: Context): Call<void> {
  const { flags, args, dash } = context;
  check(context);
  const target = flags.text('target');
  if (target !== '' && !flags.on('quiet')) {
    yield* context.out(
      `Targeting container "${target}". If you don't see processes from this container it may ` +
        "be because the container runtime doesn't support this feature.\n",
    );
  }
  if (flags.on('tty') && !flags.on('stdin')) {
    throw failed('-i/--stdin is required for containers with -t/--tty=true');
  }
  if (flags.text('profile') === 'legacy') yield* context.err(LEGACY);
  const names = dash < 0 ? args : args.slice(0, dash);
  const words = dash < 0 ? [] : args.slice(dash);
  for (const name of names) yield* debugOne(context, name, words);
}

function check(context: Context): void {
  const { flags, args, dash } = context;
  const profile = flags.text('profile');
  if (!PROFILES.includes(profile)) throw failed(`unknown profile: ${profile}`);
  if (flags.text('custom') !== '') throw failed('--custom of kubectl debug is not modelled here');
  if (flags.text('copy-to') !== '') {
    checkCopy(context, dash < 0 ? [] : args.slice(dash));
    if (args.length === 0 || dash === 0) throw failed('NAME or filename is required for debug');
    return;
  }
  for (const flag of ['replace', 'same-node']) {
    if (flags.on(flag)) throw failed(`--${flag} may only be used with --copy-to.`);
  }
  if (flags.list('set-image').length > 0) {
    throw failed('--set-image may only be used with --copy-to.');
  }
  if (flags.text('image') === '') {
    throw failed('you must specify --image when not using --copy-to.');
  }
  if (args.length === 0 || dash === 0) throw failed('NAME or filename is required for debug');
}

function* debugOne(context: Context, argument: string, words: readonly string[]): Call<void> {
  const namespace = context.namespace().name;
  const mapper = yield* context.mapper();
  const [type, name] = argument.includes('/') ? tupleOf(argument) : (['pods', argument] as const);
  const mapping = yield* mapper.forArgument(type);
  const path = pathOf(mapping, namespace, name);
  const object = yield* context.client().send<PodObject>({ path });
  if (mapping.kind === 'Node') return yield* debugNode(context, name, namespace, words);
  if (mapping.kind === 'Pod' && context.flags.text('copy-to') !== '') {
    const find = (pod: PodObject) => freeName(context, pod);
    const made = yield* copyPod(context, object, words, find);
    if (made.container !== '') yield* session(context, namespace, made.name, made.container);
    return undefined;
  }
  if (mapping.kind === 'Pod') return yield* debugPod(context, object, mapping, words);
  const { group, version, kind } = mapping;
  const gvk = `${group}/${version}, Kind=${kind}`;
  throw failed(`"${gvk}" not supported by debug`);
}

/** An ephemeral container in a pod that runs. */
function* debugPod(
  context: Context,
  pod: PodObject,
  mapping: Mapping,
  words: readonly string[],
): Call<void> {
  const { flags } = context;
  const name = flags.text('container') || (yield* freeName(context, pod));
  const target = flags.text('target');
  const container = {
    ...containerOf(name, flags, words),
    ...(target !== '' && { targetContainerName: target }),
  };
  const ephemeralContainers = [...(pod.spec?.ephemeralContainers ?? []), container];
  const changed = { ...pod, spec: { ...pod.spec, ephemeralContainers } } as Obj;
  const { namespace = '', name: podName = '' } = pod.metadata ?? {};
  const where = { mapping, namespace, name: podName, subresource: 'ephemeralcontainers' };
  yield* patchObject(context, where, 'strategic', twoWayPatch(mapping, pod, changed), {});
  yield* session(context, namespace, podName, name);
}

function* freeName(context: Context, pod: PodObject): Call<string> {
  const taken = new Set(containersOf(pod).map(({ name }) => name));
  let name = '';
  for (let i = 0; name === '' || taken.has(name); i++) {
    name = `debugger-${context.sys.chance.suffix(`debug/${context.sys.now}/${i}`, 5)}`;
  }
  if (!context.flags.on('quiet')) {
    yield* context.out(`Defaulting debug container name to ${name}.\n`);
  }
  return name;
}

/** A pod of its own on the node. */
function* debugNode(
  context: Context,
  node: string,
  namespace: string,
  words: readonly string[],
): Call<void> {
  const { flags, sys } = context;
  const container = flags.text('container') || 'debugger';
  const name = `node-debugger-${node}-${sys.chance.suffix(`debug/${sys.now}`, 5)}`;
  if (!flags.on('quiet')) {
    const where = `with container ${container} on node ${node}`;
    yield* context.out(`Creating debugging pod ${name} ${where}.\n`);
  }
  const made = containerOf(container, flags, words);
  const body = nodePod(name, node, made, flags.text('profile'));
  const path = `/api/v1/namespaces/${namespace}/pods`;
  yield* context.client().send<Obj>({ method: 'POST', path, body });
  yield* session(context, namespace, name, container);
}

/** Attaches where `-i` or `--attach` asks for it. */
function* session(context: Context, namespace: string, pod: string, container: string): Call<void> {
  if (!context.flags.on('attach') && !context.flags.on('stdin')) return;
  context.sys.setPace('stream');
  yield* attachTo(context, { namespace, pod, container, from: 'start' });
}
