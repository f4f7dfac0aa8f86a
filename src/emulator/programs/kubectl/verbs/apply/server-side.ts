import type { Call } from '../../../../host/syscalls.ts';
import type { Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, hasReason, problemOf, textOf } from '../../failure.ts';
import { patchObject, writeQuery } from '../../mutate.ts';
import { LAST_APPLIED, type Obj } from '../../object.ts';
import { dryRun } from '../../printers/printer.ts';

const CLIENT_SIDE = 'kubectl-client-side-apply';

const ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

/** The manager that fields are noted under. */
export function managerOf(context: Context): string {
  return context.flags.changed('field-manager') ? context.flags.text('field-manager') : 'kubectl';
}

/** Sends the object as an apply patch; the server merges it by owner. */
export function* applyServerSide(context: Context, info: Info): Call<Obj> {
  const query = {
    ...writeQuery(context),
    fieldManager: managerOf(context),
    force: String(context.flags.on('force-conflicts')),
  };
  let object: Obj;
  try {
    object = yield* patchObject(context, info, 'apply', info.object, query);
  } catch (caught) {
    if (!hasReason(caught, 'Conflict')) throw caught;
    throw failed(`${textOf(problemOf(caught))}\n${ADVICE}`);
  }
  if (dryRun(context) === 'none') object = yield* migrate(context, info, object, query);
  return object;
}

interface ManagedEntry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: string;
  readonly fieldsV1: Record<string, unknown>;
}

/**
 * Takes over what client-side apply owned: its annotation gets an owner, its fields become those of
 * this manager, and the manifest is sent again, so that what it no longer says goes. What fails is
 * only warned about, as the object has been applied.
 */
function* migrate(
  context: Context,
  info: Info,
  applied: Obj,
  query: Readonly<Record<string, string>>,
): Call<Obj> {
  let object = applied;
  const attempt = function* (what: string, work: Call<void>): Call<boolean> {
    try {
      yield* work;
      return true;
    } catch (caught) {
      const text = textOf(problemOf(caught)).replace(/^error: /, '');
      yield* context.err(`Warning: failed to ${what}. ${LATER} Error: ${text}\n`);
      return false;
    }
  };
  const annotation = function* (): Call<void> {
    object = (yield* ownAnnotation(context, info, object)) ?? object;
  };
  if (!(yield* attempt(`migrate kubectl's last-applied annotation`, annotation()))) return object;
  let moved: Obj | undefined;
  const move = function* (): Call<void> {
    moved = yield* moveFields(context, info, object);
  };
  const fields = 'migrate managed fields for Server-Side Apply';
  if (!(yield* attempt(fields, move())) || !moved) return object;
  object = moved;
  const again = function* (): Call<void> {
    object = yield* patchObject(context, info, 'apply', info.object, query);
  };
  yield* attempt('re-apply configuration after performing Server-Side Apply migration', again());
  return object;
}

const LATER = 'This is non-fatal and will be retried next time you apply.';
const ANNOTATIONS = 'f:annotations';

/** Gives client-side apply's annotation an owner of its own, where it has none that applied it. */
function* ownAnnotation(context: Context, info: Info, object: Obj): Call<Obj | undefined> {
  const text = object.metadata?.annotations?.[LAST_APPLIED];
  if (managerOf(context) !== 'kubectl' || text === undefined) return undefined;
  const owned = entriesOf(object).some(({ operation, fieldsV1 }) => {
    const metadata = fieldsV1['f:metadata'] as Record<string, object> | undefined;
    return operation === 'Apply' && `f:${LAST_APPLIED}` in (metadata?.[ANNOTATIONS] ?? {});
  });
  if (owned) return undefined;
  const { apiVersion, kind } = info.object as Obj;
  const metadata = {
    name: info.name,
    ...(info.namespace && { namespace: info.namespace }),
    annotations: { [LAST_APPLIED]: text },
  };
  const query = { ...writeQuery(context), fieldManager: 'kubectl-last-applied' };
  return yield* patchObject(context, info, 'apply', { apiVersion, kind, metadata }, query);
}

const entriesOf = (object: Obj) => (object.metadata?.['managedFields'] ?? []) as ManagedEntry[];

/** Makes client-side apply's fields those of this manager (client-go `csaupgrade`). */
function* moveFields(context: Context, info: Info, object: Obj): Call<Obj | undefined> {
  const isOld = ({ manager, operation, subresource }: ManagedEntry) =>
    manager === CLIENT_SIDE && operation === 'Update' && !subresource;
  const entries = entriesOf(object);
  const old = entries.filter(isOld);
  if (old.length === 0) return undefined;
  const merged = entries
    .filter((entry) => !isOld(entry))
    .map((entry) =>
      entry.manager === managerOf(context) && entry.operation === 'Apply'
        ? {
            ...entry,
            fieldsV1: old.reduce((sum, each) => union(sum, each.fieldsV1), entry.fieldsV1),
          }
        : entry,
    );
  const version = object.metadata?.resourceVersion;
  const patch = [
    { op: 'replace', path: '/metadata/managedFields', value: merged },
    { op: 'replace', path: '/metadata/resourceVersion', value: version },
  ];
  const query = { ...writeQuery(context), fieldManager: managerOf(context) };
  return yield* patchObject(context, info, 'json', patch, query);
}

function union(a: Record<string, unknown>, b: Record<string, unknown>): Record<string, unknown> {
  const result = { ...a };
  for (const [name, value] of Object.entries(b)) {
    result[name] =
      name in result
        ? union(result[name] as Record<string, unknown>, value as Record<string, unknown>)
        : value;
  }
  return result;
}
