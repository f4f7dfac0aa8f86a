import type { Call } from '../../../../host/syscalls.ts';
import { mappingsOf, selectionOf, visit, type Info, type Selection } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { awaitDeleted, deleteOne, deletionOf, type Deletion } from '../../deletion.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { dryRunFlag, fileFlags, namespacesFlag, selectorFlag } from '../../flag-sets.ts';
import { dryRun } from '../../printers/printer.ts';
import { kindName, resourceName } from '../../rest-mapper.ts';

const WARNING =
  'Warning: Immediate deletion does not wait for confirmation that the ' +
  'running resource has been terminated. The resource may continue to ' +
  'run on the cluster indefinitely.\n';

export default defineCommand({
  name: 'delete',
  use: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  short:
    'Delete resources by file names, stdin, resources and names, or by ' +
    'resources and label selector',
  examples: [
    ['Delete what a file describes', 'kubectl delete -f web.yaml'],
    ['Delete pods with a label', 'kubectl delete pods -l app=web'],
    ['Delete a pod at once', 'kubectl delete pod web --grace-period=0 --force'],
  ],
  flags: `all=false ${namespacesFlag} cascade='background' ${dryRunFlag} field-selector=''
    ${fileFlags} force=false grace-period=-1 ignore-not-found=false -i|interactive=false
    now=false -o|output='' raw='' ${selectorFlag} timeout=0s wait=true`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags } = context;
  check(context);
  const deletion = deletionOf(context);
  if (deletion.gracePeriod === 0 && flags.on('force')) yield* context.err(WARNING);
  if (flags.text('raw') !== '') {
    const path = flags.text('raw');
    const body = yield* context.client().send({ method: 'DELETE', path });
    yield* context.out(`${JSON.stringify(body)}\n`);
    return;
  }
  const selecting =
    flags.on('all') || flags.text('selector') !== '' || flags.text('field-selector') !== '';
  const quiet = flags.changed('ignore-not-found') ? flags.on('ignore-not-found') : selecting;
  const deleted: (readonly [Info, string])[] = [];
  const problems: Problem[] = [];
  let found = 0;
  if (flags.on('interactive') && !(yield* confirmed(context, selecting))) {
    yield* context.out('deletion is cancelled\n');
    return;
  }
  for (const selection of yield* steps(context, selecting)) {
    const visited = yield* visit(context, selection);
    problems.push(...visited.problems);
    for (const info of visited.infos) {
      found += 1;
      yield* remove(context, info, deletion, deleted, problems);
    }
  }
  const left = quiet ? problems.filter((problem) => !isMissing(problem)) : problems;
  throwAll(left.length > 0 ? left : []);
  if (found === 0) {
    yield* context.out('No resources found\n');
    return;
  }
  if (flags.on('wait') && dryRun(context) === 'none') yield* awaitDeleted(context, deleted);
}

/** Asks whether what was chosen shall go (`-i`). */
function* confirmed(context: Context, selecting: boolean): Call<boolean> {
  const infos: Info[] = [];
  for (const selection of yield* steps(context, selecting)) {
    infos.push(...(yield* visit(context, selection)).infos);
  }
  if (infos.length === 0) return true;
  const list = infos.map(({ mapping, name }) => `${kindName(mapping)}/${name}\n`).join('');
  yield* context.out(
    `You are about to delete the following ${infos.length} resource(s):\n${list}` +
      'Do you want to continue? (y/N): ',
  );
  const answer = yield* context.sys.read(0, undefined, { until: '\n' });
  return typeof answer === 'string' && /^\s*y\s*$/i.test(answer);
}

function* remove(
  context: Context,
  info: Info,
  deletion: Deletion,
  deleted: (readonly [Info, string])[],
  problems: Problem[],
): Call<void> {
  try {
    if (info.name === '') throw failed('resource name may not be empty');
    deleted.push([info, yield* deleteOne(context, info, deletion)]);
  } catch (caught) {
    if (!(caught instanceof Failure)) throw caught;
    problems.push(problemOf(caught));
  }
}

function isMissing(problem: Problem): boolean {
  return problem.type === 'status' && problem.status.reason === 'NotFound';
}

function check(context: Context): void {
  const { flags } = context;
  const output = flags.text('output');
  if (output !== '' && output !== 'name') {
    throw failed(
      usageText(context, `unexpected -o output mode: ${output}. We only support '-o name'`),
    );
  }
  if (flags.on('all') && flags.text('selector') !== '') {
    throw failed("setting 'all' parameter but found a non empty selector. ");
  }
  if (flags.on('all') && flags.text('field-selector') !== '') {
    throw failed("setting 'all' parameter but found a non empty selector. ");
  }
}

/** One selection a type, since each is looked up only when its turn to be deleted comes. */
function* steps(context: Context, selecting: boolean): Call<readonly Selection[]> {
  const whole = { ...selectionOf(context), lazy: true };
  const [types = ''] = context.args;
  if (!selecting || context.args.length !== 1 || types.includes('/')) return [whole];
  const mapper = yield* context.mapper();
  const mappings = yield* mappingsOf(
    types.split(',').filter((type) => type !== ''),
    mapper,
  );
  return mappings.map((mapping) => ({ ...whole, args: [resourceName(mapping)] }));
}
