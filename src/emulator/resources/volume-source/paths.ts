import { at, invalid, type FieldError } from '../../apimachinery/field-error.ts';
import { needed, textOf, type Fields } from '../checks.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

/** `validatePathNoBacksteps`. */
export function noBacksteps(path: string, place: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(place, path, "must not contain '..'")] : [];
}

/** `validateLocalDescendingPath`: relative, and never upwards. */
export function descendingPath(path: string, place: string): FieldError[] {
  const errors = path.startsWith('/') ? [invalid(place, path, 'must be a relative path')] : [];
  return [...errors, ...noBacksteps(path, place)];
}

/** `ValidateLocalNonReservedPath`: names that begin with two dots are the kubelet's own. */
export function nonReservedPath(path: string, place: string): FieldError[] {
  const errors = descendingPath(path, place);
  const reserved = path.startsWith('..') && !path.startsWith('../');
  return reserved ? [...errors, invalid(place, path, "must not start with '..'")] : errors;
}

/** Permissions of a file, from 0 to 0777. */
export function fileMode(fields: Fields, name: string, place: string): FieldError[] {
  const mode = fields[name];
  if (typeof mode !== 'number' || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(at(place, name), mode, MODE)];
}

/** `validateKeyToPath`: one key of a ConfigMap or Secret and the file that it becomes. */
export function keyToPath(item: Fields, place: string): FieldError[] {
  return [
    ...needed(item, place, 'key', 'path'),
    ...nonReservedPath(textOf(item, 'path'), at(place, 'path')),
    ...fileMode(item, 'mode', place),
  ];
}
