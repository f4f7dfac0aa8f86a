import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';

/** A command that the real kubectl has: its flags are read, then it says what is not there. */
function command(
  name: string,
  use: string,
  short: string,
  flags: string,
  check: (context: Context) => Call<void> = nothing,
): Command {
  return {
    name,
    use: `${name}${use}`,
    short,
    flags,
    *run(context): Call<void> {
      yield* check(context);
      throw exit(1, `error: kubectl ${name} is not modelled here yet\n`);
    },
  };
}

function* nothing(): Call<void> {
  return undefined;
}

function* twoPaths({ args }: Context): Call<void> {
  if (args.length !== 2) throw failed('source and destination are required');
}

function* onePod({ args }: Context): Call<void> {
  if (args.length === 0) throw failed('at least 1 argument is required for attach');
}

function* imageOrCopy({ flags }: Context): Call<void> {
  if (flags.text('image') === '' && flags.text('copy-to') === '') {
    throw failed('you must specify --image when not using --copy-to.');
  }
}

export default [
  command(
    'debug',
    ' (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
    'Create debugging sessions for troubleshooting workloads and nodes',
    `arguments-only=false attach=false -c|container='' copy-to='' custom='' env=[] -f|filename=[]
    image='' image-pull-policy='' keep-annotations=false keep-init-containers=true
    keep-labels=false keep-liveness=false keep-readiness=false keep-startup=false
    profile='legacy' -q|quiet=false replace=false same-node=false set-image=[]
    share-processes=true -i|stdin=false target='' -t|tty=false`,
    imageOrCopy,
  ),
  command(
    'autoscale',
    ' (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS ' +
      '[--cpu=CPU] [--memory=MEMORY]',
    'Auto-scale a deployment, replica set, stateful set, or replication controller',
    `${printFlags} cpu='' dry-run='none' field-manager='kubectl-autoscale' ` +
      `${fileFlags} max=-1 memory='' min=-1 name='' save-config=false`,
  ),
  command('certificate', ' SUBCOMMAND', 'Modify certificate resources', ''),
  command(
    'attach',
    ' (POD | TYPE/NAME) -c CONTAINER',
    'Attach to a running container',
    "-c|container='' pod-running-timeout=1m0s -q|quiet=false -i|stdin=false -t|tty=false",
    onePod,
  ),
  command(
    'proxy',
    ' [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
    'Run a proxy to the Kubernetes API server',
    `accept-hosts='^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$' accept-paths='^.*'
    address='127.0.0.1' api-prefix='/' append-server-path=false disable-filter=false
    keepalive=0s -p|port=8001 reject-methods='^$'
    reject-paths='^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach' -u|unix-socket='' -w|www=''
    -P|www-prefix='/static/'`,
  ),
  command(
    'cp',
    ' <file-spec-src> <file-spec-dest>',
    'Copy files and directories to and from containers',
    "-c|container='' no-preserve=false retries=0",
    twoPaths,
  ),
  command(
    'completion',
    ' SHELL',
    'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
    '',
  ),
  command('alpha', '', 'Commands for features in alpha', ''),
];
