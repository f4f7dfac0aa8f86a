import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, throwAll } from '../../failure.ts';

/** The objects that a rollout command is about; problems with any of them end it. */
export function* targetsOf(context: Context): Call<readonly Info[]> {
  const { flags, args } = context;
  const files = flags.list('filename').length > 0 || flags.text('kustomize') !== '';
  if (args.length === 0 && !files) throw failed('required resource not specified');
  const selection = { ...selectionOf(context), allowEmptySelector: true, latest: true };
  const { infos, problems } = yield* visit(context, selection);
  throwAll(problems);
  return infos;
}

/** Groups whose kinds kubectl knows something of (`GroupKindElement.Accept`). */
const visited: Readonly<Record<string, RegExp>> = {
  '': /^(Pod|ReplicationController)$/,
  apps: /^(Deployment|DaemonSet|ReplicaSet|StatefulSet)$/,
  batch: /^(CronJob|Job)$/,
  extensions: /^(Deployment|DaemonSet|ReplicaSet)$/,
};

/** Refuses a kind without revisions; `what` is what it has none of. */
export function requireRevisions({ mapping: { kind, group } }: Info, what: string): void {
  if (/^(Deployment|DaemonSet|StatefulSet)$/.test(kind)) return;
  const shown = group === '' ? kind : `${kind}.${group}`;
  if (visited[group]?.test(kind)) throw failed(`no ${what} has been implemented for "${shown}"`);
  const goal = what === 'rollbacker' ? what : 'history';
  const why = `no visitor method exists for {${group} ${kind}}`;
  throw failed(`error retrieving ${goal} for "${shown}", ${why}`);
}
