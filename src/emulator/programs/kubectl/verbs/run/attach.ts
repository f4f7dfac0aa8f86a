import type { Call } from '../../../../host/syscalls.ts';
import { MILLISECOND } from '../../../../world/time.ts';
import { until } from '../../await.ts';
import type { Context } from '../../command.ts';
import { deletionOf, deleteOne } from '../../deletion.ts';
import { exit, failed, Failure, hasReason } from '../../failure.ts';
import { at, type Obj } from '../../object.ts';

const PERIOD = 200 * MILLISECOND;

interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

/**
 * Shows what the pod's container writes until it ends, then removes the pod where `--rm` says so.
 * The container's own standard input stays empty.
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
    const [first] = (at(pod, 'status.containerStatuses') ?? []) as {
      state?: { terminated?: Ended };
    }[];
    if (first?.state?.terminated) return first.state.terminated;
    yield* context.sys.sleep(PERIOD);
  }
}
