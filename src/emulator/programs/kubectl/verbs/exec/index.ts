import { isErrno } from '../../../../host/errno.ts';
import type { Call, Fd } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { completePods } from '../../complete-resources.ts';
import { notStarted, placeOf, signalCodes } from '../../exec-place.ts';
import { visit } from '../../builder.ts';
import { exit, failed, throwAll } from '../../failure.ts';
import { verbose } from '../../klog.ts';
import { defaultContainer, podsOf, type PodObject } from '../../pods.ts';
import { resourceName } from '../../rest-mapper.ts';

export default defineCommand({
  name: 'exec',
  use: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  short: 'Execute a command in a container',
  examples: [
    ['Run a command in a pod', 'kubectl exec web -- cat /etc/resolv.conf'],
    ['A shell in a pod', 'kubectl exec -it web -- sh'],
  ],
  flags:
    "-c|container='' -f|filename=[] pod-running-timeout=1m0s " +
    '-q|quiet=false -i|stdin=false -t|tty=false',
  run,
  complete: completePods,
});

function* run(context: Context): Call<void> {
  const { args, dash, flags } = context;
  const files = flags.list('filename').length > 0;
  if (!files && (args.length === 0 || dash === 0)) {
    throw failed('pod, type/name or --filename must be specified');
  }
  if (dash === -1 || (dash === 0 && !files)) {
    if (args.length >= 2 && dash === -1) {
      throw failed(
        usageText(
          context,
          'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
        ),
      );
    }
    if (args.length === 1 || dash === 0)
      throw failed('you must specify at least one command for the container');
  }
  const command = args.slice(dash);
  if (command.length === 0) throw failed('you must specify at least one command for the container');
  const pods = files ? yield* podsOfFiles(context) : yield* podsOf(context, args[0] as string);
  const pod = pods[0];
  if (!pod) throw failed('timed out waiting for the condition');
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failed(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container =
    flags.text('container') || (yield* chosenContainer(context, pod, flags.on('quiet')));
  yield* execute(context, pod, container, command);
}

/** The container that is taken where none is named, and a line of the log that says so. */
function* chosenContainer(context: Context, pod: PodObject, quiet: boolean): Call<string> {
  const name = yield* defaultContainer(context, pod, quiet);
  yield* verbose(context, 4, 'podcmd.go:88', `Defaulting container name to ${name}`);
  return name;
}

/** The pods of what files name. */
function* podsOfFiles(context: Context): Call<readonly PodObject[]> {
  const filenames = context.flags.list('filename');
  const { infos, problems } = yield* visit(context, { filenames });
  throwAll(problems);
  const [info] = infos;
  if (!info) return [];
  return yield* podsOf(context, `${resourceName(info.mapping)}/${info.name}`);
}

/** Runs a command in a container and ends as it ends. */
export function* execute(
  context: Context,
  pod: PodObject,
  container: string,
  command: readonly string[],
): Call<void> {
  const { sys, flags } = context;
  const place = yield* placeOf(context, pod, container, command);
  const interactive = flags.on('stdin');
  if (interactive && flags.on('tty') && !sys.isTerminal(0)) {
    yield* context.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  const fds: Record<number, Fd | 'null'> = { 0: interactive ? 0 : 'null', 1: 1, 2: 2 };
  const pid = sys.spawn(command, { sandbox: `${place.host}:${place.sandbox}`, fds });
  if (isErrno(pid)) throw notStarted(context, command[0] as string, pid, place.sandbox);
  const status = yield* sys.wait(pid);
  yield* verbose(context, 4, 'websocket.go:505', 'closed channel--returning');
  const code = 'exited' in status ? status.exited : 128 + (signalCodes[status.signalled] ?? 0);
  if (code !== 0) throw exit(code, `command terminated with exit code ${code}\n`);
}
