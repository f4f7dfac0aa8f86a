import {
  forbidden,
  invalid,
  keyed,
  tooLong,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isConfigMapKey } from '../../apimachinery/names.ts';
import { base64Size } from '../../world/base64.ts';
import { equal } from '../../world/json.ts';
import { invalids } from '../checks.ts';

/** What the data of a ConfigMap or Secret may have at most, all keys together. */
const MAX = 1_048_576;

interface Data {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** `ValidateConfigMap` and `ValidateConfigMapUpdate`. */
export function validate(map: Data, old: Data | undefined): FieldError[] {
  const { data = {}, binaryData = {} } = map;
  const errors = old?.immutable ? changes(map, old) : [];
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    const path = keyed('data', key);
    errors.push(...invalids(path, key, isConfigMapKey(key)));
    if (binaryData[key] !== undefined) {
      errors.push(invalid(path, key, 'duplicate of key present in binaryData'));
    }
    size += new TextEncoder().encode(value).length;
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...invalids(keyed('binaryData', key), key, isConfigMapKey(key)));
    size += base64Size(value);
  }
  // The whole object is meant, and has no path.
  return size > MAX ? [...errors, tooLong('', MAX)] : errors;
}

function changes(map: Data, old: Data): FieldError[] {
  const why = 'field is immutable when `immutable` is set';
  const fields = (['data', 'binaryData'] as const).filter(
    (field) => !equal(map[field] ?? {}, old[field] ?? {}),
  );
  return [...(map.immutable ? [] : ['immutable']), ...fields].map((field) => forbidden(field, why));
}
