import type { Call } from '../../../../host/syscalls.ts';
import { equal } from '../../../../world/json.ts';
import { fetchOne, selectionOf, visit, type Info } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { editObjects } from '../../edit-session.ts';
import { failed, Failure, hasReason, problemOf, throwAll, withSource } from '../../failure.ts';
import { updatedInfos } from '../../files.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { goJson } from '../../go-format.ts';
import { patchObject, writeQuery } from '../../mutate.ts';
import { asJson, LAST_APPLIED, type Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { encodeYaml } from '../../yaml/encode.ts';
import { described } from './apply-one.ts';

/** Shows what an object was last applied as. */
export const viewLastApplied: Command = {
  name: 'view-last-applied',
  use: 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: `all=false ${fileFlags} -o|output='yaml' ${selectorFlag}`,
  *run(context: Context): Call<void> {
    const { infos, problems } = yield* visit(context, { ...selectionOf(context), latest: true });
    throwAll(problems.slice(0, 1));
    const output = context.flags.text('output');
    if (output !== 'yaml' && output !== 'json') {
      throw failed(
        `Unexpected -o output mode: ${output}, the flag 'output' must be one ` +
          "of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and " +
          'examples',
      );
    }
    for (const { object } of infos) {
      const text = object?.metadata?.annotations?.[LAST_APPLIED];
      if (text === undefined) continue;
      const value = asJson(JSON.parse(text));
      yield* context.out(
        output === 'yaml' ? encodeYaml(value) : `${goJson(value, { indent: '  ' })}\n`,
      );
    }
  },
};

/** Puts a file's content into the annotation without changing the object. */
export const setLastApplied: Command = {
  name: 'set-last-applied',
  use: 'apply set-last-applied -f FILENAME',
  short:
    'Set the last-applied-configuration annotation on a live object to ' +
    'match the contents of a file',
  flags: `${printFlags} create-annotation=false dry-run='none' -f|filename=[]`,
  *run(context: Context): Call<void> {
    const { infos, problems } = yield* visit(context, {
      filenames: context.flags.list('filename'),
    });
    const changes: { readonly info: Info; readonly live: Obj; readonly text: string }[] = [];
    for (const info of infos) {
      const text = configurationOf(info.object as Obj);
      const live = yield* liveOf(context, info);
      const before = live.metadata?.annotations?.[LAST_APPLIED];
      if (before === undefined && !context.flags.on('create-annotation')) {
        throw failed(
          'no last-applied-configuration annotation found on resource: ' +
            `${info.name}, to create the annotation, run the command with ` +
            '--create-annotation',
        );
      }
      if (before?.trim() !== text.trim()) changes.push({ info, live, text });
      else yield* context.out(`set-last-applied ${info.name}: no changes required.\n`);
    }
    throwAll(problems);
    for (const { info, live, text } of changes) {
      const query = dryRun(context) === 'server' ? { dryRun: 'All' } : {};
      const result =
        dryRun(context) === 'client' ? live : yield* annotate(context, info, text, query);
      yield* resultPrinter(context, 'configured').print(result);
    }
  },
};

/** The text of the annotation, as `GetApplyPatch` makes it: the object as it was given. */
function configurationOf(object: Obj): string {
  return `${goJson(asJson(object))}\n`;
}

function* annotate(
  context: Context,
  info: Info,
  text: string,
  query: Readonly<Record<string, string | undefined>>,
): Call<Obj> {
  const metadata = { annotations: { [LAST_APPLIED]: text } };
  return yield* patchObject(context, info, 'merge', { metadata }, query);
}

/** The object of the server; one that is missing is told as the server tells it. */
function* liveOf(context: Context, info: Info): Call<Obj> {
  try {
    return yield* fetchOne(context, info.mapping, info.namespace, info.name);
  } catch (caught) {
    if (hasReason(caught, 'NotFound')) throw caught;
    const verb = `retrieving current configuration of:\n${described(info)}\nfrom server for:`;
    throw new Failure(withSource(verb, info.source, problemOf(caught)));
  }
}

const HEADER = [
  "Please edit the 'last-applied-configuration' annotations below.",
  "Lines beginning with a '#' will be ignored, and an empty file will abort the edit.",
];

/** Has the annotation edited without changing the object. */
export const editLastApplied: Command = {
  name: 'edit-last-applied',
  use: 'apply edit-last-applied (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags:
    `${printFlags} field-manager='kubectl-client-side-apply' ${fileFlags} ` +
    "validate='strict' windows-line-endings=false",
  *run(context: Context): Call<void> {
    const { infos, problems } = yield* visit(context, { ...selectionOf(context), latest: true });
    throwAll(problems);
    const annotations: Info[] = [];
    for (const { object } of infos) {
      const text = object?.metadata?.annotations?.[LAST_APPLIED];
      if (text !== undefined) annotations.push(...(yield* updatedInfos(context, text)).slice(0, 1));
    }
    if (annotations.length === 0) {
      throw failed(
        'no last-applied-configuration annotation found on resources, to create the annotation, ' +
          'use command `kubectl apply set-last-applied --create-annotation`',
      );
    }
    yield* editObjects(context, annotations, {
      header: HEADER,
      *store(edited, original) {
        const object = edited.object as Obj;
        const same = original !== undefined && equal(asJson(original.object), asJson(object));
        if (!same) yield* annotate(context, edited, configurationOf(object), writeQuery(context));
        yield* resultPrinter(context, same ? 'skipped' : 'edited').print(object);
      },
    });
  },
};
