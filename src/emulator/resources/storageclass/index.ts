import {
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isQualifiedName } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { equal } from '../../world/json.ts';
import { ageColumn, ageOf, column, labelText, nameColumn } from '../columns.ts';
import { createWriter, eventLines, type Writer } from '../describe/writer.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import { isDefaultClass } from '../volume.ts';

interface StorageClass extends ApiObject {
  readonly provisioner?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowVolumeExpansion?: boolean;
  readonly mountOptions?: readonly string[];
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly {
      readonly key: string;
      readonly values?: readonly string[];
    }[];
  }[];
}

/** StorageClass: who makes volumes for claims, and how. */
export default storedKind<StorageClass>({
  names: kindNames('StorageClass', 'storageclasses', {
    group: 'storage.k8s.io',
    namespaced: false,
    shortNames: ['sc'],
  }),
  definition: 'V1StorageClass',
  defaults: (object) => ({
    ...object,
    reclaimPolicy: object.reclaimPolicy ?? 'Delete',
    volumeBindingMode: object.volumeBindingMode ?? 'Immediate',
  }),
  validate: (object, old) => [...validateUpdate(object, old), ...validateClass(object)],
  columns: [
    nameColumn,
    column('Provisioner'),
    column('ReclaimPolicy'),
    column('VolumeBindingMode'),
    column('AllowVolumeExpansion'),
    ageColumn,
  ],
  cells: (object, now) => [
    `${object.metadata.name}${isDefaultClass(object) ? ' (default)' : ''}`,
    object.provisioner ?? '',
    object.reclaimPolicy ?? 'Delete',
    object.volumeBindingMode ?? 'Immediate',
    object.allowVolumeExpansion ?? false,
    ageOf(object, now),
  ],
  describe(object, related) {
    const { metadata, allowVolumeExpansion: expands, mountOptions = [] } = object;
    const writer = createWriter();
    writer.line(0, `Name:\t${metadata.name}`);
    writer.line(0, `IsDefaultClass:\t${isDefaultClass(object) ? 'Yes' : 'No'}`);
    writer.line(0, `Annotations:\t${labelText(metadata.annotations)}`);
    writer.line(0, `Provisioner:\t${object.provisioner ?? ''}`);
    writer.line(0, `Parameters:\t${labelText(object.parameters)}`);
    const expansion = expands === undefined ? '<unset>' : expands ? 'True' : 'False';
    writer.line(0, `AllowVolumeExpansion:\t${expansion}`);
    if (mountOptions.length === 0) writer.line(0, 'MountOptions:\t<none>');
    else writer.line(0, 'MountOptions:');
    for (const option of mountOptions) writer.line(1, option);
    if (object.reclaimPolicy) writer.line(0, `ReclaimPolicy:\t${object.reclaimPolicy}`);
    if (object.volumeBindingMode) {
      writer.line(0, `VolumeBindingMode:\t${object.volumeBindingMode}`);
    }
    if (object.allowedTopologies) topologyLines(writer, object.allowedTopologies);
    eventLines(writer, object, related);
    return writer.text();
  },
});

function topologyLines(
  writer: Writer,
  topologies: NonNullable<StorageClass['allowedTopologies']>,
): void {
  if (topologies.length === 0) return writer.line(0, 'AllowedTopologies:\t<none>');
  writer.line(0, 'AllowedTopologies:\t');
  topologies.forEach(({ matchLabelExpressions: terms = [] }, index) => {
    if (terms.length === 0) return writer.line(1, `Term ${index}:\t<none>`);
    terms.forEach(({ key, values = [] }, place) => {
      const text = `${key} in [${values.join(', ')}]`;
      writer.line(1, place === 0 ? `Term ${index}:\t${text}` : `\t${text}`);
    });
  });
}

/** `ValidateStorageClass`. */
function validateClass(object: StorageClass): FieldError[] {
  const { provisioner = '', reclaimPolicy, volumeBindingMode } = object;
  const errors: FieldError[] = [];
  if (provisioner === '') errors.push(required('provisioner', ''));
  else {
    const texts = isQualifiedName(provisioner.toLowerCase());
    errors.push(...texts.map((each) => invalid('provisioner', provisioner, each)));
  }
  const policies = ['Delete', 'Retain'];
  if (reclaimPolicy && !policies.includes(reclaimPolicy)) {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, policies));
  }
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  if (!volumeBindingMode) errors.push(required('volumeBindingMode', ''));
  else if (!modes.includes(volumeBindingMode)) {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, modes));
  }
  return errors;
}

/** `ValidateStorageClassUpdate`. */
function validateUpdate(object: StorageClass, old: StorageClass | undefined): FieldError[] {
  if (!old) return [];
  const errors: FieldError[] = [];
  const fixed = (['parameters', 'provisioner', 'reclaimPolicy'] as const).filter(
    (field) => !equal(object[field] ?? null, old[field] ?? null),
  );
  errors.push(
    ...fixed.map((field) => forbidden(field, `updates to ${field} are forbidden.`)),
    ...immutable('volumeBindingMode', object.volumeBindingMode, old.volumeBindingMode),
  );
  return errors;
}
