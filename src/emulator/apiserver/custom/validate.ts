import {
  at,
  duplicate,
  invalid,
  keyed,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { fieldsOf, schemaOfField, type Structural } from '../../apimachinery/structural.ts';
import { equal, type Json } from '../../world/json.ts';
import { formatError } from './formats.ts';

/** What is wrong with a value by its schema, in the words of go-openapi's validators. */
export function validateValue(
  schema: Structural,
  value: Json,
  path: string,
): readonly FieldError[] {
  if (value === null && schema.nullable) return [];
  const wrongType = typeError(schema, value, path);
  if (wrongType) return [...combined(schema, value, path), wrongType];
  return [
    ...combined(schema, value, path),
    ...enumErrors(schema, value, path),
    ...within(schema, value, path),
  ];
}

function within(schema: Structural, value: Json, path: string): readonly FieldError[] {
  if (typeof value === 'string') return textErrors(schema, value, path);
  if (typeof value === 'number') return numberErrors(schema, value, path);
  if (Array.isArray(value)) return listErrors(schema, value as readonly Json[], path);
  return objectErrors(schema, value, path);
}

function typeError(schema: Structural, value: Json, path: string): FieldError | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value === 'string' || Number.isInteger(value)) return undefined;
    return mismatch(path, 'integer,string', value);
  }
  const wanted = schema.type;
  if (wanted === undefined || wanted === '') return undefined;
  const given = typeName(value);
  const fits = wanted === given || (wanted === 'number' && given === 'integer');
  return fits ? undefined : mismatch(path, wanted, value);
}

function mismatch(path: string, wanted: string, value: Json): FieldError {
  const given = typeName(value);
  return typeInvalid(path, given, `${path} in body must be of type ${wanted}: "${given}"`);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function enumErrors(schema: Structural, value: Json, path: string): readonly FieldError[] {
  if (!schema.enum || schema.enum.some((each) => equal(each, value))) return [];
  return [notSupported(path, value, schema.enum.map(String))];
}

function textErrors(schema: Structural, value: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { maxLength, minLength, pattern, format } = schema;
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, maxLength));
  if (minLength !== undefined && length < minLength) {
    errors.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !matches(pattern, value)) {
    errors.push(invalid(path, value, `${path} in body should match '${pattern}'`));
  }
  const wrong = format && formatError(format, value);
  if (wrong) {
    errors.push(typeInvalid(path, value, `${path} in body must be of type ${format}: "${value}"`));
  }
  return errors;
}

/** RE2's syntax is near enough to JavaScript's for what schemas hold. */
export function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return new RegExp(pattern).test(value);
  }
}

function numberErrors(schema: Structural, value: number, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { minimum, maximum, multipleOf, exclusiveMinimum, exclusiveMaximum } = schema;
  const say = (what: string) =>
    errors.push(invalid(path, value, `${path} in body should be ${what}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    say(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    say(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  if (multipleOf && value % multipleOf !== 0) say(`a multiple of ${multipleOf}`);
  return errors;
}

function listErrors(schema: Structural, value: readonly Json[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { minItems, maxItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems) {
    errors.push(tooMany(path, value.length, maxItems));
  }
  if (minItems !== undefined && value.length < minItems) {
    const what = `${path} in body should have at least ${minItems} items`;
    errors.push(invalid(path, value.length, what));
  }
  if (items) {
    for (const [index, each] of value.entries()) {
      errors.push(...validateValue(items, each, `${path}[${index}]`));
    }
  }
  return errors;
}

function objectErrors(schema: Structural, value: Json, path: string): readonly FieldError[] {
  const fields = fieldsOf(value);
  if (!fields) return [];
  const errors: FieldError[] = [];
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined);
  const { minProperties, maxProperties } = schema;
  if (maxProperties !== undefined && names.length > maxProperties) {
    errors.push(tooMany(path, names.length, maxProperties));
  }
  if (minProperties !== undefined && names.length < minProperties) {
    const what = `${path} in body should have at least ${minProperties} properties`;
    errors.push(invalid(path, names.length, what));
  }
  for (const name of schema.required ?? []) {
    if (fields[name] === undefined) errors.push(required(at(path, name), ''));
  }
  for (const name of names.toSorted()) {
    const inner = schemaOfField(schema, name);
    if (!inner) continue;
    const place = schema.properties?.[name] ? at(path, name) : keyed(path, name);
    errors.push(...validateValue(inner, fields[name] as Json, place));
  }
  return errors;
}

/** `allOf`, `anyOf`, `oneOf` and `not`: what fails is said of the value, then why. */
function combined(schema: Structural, value: Json, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const failing = (list: readonly Structural[]) =>
    list.map((each) => validateValue(each, value, path));
  for (const found of failing(schema.allOf ?? [])) errors.push(...found);
  const whole = (what: string): FieldError => invalid('<nil>', '', `"${path}" ${what}`);
  if (schema.anyOf) {
    const found = failing(schema.anyOf);
    if (!found.some((each) => each.length === 0)) {
      errors.push(whole('must validate at least one schema (anyOf)'), ...(found[0] ?? []));
    }
  }
  if (schema.oneOf) {
    const found = failing(schema.oneOf);
    const valid = found.filter((each) => each.length === 0).length;
    if (valid === 0) {
      const what = 'must validate one and only one schema (oneOf). Found none valid';
      errors.push(whole(what), ...(found[0] ?? []));
    } else if (valid > 1) {
      errors.push(
        whole(`must validate one and only one schema (oneOf). Found ${valid} valid alternatives`),
      );
    }
  }
  if (schema.not && validateValue(schema.not, value, path).length === 0) {
    errors.push(whole('must not validate the schema (not)'));
  }
  return errors;
}

/** Items of sets and maps that are there twice. */
export function duplicates(schema: Structural, value: Json, path: string): readonly FieldError[] {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const { items } = schema;
    const inner = items
      ? list.flatMap((each, index) => duplicates(items, each, `${path}[${index}]`))
      : [];
    return [...twice(schema, list, path), ...inner];
  }
  return Object.entries(fieldsOf(value) ?? {}).flatMap(([name, member]) => {
    const below = schemaOfField(schema, name);
    if (!below || member === undefined) return [];
    return duplicates(
      below,
      member,
      schema.properties?.[name] ? at(path, name) : keyed(path, name),
    );
  });
}

function twice(schema: Structural, list: readonly Json[], path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const fields = fieldsOf(item) ?? {};
    const id: Json =
      type === 'set'
        ? item
        : Object.fromEntries(keys.filter((key) => key in fields).map((key) => [key, fields[key]]));
    const text = JSON.stringify(id);
    if (seen.has(text)) return [duplicate(`${path}[${index}]`, id)];
    seen.add(text);
    return [];
  });
}
