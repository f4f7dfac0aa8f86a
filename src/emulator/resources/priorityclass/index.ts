import {
  forbidden,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { createWriter, eventLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';

interface PriorityClass extends ApiObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly description?: string;
  readonly preemptionPolicy?: string;
}

/** The classes that every cluster has; no others may begin with `system-`. */
const system: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};
const HIGHEST = 1_000_000_000;

/** PriorityClass: how much a pod counts when there is not room for all. */
export default defineKind<PriorityClass>({
  names: kindNames('PriorityClass', 'priorityclasses', {
    group: 'scheduling.k8s.io',
    namespaced: false,
    shortNames: ['pc'],
  }),
  definition: 'V1PriorityClass',
  hasGeneration: true,
  subresources: [],
  defaults: (given) => ({
    ...given,
    value: given.value ?? 0,
    preemptionPolicy: given.preemptionPolicy ?? 'PreemptLowerPriority',
  }),
  prepare: (given) => given,
  validate: (given, old) => [...validateClass(given), ...(old ? validateUpdate(given, old) : [])],
  columns: [
    nameColumn,
    column('Value', 'integer'),
    column('Global-Default', 'boolean'),
    ageColumn,
    column('PreemptionPolicy'),
  ],
  cells: (given, now) => [
    given.metadata.name,
    given.value ?? 0,
    given.globalDefault ?? false,
    ageOf(given, now),
    given.preemptionPolicy ?? '',
  ],
  describe(given, related) {
    const annotations = Object.entries(given.metadata.annotations ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort();
    const writer = createWriter();
    writer.line(0, `Name:\t${given.metadata.name}`);
    writer.line(0, `Value:\t${given.value ?? 0}`);
    writer.line(0, `GlobalDefault:\t${given.globalDefault ?? false}`);
    writer.line(0, `PreemptionPolicy:\t${given.preemptionPolicy ?? ''}`);
    writer.line(0, `Description:\t${given.description ?? ''}`);
    writer.line(0, `Annotations:\t${annotations.join(',') || '<none>'}`);
    eventLines(writer, given, related);
    return writer.text();
  },
});

function validateClass({ metadata, value = 0, ...given }: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '' } = metadata;
  if (name.startsWith('system-')) {
    const why = systemError(name, value, given.globalDefault ?? false);
    const text = `priority class names with 'system-' prefix are reserved for system use only.`;
    if (why) errors.push(forbidden('metadata.name', `${text} error: ${why}`));
  } else if (value > HIGHEST) {
    const why = `maximum allowed value of a user defined priority is ${HIGHEST}`;
    errors.push(forbidden('value', why));
  }
  const policies = ['PreemptLowerPriority', 'Never'];
  const { preemptionPolicy = '' } = given;
  if (preemptionPolicy === '') errors.push(required('preemptionPolicy', ''));
  else if (!policies.includes(preemptionPolicy)) {
    errors.push(notSupported('preemptionPolicy', preemptionPolicy, policies.toSorted()));
  }
  return errors;
}

function systemError(name: string, value: number, isDefault: boolean): string | undefined {
  const known = system[name];
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return isDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function validateUpdate(given: PriorityClass, old: PriorityClass): FieldError[] {
  const errors = [];
  if (given.value !== old.value) {
    errors.push(forbidden('value', 'may not be changed in an update.'));
  }
  const { preemptionPolicy = '' } = given;
  return [
    ...errors,
    ...immutable('preemptionPolicy', preemptionPolicy, old.preemptionPolicy ?? ''),
  ];
}
