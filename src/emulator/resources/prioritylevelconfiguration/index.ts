import { notSupported, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Queuing {
  readonly queues?: number;
  readonly handSize?: number;
  readonly queueLengthLimit?: number;
}

interface PriorityLevel extends ApiObject {
  readonly spec?: {
    readonly type?: string;
    readonly limited?: {
      readonly nominalConcurrencyShares?: number;
      readonly lendablePercent?: number;
      readonly limitResponse?: { readonly type?: string; readonly queuing?: Queuing };
    };
  };
}

/** PriorityLevelConfiguration: how many requests of a kind may be handled at once. */
export default storedKind<PriorityLevel>({
  names: kindNames('PriorityLevelConfiguration', 'prioritylevelconfigurations', {
    group: 'flowcontrol.apiserver.k8s.io',
    namespaced: false,
  }),
  definition: 'V1PriorityLevelConfiguration',
  generation: true,
  status: true,
  defaults(object) {
    const { limited } = object.spec ?? {};
    if (!limited) return object;
    const response = limited.limitResponse;
    const queuing = response?.queuing && {
      queues: response.queuing.queues || 64,
      handSize: response.queuing.handSize || 8,
      queueLengthLimit: response.queuing.queueLengthLimit || 50,
    };
    return {
      ...object,
      spec: {
        ...object.spec,
        limited: {
          ...limited,
          nominalConcurrencyShares: limited.nominalConcurrencyShares ?? 30,
          lendablePercent: limited.lendablePercent ?? 0,
          ...(response && { limitResponse: { ...response, ...(queuing && { queuing }) } }),
        },
      },
    };
  },
  validate({ spec }): FieldError[] {
    const known = ['Exempt', 'Limited'];
    const type = spec?.type ?? '';
    return known.includes(type) ? [] : [notSupported('spec.type', type, known)];
  },
  columns: [
    nameColumn,
    column('Type'),
    column('NominalConcurrencyShares'),
    column('Queues'),
    column('HandSize'),
    column('QueueLengthLimit'),
    ageColumn,
  ],
  cells(object, now) {
    const { type = '', limited } = object.spec ?? {};
    const queuing = limited?.limitResponse?.queuing;
    const text = (value: number | undefined) => value ?? '<none>';
    return [
      object.metadata.name,
      type,
      limited ? (limited.nominalConcurrencyShares ?? 0) : '<none>',
      text(queuing?.queues),
      text(queuing?.handSize),
      text(queuing?.queueLengthLimit),
      ageOf(object, now),
    ];
  },
});
