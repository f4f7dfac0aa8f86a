import type { Call } from '../../../../host/syscalls.ts';
import { visit } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, throwAll } from '../../failure.ts';
import type { Generator } from '../../generator.ts';
import type { Meta, Obj } from '../../object.ts';
import { goType } from '../../workload.ts';

/** `kubectl create job`. */
export const job: Generator = {
  name: 'job',
  use: 'create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  short: 'Create a job with the specified name',
  flags: "from='' image=''",
  namespaced: true,
  failure: 'failed to create job: ',
  *build(context, name) {
    const { flags, args, dash } = context;
    const image = flags.text('image');
    const command = dash < 0 ? [] : args.slice(dash);
    if ((image === '') === (flags.text('from') === '')) {
      throw failed('either --image or --from must be specified');
    }
    if (flags.text('from') !== '' && command.length > 0) {
      throw failed('cannot specify --from and command');
    }
    if (flags.text('from') !== '') return yield* fromCronJob(context, name);
    return {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: { name },
      spec: { template: podOf(name, image, command, 'Never') },
      status: {},
    };
  },
};

interface CronJobObject extends Obj {
  readonly spec?: { readonly jobTemplate?: { readonly metadata?: Meta; readonly spec?: object } };
}

/** A job as the cron job that `--from` names would start it. */
function* fromCronJob(context: Context, name: string): Call<Obj> {
  const from = context.flags.text('from');
  const { infos, problems } = yield* visit(context, { args: [from] });
  throwAll(problems);
  if (infos.length !== 1) throw failed('from must be an existing cronjob');
  const source = infos[0]?.object as CronJobObject;
  if (source.kind !== 'CronJob') throw failed(`unknown object type ${goType(source)}`);
  const { metadata: template, spec } = source.spec?.jobTemplate ?? {};
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: {
      name,
      ...(template?.labels && { labels: template.labels }),
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...template?.annotations },
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: source.metadata?.name,
          uid: source.metadata?.uid,
          controller: true,
        },
      ],
    },
    spec,
    status: {},
  };
}

/** `kubectl create cronjob`. */
export const cronjob: Generator = {
  name: 'cronjob',
  aliases: ['cj'],
  use: "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  short: 'Create a cron job with the specified name',
  flags: "image='' restart='' schedule=''",
  required: ['image', 'schedule'],
  namespaced: true,
  failure: 'failed to create cronjob: ',
  *build({ flags, args, dash }, name) {
    const command = dash < 0 ? [] : args.slice(dash);
    const template = podOf(
      name,
      flags.text('image'),
      command,
      flags.text('restart') || 'OnFailure',
    );
    return {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name },
      spec: {
        schedule: flags.text('schedule'),
        jobTemplate: { metadata: { name }, spec: { template } },
      },
      status: {},
    };
  },
};

function podOf(
  name: string,
  image: string,
  command: readonly string[],
  restartPolicy: string,
): object {
  const container = { name, image, ...(command.length > 0 && { command }), resources: {} };
  return { metadata: {}, spec: { containers: [container], restartPolicy } };
}
