import { meets, parseSelector } from '../../../../apimachinery/selector.ts';
import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Json } from '../../../../world/json.ts';
import { requireFiles, visit, type Info } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { editObjects, OBJECT_HEADER } from '../../edit-session.ts';
import { failed, problemOf, throwAll, withSource, type Problem } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { generatorCommand } from '../../generator.ts';
import { createObject, fieldValidation, withLastApplied } from '../../mutate.ts';
import { goStrerror } from '../../go-errors.ts';
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
import { decodeYaml } from '../../yaml/decode.ts';

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
  if (flags.text('raw') !== '') {
    yield* createRaw(context);
    return;
  }
  const printer = resultPrinter(context, 'created');
  const { infos, problems: found } = yield* visit(context, {
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
    validate: fieldValidation(context) !== 'Ignore',
  });
  if (flags.on('edit')) {
    yield* editFirst(context, infos, found);
    return;
  }
  const problems: Problem[] = [...found];
  const chosen = parsedSelector(context);
  const wanted = infos.filter(({ object }) => meets(chosen, object?.metadata?.labels));
  for (const info of wanted) {
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
  if (wanted.length === 0) throw failed('no objects passed to create');
}

/** `--selector` of create: objects of files that have the labels. */
function parsedSelector({ flags }: Context) {
  const parsed = parseSelector(flags.text('selector'));
  if (!parsed.ok) throw failed(parsed.error);
  return parsed.value;
}

/** `--edit`: each object goes through the editor before it is created. */
function* editFirst(
  context: Context,
  infos: readonly Info[],
  problems: readonly Problem[],
): Call<void> {
  throwAll(problems);
  const saving = context.flags.on('save-config');
  for (const info of infos) {
    yield* editObjects(context, [info], {
      header: OBJECT_HEADER,
      *store({ mapping, namespace, object: edited }) {
        const object = saving ? withLastApplied(edited as Obj) : (edited as Obj);
        const made = yield* createObject(context, mapping, namespace, object);
        yield* resultPrinter(context, 'created').print(made);
      },
    });
  }
}

/** `--raw`: a file is sent as it is, and the answer shown as it is. */
function* createRaw(context: Context): Call<void> {
  const { flags, sys } = context;
  const [path = ''] = flags.list('filename');
  if (flags.list('filename').length !== 1) {
    throw failed('--raw can only use a single local file or stdin');
  }
  const found = sys.files.read(path);
  if (isErrno(found)) throw failed(`open ${path}: ${goStrerror(found)}`);
  const decoded = decodeYaml(found.text);
  const body = decoded.ok ? decoded.value : undefined;
  const request = { method: 'POST', path: flags.text('raw'), body } as const;
  const made = yield* context.client().send<Json>(request);
  yield* context.out(`${JSON.stringify(made)}\n`);
}
