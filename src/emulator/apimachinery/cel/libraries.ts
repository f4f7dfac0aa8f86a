import { goDuration, parseGoDuration } from '../duration.ts';
import { parseQuantity } from '../quantity.ts';
import { addresses } from './addresses.ts';
import type { CelFunction } from './functions.ts';
import { lists } from './lists.ts';
import { optionals } from './optional.ts';
import { strings } from './strings.ts';
import { CelError, compare, isSpecial, quantityOf, type Special, type Value } from './value.ts';

const overload = (): never => {
  throw new CelError('no such overload');
};

const special = (value: Value | undefined): Special =>
  value !== undefined && value !== null && isSpecial(value) ? value : overload();

const quantity = (value: Value | undefined) => {
  const found = special(value);
  return found.kind === 'quantity' ? found : (overload() as never);
};

const ONE = 1_000_000_000n;

const sum = (a: Value | undefined, b: Value | undefined, sign: bigint): Value => {
  const [left, right] = [quantity(a).quantity, b];
  const other = typeof right === 'bigint' ? right * ONE : quantity(right).quantity.nano;
  return { kind: 'quantity', quantity: { ...left, nano: left.nano + sign * other }, text: '' };
};

const quantities: Readonly<Record<string, CelFunction>> = {
  quantity: (value) => quantityOf(String(value)),
  isQuantity: (value) => typeof value === 'string' && parseQuantity(value) !== undefined,
  sign(value) {
    const { nano } = quantity(value).quantity;
    return nano > 0n ? 1n : nano < 0n ? -1n : 0n;
  },
  isInteger: (value) => quantity(value).quantity.nano % ONE === 0n,
  asInteger(value) {
    const { nano } = quantity(value).quantity;
    if (nano % ONE !== 0n) throw new CelError('cannot convert value to integer');
    return nano / ONE;
  },
  asApproximateFloat: (value) => Number(quantity(value).quantity.nano) / Number(ONE),
  add: (a, b) => sum(a, b, 1n),
  sub: (a, b) => sum(a, b, -1n),
  isLessThan: (a, b) => compare(quantity(a), quantity(b)) < 0,
  isGreaterThan: (a, b) => compare(quantity(a), quantity(b)) > 0,
  compareTo: (a, b) => BigInt(compare(quantity(a), quantity(b))),
};

const HOUR = 3_600_000_000;

const times: Readonly<Record<string, CelFunction>> = {
  duration(value) {
    const found = special2(value);
    if (found) return found;
    const micros = typeof value === 'string' ? parseGoDuration(value) : undefined;
    if (micros === undefined) throw new CelError('invalid duration');
    return { kind: 'duration', micros };
  },
  timestamp(value) {
    const micros = typeof value === 'string' ? parseTime(value) : Number.NaN;
    if (Number.isNaN(micros)) throw new CelError('invalid timestamp');
    return { kind: 'timestamp', micros };
  },
  string(value) {
    const found = special(value);
    return found.kind === 'duration' ? goDuration(found.micros) : overload();
  },
  getHours: (value) => BigInt(Math.trunc(micros(value) / HOUR)),
  getMinutes: (value) => BigInt(Math.trunc(micros(value) / 60_000_000)),
  getSeconds: (value) => BigInt(Math.trunc(micros(value) / 1_000_000)),
  getMilliseconds: (value) => BigInt(Math.trunc(micros(value) / 1_000)),
};

const special2 = (value: Value | undefined): Special | undefined =>
  value !== undefined && value !== null && isSpecial(value) && value.kind === 'duration'
    ? value
    : undefined;

const micros = (value: Value | undefined): number => {
  const found = special(value);
  return 'micros' in found ? found.micros : overload();
};

/** RFC 3339 text as microseconds since 1970; NaN if it is none. */
function parseTime(text: string): number {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text);
  if (!match) return Number.NaN;
  const [y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const fraction = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
  const offset =
    (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? 1 : -1);
  // Days since 1970 of a civil date (Howard Hinnant's formula).
  const year = m <= 2 ? y - 1 : y;
  const era = Math.floor(year / 400);
  const ofEra = year - era * 400;
  const ofYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
  const days =
    era * 146_097 +
    (ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear) -
    719_468;
  const seconds = days * 86_400 + hour * 3_600 + (minute + offset) * 60 + second;
  return seconds * 1_000_000 + fraction;
}

/** Functions beyond the language's own, by name; libraries of k8s.io/apiserver/pkg/cel. */
export const libraries: Readonly<Record<string, CelFunction>> = {
  ...strings,
  ...lists,
  ...quantities,
  ...times,
  ...addresses,
  ...optionals,
};
