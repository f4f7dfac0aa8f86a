import { at, invalid, keyed, required, type FieldError } from '../../apimachinery/field-error.ts';
import type { Json } from '../../world/json.ts';
import type { Amounts } from '../describe/quota.ts';
import { validateAmount, validateQuotaResourceName } from '../resource-names.ts';
import type { ResourceQuota, ScopeRequirement } from './index.ts';

const always = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating'];
const pairs = [always.slice(0, 2), always.slice(2)];
const scopes = new Set([...always, 'PriorityClass', 'CrossNamespacePodAffinity']);
const EXISTS =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, " +
  'ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ' +
  'ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';

/** Whether a quota with a scope may count a resource (`IsResourceQuotaScopeValidForResource`). */
function fits(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return !/^(pods|cpu|memory)$/.test(resource);
  return resource === 'pods' || /^((requests|limits)\.)?(cpu|memory)$/.test(resource);
}

const isKnown = (scope: string) => scopes.has(scope) || scope === 'VolumeAttributesClass';

/** `ValidateResourceQuota` and `ValidateResourceQuotaUpdate`. */
export function validate(quota: ResourceQuota, old: ResourceQuota | undefined): FieldError[] {
  const { hard = {}, scopes: listed = [] } = quota.spec ?? {};
  const errors = [
    ...amountErrors(hard, 'spec.hard'),
    ...scopeErrors(listed, Object.keys(hard)),
    ...selectorErrors(quota),
  ];
  if (old && !sameSet(listed, old.spec?.scopes ?? [])) {
    errors.push(invalid('spec.scopes', listed as unknown as Json, 'field is immutable'));
  }
  return errors;
}

/** `ValidateResourceQuotaStatusUpdate`. */
export function validateStatus({ status }: ResourceQuota): FieldError[] {
  return [
    ...amountErrors(status?.hard ?? {}, 'status.hard'),
    ...amountErrors(status?.used ?? {}, 'status.used'),
  ];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((each) => b.includes(each));
}

function amountErrors(amounts: Amounts, path: string): FieldError[] {
  return Object.entries(amounts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, amount]) => [
      ...validateQuotaResourceName(name, keyed(path, name)),
      ...validateAmount(name, amount, keyed(path, name)),
    ]);
}

function scopeErrors(listed: readonly string[], hard: readonly string[]): FieldError[] {
  const path = 'spec.scopes';
  const wrong = (why: string) => invalid(path, listed as unknown as Json, why);
  const errors: FieldError[] = [];
  for (const scope of listed) {
    if (!isKnown(scope)) errors.push(wrong('unsupported scope'));
    for (const name of hard.toSorted()) {
      if (!fits(scope, name)) errors.push(wrong('unsupported scope applied to resource'));
    }
  }
  return [...errors, ...conflicts(listed).map(() => wrong('conflicting scopes'))];
}

const conflicts = (listed: readonly string[]) =>
  pairs.filter((pair) => pair.every((scope) => listed.includes(scope)));

function selectorErrors({ spec }: ResourceQuota): FieldError[] {
  const selector = spec?.scopeSelector;
  if (!selector) return [];
  const path = 'spec.scopeSelector.matchExpressions';
  const wrong = (why: string) => invalid(path, selector as unknown as Json, why);
  const requirements = selector.matchExpressions ?? [];
  const errors = requirements.flatMap((each) => [
    ...requirementErrors(each, path),
    ...Object.keys(spec?.hard ?? {})
      .toSorted()
      .filter((name) => !fits(each.scopeName ?? '', name))
      .map(() => wrong('unsupported scope applied to resource')),
  ]);
  const named = requirements.map(({ scopeName = '' }) => scopeName);
  return [...errors, ...conflicts(named).map(() => wrong('conflicting scopes'))];
}

function requirementErrors(
  { scopeName = '', operator = '', values = [] }: ScopeRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!isKnown(scopeName))
    errors.push(invalid(at(path, 'scopeName'), scopeName, 'unsupported scope'));
  const only = always.includes(scopeName) || scopeName === 'CrossNamespacePodAffinity';
  if (only && operator !== 'Exists') errors.push(invalid(at(path, 'operator'), operator, EXISTS));
  const some = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
  const none = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(at(path, 'values'), some));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const list = values as unknown as Json;
    if (values.length > 0) errors.push(invalid(at(path, 'values'), list, none));
  } else errors.push(invalid(at(path, 'operator'), operator, 'not a valid selector operator'));
  return errors;
}
