import type { Call } from '../../../../host/syscalls.ts';
import { attachTo } from '../../attach.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import { containersOf, defaultContainer, podsOf } from '../../pods.ts';

export default defineCommand({
  name: 'attach',
  use: 'attach (POD | TYPE/NAME) -c CONTAINER',
  short: 'Attach to a running container',
  long: 'Attach to a process that is already running inside a container.',
  examples: [['What a pod writes from now on', 'kubectl attach web']],
  flags: "-c|container='' pod-running-timeout=1m0s -q|quiet=false -i|stdin=false -t|tty=false",
  run,
  complete: completePods,
});

function* run(context: Context): Call<void> {
  const { args, flags, sys } = context;
  if (args.length === 0) throw failed('at least 1 argument is required for attach');
  if (args.length > 2) {
    const lead = 'expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw';
    throw failed(`${lead} ${args.length}: [${args.join(' ')}]`);
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
  if (!containersOf(pod).some((each) => each.name === container)) {
    throw failed(`container ${container} not found in pod ${name}`);
  }
  if (flags.on('tty') && !sys.isTerminal(0)) {
    yield* context.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  sys.setPace('stream');
  yield* attachTo(context, { namespace, pod: name, container, from: 'now' });
}
