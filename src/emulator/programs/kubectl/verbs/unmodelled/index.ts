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

export default [
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
