import type { Call } from '../../../../host/syscalls.ts';
import { equal } from '../../../../world/json.ts';
import type { Info } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { patchObject } from '../../mutate.ts';
import { at, copy, type Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { templateText } from './history.ts';
import { revisionsOf, type Revision } from './revisions.ts';
import { requireRevisions, targetsOf } from './targets.ts';

/** `kubectl rollout undo`. */
export const undo: Command = {
  name: 'undo',
  use: 'rollout undo (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Undo a previous rollout',
  flags: `${printFlags} dry-run='none' ${fileFlags} ${selectorFlag} to-revision=0`,
  *run(context: Context): Call<void> {
    const problems: Problem[] = [];
    for (const info of yield* targetsOf(context)) {
      try {
        yield* rollback(context, info);
      } catch (caught) {
        if (!(caught instanceof Failure)) throw caught;
        problems.push(problemOf(caught));
      }
    }
    throwAll(problems);
  },
};

function* rollback(context: Context, info: Info): Call<void> {
  const object = info.object as Obj;
  const { kind } = info.mapping;
  requireRevisions(info, 'rollbacker');
  const wanted = context.flags.number('to-revision');
  if (wanted < 0) throw failed(`unable to find specified revision ${wanted} in history`);
  const revisions = yield* revisionsOf(context, info);
  if (kind === 'Deployment' && at(object, 'spec.paused') === true) {
    const advice = "resume it first with 'kubectl rollout resume' and try again";
    throw failed(`you cannot rollback a paused deployment; ${advice}`);
  }
  const target = choose(revisions, wanted, kind, info.name);
  if (dryRun(context) === 'client') {
    yield* resultPrinter(context, templateText(target.template)).print(object);
    return;
  }
  const current = copy(at(object, 'spec.template') ?? {}) as Obj;
  if (equal(bare(current), bare(target.template))) {
    const text = `skipped rollback (current template already matches revision ${target.number})`;
    yield* resultPrinter(context, text).print(object);
    return;
  }
  const query = dryRun(context) === 'server' ? { dryRun: 'All' } : {};
  if (kind === 'Deployment') {
    yield* patchObject(context, info, 'json', deploymentPatch(object, target), query);
  } else {
    yield* patchObject(context, info, 'strategic', rollbackPatch(target.template), query);
  }
  yield* resultPrinter(context, 'rolled back').print(object);
}

function choose(
  revisions: readonly Revision[],
  wanted: number,
  kind: string,
  name: string,
): Revision {
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw failed(`unable to find specified revision ${wanted} in history`);
    return found;
  }
  const before = revisions.at(-2);
  if (before) return before;
  if (kind !== 'Deployment') throw failed('no last revision to roll back to');
  throw failed(`no rollout history found for deployment "${name}"`);
}

/** What makes a workload's template that of a revision, whatever it was (`getStatefulSetPatch`). */
export function rollbackPatch(template: Obj): object {
  return { spec: { template: { ...bare(template), $patch: 'replace' } } };
}

/** The template without the hash that the deployment controller adds. */
function bare(template: Obj): Obj {
  if (!template.metadata?.labels) return template;
  const { 'pod-template-hash': _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Annotations of the deployment that a rollback leaves as they are. */
const kept = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

function deploymentPatch(deployment: Obj, { object, template }: Revision): object[] {
  const annotations: Record<string, string> = {};
  for (const key of kept) {
    const value = deployment.metadata?.annotations?.[key];
    if (value !== undefined) annotations[key] = value;
  }
  for (const [key, value] of Object.entries(object.metadata?.annotations ?? {})) {
    if (!kept.includes(key)) annotations[key] = value;
  }
  return [
    { op: 'replace', path: '/spec/template', value: bare(template) },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
}
