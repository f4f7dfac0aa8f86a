import {
  at,
  forbidden,
  invalid,
  required,
  tooLong,
  type FieldError,
} from '../apimachinery/field-error.ts';
import { isValidIP } from '../apimachinery/ip.ts';
import * as names from '../apimachinery/names.ts';
import type { ApiObject, Labels } from '../apimachinery/object.ts';
import { equal } from '../world/json.ts';
import type { ResourceKind } from './kind.ts';
import { isValidPathSegmentName } from './path-segment.ts';

/** How the names of a kind are validated. */
export type NameRule = (name: string) => string[];

const rules: Readonly<Record<string, NameRule>> = {
  namespaces: names.isDns1123Label,
  services: names.isDns1123Label,
  ipaddresses: isValidIP,
  roles: isValidPathSegmentName,
  clusterroles: isValidPathSegmentName,
  rolebindings: isValidPathSegmentName,
  clusterrolebindings: isValidPathSegmentName,
};

/** apimachinery `ValidateObjectMeta` for a new object. */
export function validateMetadata(kind: ResourceKind, object: ApiObject): FieldError[] {
  const rule = rules[kind.names.plural] ?? names.isDns1123Subdomain;
  return objectMeta(object, kind.names.namespaced, rule, 'metadata');
}

/** The parts of ObjectMeta, under a path. A name is there once it was generated. */
function objectMeta(
  { metadata }: Pick<ApiObject, 'metadata'>,
  namespaced: boolean,
  rule: NameRule,
  path: string,
): FieldError[] {
  const { name, generateName, namespace } = metadata;
  const errors: FieldError[] = [];
  if (generateName) {
    const trimmed = generateName.replace(/[-.]$/, 'a');
    errors.push(
      ...rule(trimmed).map((each) => invalid(at(path, 'generateName'), generateName, each)),
    );
  }
  if (!name) errors.push(required(at(path, 'name'), 'name or generateName is required'));
  else errors.push(...rule(name).map((each) => invalid(at(path, 'name'), name, each)));
  if (namespaced && !namespace) errors.push(required(at(path, 'namespace'), ''));
  else if (namespaced && namespace) {
    errors.push(
      ...names
        .isDns1123Label(namespace)
        .map((each) => invalid(at(path, 'namespace'), namespace, each)),
    );
  } else if (!namespaced && namespace) {
    errors.push(forbidden(at(path, 'namespace'), 'not allowed on this type'));
  }
  return [...errors, ...mutableMeta(metadata, path)];
}

/** What may be changed of the metadata: labels, annotations, finalizers. */
function mutableMeta(
  { labels, annotations, finalizers }: ApiObject['metadata'],
  path: string,
): FieldError[] {
  const errors = [
    ...validateLabels(labels, at(path, 'labels')),
    ...validateAnnotations(annotations, at(path, 'annotations')),
  ];
  (finalizers ?? []).forEach((finalizer) => {
    const bad = names.isQualifiedName(finalizer);
    errors.push(...bad.map((each) => invalid(at(path, 'finalizers'), finalizer, each)));
  });
  return errors;
}

/** `metav1/validation.ValidateLabels`. */
export function validateLabels(labels: Labels | undefined, path: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...names.isQualifiedName(key).map((each) => invalid(path, key, each)),
    ...names.isValidLabelValue(value).map((each) => invalid(path, value, each)),
  ]);
}

const ANNOTATIONS_MAX = 262_144;

export function validateAnnotations(annotations: Labels | undefined, path: string): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) =>
    names.isQualifiedName(key.toLowerCase()).map((each) => invalid(path, key, each)),
  );
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > ANNOTATIONS_MAX) errors.push(tooLong(path, ANNOTATIONS_MAX));
  return errors;
}

/** `ValidateObjectMetaAccessorUpdate`: what may not change in the metadata of an object. */
export function validateMetadataUpdate(object: ApiObject, old: ApiObject): FieldError[] {
  const errors: FieldError[] = [];
  const { name, namespace, uid, finalizers = [] } = object.metadata;
  if (old.metadata.deletionTimestamp) {
    const added = finalizers.filter((each) => !(old.metadata.finalizers ?? []).includes(each));
    const list = `[]string{${added
      .sort()
      .map((each) => JSON.stringify(each))
      .join(', ')}}`;
    const why = 'no new finalizers can be added if the object is being deleted';
    if (added.length > 0) {
      errors.push(forbidden('metadata.finalizers', `${why}, found new finalizers ${list}`));
    }
  }
  errors.push(
    ...immutable('metadata.name', name ?? '', old.metadata.name ?? ''),
    ...immutable('metadata.namespace', namespace ?? '', old.metadata.namespace ?? ''),
    ...immutable('metadata.uid', uid ?? '', old.metadata.uid ?? ''),
  );
  return [...errors, ...mutableMeta(object.metadata, 'metadata')];
}

/** `field is immutable`, when a value changed. */
export function immutable(path: string, now: unknown, before: unknown): FieldError[] {
  return equal(now, before) ? [] : [invalid(path, now as never, 'field is immutable')];
}
