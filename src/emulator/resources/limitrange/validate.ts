import {
  at,
  duplicate,
  forbidden,
  invalid,
  keyed,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isQualifiedName } from '../../apimachinery/names.ts';
import { parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { LimitItem, LimitRangeShape } from '../describe/limits.ts';
import { amountText, type Amounts } from '../describe/quota.ts';
import {
  isExtendedResource,
  validateContainerResourceName,
  validateResourceName,
} from '../resource-names.ts';

const standard = ['Pod', 'Container', 'PersistentVolumeClaim'];

/** `ValidateLimitRange`. */
export function validate({ spec }: LimitRangeShape): FieldError[] {
  const seen = new Set<string>();
  return (spec?.limits ?? []).flatMap((item, index) => {
    const path = at('spec', 'limits', index);
    const errors = typeErrors(item.type ?? '', at(path, 'type'));
    if (seen.has(item.type)) errors.push(duplicate(at(path, 'type'), item.type));
    seen.add(item.type);
    return [...errors, ...nameErrors(item, path), ...amountErrors(item, path)];
  });
}

function typeErrors(type: string, path: string): FieldError[] {
  const errors = isQualifiedName(type).map((each) => invalid(path, type, each));
  if (errors.length > 0 || type.includes('/') || standard.includes(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function nameErrors(item: LimitItem, path: string): FieldError[] {
  const { type } = item;
  const pod = type === 'Pod';
  const check = pod || type === 'Container' ? validateContainerResourceName : validateResourceName;
  const of = (field: keyof LimitItem) =>
    Object.keys((item[field] as Amounts | undefined) ?? {})
      .sort()
      .flatMap((name) => check(name, keyed(at(path, field), name)));
  const errors = [...of('max'), ...of('min')];
  const never = "may not be specified when `type` is 'Pod'";
  for (const field of ['default', 'defaultRequest'] as const) {
    if (!pod) errors.push(...of(field));
    else if (Object.keys(item[field] ?? {}).length > 0) {
      errors.push(forbidden(at(path, field), never));
    }
  }
  const some = item.min?.['storage'] ?? item.max?.['storage'];
  if (type === 'PersistentVolumeClaim' && some === undefined) {
    const why = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(at(path, 'limits'), why));
  }
  return [...errors, ...of('maxLimitRequestRatio')];
}

/** Amounts of one resource against each other. */
function amountErrors(item: LimitItem, path: string): FieldError[] {
  const lists = item.type === 'Pod' ? [] : [item.default, item.defaultRequest];
  const all = [item.max, item.min, ...lists].flatMap((each) => Object.keys(each ?? {}));
  return [...new Set(all)].sort().flatMap((name) => resourceErrors(item, path, name));
}

function resourceErrors(item: LimitItem, path: string, name: string): FieldError[] {
  const { min, max, default: limit, defaultRequest: request, maxLimitRequestRatio: ratio } = item;
  const errors: FieldError[] = [];
  const nano = (list: Amounts | undefined) =>
    list?.[name] === undefined ? undefined : parseQuantity(String(list[name]))?.nano;
  const text = (list: Amounts | undefined) => amountText(list?.[name]);
  const wrong = (field: string, list: Amounts | undefined, why: string) =>
    errors.push(invalid(keyed(at(path, field), name), text(list), why));
  /** Whether both are there and the first is the greater. */
  const over = (a: Amounts | undefined, b: Amounts | undefined) => {
    const [first, second] = [nano(a), nano(b)];
    return first !== undefined && second !== undefined && first > second;
  };
  const says = (what: string, a: Amounts | undefined, than: string, b: Amounts | undefined) =>
    `${what} value ${text(a)} is greater than ${than} value ${text(b)}`;
  if (over(min, max)) wrong('min', min, says('min', min, 'max', max));
  if (over(min, request)) {
    wrong('defaultRequest', request, says('min', min, 'default request', request));
  }
  if (over(request, max)) {
    wrong('defaultRequest', request, says('default request', request, 'max', max));
  }
  if (over(request, limit)) {
    wrong('defaultRequest', request, says('default request', request, 'default limit', limit));
  }
  if (over(min, limit)) wrong('default', min, says('min', min, 'default', limit));
  if (over(limit, max)) wrong('default', max, says('default', limit, 'max', max));
  const least = nano(ratio);
  if (least !== undefined && least < 1_000_000_000n) {
    wrong('maxLimitRequestRatio', ratio, `ratio ${text(ratio)} is less than 1`);
  }
  if (least !== undefined && nano(min) !== undefined && nano(max) !== undefined) {
    const most = wholeValue(max?.[name]) / wholeValue(min?.[name]);
    if (wholeValue(ratio?.[name]) > most) {
      const why = `ratio ${text(ratio)} is greater than max/min = ${most.toFixed(6)}`;
      wrong('maxLimitRequestRatio', ratio, why);
    }
  }
  const [own, asked] = [nano(limit), nano(request)];
  const strict = isExtendedResource(name) || name.startsWith('hugepages-');
  if (strict && own !== undefined && asked !== undefined && own !== asked) {
    const why = `default value ${text(limit)} must equal to defaultRequest value ${text(request)}`;
    wrong('defaultRequest', request, `${why} in ${name}`);
  }
  return errors;
}
