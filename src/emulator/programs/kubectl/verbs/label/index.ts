import { isValidLabelValue } from '../../../../apimachinery/names.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import { fileFlags, namespacesFlag, printFlags, selectorFlag } from '../../flag-sets.ts';
import { editMetadata, parseChanges } from '../../metadata-edit.ts';
import { resourcesAndPairs } from '../../pairs.ts';

export default defineCommand({
  name: 'label',
  use:
    'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... ' +
    'KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the labels on a resource',
  examples: [
    ['Put a label on a pod', 'kubectl label pods web tier=front'],
    ['Take a label away', 'kubectl label pods web tier-'],
  ],
  flags: `all=false ${namespacesFlag} ${printFlags} dry-run='none'
    field-manager='kubectl-label' field-selector='' ${fileFlags} list=false local=false
    overwrite=false resource-version='' ${selectorFlag}`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const { resources, pairs } = resourcesAndPairs(args, 'label');
  const changes = parseChanges(pairs, 'label', (key, value) => {
    const problems = isValidLabelValue(value);
    if (problems.length > 0)
      throw failed(`invalid label value: "${key}=${value}": ${problems.join(';')}`);
  });
  const files = flags.list('filename').length > 0 || flags.text('kustomize') !== '';
  if (resources.length === 0 && !files) {
    throw failed(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  if (pairs.length === 0 && !flags.on('list'))
    throw failed('at least one label update is required');
  const overwrite = flags.on('overwrite');
  yield* editMetadata(
    context,
    {
      member: 'labels',
      what: 'label',
      outcome(before, after) {
        if (before === after) return 'not labeled';
        return !overwrite && after.length < before.length ? 'unlabeled' : 'labeled';
      },
      conflict: ([first]) =>
        `'${first?.[0]}' already has a value (${first?.[1]}), and --overwrite is false`,
    },
    resources,
    changes,
  );
}
