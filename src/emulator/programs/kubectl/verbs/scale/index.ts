import type { Call } from '../../../../host/syscalls.ts';
import { until } from '../../await.ts';
import { visit, wideSelectionOf, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { patchObject, writeQuery } from '../../mutate.ts';
import { at, type Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { pathOf } from '../../rest-mapper.ts';

export default defineCommand({
  name: 'scale',
  use:
    'scale [--resource-version=version] [--current-replicas=count] ' +
    '--replicas=COUNT (-f FILENAME | TYPE NAME)',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  examples: [['Three pods for a deployment', 'kubectl scale deployment/web --replicas=3']],
  flags: `all=false ${printFlags} current-replicas=-1 dry-run='none' ${fileFlags} replicas=0
    resource-version='' ${selectorFlag} timeout=0s`,
  required: ['replicas'],
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags } = context;
  if (flags.number('replicas') < 0) {
    throw failed(
      'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
  }
  if (flags.number('current-replicas') < -1) {
    throw failed('The --current-replicas must specify an integer of -1 or greater');
  }
  const { infos, problems: found } = yield* visit(context, {
    ...wideSelectionOf(context),
  });
  throwAll(found);
  const problems: Problem[] = [];
  for (const info of infos) {
    try {
      yield* scaleOne(context, info);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
  if (infos.length === 0) throw failed('no objects passed to scale');
}

function* scaleOne(context: Context, info: Info): Call<void> {
  const { flags } = context;
  const { mapping, namespace, name } = info;
  const replicas = flags.number('replicas');
  const wanted = flags.number('current-replicas');
  const version = flags.text('resource-version');
  if (dryRun(context) !== 'client') {
    if (wanted >= 0 || version !== '') {
      const scale = yield* context
        .client()
        .send<Obj>({ path: pathOf(mapping, namespace, name, 'scale') });
      const now = Number(at(scale, 'spec.replicas') ?? 0);
      if (wanted >= 0 && now !== wanted)
        throw failed(`Expected replicas to be ${wanted}, was ${now}`);
      if (version !== '' && scale.metadata?.resourceVersion !== version) {
        throw failed(
          `Expected resource version to be ${version}, was ${scale.metadata?.resourceVersion}`,
        );
      }
    }
    const where = { mapping, namespace, name, subresource: 'scale' };
    yield* patchObject(context, where, 'merge', { spec: { replicas } }, writeQuery(context));
  }
  const timeout = flags.duration('timeout');
  if (timeout > 0 && dryRun(context) === 'none') {
    const result = yield* until(
      context,
      info,
      context.sys.now + timeout,
      (object) => Number(at(object, 'status.replicas') ?? 0) === replicas,
    );
    if (result === 'timeout') throw failed(`timed out waiting for "${name}" to be synced`);
  }
  yield* resultPrinter(context, 'scaled').print(info.object as Obj);
}
