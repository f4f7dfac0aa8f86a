import type { FieldError } from '../../apimachinery/field-error.ts';
import { oneOf } from '../checks.ts';

/** `validatePullPolicy`: it is there, defaulting has seen to it. */
export function pullPolicy(policy: string | undefined, path: string): FieldError[] {
  return oneOf(policy, ['Always', 'IfNotPresent', 'Never'], path, true);
}

/** Always for `latest` and untagged images, else IfNotPresent, also where no image is named. */
export function defaultPullPolicy(image: string): string {
  if (image === '') return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image.replace(/@.*$/, ''))?.[1];
  if (image.includes('@')) return tag === 'latest' ? 'Always' : 'IfNotPresent';
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}
