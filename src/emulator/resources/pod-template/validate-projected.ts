import {
  at,
  forbidden,
  invalid,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { needed, textOf, type Fields } from '../checks.ts';
import { sourceOf } from '../volume-source/sources.ts';
import { fileMode, keyToPath, nonReservedPath } from '../volume-source/paths.ts';
import { fieldSelector, resourceSelector, volumeFields } from './validate-downward.ts';

/** `validateDownwardAPIVolumeFile`: exactly one of a field and a resource, at a path. */
export function downwardFile(file: Fields, path: string): FieldError[] {
  const [field, resource] = [sourceOf(file, 'fieldRef'), sourceOf(file, 'resourceFieldRef')];
  const errors = [
    ...needed(file, path, 'path'),
    ...nonReservedPath(textOf(file, 'path'), at(path, 'path')),
  ];
  if (field) {
    errors.push(...fieldSelector(field, volumeFields, at(path, 'fieldRef')));
    if (resource) {
      const both = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalid(path, 'resource', both));
    }
  } else if (resource) {
    errors.push(...resourceSelector(resource, at(path, 'resourceFieldRef'), true));
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...fileMode(file, 'mode', path)];
}

/** `validateProjectedVolumeSource`: sources that share one directory, so no path comes twice. */
export function projected(source: Fields, path: string): FieldError[] {
  const seen = new Set<string>();
  const sources = (source['sources'] ?? []) as readonly Fields[];
  return [
    ...fileMode(source, 'defaultMode', path),
    ...sources.flatMap((each, index) => one(each, seen, path, at(path, 'sources', index))),
  ];
}

const DUPLICATE = 'conflicting duplicate paths';

function one(source: Fields, seen: Set<string>, path: string, own: string): FieldError[] {
  const errors: FieldError[] = [];
  const claim = (file: string, shown: string) => {
    if (!file) return;
    if (seen.has(file)) errors.push(invalid(path, shown, DUPLICATE));
    seen.add(file);
  };
  let found = 0;
  for (const name of ['secret', 'configMap'] as const) {
    const keys = sourceOf(source, name);
    if (!keys) continue;
    found += 1;
    errors.push(...needed(keys, at(own, name), 'name'));
    ((keys['items'] ?? []) as readonly Fields[]).forEach((item, index) => {
      errors.push(...keyToPath(item, at(own, name, 'items', index)));
      claim(textOf(item, 'path'), textOf(keys, 'name'));
    });
  }
  const downward = sourceOf(source, 'downwardAPI');
  if (downward) {
    found += 1;
    for (const file of (downward['items'] ?? []) as readonly Fields[]) {
      errors.push(...downwardFile(file, at(own, 'downwardAPI')));
      claim(textOf(file, 'path'), textOf(file, 'path'));
    }
  }
  const token = sourceOf(source, 'serviceAccountToken');
  if (token) {
    found += 1;
    errors.push(...tokenErrors(token, path, at(own, 'serviceAccountToken')));
  }
  if (found > 1) {
    errors.push(forbidden(own, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

function tokenErrors(token: Fields, path: string, own: string): FieldError[] {
  const seconds = (token['expirationSeconds'] ?? 3600) as number;
  const place = at(own, 'expirationSeconds');
  const errors: FieldError[] = [];
  if (seconds < 600) {
    errors.push(invalid(place, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > 2 ** 32) {
    errors.push(invalid(place, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  const file = textOf(token, 'path');
  if (!file) return [...errors, required(at(path, 'path'), '')];
  return [...errors, ...nonReservedPath(file, at(path, 'path'))];
}
