import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { defaultTemplate } from '../pod-template/defaults.ts';
import { describe } from './describe.ts';
import type { StatefulSet } from './shapes.ts';
import { validate, validateStatus } from './validate.ts';
import { templateWarnings } from '../pod-template/warnings.ts';
import { equal } from '../../world/json.ts';

type Claim = NonNullable<StatefulSet['spec']['volumeClaimTemplates']>[number];

/** A claim's template is shown as the claim would be. */
const defaultClaim = (claim: Claim): Claim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  ...claim,
  spec: { ...claim.spec, volumeMode: claim.spec?.volumeMode ?? 'Filesystem' },
  status: { phase: 'Pending', ...claim.status },
});

/** StatefulSet: pods with names and addresses that stay, made one after the other. */
export default defineKind<StatefulSet>({
  names: kindNames('StatefulSet', 'statefulsets', {
    group: 'apps',
    shortNames: ['sts'],
    categories: ['all'],
  }),
  definition: 'V1StatefulSet',
  hasGeneration: true,
  warnings: ({ spec }, old) =>
    old && equal(spec, old.spec) ? [] : templateWarnings(spec.template, 'spec.template'),
  subresources: ['scale', 'status'],
  defaults(object) {
    const { spec } = object;
    const type = spec.updateStrategy?.type || 'RollingUpdate';
    const rollingUpdate = { partition: 0, ...spec.updateStrategy?.rollingUpdate };
    const retention = { whenDeleted: 'Retain', whenScaled: 'Retain' };
    return {
      ...object,
      spec: {
        ...spec,
        replicas: spec.replicas ?? 1,
        template: defaultTemplate(spec.template),
        podManagementPolicy: spec.podManagementPolicy || 'OrderedReady',
        updateStrategy:
          type === 'RollingUpdate' ? { type, rollingUpdate } : { ...spec.updateStrategy, type },
        revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
        persistentVolumeClaimRetentionPolicy: {
          ...retention,
          ...spec.persistentVolumeClaimRetentionPolicy,
        },
        ...(spec.volumeClaimTemplates && {
          volumeClaimTemplates: spec.volumeClaimTemplates.map(defaultClaim),
        }),
      },
    };
  },
  prepare: (object, old) => ({
    ...object,
    status: old?.status ?? { availableReplicas: 0, replicas: 0 },
  }),
  validate,
  validateStatus,
  columns: [nameColumn, column('Ready'), ageColumn, wide('Containers'), wide('Images')],
  cells(object, now) {
    const { metadata, spec, status } = object;
    const containers = spec.template?.spec?.containers ?? [];
    return [
      metadata.name,
      `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
      ageOf(object, now),
      containers.map(({ name }) => name).join(','),
      containers.map(({ image }) => image ?? '').join(','),
    ];
  },
  describe,
});
