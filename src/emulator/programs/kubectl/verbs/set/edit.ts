import type { Call } from '../../../../host/syscalls.ts';
import { visit, wideSelectionOf, type Info, type Visited } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, Failure, problemOf, textOf, throwAll, type Problem } from '../../failure.ts';
import { patchObject } from '../../mutate.ts';
import { copy, type Obj } from '../../object.ts';
import { twoWayPatch } from '../../patch.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { typedZero } from '../../typed-zero.ts';
import { goType, podSpecOf, type Container, type PodSpec } from '../../workload.ts';

/** The objects that a set command names. */
export function* findTargets(context: Context, resources: readonly string[]): Call<Visited> {
  const latest = !context.flags.on('local');
  return yield* visit(context, { ...wideSelectionOf(context, resources), latest });
}

type Edit = (object: Obj, info: Info) => void;

/** How a set command differs from the others. */
interface EditWords {
  /** `image updated`. */
  readonly operation: string;
  /** What comes before the server's refusal; it is told as it is where this is left out. */
  readonly failure?: string;
  /** Whether the patch is sent where nothing changes. */
  readonly always?: boolean;
}

/**
 * Edits copies of objects and sends what changed as strategic merge patches. An edit may throw; the
 * problem is told for that object, and the others go on.
 */
export function* editAll(
  context: Context,
  resources: readonly string[],
  words: EditWords,
  edit: Edit,
  check: () => void = () => undefined,
): Call<void> {
  const { infos, problems: found } = yield* findTargets(context, resources);
  throwAll(found);
  check();
  const problems: Problem[] = [];
  for (const info of infos) {
    try {
      yield* editOne(context, info, words, edit);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      const problem = problemOf(caught);
      problems.push(...(problem.type === 'aggregate' ? problem.problems : [problem]));
    }
  }
  throwAll(problems);
}

function* editOne(context: Context, info: Info, words: EditWords, edit: Edit): Call<void> {
  const before = info.object as Obj;
  const after = copy(before);
  edit(after, info);
  const patch = twoWayPatch(info.mapping, before, after);
  if (!words.always && Object.keys(patch).length === 0) return;
  let result = after;
  if (!context.flags.on('local') && dryRun(context) !== 'client') {
    result = yield* send(context, info, patch, words.failure);
  }
  yield* resultPrinter(context, words.operation).print(typedZero(result), { typed: true });
}

function* send(
  context: Context,
  info: Info,
  patch: Readonly<Record<string, unknown>>,
  failure: string | undefined,
): Call<Obj> {
  const version = context.flags.has('resource-version') && context.flags.text('resource-version');
  const metadata = patch['metadata'] as object | undefined;
  const body = version ? { ...patch, metadata: { ...metadata, resourceVersion: version } } : patch;
  try {
    return yield* patchObject(context, info, 'strategic', body);
  } catch (caught) {
    if (failure === undefined || !(caught instanceof Failure)) throw caught;
    throw failed(`${failure} ${textOf(problemOf(caught))}`);
  }
}

/** The pod spec of an object, or the error that it has none. */
export function requirePodSpec(object: Obj, { mapping, name }: Info): PodSpec {
  const spec = podSpecOf(object);
  if (spec) return spec;
  const why = 'the object is not a pod or does not have a pod template';
  throw failed(`error: ${mapping.plural}/${name} ${why}: ${goType(object)}\n`);
}

/** An error of one object, in the words of `set env` and `set subject`. */
export function editFailure(context: Context, { mapping, name }: Info, why: string): Failure {
  const { group, kind, plural } = mapping;
  const local =
    group === '' ? `${kind.toLowerCase()}/${name}` : `${kind.toLowerCase()}.${group}/${name}\n`;
  const shown = context.flags.on('local') ? local : `${plural}/${name}`;
  return failed(`error: ${shown} ${why}\n`);
}

/** All containers of a pod, those that run to its end first. */
export function containersOf(spec: PodSpec): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? [])];
}

/** Whether a container's name fits a pattern of `-c`: `*` stands for anything. */
export function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
