import type { Call } from '../../../../host/syscalls.ts';
import { requireFiles, visit, type Info } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { awaitDeleted, deleteOne, deletionOf } from '../../deletion.ts';
import {
  failed,
  Failure,
  hasReason,
  problemOf,
  throwAll,
  withSource,
  type Problem,
} from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { createObject, fieldValidation, withLastApplied, writeQuery } from '../../mutate.ts';
import { LAST_APPLIED, type Obj } from '../../object.ts';
import { fetchOne } from '../../builder.ts';
import { resultPrinter } from '../../printers/printer.ts';
import { pathOf } from '../../rest-mapper.ts';

export default defineCommand({
  name: 'replace',
  use: 'replace -f FILENAME',
  short: 'Replace a resource by file name or stdin',
  flags: `${printFlags} cascade='background' dry-run='none' field-manager='kubectl-replace'
    ${fileFlags} force=false grace-period=-1 raw='' save-config=false subresource=''
    timeout=0s validate='strict' wait=false`,
  run,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  if (flags.number('grace-period') >= 0 && !flags.on('force')) {
    throw failed('--grace-period must have --force specified');
  }
  if (flags.duration('timeout') !== 0 && !flags.on('force')) {
    throw failed('--timeout must have --force specified');
  }
  requireFiles(context);
  if (args.length > 0) throw failed(usageText(context, `Unexpected args: [${args.join(' ')}]`));
  const { infos, problems: found } = yield* visit(context, {
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
    validate: fieldValidation(context) !== 'Ignore',
  });
  const problems: Problem[] = [...found];
  if (flags.on('force')) yield* deleteFirst(context, infos, problems);
  for (const info of infos) {
    try {
      const object = yield* replaceOne(context, info);
      yield* resultPrinter(context, 'replaced').print(object);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
  if (infos.length === 0) throw failed('no objects passed to replace');
}

function* deleteFirst(context: Context, infos: readonly Info[], problems: Problem[]): Call<void> {
  const deletion = { ...deletionOf(context), quiet: true };
  const deleted: (readonly [Info, string])[] = [];
  for (const info of infos) {
    try {
      deleted.push([info, yield* deleteOne(context, info, deletion)]);
    } catch (caught) {
      if (!hasReason(caught, 'NotFound')) problems.push(problemOf(caught));
    }
  }
  yield* awaitDeleted(context, deleted);
}

function* replaceOne(context: Context, info: Info): Call<Obj> {
  const { mapping, namespace, name, source } = info;
  const { flags } = context;
  try {
    let object = info.object as Obj;
    if (flags.on('save-config')) object = withLastApplied(object);
    if (flags.on('force')) {
      return yield* createObject(context, mapping, namespace, object, writeQuery(context));
    }
    if (flags.text('dry-run') === 'client') return object;
    if (object.metadata?.annotations?.[LAST_APPLIED] !== undefined)
      object = withLastApplied(object);
    return yield* put(context, info, object);
  } catch (caught) {
    void name;
    throw new Failure(withSource('replacing', source, problemOf(caught)));
  }
}

/** PUT on top of what is there now, where the object does not say which version it replaces. */
function* put(context: Context, info: Info, object: Obj): Call<Obj> {
  const { mapping, namespace, name } = info;
  const subresource = context.flags.text('subresource') || undefined;
  let body = object;
  if (!object.metadata?.resourceVersion) {
    try {
      const live = yield* fetchOne(context, mapping, namespace, name);
      const { resourceVersion } = live.metadata ?? {};
      body = {
        ...object,
        metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }) },
      };
    } catch (caught) {
      if (!(caught instanceof Failure) || caught.problem.type !== 'status') throw caught;
    }
  }
  return yield* context.client().send<Obj>({
    method: 'PUT',
    path: pathOf(mapping, namespace, name, subresource),
    query: writeQuery(context),
    body,
  });
}
