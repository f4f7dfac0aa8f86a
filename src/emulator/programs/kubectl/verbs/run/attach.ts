import type { Call } from '../../../../host/syscalls.ts';
import { attachTo } from '../../attach.ts';
import { until } from '../../await.ts';
import type { Context } from '../../command.ts';
import { deletionOf, deleteOne } from '../../deletion.ts';
import { exit, failed } from '../../failure.ts';
import { at, type Obj } from '../../object.ts';

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
  const ended = yield* attachTo(context, { namespace, pod: name, container: name, from: 'start' });
  if (context.flags.on('rm')) {
    const info = { mapping, namespace, name, source: '', object: undefined };
    yield* deleteOne(context, info, deletionOf(context), context.flags.on('quiet'));
  }
  if (context.flags.text('restart') === 'Always' || !ended || ended.exitCode === 0) return;
  const message = ended.message ? `\n${ended.message}` : '';
  throw exit(
    ended.exitCode,
    `pod ${namespace}/${name} terminated (${ended.reason ?? 'Error'})${message}\n`,
  );
}
