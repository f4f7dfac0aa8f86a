import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, nameColumn } from '../columns.ts';
import { simple } from '../describe/simple.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';
const MOUNTABLE_TEXT =
  'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';

interface ServiceAccount extends ApiObject {
  readonly secrets?: readonly { readonly name: string }[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

/** ServiceAccount: who a pod is to the API server. */
export default defineKind<ServiceAccount>({
  names: kindNames('ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }),
  definition: 'V1ServiceAccount',
  hasGeneration: false,
  warnings: ({ metadata }, old) =>
    !old && metadata.annotations?.[MOUNTABLE] !== undefined
      ? [`metadata.annotations[${MOUNTABLE}]: ${MOUNTABLE_TEXT}`]
      : [],
  subresources: ['token'],
  defaults: (object) => object,
  prepare: (object) => object,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, ageOf(object, now)],
  describe: (object, related) =>
    simple(object, related, (writer) => {
      const names = (object.imagePullSecrets ?? []).map(({ name }) => name);
      const title = 'Image pull secrets:';
      if (names.length === 0) writer.line(0, `${title}\t<none>`);
      names.forEach((name, index) => {
        writer.line(0, `${index === 0 ? title : ' '.repeat(title.length)}\t${name}`);
      });
    }),
});
