import type { Call } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import type { Info } from './builder.ts';
import type { Context } from './command.ts';
import { launch } from './editor.ts';
import { exit, failed, Failure, problemOf, textOf, type Problem } from './failure.ts';
import { unidentified, updatedInfos } from './files.ts';
import { goJson } from './go-format.ts';
import { asJson, sorted, type Obj } from './object.ts';
import { withoutManagedFields } from './printers/printer.ts';
import { resourceName } from './rest-mapper.ts';
import { decodeYaml } from './yaml/decode.ts';
import { encodeYaml } from './yaml/encode.ts';

/** What is done with the objects that come out of the editor. */
export interface EditMode {
  readonly header: readonly string[];
  /** Stores one object; throws the server's refusal. `undefined` where there was no such object. */
  store(edited: Info, original: Info | undefined): Call<void>;
}

export const OBJECT_HEADER = [
  "Please edit the object below. Lines beginning with a '#' will be ignored,",
  'and an empty file will abort the edit. If an error occurs while saving this file will be',
  'reopened with the relevant failures.',
];

interface Reason {
  readonly head: string;
  readonly causes: readonly string[];
}

/** What one saving came to (`editResults`). */
interface Results {
  readonly reasons: Reason[];
  invalid: number;
  retryable: number;
  missing: number;
}

const noResults = (): Results => ({ reasons: [], invalid: 0, retryable: 0, missing: 0 });

/**
 * Has the user edit objects, several as one List, until what is saved can be stored or nothing more
 * is changed (kubectl `cmd/util/editor` `EditOptions.Run`).
 */
export function* editObjects(context: Context, infos: readonly Info[], mode: EditMode): Call<void> {
  const { sys } = context;
  const json = context.flags.text('output').toLowerCase() === 'json';
  const number = sys.chance.integer('edit', 4_294_967_296);
  const path = `/tmp/kubectl-edit-${number}.${json ? 'json' : 'yaml'}`;
  const original = printed(infos, json);
  let text = original;
  let results = noResults();
  for (;;) {
    const failing = results.reasons.length > 0;
    const head = json ? '' : header(mode.header, results.reasons);
    const saved = yield* launch(context, path, crlf(context, head + text));
    const edited = bare(saved);
    if (failing && stripped(edited) === stripped(text)) {
      yield* context.err(`A copy of your changes has been stored to "${path}"\n`);
      throw failed('Edit cancelled, no valid changes were saved.');
    }
    text = edited;
    results = noResults();
    const wrong = validation(edited);
    if (wrong !== undefined) {
      yield* refuse(context, results, infos[0] as Info, invalidFile(wrong));
      continue;
    }
    if (stripped(edited) === stripped(original)) {
      sys.files.remove(path);
      yield* context.err('Edit cancelled, no changes made.\n');
      return;
    }
    if (edited.trim() === '') {
      sys.files.remove(path);
      yield* context.err('Edit cancelled, saved file was empty.\n');
      return;
    }
    if (!(yield* storeAll(context, edited, infos, mode, results, path))) continue;
    sys.files.remove(path);
    return;
  }
}

/** Stores all that is in a saved text; false where it has to be edited again. */
function* storeAll(
  context: Context,
  text: string,
  infos: readonly Info[],
  mode: EditMode,
  results: Results,
  path: string,
): Call<boolean> {
  let updated: readonly Info[];
  try {
    updated = yield* updatedInfos(context, text);
  } catch (caught) {
    const why = textOf(problemOf(caught));
    results.reasons.push({ head: `The edited file had a syntax error: ${why}`, causes: [] });
    return false;
  }
  for (const info of updated) {
    try {
      yield* mode.store(info, originalOf(info, infos));
    } catch (caught) {
      if (!(caught instanceof Failure) || caught.problem.type !== 'status') throw caught;
      yield* refuse(context, results, info, caught.problem);
    }
  }
  if (results.retryable > 0) {
    yield* context.err(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`);
    throw exit(1);
  }
  if (results.missing > 0) {
    const where = `have been saved to "${path}"`;
    yield* context.err(`The edits you made on deleted resources ${where}\n`);
    throw exit(1);
  }
  return results.invalid === 0;
}

function originalOf({ object, mapping, name }: Info, infos: readonly Info[]): Info | undefined {
  const uid = object?.metadata?.uid;
  if (uid !== undefined) return infos.find((each) => each.object?.metadata?.uid === uid);
  return infos.find((each) => each.mapping === mapping && each.name === name);
}

/** Tells of a refusal and keeps it for the next header (`addError`). */
function* refuse(
  context: Context,
  results: Results,
  { mapping, name }: Info,
  problem: Problem,
): Call<void> {
  const named = `${resourceName(mapping)} "${name}"`;
  const { reason, details } = problem.type === 'status' ? problem.status : {};
  if (reason === 'Invalid') {
    results.invalid += 1;
    const causes = (details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
    results.reasons.push({ head: `${named} was not valid`, causes });
    yield* context.err(`error: ${named} is invalid\n`);
  } else if (reason === 'NotFound') {
    results.missing += 1;
    yield* context.err(`error: ${named} could not be found on the server\n`);
  } else {
    results.retryable += 1;
    yield* context.err(`error: ${named} could not be patched: ${textOf(problem)}\n`);
  }
}

function invalidFile(why: string): Problem {
  const message = `Invalid value: "The edited file failed validation": ${why}`;
  const details = { causes: [{ field: '<nil>', message }] };
  return { type: 'status', status: { reason: 'Invalid', details } as never };
}

/** What keeps a text from being objects at all; undefined where nothing does. */
function validation(text: string): string | undefined {
  const decoded = decodeYaml(text);
  if (!decoded.ok) return decoded.error.replace(/^error converting YAML to JSON: /, '');
  if (decoded.value === undefined || decoded.value === null) return undefined;
  return unidentified(decoded.value);
}

function printed(infos: readonly Info[], json: boolean): string {
  const objects = infos.map(({ object }) => withoutManagedFields(object as Obj));
  const list = { apiVersion: 'v1', kind: 'List', metadata: {}, items: objects as unknown as Json };
  const shown = sorted(objects.length === 1 ? asJson(objects[0]) : asJson(list));
  return json ? `${goJson(shown, { indent: '    ' })}\n` : encodeYaml(shown);
}

function header(lines: readonly string[], reasons: readonly Reason[]): string {
  const shown = [...lines, ''];
  for (const { head, causes } of reasons) {
    shown.push(causes.length > 0 ? `${head}:` : head, ...causes.map((each) => `* ${each}`), '');
  }
  const hashed = (line: string) => line.replaceAll('\n', '\n# ');
  return shown.map((line) => (line === '' ? '#\n' : `# ${hashed(line)}\n`)).join('');
}

/** Text without lines that are comments. */
function bare(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

const stripped = (text: string) => text.replaceAll('\r', '').trim();

function crlf({ flags }: Context, text: string): string {
  const windows = flags.has('windows-line-endings') && flags.on('windows-line-endings');
  return windows ? text.replaceAll('\n', '\r\n') : text;
}
