import type { Call } from '../../../../host/syscalls.ts';
import { DAY } from '../../../../world/time.ts';
import { untilEach } from '../../await.ts';
import type { Info } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { fileFlags, selectorFlag } from '../../flag-sets.ts';
import type { Obj } from '../../object.ts';
import { rolloutStatus } from './messages.ts';
import { targetsOf } from './targets.ts';

/** `kubectl rollout status`. */
export const status: Command = {
  name: 'status',
  use: 'rollout status (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Show the status of the rollout',
  flags: `${fileFlags} revision=0 ${selectorFlag} timeout=0s -w|watch=true`,
  *run(context: Context): Call<void> {
    const infos = yield* targetsOf(context);
    if (infos.length === 0) {
      yield* context.err(`No resources found in ${context.namespace().name} namespace.\n`);
    }
    for (const info of infos) yield* watch(context, info);
  },
};

/** Prints each status until the rollout is done, or once with `--watch=false`. */
function* watch(context: Context, info: Info): Call<void> {
  const { flags, sys } = context;
  const deadline = sys.now + (flags.duration('timeout') || 7 * DAY);
  const judge = function* (object: Obj | undefined) {
    if (!object) throw failed('object has been deleted');
    const { message, done, error } = rolloutStatus(object, flags.number('revision'));
    if (error !== undefined) throw failed(error);
    yield* context.out(message);
    return done || !flags.on('watch');
  };
  const result = yield* untilEach(context, info, deadline, judge, { first: false });
  if (result === 'timeout') throw failed('timed out waiting for the condition');
}
