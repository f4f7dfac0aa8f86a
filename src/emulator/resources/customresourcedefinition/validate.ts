import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../apimachinery/names.ts';
import { ruleErrors } from '../../apimachinery/rules.ts';
import type { Structural } from '../../apimachinery/structural.ts';
import type { CrdVersion, CustomResourceDefinition } from '../crd-shapes.ts';
import { immutable } from '../metadata.ts';
import { partErrors } from './version.ts';

/** `ValidateCustomResourceDefinition`, and what may not change afterwards. */
export function validate(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly FieldError[] {
  const { spec, metadata } = crd;
  const name = `${spec.names?.plural}.${spec.group}`;
  const errors: FieldError[] = [];
  if (metadata.name !== name) {
    const why = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalid('metadata.name', metadata.name, why));
  }
  errors.push(...groupErrors(spec.group), ...scopeErrors(spec.scope));
  errors.push(...versionErrors(spec.versions ?? []), ...nameErrors(crd));
  if (spec.conversion?.strategy === 'Webhook') {
    errors.push(forbidden('spec.conversion.strategy', 'conversion webhooks are not modelled here'));
  }
  if (old) {
    errors.push(
      ...immutable('spec.group', spec.group, old.spec.group),
      ...immutable('spec.names.plural', spec.names.plural, old.spec.names.plural),
      ...immutable('spec.scope', spec.scope, old.spec.scope),
      ...immutable('spec.names.kind', spec.names.kind, old.spec.names.kind),
    );
  }
  return errors;
}

function groupErrors(group: string | undefined): FieldError[] {
  if (!group) return [required('spec.group', '')];
  const errors = isDns1123Subdomain(group).map((why) => invalid('spec.group', group, why));
  if (group.split('.').length < 2) {
    errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
  }
  return errors;
}

function scopeErrors(scope: string | undefined): FieldError[] {
  const scopes = ['Cluster', 'Namespaced'];
  if (!scope) return [required('spec.scope', '')];
  return scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)];
}

const MIXED = 'may have mixed case, but should otherwise match: ';

function nameErrors({ spec }: CustomResourceDefinition): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [] } = spec.names ?? {};
  const path = 'spec.names';
  const errors: FieldError[] = [];
  const label = (field: string, value: string | undefined) => {
    if (!value) errors.push(required(at(path, field), ''));
    else {
      errors.push(
        ...isDns1035Label(/ind$/.test(field) ? value.toLowerCase() : value).map((why) =>
          invalid(at(path, field), value, /ind$/.test(field) ? `${MIXED}${why}` : why),
        ),
      );
    }
  };
  label('plural', plural);
  if (singular) label('singular', singular);
  label('kind', kind);
  if (listKind) label('listKind', listKind);
  for (const [index, each] of (spec.names?.categories ?? []).entries()) {
    errors.push(
      ...isDns1035Label(each).map((why) => invalid(`${path}.categories[${index}]`, each, why)),
    );
  }
  for (const [index, each] of shortNames.entries()) {
    errors.push(
      ...isDns1035Label(each).map((why) => invalid(`${path}.shortNames[${index}]`, each, why)),
    );
  }
  if (kind && kind === listKind) {
    errors.push(invalid(at(path, 'listKind'), listKind, 'kind and listKind may not be the same'));
  }
  return errors;
}

function versionErrors(versions: readonly CrdVersion[]): FieldError[] {
  const path = 'spec.versions';
  const stored = versions.filter(({ storage }) => storage).length;
  const errors = versions.flatMap((version, index) => versionError(version, `${path}[${index}]`));
  const names = versions.map((each) => each.name);
  if (new Set(names).size < names.length) {
    errors.push(invalid(path, names as never, 'must contain unique version names'));
  }
  if (stored !== 1) {
    errors.push(
      invalid(
        path,
        versions.length === 0 ? null : (names as never),
        'must have exactly one version marked as storage version',
      ),
    );
  }
  return errors;
}

function versionError(version: CrdVersion, path: string): FieldError[] {
  const { name, schema } = version;
  const errors: FieldError[] = [];
  const texts = isDns1035Label(name ?? '');
  errors.push(...texts.map((why) => invalid(at(path, 'name'), name ?? '', why)));
  const root = at(path, 'schema', 'openAPIV3Schema');
  if (!schema?.openAPIV3Schema) return [...errors, required(root, 'schemas are required')];
  const { type } = schema.openAPIV3Schema;
  if (!type) errors.push(required(at(root, 'type'), 'must not be empty at the root'));
  else if (type !== 'object') {
    errors.push(invalid(at(root, 'type'), type, 'must be object at the root'));
  }
  errors.push(...partErrors(version, path));
  return [...errors, ...structuralErrors(schema.openAPIV3Schema, root)];
}

/** What makes a schema structural: each value has a type, lists say their items. */
function structuralErrors(schema: Structural, path: string): FieldError[] {
  const errors: FieldError[] = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    ruleErrors(schema, rule, `${path}.x-kubernetes-validations[${index}]`),
  );
  const open =
    schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    const place = `${path}.properties[${name}]`;
    const loose =
      each['x-kubernetes-int-or-string'] || each['x-kubernetes-preserve-unknown-fields'];
    if (!each.type && !loose) {
      errors.push(required(at(place, 'type'), 'must not be empty for specified object fields'));
    }
    errors.push(...structuralErrors(each, place));
  }
  if (schema.type === 'array' && !schema.items && !open) {
    errors.push(required(at(path, 'items'), 'must be specified'));
  }
  if (schema.items) {
    if (
      !schema.items.type &&
      !schema.items['x-kubernetes-int-or-string'] &&
      !schema.items['x-kubernetes-preserve-unknown-fields']
    ) {
      errors.push(required(`${path}.items.type`, 'must not be empty for specified array items'));
    }
    errors.push(...structuralErrors(schema.items, at(path, 'items')));
  }
  if (typeof schema.additionalProperties === 'object') {
    errors.push(...structuralErrors(schema.additionalProperties, at(path, 'additionalProperties')));
  }
  if (schema['x-kubernetes-list-type'] === 'map' && !schema['x-kubernetes-list-map-keys']?.length) {
    const why = 'must not be empty if x-kubernetes-list-type is map';
    errors.push(required(at(path, 'x-kubernetes-list-map-keys'), why));
  }
  return errors;
}
