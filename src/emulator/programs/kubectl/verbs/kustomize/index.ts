import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { goStrerror } from '../../go-errors.ts';

export default defineCommand({
  name: 'kustomize',
  use: 'kustomize DIR [flags]',
  short: 'Build a kustomization target from a directory or URL',
  flags: `as-current-user=false enable-alpha-plugins=false enable-helm=false -e|env=[]
    helm-api-versions=[] helm-command='helm' helm-debug=false helm-kube-version=''
    load-restrictor='LoadRestrictionsRootOnly' mount=[] network=false network-name='bridge'
    -o|output=''`,
  *run(context: Context): Call<void> {
    const path = context.args[0] ?? '.';
    const stat = context.sys.files.stat(path);
    if (isErrno(stat)) {
      throw failed(
        'must build at directory: not a valid directory: evalsymlink failure ' +
          `on '${path}' : lstat ${path}: ${goStrerror(stat)}`,
      );
    }
    throw exit(1, 'error: kubectl kustomize is not modelled here yet\n');
  },
});
