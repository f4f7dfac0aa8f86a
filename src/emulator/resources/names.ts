import type { KindNames } from './kind.ts';

const all = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Names of a kind with every verb, as discovery lists them. */
export function kindNames(
  kind: string,
  plural: string,
  more: Partial<KindNames> & { readonly shortNames?: readonly string[] } = {},
): KindNames {
  return {
    group: '',
    version: 'v1',
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: all,
    ...more,
  };
}
