import { failed } from '../../failure.ts';
import type { Generator } from '../../generator.ts';

/** `kubectl create job`. */
export const job: Generator = {
  name: 'job',
  use: 'create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  short: 'Create a job with the specified name',
  flags: "from='' image=''",
  namespaced: true,
  failure: 'failed to create job: ',
  *build({ flags, args, dash }, name) {
    const image = flags.text('image');
    const command = dash < 0 ? [] : args.slice(dash);
    if ((image === '') === (flags.text('from') === '')) {
      throw failed('either --image or --from must be specified');
    }
    if (flags.text('from') !== '') throw failed('--from is not modelled here');
    return {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: { name },
      spec: { template: podOf(name, image, command, 'Never') },
      status: {},
    };
  },
};

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
