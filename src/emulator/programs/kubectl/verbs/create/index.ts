import type { Call } from '../../../../host/syscalls.ts';
import { requireFiles, visit } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { failed, Failure, problemOf, throwAll, withSource, type Problem } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { generatorCommand } from '../../generator.ts';
import { createObject, fieldValidation, withLastApplied } from '../../mutate.ts';
import type { Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { configGenerators, secret } from './config.ts';
import { deployment } from './deployment.ts';
import { ingress } from './ingress.ts';
import { cronjob, job } from './job.ts';
import { rbacGenerators } from './rbac.ts';
import { service } from './service.ts';
import { simpleGenerators } from './simple.ts';
import { token } from './token.ts';

const generators = [
  ...rbacGenerators,
  ...configGenerators,
  cronjob,
  deployment,
  ingress,
  job,
  ...simpleGenerators,
];

export default defineCommand({
  name: 'create',
  use: 'create -f FILENAME',
  short: 'Create a resource from a file or from stdin',
  examples: [
    ['Create what a file describes', 'kubectl create -f web.yaml'],
    ['Create a deployment', 'kubectl create deployment web --image=nginx'],
  ],
  flags: `${printFlags} dry-run='none' edit=false field-manager='kubectl-create' ${fileFlags}
    raw='' save-config=false ${selectorFlag} validate='strict' windows-line-endings=false`,
  commands: [...generators.map(generatorCommand), secret, service, token].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  ),
  run,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  if (args.length > 0) throw failed(usageText(context, `Unexpected args: [${args.join(' ')}]`));
  requireFiles(context);
  if (flags.on('edit')) {
    throw new Failure({ type: 'exit', code: 2, text: 'kubectl: --edit is not modelled here\n' });
  }
  const printer = resultPrinter(context, 'created');
  const { infos, problems: found } = yield* visit(context, {
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
    validate: fieldValidation(context) !== 'Ignore',
  });
  const problems: Problem[] = [...found];
  for (const info of infos) {
    let object = info.object as Obj;
    if (flags.on('save-config')) object = withLastApplied(object);
    try {
      if (dryRun(context) !== 'client') {
        object = yield* createObject(context, info.mapping, info.namespace, object);
      }
    } catch (caught) {
      problems.push(withSource('creating', info.source, problemOf(caught)));
      continue;
    }
    yield* printer.print(object);
  }
  throwAll(problems);
  if (infos.length === 0) throw failed('no objects passed to create');
}
