import type { Call } from '../../../../host/syscalls.ts';
import { DAY } from '../../../../world/time.ts';
import { follow, sessionEnded, statusOf } from '../../attach.ts';
import { until } from '../../await.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { exit, failed } from '../../failure.ts';
import { containersOf, podsOf, type PodObject } from '../../pods.ts';

/** Only the way with an ephemeral container is modelled; nodes and copies say that they are not. */
export default defineCommand({
  name: 'debug',
  use: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  short: 'Create debugging sessions for troubleshooting workloads and nodes',
  examples: [
    ['A container with tools in a pod', 'kubectl debug -it web --image=nicolaka/netshoot'],
    ['One command', 'kubectl debug web --image=busybox -it -- wget -qO- localhost'],
  ],
  flags: `arguments-only=false attach=false -c|container='' copy-to='' custom='' env=[]
    -f|filename=[] image='' image-pull-policy='' keep-annotations=false
    keep-init-containers=true keep-labels=false keep-liveness=false keep-readiness=false
    keep-startup=false profile='legacy' -q|quiet=false replace=false same-node=false
    set-image=[] share-processes=true -i|stdin=false target='' -t|tty=false`,
  run,
  complete: completePods,
});

const DEPRECATED =
  '--profile=legacy is deprecated and will be removed in the future. It is recommended to ' +
  'explicitly specify a profile, for example "--profile=general".\n';

function* run(context: Context): Call<void> {
  const { args, dash, flags } = context;
  const names = dash === -1 ? args : args.slice(0, dash);
  if (flags.text('image') === '' && flags.text('copy-to') === '') {
    throw failed('you must specify --image when not using --copy-to.');
  }
  if (flags.on('tty') && !flags.on('stdin')) {
    throw failed('-i/--stdin is required for containers with -t/--tty=true');
  }
  const [target = ''] = names;
  const node = /^nodes?\//.test(target);
  if (node || flags.text('copy-to') !== '' || flags.text('custom') !== '') {
    const what = node ? 'a node' : flags.text('copy-to') === '' ? '--custom' : '--copy-to';
    throw exit(1, `error: kubectl debug: ${what} is not modelled here\n`);
  }
  if (target === '') throw failed('NAME or TYPE/NAME is required for debug');
  if (flags.text('profile') === 'legacy') yield* context.err(DEPRECATED);
  const aim = flags.text('target');
  if (aim !== '' && !flags.on('quiet')) {
    yield* context.out(
      `Targeting container "${aim}". If you don't see processes from this container it may be ` +
        "because the container runtime doesn't support this feature.\n",
    );
  }
  const [pod] = yield* podsOf(context, target);
  if (!pod) throw failed('timed out waiting for the condition');
  const container = yield* nameOf(context, pod);
  yield* addContainer(context, pod, container, dash === -1 ? [] : args.slice(dash));
  if (flags.on('attach') || flags.on('stdin')) yield* attach(context, pod, container);
}

/** `-c`, or a name by chance that the pod does not have yet. */
function* nameOf(context: Context, pod: PodObject): Call<string> {
  const { flags, sys } = context;
  if (flags.text('container') !== '') return flags.text('container');
  const taken = new Set(containersOf(pod).map(({ name }) => name));
  for (let i = 0; ; i++) {
    const name = `debugger-${sys.chance.suffix(`debug/${sys.now}/${i}`, 5)}`;
    if (taken.has(name)) continue;
    if (!flags.on('quiet')) {
      yield* context.out(`Defaulting debug container name to ${name}.\n`);
    }
    return name;
  }
}

function* addContainer(
  context: Context,
  pod: PodObject,
  name: string,
  words: readonly string[],
): Call<void> {
  const { flags } = context;
  const env = flags.list('env').map((each) => {
    const [, key = each, value = ''] = /^([^=]*)=(.*)$/s.exec(each) ?? [];
    return { name: key, value };
  });
  const pull = flags.text('image-pull-policy');
  const target = flags.text('target');
  const container = {
    name,
    image: flags.text('image'),
    ...(env.length > 0 && { env }),
    ...(pull !== '' && { imagePullPolicy: pull }),
    ...(words.length > 0 && { [flags.on('arguments-only') ? 'args' : 'command']: words }),
    ...(flags.on('stdin') && { stdin: true }),
    ...(flags.on('tty') && { tty: true }),
    ...(target !== '' && { targetContainerName: target }),
    terminationMessagePolicy: 'File',
  };
  const { namespace = '', name: of = '' } = pod.metadata ?? {};
  const there = (pod.spec?.ephemeralContainers ?? []).map((each) => ({ name: each.name }));
  yield* context.client().send({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/pods/${of}/ephemeralcontainers`,
    contentType: 'application/strategic-merge-patch+json',
    body: {
      spec: {
        '$setElementOrder/ephemeralContainers': [...there, { name }],
        ephemeralContainers: [container],
      },
    },
  });
}

/** Waits for the container to run, then gives it kubectl's streams; its log where it has ended. */
function* attach(context: Context, pod: PodObject, container: string): Call<void> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const mapper = yield* context.mapper();
  const where = { mapping: yield* mapper.forArgument('pods'), namespace, name };
  yield* until(context, where, context.sys.now + DAY, (object) => {
    const { state } = object ? statusOf(object, container) : {};
    return object === undefined || Boolean(state?.running ?? state?.terminated);
  });
  context.sys.setPace('stream');
  const stdin = context.flags.on('stdin');
  const attached = { namespace, pod: name, container, stdin, history: true };
  yield* follow(context, attached);
  if (stdin && context.flags.on('tty')) yield* sessionEnded(context, attached, true);
}
