import type { KindNames } from '../../resources/kind.ts';
import { kindNames } from '../../resources/names.ts';

const creation = ['create'];

/** Resources that are asked for by creating them, and are not kept. */
export const passing: readonly KindNames[] = [
  kindNames('Binding', 'bindings', { verbs: creation }),
  ...(['SelfSubjectReview', 'TokenReview'] as const).map((kind) =>
    kindNames(kind, `${kind.toLowerCase()}s`, {
      group: 'authentication.k8s.io',
      namespaced: false,
      verbs: creation,
    }),
  ),
  ...(
    [
      ['LocalSubjectAccessReview', true],
      ['SelfSubjectAccessReview', false],
      ['SelfSubjectRulesReview', false],
      ['SubjectAccessReview', false],
    ] as const
  ).map(([kind, namespaced]) =>
    kindNames(kind, `${kind.toLowerCase()}s`, {
      group: 'authorization.k8s.io',
      namespaced,
      verbs: creation,
    }),
  ),
];
