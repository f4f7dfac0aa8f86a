import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed, Failure, textOf, throwAll } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { patchObject } from '../../mutate.ts';
import { asJson, sorted, type Obj } from '../../object.ts';
import { definitionOf, twoWayPatch } from '../../patch.ts';
import { resultPrinter, withoutManagedFields } from '../../printers/printer.ts';
import { resourceName } from '../../rest-mapper.ts';
import { decodeYaml } from '../../yaml/decode.ts';
import { encodeYaml } from '../../yaml/encode.ts';
import { launch } from './editor.ts';

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

const HEADER = [
  "Please edit the object below. Lines beginning with a '#' will be ignored,",
  'and an empty file will abort the edit. If an error occurs while saving this file will be',
  'reopened with the relevant failures.',
];

function* run(context: Context): Call<void> {
  for (const flag of ['output-patch', 'save-config', 'windows-line-endings']) {
    if (context.flags.on(flag)) throw failed(`--${flag} of kubectl edit is not modelled here`);
  }
  const { infos, problems } = yield* visit(context, { ...selectionOf(context), latest: true });
  throwAll(problems);
  const [info] = infos;
  if (!info) throw failed('edit cancelled, no objects found');
  if (infos.length > 1) throw failed('editing several objects at once is not modelled here');
  yield* editOne(context, info);
}

/** Opens the object until what is saved can be stored, or nothing more is changed. */
function* editOne(context: Context, info: Info): Call<void> {
  const shown = withoutManagedFields(info.object as Obj);
  const original = encodeYaml(asJson(sorted(shown)));
  const path = `/tmp/kubectl-edit-${context.sys.chance.integer('edit', 4_294_967_296)}.yaml`;
  let text = original;
  let reasons: readonly string[] = [];
  for (;;) {
    const edited = yield* launch(context, path, header(reasons) + text);
    if (bare(edited) === bare(text)) {
      yield* cancelled(context, path, reasons.length > 0);
      return;
    }
    if (bare(edited).trim() === '') {
      context.sys.files.remove(path);
      yield* context.err('Edit cancelled, saved file was empty.\n');
      return;
    }
    if (bare(edited) === bare(original)) reasons = [];
    const refusal = yield* save(context, info, shown, bare(edited));
    if (refusal === undefined) {
      context.sys.files.remove(path);
      return;
    }
    text = bare(edited);
    reasons = refusal;
  }
}

function header(reasons: readonly string[]): string {
  const lines = [...HEADER, '', ...reasons, ...(reasons.length > 0 ? [''] : [])];
  return lines.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('');
}

/** Text without lines that are comments. */
function bare(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

function* cancelled(context: Context, path: string, afterFailure: boolean): Call<void> {
  if (!afterFailure) {
    context.sys.files.remove(path);
    yield* context.err('Edit cancelled, no changes made.\n');
    return;
  }
  yield* context.err(`A copy of your changes has been stored to "${path}"\n`);
  throw failed('Edit cancelled, no valid changes were saved.');
}

/** Sends the patch; gives the reasons to open the file again where it cannot be stored. */
function* save(
  context: Context,
  info: Info,
  before: Obj,
  text: string,
): Call<readonly string[] | undefined> {
  const decoded = decodeYaml(text);
  if (!decoded.ok) return [`The edited file had a syntax error: ${decoded.error}`];
  const after = decoded.value as unknown as Obj;
  const patch = twoWayPatch(info.mapping, before, after);
  const where = { ...info, subresource: context.flags.text('subresource') };
  const type = definitionOf(info.mapping) === undefined ? 'merge' : 'strategic';
  try {
    const stored = yield* patchObject(context, where, type, patch);
    yield* resultPrinter(context, 'edited').print(stored);
    return undefined;
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    return yield* refusedWith(context, info, caught);
  }
}

function* refusedWith(context: Context, info: Info, failure: Failure): Call<readonly string[]> {
  const { problem } = failure;
  const resource = resourceName(info.mapping);
  const named = `${resource} "${info.name}"`;
  if (problem.type !== 'status') throw failure;
  if (problem.status.reason === 'Invalid') {
    yield* context.err(`error: ${named} is invalid\n`);
    const causes = problem.status.details?.causes ?? [];
    return [
      `${named} was not valid:`,
      ...causes.map(({ field, message }) => `* ${field}: ${message}`),
    ];
  }
  const text = textOf(problem);
  if (problem.status.reason === 'NotFound') {
    yield* context.err(`error: ${named} could not be found on the server\n`);
    throw failed(`Edit cancelled, ${named} is gone`);
  }
  yield* context.err(`error: ${named} could not be patched: ${text}\n`);
  return [`${named} was not valid:`, `* ${text}`];
}
