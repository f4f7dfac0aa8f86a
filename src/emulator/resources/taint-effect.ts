import { notSupported, required, type FieldError } from '../apimachinery/field-error.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** `validateTaintEffect`, of taints and of what tolerates them. */
export function validateTaintEffect(effect: string, path: string): FieldError[] {
  if (!effect) return [required(path, '')];
  return effects.includes(effect) ? [] : [notSupported(path, effect, effects)];
}
