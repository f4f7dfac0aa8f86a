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

/** The one heading that this release of kubectl still has. */

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
      const secrets = related.list('secrets', object.metadata.namespace);
      const known = new Set(secrets.map(({ metadata }) => metadata.name));
      const tokens = secrets.filter((each) => isTokenOf(each, object));
      const rows = [
        ['Image pull secrets:', object.imagePullSecrets ?? []],
        ['Mountable secrets: ', object.secrets ?? []],
        ['Tokens:            ', tokens.map(({ metadata }) => metadata)],
      ] as const;
      for (const [title, items] of rows) {
        // 1.35 is silent about secrets and tokens where there are none.
        if (items.length === 0 && !title.startsWith('Image')) continue;
        if (items.length === 0) writer.line(0, `${title}\t<none>`);
        items.forEach(({ name }, index) => {
          const lacking = known.has(name) ? '' : ' (not found)';
          writer.line(0, `${index === 0 ? title : ' '.repeat(19)}\t${name}${lacking}`);
        });
      }
    }),
});
