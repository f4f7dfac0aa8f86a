import type { Call } from '../../../../host/syscalls.ts';
import { requireFiles, visit, type Info, type Selection } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { fieldValidation } from '../../mutate.ts';
import { sorted, type Obj } from '../../object.ts';
import { dryRun, printerFor } from '../../printers/printer.ts';
import { applyOne, printsObjects } from './apply-one.ts';
import { allowed, prune } from './prune.ts';
import { editLastApplied, setLastApplied, viewLastApplied } from './last-applied.ts';

export default defineCommand({
  name: 'apply',
  use: 'apply (-f FILENAME | -k DIRECTORY)',
  short: 'Apply a configuration to a resource by file name or stdin',
  long:
    'Apply a configuration to a resource by file name or stdin. What does ' +
    'not exist is created.',
  examples: [
    ['Apply a manifest', 'kubectl apply -f web.yaml'],
    ['Apply what comes in by a pipe', 'cat web.yaml | kubectl apply -f -'],
    ['Show what would be applied', 'kubectl apply -f web.yaml --dry-run=server'],
  ],
  flags: `all=false ${printFlags} cascade='background' dry-run='none'
    field-manager='kubectl-client-side-apply' ${fileFlags} force=false force-conflicts=false
    grace-period=-1 openapi-patch=true overwrite=true prune=false prune-allowlist=[*]
    ${selectorFlag} server-side=false subresource='' timeout=0s validate='strict' wait=false`,
  commands: [editLastApplied, setLastApplied, viewLastApplied],
  run,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const client = dryRun(context) === 'client';
  if (flags.on('force-conflicts') && !flags.on('server-side')) {
    throw failed('--force-conflicts only works with --server-side');
  }
  if (client && flags.on('server-side')) {
    throw failed(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    );
  }
  if (flags.on('force') && flags.on('server-side')) {
    throw failed('--force cannot be used with --server-side');
  }
  const validation = fieldValidation(context);
  if (args.length > 0) throw failed(usageText(context, `Unexpected args: [${args.join(' ')}]`));
  requireFiles(context);
  if (flags.on('all') && flags.text('selector') !== '') {
    throw failed('cannot set --all and --selector at the same time');
  }
  if (flags.on('prune') && !flags.on('all') && flags.text('selector') === '') {
    throw failed(
      'all resources selected for prune without explicitly passing --all. To ' +
        'prune all resources, pass the --all flag. If you did not mean to ' +
        'prune all resources, specify a label selector',
    );
  }
  if (flags.on('prune')) allowed(context);
  if (flags.text('subresource') !== '' && !flags.on('server-side')) {
    throw failed('--subresource can only be specified for --server-side');
  }
  const selection: Selection = {
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
    validate: validation !== 'Ignore',
  };
  const { infos, problems: found } = yield* visit(context, selection);
  const wanted = matching(infos, flags.text('selector'));
  const problems: Problem[] = found.length > 0 ? [{ type: 'aggregate', problems: found }] : [];
  if (wanted.length === 0 && problems.length === 0) throw failed('no objects passed to apply');
  const applied: Obj[] = [];
  for (const info of wanted) {
    try {
      applied.push(yield* applyOne(context, info));
    } catch (caught) {
      problems.push(problemOf(caught));
    }
  }
  if (problems.length === 1) throw new Failure(problems[0] as Problem);
  throwAll(problems);
  yield* printApplied(context, applied);
  if (flags.on('prune')) yield* prune(context, wanted);
}

/** Prints what was applied as `-o` asks: several objects come as one List. */
function* printApplied(context: Context, objects: readonly Obj[]): Call<void> {
  const printer = printsObjects(context) ? printerFor(context) : undefined;
  if (!printer || objects.length === 0) return;
  if (objects.length === 1) {
    yield* printer.print(objects[0] as Obj);
    return;
  }
  // The list is a Go struct, what is in it is none.
  const items = objects.map(sorted);
  const list = { kind: 'List', apiVersion: 'v1', metadata: {}, items };
  yield* printer.print(list, { typed: true });
}

/** Objects of files that a label selector takes: equality alone is checked in the client. */
function matching(infos: readonly Info[], selector: string): readonly Info[] {
  if (selector === '') return infos;
  const pairs = selector.split(',').map((part) => /^\s*([^=!\s]+)\s*==?\s*(\S*)\s*$/.exec(part));
  return infos.filter(({ object }) =>
    pairs.every((pair) => !pair || object?.metadata?.labels?.[pair[1] as string] === pair[2]),
  );
}
