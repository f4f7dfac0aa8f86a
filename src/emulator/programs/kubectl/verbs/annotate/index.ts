import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import { fileFlags, namespacesFlag, printFlags, selectorFlag } from '../../flag-sets.ts';
import { editMetadata, parseChanges } from '../../metadata-edit.ts';
import { resourcesAndPairs } from '../../pairs.ts';

export default defineCommand({
  name: 'annotate',
  use:
    'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... ' +
    'KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the annotations on a resource',
  examples: [['Note something on a service', "kubectl annotate svc web note='for the shop'"]],
  flags: `all=false ${namespacesFlag} ${printFlags} dry-run='none'
    field-manager='kubectl-annotate' field-selector='' ${fileFlags} list=false local=false
    overwrite=false resource-version='' ${selectorFlag}`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const { resources, pairs } = resourcesAndPairs(args, 'annotation');
  const files = flags.list('filename').length > 0 || flags.text('kustomize') !== '';
  if (resources.length === 0 && !files) {
    throw failed(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  if (pairs.length === 0 && !flags.on('list')) {
    throw failed('at least one annotation update is required');
  }
  yield* editMetadata(
    context,
    {
      member: 'annotations',
      what: 'annotation',
      outcome: () => 'annotated',
      conflict: (taken) => {
        const list = taken.map(([key, value]) => `'${key}' already has a value (${value})`);
        return (
          '--overwrite is false but found the following declared annotation(s): ' +
          `${list.join('; ')}`
        );
      },
    },
    resources,
    parseChanges(pairs, 'annotation'),
  );
}
