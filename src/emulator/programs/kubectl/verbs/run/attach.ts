import type { Call } from '../../../../host/syscalls.ts';
import { MILLISECOND } from '../../../../world/time.ts';
import { until } from '../../await.ts';
import type { Context } from '../../command.ts';
import { deletionOf, deleteOne } from '../../deletion.ts';
import { exit, failed, Failure, hasReason } from '../../failure.ts';
import { at, type Obj } from '../../object.ts';

const PERIOD = 200 * MILLISECOND;
/** How late the kubelet tells that a container runs: what ends sooner is only shown by its log. */
const RELIST = 400 * MILLISECOND;

interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

/**
 * Shows what the pod's container writes until it ends, then removes the pod where `--rm` says so.
 * With `-i` the container has kubectl's own input, with `-t` its terminal.
 */
export function* attach(context: Context, pod: Obj): Call<void> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const mapper = yield* context.mapper();
  const mapping = yield* mapper.forArgument('pods');
  const where = { mapping, namespace, name };
  const timeout = context.flags.duration('pod-running-timeout');
  const started = yield* until(context, where, context.sys.now + timeout, (object) => {
    const phase = at(object, 'status.phase');
    return (
      object === undefined || phase === 'Running' || phase === 'Succeeded' || phase === 'Failed'
    );
  });
  if (started === 'timeout') throw failed('timed out waiting for the condition');
  context.sys.setPace('stream');
  const ended = yield* stream(context, namespace, name);
  if (context.flags.on('rm')) {
    const info = { mapping, namespace, name, source: '', object: undefined };
    yield* deleteOne(context, info, deletionOf(context));
  }
  if (context.flags.text('restart') === 'Always' || !ended || ended.exitCode === 0) return;
  const message = ended.message ? `\n${ended.message}` : '';
  throw exit(
    ended.exitCode,
    `pod ${namespace}/${name} terminated (${ended.reason ?? 'Error'})${message}\n`,
  );
}

/** Prints the log as it grows; gives how the container ended. */
function* stream(context: Context, namespace: string, name: string): Call<Ended | undefined> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  let seen = 0;
  let attached = !context.flags.on('stdin');
  let first: string | undefined;
  for (;;) {
    let pod: Obj;
    try {
      pod = yield* context.client().send<Obj>({ path });
      const query = { container: name, sinceLine: String(seen) };
      const text = yield* context.client().send<string>({ path: `${path}/log`, query });
      seen += text.split('\n').length - 1;
      yield* context.out(text);
    } catch (caught) {
      if (hasReason(caught, 'NotFound')) return undefined;
      if (!(caught instanceof Failure) || !hasReason(caught, 'BadRequest')) throw caught;
      yield* context.sys.sleep(PERIOD);
      continue;
    }
    const { containerID, state } = statusOf(pod);
    if (state?.terminated) return state.terminated;
    // With another container the one that was attached to has ended.
    first ??= containerID;
    if (first !== containerID) return yield* sessionEnded(context, name);
    yield* context.sys.sleep(attached ? PERIOD : RELIST);
    if (!attached) {
      attached = true;
      yield* giveStreams(context, path, name);
    }
  }
}

interface ContainerStatus {
  readonly containerID?: string;
  readonly state?: { readonly terminated?: Ended };
}

function statusOf(pod: Obj): ContainerStatus {
  const [first] = (at(pod, 'status.containerStatuses') ?? []) as ContainerStatus[];
  return first ?? {};
}

/** Gives kubectl's own streams to the container, where it still runs. */
function* giveStreams(context: Context, path: string, name: string): Call<void> {
  const { sys, flags } = context;
  let place: { readonly host: string; readonly sandbox: string };
  try {
    const request = { method: 'POST', path: `${path}/attach?container=${name}` } as const;
    place = yield* context.client().send(request);
  } catch (caught) {
    if (caught instanceof Failure) return;
    throw caught;
  }
  if (!flags.on('quiet')) yield* context.err(HINT);
  sys.attach(`${place.host}:${place.sandbox}`);
}

const HINT =
  'All commands and output from this session will be recorded in container logs, including ' +
  'credentials and sensitive information passed through the command prompt.\n' +
  "If you don't see a command prompt, try pressing enter.\n";

function* sessionEnded(context: Context, name: string): Call<undefined> {
  const again = `kubectl attach ${name} -c ${name} -i -t`;
  const text = `Session ended, resume using '${again}' command when the pod is running\n`;
  if (context.flags.on('tty')) yield* context.out(text);
  return undefined;
}
