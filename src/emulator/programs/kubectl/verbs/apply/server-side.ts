import type { Call } from '../../../../host/syscalls.ts';
import { fetchOne, type Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, hasReason, problemOf, textOf } from '../../failure.ts';
import { lastAppliedOf, patchObject, writeQuery } from '../../mutate.ts';
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
  if (dryRun(context) === 'none') object = yield* migrate(context, info, object);
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

/** Takes over what client-side apply owned, and keeps its annotation up to date. */
function* migrate(context: Context, info: Info, object: Obj): Call<Obj> {
  const entries = (object.metadata?.['managedFields'] ?? []) as ManagedEntry[];
  const isOld = ({ manager, operation, subresource }: ManagedEntry) =>
    manager === CLIENT_SIDE && operation === 'Update' && !subresource;
  let result = object;
  if (entries.some(isOld)) {
    const old = entries.filter(isOld);
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
    result = yield* patchObject(
      context,
      info,
      'json',
      [
        { op: 'replace', path: '/metadata/managedFields', value: merged },
        { op: 'replace', path: '/metadata/resourceVersion', value: version },
      ],
      {},
    );
  }
  if (object.metadata?.annotations?.[LAST_APPLIED] === undefined) return result;
  const { apiVersion, kind } = info.object as Obj;
  const metadata = {
    name: info.name,
    ...(info.namespace && { namespace: info.namespace }),
    annotations: { [LAST_APPLIED]: lastAppliedOf(info.object as Obj) },
  };
  const query = { fieldManager: 'kubectl-last-applied', force: 'false' };
  try {
    yield* patchObject(context, info, 'apply', { apiVersion, kind, metadata }, query);
  } catch (caught) {
    if (!hasReason(caught, 'Conflict')) throw caught;
    return result;
  }
  return yield* fetchOne(context, info.mapping, info.namespace, info.name);
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
