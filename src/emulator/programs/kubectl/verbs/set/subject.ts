import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import { editAll, editFailure } from './edit.ts';

const GROUP = 'rbac.authorization.k8s.io';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/** `kubectl set subject`: adds users, groups and service accounts to a binding. */
export const subject: Command = {
  name: 'subject',
  use:
    'set subject (-f FILENAME | TYPE NAME) [--user=username] ' +
    '[--group=groupname] [--serviceaccount=namespace:serviceaccountname] ' +
    '[--dry-run=server|client|none]',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: `all=false ${printFlags} dry-run='none' field-manager='kubectl-set' ${fileFlags}
    group=[] local=false ${selectorFlag} serviceaccount=[] user=[]`,
  *run(context: Context): Call<void> {
    const wanted = subjectsOf(context);
    const check = () => {
      if (wanted.length > 0) return;
      throw failed('you must specify at least one value of user, group or serviceaccount');
    };
    yield* editAll(
      context,
      context.args,
      {
        operation: 'subjects updated',
        failure: 'failed to patch subjects to rolebinding:',
      },
      (object, info) => {
        if (!/^(Cluster)?RoleBinding$/.test(object.kind ?? '')) {
          const why = 'setting subjects is only supported for RoleBinding/ClusterRoleBinding';
          throw editFailure(context, info, why);
        }
        const before = (object['subjects'] ?? []) as Subject[];
        const fresh = wanted.filter((each) => !before.some((known) => isSame(known, each)));
        object['subjects'] = [...before, ...fresh];
      },
      check,
    );
  },
};

function isSame(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

function subjectsOf({ flags }: Context): readonly Subject[] {
  const accounts = flags.list('serviceaccount').map((text) => {
    const [namespace = '', name = '', ...rest] = text.split(':');
    if (namespace === '' || name === '' || rest.length > 0) {
      throw failed('serviceaccount must be <namespace>:<name>');
    }
    return { kind: 'ServiceAccount', name, namespace };
  });
  return [
    ...flags.list('user').map((name) => ({ apiGroup: GROUP, kind: 'User', name })),
    ...flags.list('group').map((name) => ({ apiGroup: GROUP, kind: 'Group', name })),
    ...accounts,
  ];
}
