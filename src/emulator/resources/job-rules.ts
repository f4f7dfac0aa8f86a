import {
  at,
  duplicate,
  invalid,
  notSupported,
  omitted,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from '../apimachinery/field-error.ts';
import type { Json } from '../world/json.ts';
import { nonNegative, qualifiedName } from './checks.ts';
import type { FailureRule, JobSpec, SuccessRule } from './job-shapes.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const RULES_MAX = 20;
const CODES_MAX = 255;
const PATTERNS_MAX = 20;
const INDEXES_MAX = 65_536;

/** `[%q]` of a list, as Go prints it: the values in quotes, with blanks between. */
const quoted = (values: readonly string[]) => `[${values.map((each) => `"${each}"`).join(' ')}]`;

/** A value that has to be one of a list, where what is missing is told what there is. */
function choice(value: string, known: readonly string[], path: string): FieldError[] {
  if (value === '') return [required(path, `valid values: ${quoted(known)}`)];
  return known.includes(value) ? [] : [notSupported(path, value, known)];
}

/** `validatePodFailurePolicy`. */
export function validateFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const { podFailurePolicy, template } = spec;
  if (!podFailurePolicy) return [];
  const rules = podFailurePolicy.rules ?? [];
  const place = at(path, 'podFailurePolicy', 'rules');
  const { containers, initContainers = [] } = template.spec;
  const names = [...containers, ...initContainers].map(({ name }) => name);
  return [
    ...(rules.length > RULES_MAX ? [tooMany(place, rules.length, RULES_MAX)] : []),
    ...rules.flatMap((rule, index) => failureRule(spec, rule, names, at(place, index))),
  ];
}

function failureRule(
  spec: JobSpec,
  rule: FailureRule,
  names: readonly string[],
  path: string,
): FieldError[] {
  const { action = '', onExitCodes: codes, onPodConditions: conditions = [] } = rule;
  const place = at(path, 'action');
  const errors: FieldError[] = [];
  if (action === 'FailIndex') {
    const why = 'requires the backoffLimitPerIndex to be set';
    if (spec.backoffLimitPerIndex === undefined) errors.push(invalid(place, action, why));
  } else errors.push(...choice(action, ACTIONS, place));
  if (codes) errors.push(...exitCodes(codes, names, at(path, 'onExitCodes')));
  errors.push(...podConditions(conditions, at(path, 'onPodConditions')));
  const wrong = (why: string) => omitted(invalid(path, undefined, why));
  if (codes && conditions.length > 0) {
    errors.push(wrong('specifying both OnExitCodes and OnPodConditions is not supported'));
  }
  if (!codes && conditions.length === 0) {
    errors.push(wrong('specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

function podConditions(
  conditions: NonNullable<FailureRule['onPodConditions']>,
  path: string,
): FieldError[] {
  const count = conditions.length;
  return [
    ...(count > PATTERNS_MAX ? [tooMany(path, count, PATTERNS_MAX)] : []),
    ...conditions.flatMap(({ type = '', status = '' }, index) => [
      ...qualifiedName(type, at(path, index, 'type')),
      ...choice(status, STATUSES, at(path, index, 'status')),
    ]),
  ];
}

function exitCodes(
  { operator = '', values = [], containerName }: NonNullable<FailureRule['onExitCodes']>,
  names: readonly string[],
  path: string,
): FieldError[] {
  const errors = choice(operator, OPERATORS, at(path, 'operator'));
  const place = at(path, 'values');
  if (containerName !== undefined && !names.includes(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(at(path, 'containerName'), containerName, why));
  }
  if (values.length === 0) errors.push(invalid(place, null, 'at least one value is required'));
  else if (values.length > CODES_MAX) errors.push(tooMany(place, values.length, CODES_MAX));
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(at(place, index), 0, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) !== index) errors.push(duplicate(at(place, index), value));
  });
  const sorted = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  return sorted ? errors : [...errors, invalid(place, [...values], 'must be ordered')];
}

/** `validateSuccessPolicy`: only of Jobs whose pods have numbers. */
export function validateSuccessPolicy(spec: JobSpec, path: string): FieldError[] {
  const { successPolicy: policy, completionMode } = spec;
  if (!policy) return [];
  const place = at(path, 'successPolicy');
  const rules = policy.rules ?? [];
  if (completionMode !== 'Indexed') {
    const shown = rules.map((rule) => ({
      SucceededIndexes: rule.succeededIndexes ?? null,
      SucceededCount: rule.succeededCount ?? null,
    }));
    return [invalid(place, { Rules: shown } as Json, 'requires indexed completion mode')];
  }
  const list = at(place, 'rules');
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(list, none)] : []),
    ...(rules.length > RULES_MAX ? [tooMany(list, rules.length, RULES_MAX)] : []),
    ...rules.flatMap((rule, index) => successRule(spec, rule, at(list, index))),
  ];
}

function successRule(spec: JobSpec, rule: SuccessRule, path: string): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  const completions = spec.completions ?? 0;
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined) {
    const why = 'at least one of succeededCount or succeededIndexes must be specified';
    errors.push(required(path, why));
  }
  let total = 0;
  if (indexes !== undefined) {
    const place = at(path, 'succeededIndexes');
    if (indexes.length > INDEXES_MAX) errors.push(tooLong(place, INDEXES_MAX));
    const read = readIndexes(indexes, completions);
    if (typeof read === 'number') total = read;
    else errors.push(invalid(place, indexes, `error parsing succeededIndexes: ${read.error}`));
  }
  if (count === undefined) return errors;
  const place = at(path, 'succeededCount');
  errors.push(...nonNegative(count, place));
  const most = (limit: number, what: string) =>
    invalid(place, count, `must be less than or equal to ${limit} (the number of ${what})`);
  if (count > completions) errors.push(most(completions, 'specified completions'));
  if (indexes !== undefined && count > total) {
    errors.push(most(total, 'indexes in the specified succeededIndexes field'));
  }
  return errors;
}

/** How many indexes a text like `0-2,5` names (`validateIndexesFormat`), or what is wrong. */
function readIndexes(text: string, completions: number): number | { readonly error: string } {
  if (text === '') return 0;
  let total = 0;
  let last: number | undefined;
  for (const part of text.split(',')) {
    const ends = part.split('-');
    if (ends.length > 2) {
      const rule = "an index interval can have at most two parts separated by '-'";
      return { error: `the fragment "${part}" violates the requirement that ${rule}` };
    }
    const [from, to = from] = ends.map((each) => (/^[+-]?\d+$/.test(each) ? Number(each) : NaN));
    const odd = ends.find((each) => !/^[+-]?\d+$/.test(each));
    if (odd !== undefined) {
      return { error: `cannot convert string to integer for index: "${odd}"` };
    }
    const [low, high] = [from as number, to as number];
    if (low >= completions) return { error: `too large index: "${ends[0]}"` };
    if (last !== undefined && low <= last) {
      return { error: `non-increasing order, previous: ${last}, current: ${low}` };
    }
    if (ends.length === 2 && high <= low) {
      return { error: `non-increasing order, previous: ${low}, current: ${high}` };
    }
    if (high >= completions) return { error: `too large index: "${ends[1]}"` };
    total += high - low + 1;
    last = high;
  }
  return total;
}
