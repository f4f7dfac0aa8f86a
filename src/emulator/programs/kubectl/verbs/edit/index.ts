import type { Call } from '../../../../host/syscalls.ts';
import { equal } from '../../../../world/json.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { editObjects, OBJECT_HEADER } from '../../edit-session.ts';
import { failed, throwAll } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { goJson } from '../../go-format.ts';
import { patchObject, withLastApplied } from '../../mutate.ts';
import { asJson, LAST_APPLIED, type Obj } from '../../object.ts';
import { definitionOf, twoWayPatch } from '../../patch.ts';
import { resultPrinter, withoutManagedFields } from '../../printers/printer.ts';

export default defineCommand({
  name: 'edit',
  use: 'edit (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit a resource on the server',
  long:
    'Edit a resource on the server with the editor that KUBE_EDITOR or EDITOR names, or vi. What ' +
    'is saved is sent as a patch.',
  examples: [['Edit a service', 'kubectl edit svc/web']],
  flags: `${printFlags} field-manager='kubectl-edit' ${fileFlags} output-patch=false
    save-config=false subresource='' validate='strict' windows-line-endings=false`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const selection = { ...selectionOf(context), latest: true, allowEmptySelector: true };
  const { infos, problems } = yield* visit(context, selection);
  throwAll(problems);
  if (infos.length === 0) throw failed('edit cancelled, no objects found');
  yield* editObjects(context, infos, {
    header: OBJECT_HEADER,
    store: (edited, original) => store(context, edited, original),
  });
}

/** Sends what was changed as a patch (`visitToPatch`). */
function* store(context: Context, edited: Info, original: Info | undefined): Call<void> {
  if (!original) throw failed(`no original object found for ${edited.name}`);
  const before = withoutManagedFields(original.object as Obj);
  const after = annotated(context, edited.object as Obj);
  if (equal(asJson(before), asJson(after))) {
    yield* resultPrinter(context, 'skipped').print(after);
    return;
  }
  const names = ({ apiVersion, kind, metadata }: Obj) => `${apiVersion} ${kind} ${metadata?.name}`;
  if (names(before) !== names(after)) {
    throw failed('At least one of apiVersion, kind and name was changed');
  }
  const patch = twoWayPatch(original.mapping, before, after);
  if (context.flags.on('output-patch')) yield* context.out(`Patch: ${goJson(asJson(patch))}\n`);
  const type = definitionOf(original.mapping) === undefined ? 'merge' : 'strategic';
  const where = { ...original, subresource: context.flags.text('subresource') };
  const stored = yield* patchObject(context, where, type, patch);
  yield* resultPrinter(context, 'edited').print(stored);
}

/** The object with the annotation of apply, where it has one or `--save-config` asks for it. */
function annotated({ flags }: Context, object: Obj): Obj {
  if (!flags.on('save-config')) return object;
  const { [LAST_APPLIED]: _old, ...annotations } = object.metadata?.annotations ?? {};
  return withLastApplied({ ...object, metadata: { ...object.metadata, annotations } });
}
