import type { CelFunction } from './functions.ts';
import { CelError, isSpecial, type Special, type Value } from './value.ts';

type Optional = Special & { readonly kind: 'optional' };

const optional = (value: Value | undefined): Optional => {
  if (value !== undefined && value !== null && isSpecial(value) && value.kind === 'optional') {
    return value;
  }
  throw new CelError('no such overload');
};

/** Whether a value is what its type begins with. */
const isZero = (value: Value): boolean =>
  value === null ||
  value === false ||
  value === '' ||
  value === 0 ||
  value === 0n ||
  (Array.isArray(value) && value.length === 0) ||
  (value instanceof Map && value.size === 0);

/** Functions of optional values (cel-go's `OptionalTypes`). */
export const optionals: Readonly<Record<string, CelFunction>> = {
  'optional.of': (value) => ({ kind: 'optional', value }),
  'optional.none': () => ({ kind: 'optional', value: undefined }),
  'optional.ofNonZeroValue': (value = null) => ({
    kind: 'optional',
    value: isZero(value) ? undefined : value,
  }),
  hasValue: (of) => optional(of).value !== undefined,
  value(of) {
    const { value } = optional(of);
    if (value === undefined) throw new CelError('optional.none() dereference');
    return value;
  },
  orValue: (of, other = null) => optional(of).value ?? (hasNull(of) ? null : other),
  or: (of, other) => (optional(of).value === undefined ? optional(other) : optional(of)),
};

const hasNull = (of: Value | undefined): boolean => optional(of).value === null;
