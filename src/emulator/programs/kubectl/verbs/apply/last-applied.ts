import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { exit, failed, hasReason, throwAll } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { goJson } from '../../go-format.ts';
import { lastAppliedOf, patchObject } from '../../mutate.ts';
import { asJson, LAST_APPLIED, type Obj } from '../../object.ts';
import { resultPrinter } from '../../printers/printer.ts';
import { encodeYaml } from '../../yaml/encode.ts';
import { liveOf } from './apply-one.ts';

/** Shows what an object was last applied as. */
export const viewLastApplied: Command = {
  name: 'view-last-applied',
  use: 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: `all=false ${fileFlags} -o|output='yaml' ${selectorFlag}`,
  *run(context: Context): Call<void> {
    const { infos, problems } = yield* visit(context, { ...selectionOf(context), latest: true });
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
    throwAll(problems);
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
    throwAll(problems);
    for (const info of infos) {
      const live = yield* liveOf(context, info);
      if (!live) throw failed(`${info.mapping.plural}/${info.name} not found`);
      if (
        live.metadata?.annotations?.[LAST_APPLIED] === undefined &&
        !context.flags.on('create-annotation')
      ) {
        throw failed(
          'no last-applied-configuration annotation found on resource: ' +
            `${info.name}, to create the annotation, run the command with ` +
            '--create-annotation',
        );
      }
      const metadata = { annotations: { [LAST_APPLIED]: lastAppliedOf(info.object as Obj) } };
      let result = live;
      try {
        if (context.flags.text('dry-run') === 'none') {
          result = yield* patchObject(context, info, 'merge', { metadata }, {});
        }
      } catch (caught) {
        if (hasReason(caught, 'NotFound')) throw failed(`${info.name} not found`);
        throw caught;
      }
      yield* resultPrinter(context, 'configured').print(result);
    }
  },
};

/** Needs an editor, which is not there. */
export const editLastApplied: Command = {
  name: 'edit-last-applied',
  use: 'apply edit-last-applied (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags:
    `${printFlags} field-manager='kubectl-client-side-apply' ${fileFlags} ` +
    "validate='strict' windows-line-endings=false",
  *run(): Call<void> {
    throw exit(1, 'error: kubectl apply edit-last-applied is not modelled here yet\n');
  },
};
