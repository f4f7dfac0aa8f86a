import {
  at,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import type { Container } from './shapes.ts';

const policies = ['Always', 'OnFailure', 'Never'];
const MAX_RULES = 20;
const MAX_CODES = 255;

/** `validateContainerRestartPolicy`: a container's own policy, and its rules by exit codes. */
export function validateRestart(container: Container, path: string): FieldError[] {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container;
  const place = at(path, 'restartPolicy');
  const list = at(path, 'restartPolicyRules');
  const errors: FieldError[] = [];
  if (policy === undefined) {
    if (rules.length === 0) return errors;
    errors.push(required(place, 'must specify restartPolicy when restart rules are used'));
  } else if (!policies.includes(policy)) errors.push(notSupported(place, policy, policies));
  if (rules.length > MAX_RULES) errors.push(tooMany(list, rules.length, MAX_RULES));
  rules.forEach(({ action = '', exitCodes }, index) => {
    const own = at(list, index);
    const codes = at(own, 'exitCodes');
    if (!action) errors.push(required(at(own, 'action'), 'must be specified'));
    else if (action !== 'Restart') {
      errors.push(notSupported(at(own, 'action'), action, ['Restart']));
    }
    if (!exitCodes) {
      errors.push(required(codes, 'must be specified'));
      return;
    }
    const { operator = '', values = [] } = exitCodes;
    if (operator !== 'In' && operator !== 'NotIn') {
      errors.push(notSupported(at(codes, 'operator'), operator, ['In', 'NotIn']));
    }
    if (values.length > MAX_CODES) {
      errors.push(tooMany(at(codes, 'values'), values.length, MAX_CODES));
    }
  });
  return errors;
}
