import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { failed, Failure } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import { scoped } from '../../generator.ts';
import { createObject, withLastApplied, writeQuery } from '../../mutate.ts';
import type { Obj } from '../../object.ts';
import { override } from '../../overrides.ts';
import { dryRun, resultPrinter, type Printer } from '../../printers/printer.ts';
import { attach } from './attach.ts';
import { podFor, serviceFor } from './pod.ts';

export default defineCommand({
  name: 'run',
  use:
    'run NAME --image=image [--env="key=value"] [--port=port] ' +
    '[--dry-run=server|client] [--overrides=inline-json] [--command] -- ' +
    '[COMMAND] [args...]',
  short: 'Run a particular image on the cluster',
  long: 'Run a particular image on the cluster, in a pod.',
  examples: [
    ['A pod of nginx', 'kubectl run web --image=nginx'],
    [
      'One command in a pod of its own',
      'kubectl run tmp --image=busybox --rm -it --restart=Never -- nslookup web',
    ],
  ],
  flags: `${printFlags} annotations=[*] attach=false cascade='background' command=false
    dry-run='none' env=[*] expose=false field-manager='kubectl-run' ${fileFlags} force=false
    grace-period=-1 image='' image-pull-policy='' -l|labels='' leave-stdin-open=false
    override-type='merge' overrides='' pod-running-timeout=1m0s port='' privileged=false
    -q|quiet=false restart='Always' rm=false save-config=false -i|stdin=false timeout=0s
    -t|tty=false wait=false`,
  required: ['image'],
  run,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const name = check(context);
  const pod = yield* override(context, podFor(context, name, args.slice(1)), function* () {
    return yield* (yield* context.mapper()).forArgument('pods');
  });
  const printer = resultPrinter(context, 'created');
  if (flags.on('expose') && flags.text('port') === '') {
    throw failed(usageText(context, '--port must be set when exposing a service'));
  }
  const attached = flags.on('attach') || flags.on('stdin');
  const quiet = attached && dryRun(context) === 'none';
  // The pod is made first and told of last.
  const made = yield* send(context, pod, 'pods');
  const problem = flags.on('expose') ? yield* expose(context, name, printer) : undefined;
  if (quiet) yield* attach(context, made);
  else yield* printer.print(made, { typed: true });
  if (problem) throw problem;
}

/** Makes and prints the Service; gives back why it could not. */
function* expose(context: Context, name: string, printer: Printer): Call<Failure | undefined> {
  try {
    const service = yield* send(context, serviceFor(context, name), 'services');
    yield* printer.print(service, { typed: true });
    if (context.flags.text('output') === 'yaml') yield* context.out('---\n');
    return undefined;
  } catch (caught) {
    if (caught instanceof Failure) return caught;
    throw caught;
  }
}

/** Refuses what does not go together; gives the pod's name. */
function check(context: Context): string {
  const { flags, args, dash } = context;
  if (args.length === 0 || dash === 0) {
    throw failed(usageText(context, 'NAME is required for run'));
  }
  if (flags.text('timeout') !== '0' && flags.duration('timeout') < 0)
    throw failed('--timeout must be positive');
  const image = flags.text('image');
  if (image === '') throw failed('--image is required');
  if (!isReference(image)) throw failed(`Invalid image name "${image}": invalid reference format`);
  if (flags.on('tty') && !flags.on('stdin')) {
    throw failed(usageText(context, '-i/--stdin is required for containers with -t/--tty=true'));
  }
  const attached = flags.on('attach') || flags.on('stdin');
  if (flags.on('rm') && !attached) {
    throw failed(usageText(context, '--rm should only be used for attached containers'));
  }
  if (attached && dryRun(context) !== 'none') {
    throw failed(
      usageText(
        context,
        "--dry-run=[server|client] can't be used with attached containers " +
          'options (--attach, --stdin, or --tty)',
      ),
    );
  }
  const pull = flags.text('image-pull-policy');
  if (!/^(|Always|IfNotPresent|Never)$/.test(pull)) {
    throw failed(usageText(context, `invalid image pull policy: ${pull}`));
  }
  if (!/^(Always|OnFailure|Never)$/.test(flags.text('restart'))) {
    throw failed(usageText(context, `invalid restart policy: ${flags.text('restart')}`));
  }
  return args[0] as string;
}

/** Grammar of image references, without going into its corners. */
function isReference(image: string): boolean {
  const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
  const domain = '(?:[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*(?::\\d+)?/)?';
  return new RegExp(
    `^${domain}${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z0-9:+._-]+)?$`,
  ).test(image);
}

function* send(context: Context, built: Obj, type: string): Call<Obj> {
  let object = scoped(context, built, true);
  if (context.flags.on('save-config') && dryRun(context) !== 'client') {
    object = withLastApplied(object, true);
  }
  if (dryRun(context) !== 'client') {
    const mapper = yield* context.mapper();
    const mapping = yield* mapper.forArgument(type);
    object = yield* createObject(
      context,
      mapping,
      context.namespace().name,
      object,
      writeQuery(context),
    );
  }
  return object;
}
