import {
  at,
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import { oneOf, qualifiedName } from '../checks.ts';
import { validateLabelSelector } from '../label-selector.ts';
import { validateTaintEffect } from '../taint-effect.ts';
import type { PodSpec, Toleration } from './shapes.ts';

type Constraint = NonNullable<PodSpec['topologySpreadConstraints']>[number];

const POSITIVE = 'must be greater than zero';

/** `validateTopologySpreadConstraints`. */
export function validateSpread(constraints: readonly Constraint[], path: string): FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const own = at(path, index);
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable: action = '' } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(at(own, 'maxSkew'), maxSkew, POSITIVE));
    if (!topologyKey) errors.push(required(at(own, 'topologyKey'), 'can not be empty'));
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    errors.push(...oneOf(action, actions, at(own, 'whenUnsatisfiable')));
    const again = constraints
      .slice(index + 1)
      .some((each) => each.topologyKey === topologyKey && each.whenUnsatisfiable === action);
    if (again) {
      const pair = at(own, '{topologyKey, whenUnsatisfiable}');
      errors.push(duplicate(pair, `{${topologyKey}, ${action}}`));
    }
    errors.push(...minDomains(constraint, action, at(own, 'minDomains')));
    const policies = ['Honor', 'Ignore'];
    errors.push(...oneOf(constraint.nodeAffinityPolicy, policies, at(own, 'nodeAffinityPolicy')));
    errors.push(...oneOf(constraint.nodeTaintsPolicy, policies, at(own, 'nodeTaintsPolicy')));
    errors.push(...labelKeys(constraint, at(own, 'matchLabelKeys')));
    errors.push(...validateLabelSelector(constraint.labelSelector, at(own, 'labelSelector')));
    return errors;
  });
}

function minDomains({ minDomains: least }: Constraint, action: string, path: string): FieldError[] {
  if (least === undefined) return [];
  const errors = least <= 0 ? [invalid(path, least, POSITIVE)] : [];
  if (action === 'DoNotSchedule') return errors;
  const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
  return [...errors, invalid(path, least, why)];
}

function labelKeys({ matchLabelKeys = [], labelSelector }: Constraint, path: string): FieldError[] {
  if (matchLabelKeys.length === 0) return [];
  const errors: FieldError[] = [];
  if (!labelSelector) {
    errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
  }
  const selected = new Set([
    ...Object.keys(labelSelector?.matchLabels ?? {}),
    ...(labelSelector?.matchExpressions ?? []).map(({ key }) => key),
  ]);
  matchLabelKeys.forEach((key, index) => {
    errors.push(...qualifiedName(key, at(path, index)));
    const why = 'exists in both matchLabelKeys and labelSelector';
    if (selected.has(key)) errors.push(invalid(at(path, index), key, why));
  });
  return errors;
}

/** `ValidateTolerations`. */
export function validateTolerations(
  tolerations: readonly Toleration[],
  path: string,
): FieldError[] {
  return tolerations.flatMap(({ key = '', operator = '', value = '', ...rest }, index) => {
    const own = at(path, index);
    const place = at(own, 'operator');
    const { effect = '', tolerationSeconds } = rest;
    const errors = key ? qualifiedName(key, at(own, 'key')) : [];
    if (!key && operator !== 'Exists') {
      const all = '"match all values and all keys"';
      const why = `operator must be Exists when \`key\` is empty, which means ${all}`;
      errors.push(invalid(place, operator, why));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalid(at(own, 'effect'), effect, why));
    }
    if (operator === '' || operator === 'Equal') {
      const bad = isValidLabelValue(value);
      if (bad.length > 0) errors.push(invalid(place, value, bad.join(';')));
    } else if (operator === 'Exists') {
      const why = "value must be empty when `operator` is 'Exists'";
      if (value) errors.push(invalid(place, value, why));
    } else errors.push(notSupported(place, operator, ['Equal', 'Exists']));
    return effect ? [...errors, ...validateTaintEffect(effect, at(own, 'effect'))] : errors;
  });
}

/** `validateSchedulingGates`. */
export function validateGates({ schedulingGates = [] }: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>();
  return schedulingGates.flatMap(({ name = '' }, index) => {
    const own = at(path, index);
    const errors = qualifiedName(name, own);
    if (seen.has(name)) errors.push(duplicate(own, name));
    seen.add(name);
    return errors;
  });
}
