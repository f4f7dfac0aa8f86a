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
import type { ApiObject, Labels, OwnerReference } from '../apimachinery/object.ts';
import { equal, type Json } from '../world/json.ts';
import type { ResourceKind } from './kind.ts';
import { isValidPathSegmentName } from './path-segment.ts';

/** How the names of a kind are validated. */
export type NameRule = (name: string) => string[];

const rules: Readonly<Record<string, NameRule>> = {
  namespaces: names.isDns1123Label,
  services: names.isDns1123Label,
  statefulsets: names.isDns1123Label,
  certificatesigningrequests: isValidPathSegmentName,
  ipaddresses: isValidIP,
  roles: isValidPathSegmentName,
  clusterroles: isValidPathSegmentName,
  rolebindings: isValidPathSegmentName,
  clusterrolebindings: isValidPathSegmentName,
};

/** apimachinery `ValidateObjectMeta` for a new object. */
export function validateMetadata(kind: ResourceKind, object: ApiObject): FieldError[] {
  const rule = rules[kind.names.plural] ?? names.isDns1123Subdomain;
  return [
    ...objectMeta(object, kind.names.namespaced, rule, 'metadata'),
    ...(kind.custom ? [] : kubeFinalizers(object)),
  ];
}

const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** `validateKubeFinalizerName`: names without a domain are Kubernetes' own, and few. */
function kubeFinalizers({ metadata }: Pick<ApiObject, 'metadata'>): FieldError[] {
  const why = 'name is neither a standard finalizer name nor is it fully qualified';
  return (metadata.finalizers ?? []).flatMap((each, index) =>
    each.includes('/') || standardFinalizers.includes(each)
      ? []
      : [invalid(at('metadata', 'finalizers', index), each, why)],
  );
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

/** What may be changed of the metadata: labels, annotations, owners, finalizers. */
function mutableMeta(metadata: ApiObject['metadata'], path: string): FieldError[] {
  const { labels, annotations, ownerReferences = [], finalizers = [] } = metadata;
  const errors = [
    ...validateLabels(labels, at(path, 'labels')),
    ...validateAnnotations(annotations, at(path, 'annotations')),
    ...validateOwners(ownerReferences, at(path, 'ownerReferences')),
  ];
  const place = at(path, 'finalizers');
  finalizers.forEach((finalizer) => {
    const bad = names.isQualifiedName(finalizer);
    errors.push(...bad.map((each) => invalid(place, finalizer, each)));
  });
  const both = ['orphan', 'foregroundDeletion'];
  if (!both.every((each) => finalizers.includes(each))) return errors;
  return [...errors, invalid(place, [...finalizers], `${both.join(' and ')} cannot be both set`)];
}

/** `ValidateOwnerReferences`: each is whole, and only one controls. */
function validateOwners(owners: readonly OwnerReference[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of owners) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    const empty = (field: string, what = field) =>
      invalid(at(path, field), '', `${what} must not be empty`);
    if (version === '') errors.push(empty('apiVersion', 'version'));
    if (kind === '') errors.push(empty('kind'));
    if (name === '') errors.push(empty('name'));
    if (uid === '') errors.push(empty('uid'));
    if (apiVersion === 'v1' && kind === 'Event') {
      const why = '/v1, Kind=Event is disallowed from being an owner';
      errors.push(invalid(path, owner as unknown as Json, why));
    }
    if (!owner.controller) continue;
    if (controller !== undefined) {
      const only = 'Only one reference can have Controller set to true.';
      const why = `${only} Found "true" in references for ${controller} and ${name}`;
      errors.push(invalid(path, owners as unknown as Json, why));
    }
    controller ??= name;
  }
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
export function validateMetadataUpdate(
  object: ApiObject,
  old: ApiObject,
  custom = false,
): FieldError[] {
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
  return [
    ...errors,
    ...mutableMeta(object.metadata, 'metadata'),
    ...(custom ? [] : kubeFinalizers(object)),
  ];
}

/** `field is immutable`, when a value changed. */
export function immutable(path: string, now: unknown, before: unknown): FieldError[] {
  return equal(now, before) ? [] : [invalid(path, now as never, 'field is immutable')];
}
