import { jsonPatch, mergePatch } from '../../../../apimachinery/patch/merge.ts';
import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { equal, type Json } from '../../../../world/json.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import {
  failed,
  Failure,
  hasReason,
  problemOf,
  textOf,
  throwAll,
  type Problem,
} from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { goStrerror } from '../../go-errors.ts';
import { patchObject, type PatchType } from '../../mutate.ts';
import { asJson, type Obj } from '../../object.ts';
import { applyStrategic } from '../../patch.ts';
import { dryRun, namePrinter, printerFor } from '../../printers/printer.ts';
import { decodeYaml } from '../../yaml/decode.ts';

export default defineCommand({
  name: 'patch',
  use: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  short: 'Update fields of a resource',
  long:
    'Update fields of a resource by a strategic merge patch, a JSON merge ' +
    'patch, or a JSON patch.',
  examples: [
    ['Change the type of a service', `kubectl patch svc web -p '{"spec":{"type":"NodePort"}}'`],
    [
      'Add a port',
      'kubectl patch svc web --type=json -p ' +
        '\'[{"op":"add","path":"/spec/ports/-","value":{"name":"x","port":81}}]\'',
    ],
  ],
  flags: `${printFlags} dry-run='none' field-manager='kubectl-patch' ${fileFlags} local=false
    -p|patch='' patch-file='' subresource='' type='strategic'`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags } = context;
  const type = flags.text('type').toLowerCase();
  if (!['json', 'merge', 'strategic'].includes(type)) {
    throw failed(`--type must be one of [json merge strategic], not "${flags.text('type')}"`);
  }
  const patch = patchOf(context);
  const { infos, problems: found } = yield* visit(context, {
    ...selectionOf(context),
    latest: !flags.on('local'),
  });
  const problems: Problem[] = [...found];
  for (const info of infos) {
    try {
      yield* patchOne(context, info, type as PatchType, patch);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
  if (infos.length === 0) throw failed('no objects passed to patch');
}

/** The patch of `-p` or `--patch-file`, JSON or YAML. */
function patchOf({ flags, sys }: Context): Json {
  const path = flags.text('patch-file');
  if (flags.text('patch') === '' && path === '') {
    throw failed('must specify --patch or --patch-file containing the contents of the patch');
  }
  if (flags.text('patch') !== '' && path !== '') {
    throw failed('cannot specify --patch and --patch-file together');
  }
  let text = flags.text('patch');
  if (path !== '') {
    const read = sys.files.read(path);
    if (isErrno(read)) throw failed(`unable to read patch file: open ${path}: ${goStrerror(read)}`);
    text = read.text;
  }
  const decoded = decodeYaml(text);
  if (!decoded.ok) {
    const why = decoded.error.replace(/^error converting YAML to JSON: /, '');
    throw failed(`unable to parse ${JSON.stringify(text)}: ${why}`);
  }
  return decoded.value ?? null;
}

function* patchOne(context: Context, info: Info, type: PatchType, patch: Json): Call<void> {
  const before = info.object as Obj;
  const local = context.flags.on('local') || dryRun(context) === 'client';
  const where = { ...info, subresource: context.flags.text('subresource') };
  const after = local
    ? patchLocally(info, before, type, patch)
    : yield* send(context, where, type, patch);
  const operation = equal(before, after) ? 'patched (no change)' : 'patched';
  const tail = dryRun(context) === 'server' ? ' (server dry run)' : '';
  yield* (printerFor(context) ?? namePrinter(context, operation + tail)).print(after);
}

/** A form of patch that the kind does not take is said with its name. */
function* send(context: Context, info: Info, type: PatchType, patch: Json): Call<Obj> {
  try {
    return yield* patchObject(context, info, type, patch);
  } catch (caught) {
    if (!hasReason(caught, 'UnsupportedMediaType')) throw caught;
    const { group, version, kind } = info.mapping;
    const what = `${group === '' ? version : `${group}/${version}`}, Kind=${kind}`;
    const form = { strategic: 'strategic-merge-patch', merge: 'merge-patch', json: 'json-patch' };
    const why = textOf(problemOf(caught)).replace(/^Error from server \(\w+\): /, '');
    throw failed(`application/${form[type as 'json']}+json is not supported by ${what}: ${why}`);
  }
}

function patchLocally(info: Info, object: Obj, type: PatchType, patch: Json): Obj {
  if (type === 'strategic') return applyStrategic(info.mapping, object, patch);
  if (type === 'merge') return mergePatch(asJson(object), patch) as unknown as Obj;
  const result = jsonPatch(asJson(object), patch as never);
  if (!result.ok) throw failed(result.error);
  return result.value as unknown as Obj;
}
