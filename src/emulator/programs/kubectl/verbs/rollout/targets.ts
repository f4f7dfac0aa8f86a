import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, throwAll } from '../../failure.ts';

/** The objects that a rollout command is about; problems with any of them end it. */
export function* targetsOf(context: Context): Call<readonly Info[]> {
  const { flags, args } = context;
  const files = flags.list('filename').length > 0 || flags.text('kustomize') !== '';
  if (args.length === 0 && !files) throw failed('required resource not specified');
  const { infos, problems } = yield* visit(context, { ...selectionOf(context), latest: true });
  throwAll(problems);
  return infos;
}
