import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { goStrerror } from '../../go-errors.ts';
import { buildKustomization } from '../../kustomize/build.ts';

export default defineCommand({
  name: 'kustomize',
  use: 'kustomize DIR [flags]',
  short: 'Build a kustomization target from a directory or URL',
  flags: `as-current-user=false enable-alpha-plugins=false enable-helm=false -e|env=[]
    helm-api-versions=[] helm-command='helm' helm-debug=false helm-kube-version=''
    load-restrictor='LoadRestrictionsRootOnly' mount=[] network=false network-name='bridge'
    -o|output='' reorder='legacy'`,
  deprecated: { reorder: "use the new 'sortOptions' field in kustomization.yaml instead." },
  *run(context: Context): Call<void> {
    const { args, flags, sys } = context;
    if (args.length > 1) throw failed('specify one path to kustomization.yaml');
    const restrictor = flags.text('load-restrictor');
    if (!/^LoadRestrictions(RootOnly|None)$/.test(restrictor)) {
      throw failed(
        `illegal flag value --load-restrictor ${restrictor}; legal values: ` +
          '[LoadRestrictionsRootOnly LoadRestrictionsNone]',
      );
    }
    for (const flag of ['enable-alpha-plugins', 'network']) {
      if (flags.changed(flag)) {
        throw exit(2, `kubectl: --${flag} of kustomize is not modelled here\n`);
      }
    }
    const text = yield* buildKustomization(context, args[0] ?? '.');
    const path = flags.text('output');
    if (path === '') {
      yield* context.out(text);
      return;
    }
    const failure = sys.files.write(path, text);
    if (failure && isErrno(failure)) throw failed(`open ${path}: ${goStrerror(failure)}`);
  },
});
