import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info, type Visited } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { patchObject } from '../../mutate.ts';
import { copy, type Obj } from '../../object.ts';
import { twoWayPatch } from '../../patch.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { typedZero } from '../../typed-zero.ts';
import { goType, podSpecOf, type PodSpec } from '../../workload.ts';

interface Split {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

/** Splits `TYPE NAME… KEY=VALUE…`; `isPair` tells where the pairs begin. */
export function splitPairs(args: readonly string[], isPair: (word: string) => boolean): Split {
  const at = args.findIndex(isPair);
  if (at < 0) return { resources: args, pairs: [] };
  return { resources: args.slice(0, at), pairs: args.slice(at) };
}

/** The objects that a set command names. */
export function* findTargets(context: Context, resources: readonly string[]): Call<Visited> {
  const latest = !context.flags.on('local');
  return yield* visit(context, { ...selectionOf(context, resources), latest });
}

type Edit = (object: Obj, info: Info) => void;

/**
 * Edits copies of objects and sends what changed as strategic merge patches. An edit may throw; the
 * problem is told for that object, and the others go on.
 */
export function* editAll(
  context: Context,
  resources: readonly string[],
  operation: string,
  edit: Edit,
  check: () => void = () => undefined,
): Call<void> {
  const { infos, problems: found } = yield* findTargets(context, resources);
  throwAll(found);
  check();
  const problems: Problem[] = [];
  for (const info of infos) {
    try {
      yield* editOne(context, info, operation, edit);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
}

function* editOne(context: Context, info: Info, operation: string, edit: Edit): Call<void> {
  const before = info.object as Obj;
  const after = copy(before);
  edit(after, info);
  const patch = twoWayPatch(info.mapping, before, after);
  if (Object.keys(patch).length === 0) return;
  let result = typedZero(after);
  if (!context.flags.on('local') && dryRun(context) !== 'client') {
    result = yield* patchObject(context, info, 'strategic', patch);
  }
  yield* resultPrinter(context, operation).print(result);
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

/** Whether a container's name fits a pattern of `-c`: `*` stands for anything. */
export function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
