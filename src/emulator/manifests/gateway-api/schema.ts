import type { Rule, Structural } from '../../apimachinery/structural.ts';

type More = Omit<Structural, 'type'>;

/** Words to write schemas in. */
export const str = (more: More = {}): Structural => ({ type: 'string', ...more });
export const text = (minLength: number, maxLength: number, more: More = {}): Structural =>
  str({ minLength, maxLength, ...more });
export const oneOf = (...values: readonly string[]): Structural => str({ enum: values });
export const int = (minimum: number, maximum: number, more: More = {}): Structural => ({
  type: 'integer',
  format: 'int32',
  minimum,
  maximum,
  ...more,
});
export const bool = (): Structural => ({ type: 'boolean' });
export const list = (items: Structural, maxItems?: number, more: More = {}): Structural => ({
  type: 'array',
  items,
  ...(maxItems !== undefined && { maxItems }),
  'x-kubernetes-list-type': 'atomic',
  ...more,
});
/** A list whose items are found again by these fields. */
export const mapList = (
  items: Structural,
  keys: readonly string[],
  maxItems: number,
  more: More = {},
): Structural => ({
  type: 'array',
  items,
  maxItems,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  ...more,
});
/** A struct; a name that ends in `!` is required. */
export function obj(properties: Readonly<Record<string, Structural>>, more: More = {}): Structural {
  const names = Object.keys(properties);
  const required = names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1));
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name.replace(/!$/, ''), each]),
    ),
    ...more,
  };
}
/** Rules, each with what is said where it is broken. */
export const rules = (
  ...pairs: readonly (readonly [message: string, rule: string])[]
): { readonly 'x-kubernetes-validations': readonly Rule[] } => ({
  'x-kubernetes-validations': pairs.map(([message, rule]) => ({ message, rule })),
});
export const withDefault = (schema: Structural, value: Structural['default']): Structural =>
  ({ ...schema, default: value }) as Structural;
