import type { Call } from '../../host/syscalls.ts';
import { DAY } from '../../world/time.ts';
import { until } from './await.ts';
import type { Info } from './builder.ts';
import type { Context } from './command.ts';
import { failed, Failure, problemOf, withSource } from './failure.ts';
import type { Obj } from './object.ts';
import { dryRun } from './printers/printer.ts';
import { kindName, pathOf } from './rest-mapper.ts';

/** How `delete` and `replace --force` delete. */
export interface Deletion {
  /** Seconds; -1 leaves it to the object. */
  readonly gracePeriod: number;
  readonly cascade: string;
  /** Say `deleted` whatever the grace: `replace --force` does. */
  readonly quiet?: boolean;
}

/** Reads `--grace-period`, `--force`, `--now` and `--cascade`. */
export function deletionOf(context: Context): Deletion {
  const { flags } = context;
  let gracePeriod = flags.number('grace-period');
  if (flags.on('now')) {
    if (gracePeriod !== -1) throw failed('--now and --grace-period cannot be specified together');
    gracePeriod = 1;
  }
  if (gracePeriod === 0 && !flags.on('force')) gracePeriod = 1;
  if (flags.on('force') && gracePeriod < 0) gracePeriod = 0;
  if (gracePeriod > 0 && flags.on('force')) {
    throw failed('--force and --grace-period greater than 0 cannot be specified together');
  }
  return { gracePeriod, cascade: cascadeOf(flags.text('cascade')) };
}

function cascadeOf(value: string): string {
  const policies: Readonly<Record<string, string>> = {
    background: 'Background',
    foreground: 'Foreground',
    orphan: 'Orphan',
    true: 'Background',
    false: 'Orphan',
  };
  const found = policies[value];
  if (found) return found;
  throw failed(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
}

/** Deletes one object and says so; gives the uid of what was deleted. */
export function* deleteOne(
  context: Context,
  info: Info,
  deletion: Deletion,
  silent = false,
): Call<string> {
  const { mapping, namespace, name, source } = info;
  const mode = dryRun(context);
  let uid = '';
  if (mode !== 'client') {
    try {
      const answer = yield* context.client().send<Obj & { details?: { uid?: string } }>({
        method: 'DELETE',
        path: pathOf(mapping, namespace, name),
        body: {
          propagationPolicy: deletion.cascade,
          ...(deletion.gracePeriod >= 0 && { gracePeriodSeconds: deletion.gracePeriod }),
          ...(mode === 'server' && { dryRun: ['All'] }),
        },
      });
      uid = answer.details?.uid ?? answer.metadata?.uid ?? '';
    } catch (caught) {
      throw new Failure(withSource('deleting', source, problemOf(caught)));
    }
  }
  if (!silent) yield* context.out(deletedText(context, info, deletion));
  return uid;
}

function deletedText(
  context: Context,
  { mapping, namespace, name }: Info,
  deletion: Deletion,
): string {
  const kind = kindName(mapping);
  if (context.flags.text('output') === 'name') return `${kind}/${name}\n`;
  const verb = deletion.gracePeriod === 0 && !deletion.quiet ? 'force deleted' : 'deleted';
  const where = mapping.namespaced ? ` from ${namespace} namespace` : '';
  const mode = dryRun(context);
  const tail = { none: '', client: ' (dry run)', server: ' (server dry run)' }[mode];
  return `${kind} "${name}" ${verb}${where}${tail}\n`;
}

/** Waits until deleted objects are gone, or others of their names have come. */
export function* awaitDeleted(
  context: Context,
  deleted: readonly (readonly [Info, string])[],
): Call<void> {
  const timeout = context.flags.duration('timeout') || 7 * DAY;
  const deadline = context.sys.now + timeout;
  for (const [info, uid] of deleted) {
    const gone = (object: Obj | undefined) =>
      object === undefined || (uid !== '' && object.metadata?.uid !== uid);
    const result = yield* until(context, info, deadline, gone);
    if (result === 'timeout') {
      throw failed(`timed out waiting for the condition on ${info.mapping.plural}/${info.name}`);
    }
  }
}
