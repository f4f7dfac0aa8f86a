import { invalid, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { brokenRules } from '../../apimachinery/rules.ts';
import { fieldsOf, type Structural } from '../../apimachinery/structural.ts';
import { ageColumn, ageOf, nameColumn } from '../../resources/columns.ts';
import { generic } from '../../resources/describe/simple.ts';
import { defineKind, type Column, type ResourceKind } from '../../resources/kind.ts';
import { kindNames } from '../../resources/names.ts';
import type { Json } from '../../world/json.ts';
import { cellOf, findPath } from './printer-columns.ts';
import { prune, withDefaults } from './defaults.ts';
import type {
  CrdVersion,
  CustomResourceDefinition,
  PrinterColumn,
} from '../../resources/crd-shapes.ts';
import { duplicates, validateValue } from './validate.ts';

/** What stands before rules are looked at: with these, rules could go wrong themselves. */
const blocking = new Set(['Required', 'NotSupported', 'TooLong', 'TooMany', 'TypeInvalid']);
const UNCHECKED =
  'some validation rules were not checked because the object was invalid; ' +
  'correct the existing errors to complete validation';

/** Discovery lists them in this order (`customresource_discovery_controller.go`). */
const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** A version of a CustomResourceDefinition as a kind like any other. */
export function customKind(crd: CustomResourceDefinition, version: CrdVersion): ResourceKind {
  const { group, names, scope } = crd.spec;
  const schema = version.schema?.openAPIV3Schema ?? {};
  const storage = crd.spec.versions.find((each) => each.storage)?.name ?? version.name;
  const { status, scale } = version.subresources ?? {};
  const columns = version.additionalPrinterColumns ?? [];
  const rewritten = (to: string) => (object: ApiObject) => ({ ...object, apiVersion: to });
  return defineKind({
    names: kindNames(names.kind, names.plural, {
      group,
      version: version.name,
      singular: names.singular ?? names.kind.toLowerCase(),
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      namespaced: scope === 'Namespaced',
      verbs,
    }),
    definition: definitionOf(group, version.name, names.kind),
    hasGeneration: true,
    custom: true,
    ...(version.name !== storage && {
      view: {
        of: `${names.plural}.${group}`,
        read: rewritten(`${group}/${version.name}`),
        write: rewritten(`${group}/${storage}`),
      },
    }),
    subresources: [...(scale ? ['scale'] : []), ...(status ? ['status'] : [])],
    defaults: (object) => defaulted(schema, prunedOf(schema, object) as unknown as ApiObject),
    prepare: (object, old) => (status ? defaulted(schema, withOldStatus(object, old)) : object),
    validate: (object, old) => errorsOf(schema, object, old),
    validateStatus: (object, old) => errorsOf(schema, object, old),
    selectableFields: (object) =>
      Object.fromEntries(
        (version.selectableFields ?? []).map(({ jsonPath }) => [
          jsonPath.replace(/^\./, ''),
          String(findPath(object as unknown as Json, jsonPath)[0] ?? ''),
        ]),
      ),
    columns: [nameColumn, ...(columns.length > 0 ? columns.map(columnOf) : [ageColumn])],
    cells: (object, now) => [
      object.metadata.name,
      ...(columns.length > 0
        ? columns.map((each) => cellOf(each, object as unknown as Json, now))
        : [ageOf(object, now)]),
    ],
    describe: generic,
  });
}

/** Name of a custom kind among the definitions. */
export function definitionOf(group: string, version: string, kind: string): string {
  return `${group.split('.').toReversed().join('.')}.${version}.${kind}`;
}

function columnOf({ name, type, format = '', description, priority = 0 }: PrinterColumn): Column {
  const text = description ?? `Custom resource definition column (in JSONPath format)`;
  return { name, type: type as Column['type'], format, description: text, priority };
}

const defaulted = (schema: Structural, object: ApiObject) =>
  withDefaults(schema, object as unknown as Json) as unknown as ApiObject;

const prunedOf = (schema: Structural, object: ApiObject) =>
  prune(schema, object as unknown as Json, '', [], true);

function withOldStatus(object: ApiObject, old: ApiObject | undefined): ApiObject {
  const { status: _given, ...rest } = object as ApiObject & { readonly status?: Json };
  const before = (old as { readonly status?: Json } | undefined)?.status;
  return (before === undefined ? rest : { ...rest, status: before }) as ApiObject;
}

function errorsOf(
  schema: Structural,
  object: ApiObject,
  old: ApiObject | undefined,
): readonly FieldError[] {
  const value = bare(object);
  const errors = validateField(schema, value);
  const twice = duplicates(schema, value, '');
  if (errors.some(({ type }) => blocking.has(type))) {
    return [...errors, ...twice, invalid('<nil>', undefined, UNCHECKED)];
  }
  return [...errors, ...twice, ...brokenRules(schema, value, old && bare(old), '')];
}

const validateField = (schema: Structural, value: Json) => validateValue(schema, value, '');

/** The object without what every object has and no schema says. */
function bare(object: ApiObject): Json {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const named = { name: metadata.name };
  return { ...fieldsOf(rest as unknown as Json), metadata: named } as unknown as Json;
}
