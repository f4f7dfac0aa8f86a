import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Json, Micros } from '../../world/json.ts';
import { equal } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import { annotationLines, createWriter, mapLines } from '../describe/writer.ts';
import { isValidPathSegmentName } from '../path-segment.ts';

export const GROUP = 'rbac.authorization.k8s.io';

/** Whom a binding is about. */
export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface Binding extends ApiObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
}

/** `SetDefaults_RoleBinding`, `SetDefaults_Subject`: the API groups of role and subjects. */
export function defaultBinding(binding: Binding): Binding {
  const { roleRef, subjects } = binding;
  const named = (subject: Subject): Subject =>
    !subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')
      ? { ...subject, apiGroup: GROUP }
      : subject;
  const role = roleRef ?? { kind: '', name: '' };
  return {
    ...binding,
    roleRef: role.apiGroup ? role : { ...role, apiGroup: GROUP },
    ...(subjects && { subjects: subjects.map(named) }),
  };
}

/** `ValidateRoleBinding` and `ValidateClusterRoleBinding`; a role once bound stays. */
export function validateBinding(
  { roleRef, subjects }: Binding,
  old: Binding | undefined,
  namespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroup = '', kind = '', name = '' } = roleRef;
  if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]));
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  if (name === '') errors.push(required('roleRef.name', ''));
  errors.push(...isValidPathSegmentName(name).map((each) => invalid('roleRef.name', name, each)));
  (subjects ?? []).forEach((subject, index) => {
    errors.push(...validateSubject(subject, namespaced, at('subjects', index)));
  });
  if (old && !equal(old.roleRef, roleRef)) {
    const internal = { APIGroup: apiGroup, Kind: kind, Name: name };
    errors.push(invalid('roleRef', internal, 'cannot change roleRef'));
  }
  return errors;
}

function validateSubject(subject: Subject, namespaced: boolean, path: string): FieldError[] {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(at(path, 'name'), ''));
  if (kind === 'ServiceAccount') {
    const texts = name === '' ? [] : isDns1123Subdomain(name);
    errors.push(...texts.map((each) => invalid(at(path, 'name'), name, each)));
    if (apiGroup !== '') errors.push(notSupported(at(path, 'apiGroup'), apiGroup, ['']));
    if (!namespaced && namespace === '') errors.push(required(at(path, 'namespace'), ''));
  } else if (kind === 'User' || kind === 'Group') {
    const why = `${kind.toLowerCase()} name cannot be empty`;
    if (name === '') errors.push(invalid(at(path, 'name'), name, why));
    if (apiGroup !== GROUP) errors.push(notSupported(at(path, 'apiGroup'), apiGroup, [GROUP]));
  } else {
    errors.push(notSupported(at(path, 'kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

export const bindingColumns = [
  nameColumn,
  column('Role'),
  ageColumn,
  wide('Users'),
  wide('Groups'),
  wide('ServiceAccounts'),
];

export function bindingCells(binding: Binding, now: Micros): readonly Json[] {
  const { roleRef, subjects = [], metadata } = binding;
  const of = (kind: string) => subjects.filter((each) => each.kind === kind);
  const names = (kind: string) =>
    of(kind)
      .map(({ name }) => name)
      .join(', ');
  const accounts = of('ServiceAccount').map(({ name, namespace = '' }) => `${namespace}/${name}`);
  return [
    metadata.name,
    `${roleRef.kind}/${roleRef.name}`,
    ageOf(binding, now),
    names('User'),
    names('Group'),
    accounts.join(', '),
  ];
}

/** kubectl's description of a binding of either kind. */
export function describeBinding({ metadata, roleRef, subjects }: Binding): string {
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, 'Role:');
  writer.line(1, `Kind:\t${roleRef.kind}`);
  writer.line(1, `Name:\t${roleRef.name}`);
  writer.line(0, 'Subjects:');
  writer.line(1, 'Kind\tName\tNamespace');
  writer.line(1, '----\t----\t---------');
  for (const { kind, name, namespace = '' } of subjects ?? []) {
    writer.line(1, `${kind}\t${name}\t${namespace}`);
  }
  return writer.text();
}
