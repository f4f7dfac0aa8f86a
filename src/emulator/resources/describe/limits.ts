import type { ApiObject } from '../../apimachinery/object.ts';
import { amountText, type Amounts } from './quota.ts';
import type { Writer } from './writer.ts';

export interface LimitItem {
  readonly type: string;
  readonly max?: Amounts;
  readonly min?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

/** A LimitRange as far as it is described. */
export interface LimitRangeShape extends ApiObject {
  readonly spec?: { readonly limits?: readonly LimitItem[] };
}

const HEAD = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

/** The table of a LimitRange; `prefix` stands before each line. */
export function limitTable(
  writer: Writer,
  ranges: readonly LimitRangeShape[],
  prefix: string,
): void {
  writer.line(0, `${prefix}${HEAD}`);
  writer.line(0, `${prefix}${RULE}`);
  for (const item of ranges.flatMap(({ spec }) => spec?.limits ?? [])) {
    const { min, max, defaultRequest, default: limit, maxLimitRequestRatio: ratio } = item;
    const columns = [min, max, defaultRequest, limit, ratio];
    const names = new Set(columns.flatMap((amounts) => Object.keys(amounts ?? {})));
    for (const name of [...names].sort()) {
      const cells = columns.map((each) =>
        each?.[name] === undefined ? '-' : amountText(each[name]),
      );
      writer.line(0, [`${prefix}${item.type}`, name, ...cells].join('\t'));
    }
  }
}

/** What `describe namespace` tells of limits (`DescribeLimitRanges`). */
export function limitSection(writer: Writer, ranges: readonly LimitRangeShape[]): void {
  if (ranges.length === 0) {
    writer.line(0, 'No LimitRange resource.');
    return;
  }
  writer.line(0, 'Resource Limits');
  limitTable(writer, ranges, ' ');
}
