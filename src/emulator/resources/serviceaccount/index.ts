import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, nameColumn } from '../columns.ts';
import { simple } from '../describe/simple.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface ServiceAccount extends ApiObject {
  readonly secrets?: readonly { readonly name: string }[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

/** ServiceAccount: who a pod is to the API server. */
export default defineKind<ServiceAccount>({
  names: kindNames('ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }),
  definition: 'V1ServiceAccount',
  hasGeneration: false,
  subresources: ['token'],
  defaults: (object) => object,
  prepare: (object) => object,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, ageOf(object, now)],
  describe: (object, related) =>
    simple(object, related, (writer) => {
      const list = (items: readonly { readonly name: string }[] | undefined) =>
        items?.length ? items.map(({ name }) => name).join('\n\t') : '<none>';
      writer.line(0, `Image pull secrets:\t${list(object.imagePullSecrets)}`);
    }),
});
