import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { equal } from '../../world/json.ts';
import { ageOf, column, nameColumn } from '../columns.ts';
import { clusterScoped } from '../describe/cluster-scoped.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { isValidPathSegmentName } from '../path-segment.ts';

interface ParentReference {
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface IPAddress extends ApiObject {
  readonly spec: { readonly parentRef?: ParentReference };
}

const PATH = 'spec.parentRef';

/** IPAddress: a cluster IP that is taken, and by whom. */
export default defineKind<IPAddress>({
  names: kindNames('IPAddress', 'ipaddresses', {
    group: 'networking.k8s.io',
    shortNames: ['ip'],
    namespaced: false,
  }),
  definition: 'V1IPAddress',
  hasGeneration: true,
  subresources: [],
  defaults: (object) => ({ ...object, spec: object.spec ?? {} }),
  prepare: (object) => object,
  validate: ({ spec }, old) => (old ? fixed(spec, old.spec) : validateParent(spec.parentRef)),
  selectableFields: ({ spec }) => ({
    'spec.parentRef.resource': spec?.parentRef?.resource ?? '',
    'spec.parentRef.name': spec?.parentRef?.name ?? '',
    'spec.parentRef.namespace': spec?.parentRef?.namespace ?? '',
  }),
  columns: [nameColumn, column('ParentRef')],
  // The age has no column: upstream's printer gives it all the same.
  cells: (object, now) => [
    object.metadata.name,
    parentText(object.spec.parentRef),
    ageOf(object, now),
  ],
  describe: (object, related) =>
    clusterScoped(object, related, (writer) => {
      const { parentRef } = object.spec;
      if (!parentRef) return;
      writer.line(0, 'Parent Reference:');
      writer.line(1, `Group:\t${parentRef.group ?? ''}`);
      writer.line(1, `Resource:\t${parentRef.resource ?? ''}`);
      writer.line(1, `Namespace:\t${parentRef.namespace ?? ''}`);
      writer.line(1, `Name:\t${parentRef.name ?? ''}`);
    }),
});

function parentText(parent: ParentReference | undefined): string {
  if (!parent) return '<none>';
  const { group, resource = '', namespace, name } = parent;
  const kind = `${resource}${group ? `.${group}` : ''}`.toLowerCase();
  return [kind, ...(namespace ? [namespace] : []), name].join('/');
}

function fixed(spec: IPAddress['spec'], old: IPAddress['spec']): FieldError[] {
  if (equal(spec.parentRef, old.parentRef)) return [];
  const { group = '', resource = '', namespace = '', name = '' } = spec.parentRef ?? {};
  // Upstream prints the internal struct.
  const shown = { Group: group, Resource: resource, Namespace: namespace, Name: name };
  return [invalid(PATH, shown, 'field is immutable')];
}

/** `validateIPAddressParentReference`: the core group of Services is the empty text. */
function validateParent(parent: ParentReference | undefined): FieldError[] {
  if (!parent) return [required(PATH, '')];
  const { group, resource, namespace, name } = parent;
  const segment = (field: string, value = '', needed = true): FieldError[] => {
    if (value === '') return needed ? [required(at(PATH, field), '')] : [];
    return isValidPathSegmentName(value).map((each) => invalid(at(PATH, field), value, each));
  };
  const groups = group ? isDns1123Subdomain(group) : [];
  return [
    ...groups.map((each) => invalid(at(PATH, 'group'), group, each)),
    ...segment('resource', resource),
    ...segment('name', name),
    ...segment('namespace', namespace, false),
  ];
}
