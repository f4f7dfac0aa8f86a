import { createdAtColumn, nameColumn } from '../columns.ts';
import { limitTable, type LimitItem, type LimitRangeShape } from '../describe/limits.ts';
import { createWriter } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { canonicalAmounts } from '../resource-names.ts';
import { validate } from './validate.ts';

/** LimitRange: what each pod, container or claim of a namespace may ask for. */
export default defineKind<LimitRangeShape>({
  names: kindNames('LimitRange', 'limitranges', { shortNames: ['limits'] }),
  definition: 'V1LimitRange',
  hasGeneration: false,
  subresources: [],
  defaults({ spec, ...range }) {
    const limits = (spec?.limits ?? []).map(withDefaults);
    return { ...range, spec: { ...spec, limits: limits.length > 0 ? limits : null } } as never;
  },
  prepare: (range) => range,
  validate,
  columns: [nameColumn, createdAtColumn],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ''],
  describe(range) {
    const writer = createWriter();
    writer.line(0, `Name:\t${range.metadata.name}`);
    writer.line(0, `Namespace:\t${range.metadata.namespace ?? ''}`);
    limitTable(writer, [range], '');
    return writer.text();
  },
});

/** `SetDefaults_LimitRangeItem`: limits follow the maximum, requests the limits or the minimum. */
function withDefaults(given: LimitItem): LimitItem {
  const fields = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
  const item: LimitItem = {
    ...given,
    ...Object.fromEntries(
      fields.flatMap((field) => (given[field] ? [[field, canonicalAmounts(given[field])]] : [])),
    ),
  };
  if (item.type !== 'Container') return item;
  const limit = { ...item.max, ...item.default };
  const defaultRequest = { ...item.min, ...limit, ...item.defaultRequest };
  return {
    ...item,
    ...(Object.keys(limit).length > 0 && { default: limit }),
    ...(Object.keys(defaultRequest).length > 0 && { defaultRequest }),
  };
}
