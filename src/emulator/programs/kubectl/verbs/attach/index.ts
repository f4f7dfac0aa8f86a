import type { Call } from '../../../../host/syscalls.ts';
import { follow, sessionEnded } from '../../attach.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import { at } from '../../object.ts';
import { containersOf, defaultContainer, podsOf, type PodObject } from '../../pods.ts';

export default defineCommand({
  name: 'attach',
  use: 'attach (POD | TYPE/NAME) -c CONTAINER',
  short: 'Attach to a running container',
  examples: [
    ['See what a running pod writes', 'kubectl attach web'],
    ['Go back to a shell', 'kubectl attach tmp -c tmp -i -t'],
  ],
  flags: "-c|container='' pod-running-timeout=1m0s -q|quiet=false -i|stdin=false -t|tty=false",
  run,
  complete: completePods,
});

function* run(context: Context): Call<void> {
  const { args, flags, sys } = context;
  if (args.length === 0) throw failed('at least 1 argument is required for attach');
  if (args.length > 2) {
    throw failed(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}`);
  }
  const [pod] = yield* podsOf(context, args.join('/'));
  if (!pod) throw failed('timed out waiting for the condition');
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failed(`cannot attach a container in a completed pod; current phase is ${phase}`);
  }
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const container =
    flags.text('container') || (yield* defaultContainer(context, pod, flags.on('quiet')));
  const sort = containersOf(pod).find((each) => each.name === container)?.sort;
  if (sort === undefined) throw failed(`container ${container} not found in pod ${name}`);
  const { stdin, tty } = specOf(pod, container);
  if (flags.on('tty') && !tty) {
    yield* context.err(
      `error: Unable to use a TTY - container ${container} did not allocate one\n`,
    );
  }
  sys.setPace('stream');
  const wanted = flags.on('stdin') && stdin;
  const attached = { namespace, pod: name, container, stdin: wanted, history: false };
  yield* follow(context, attached);
  const ephemeral = sort === ' (ephem)';
  const again = ephemeral || at(pod, 'spec.restartPolicy') === 'Always';
  if (wanted && tty && again) yield* sessionEnded(context, attached, ephemeral);
}

function specOf(pod: PodObject, container: string): { stdin: boolean; tty: boolean } {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'];
  const all = lists.flatMap(
    (name) => (at(pod, `spec.${name}`) ?? []) as { name: string; stdin?: boolean; tty?: boolean }[],
  );
  const { stdin = false, tty = false } = all.find(({ name }) => name === container) ?? {};
  return { stdin, tty };
}
