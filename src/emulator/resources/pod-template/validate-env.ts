import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { isConfigMapKey, isEnvVarName } from '../../apimachinery/names.ts';
import { dnsSubdomain, invalids, textOf, type Fields } from '../checks.ts';
import { sourceOf } from '../volume-source/sources.ts';
import { envFields, fieldSelector, resourceSelector } from './validate-downward.ts';
import type { Container } from './shapes.ts';

/** `ValidateEnv`. */
export function validateEnv({ env = [] }: Container, path: string): FieldError[] {
  return env.flatMap((variable, index) => {
    const own = at(path, index);
    const { name, value = '', valueFrom } = variable;
    const place = at(own, 'name');
    const errors = name ? invalids(place, name, isEnvVarName(name)) : [required(place, '')];
    if (!valueFrom) return errors;
    return [...errors, ...validateSource(valueFrom as Fields, value, at(own, 'valueFrom'))];
  });
}

const NONE =
  'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';

function validateSource(from: Fields, value: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  const look = (name: string, check: (ref: Fields, place: string) => FieldError[]) => {
    const ref = sourceOf(from, name);
    if (!ref) return;
    found += 1;
    errors.push(...check(ref, at(path, name)));
  };
  look('fieldRef', (ref, place) => fieldSelector(ref, envFields, place));
  look('resourceFieldRef', (ref, place) => resourceSelector(ref, place, false));
  look('configMapKeyRef', keySelector);
  look('secretKeyRef', keySelector);
  look('fileKeyRef', fileKey);
  if (found === 0) errors.push(invalid(path, '', NONE));
  else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (found > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** One key of a ConfigMap or Secret. */
function keySelector(ref: Fields, path: string): FieldError[] {
  return [...dnsSubdomain(textOf(ref, 'name'), at(path, 'name')), ...key(ref, path)];
}

function key(ref: Fields, path: string): FieldError[] {
  const [name, place] = [textOf(ref, 'key'), at(path, 'key')];
  return name ? invalids(place, name, isConfigMapKey(name)) : [required(place, '')];
}

/** A variable of a file that an init container has written into a volume. */
function fileKey(ref: Fields, path: string): FieldError[] {
  const [name, place] = [textOf(ref, 'key'), at(path, 'key')];
  return [
    ...(name ? invalids(place, name, isEnvVarName(name)) : [required(place, '')]),
    ...['volumeName', 'path']
      .filter((field) => !textOf(ref, field))
      .map((field) => required(at(path, field), '')),
  ];
}

/** `ValidateEnvFrom`: whole ConfigMaps and Secrets. */
export function validateEnvFrom({ envFrom = [] }: Container, path: string): FieldError[] {
  return envFrom.flatMap((source, index) => {
    const own = at(path, index);
    const { prefix = '' } = source;
    const errors = prefix ? invalids(at(own, 'prefix'), prefix, isEnvVarName(prefix)) : [];
    const refs = (['configMapRef', 'secretRef'] as const).filter((name) => source[name]);
    for (const name of refs) {
      const place = at(own, name, 'name');
      const called = source[name]?.name ?? '';
      // Names that something is yet to be added to may end with a dash.
      const bare = called.replace(/-$/, 'a');
      if (!called) errors.push(required(place, ''));
      else errors.push(...dnsSubdomain(bare, place).map((each) => ({ ...each, value: called })));
    }
    if (refs.length === 0) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (refs.length > 1) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}
