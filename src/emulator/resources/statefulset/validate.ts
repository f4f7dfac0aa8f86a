import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { equal } from '../../world/json.ts';
import { validateWorkload } from '../workload.ts';
import type { StatefulSet } from './shapes.ts';

const FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
  "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and " +
  "'minReadySeconds' are forbidden";

/** `ValidateStatefulSet` and `ValidateStatefulSetUpdate` (`pkg/apis/apps/validation`). */
export function validate(set: StatefulSet, old: StatefulSet | undefined): FieldError[] {
  const errors = [...validatePolicies(set), ...validateWorkload(withClaims(set), undefined)];
  if (old && !equal(fixed(set), fixed(old))) errors.push(forbidden('spec', FIXED));
  return errors;
}

/** Claims are volumes of each pod, although the template does not name them. */
function withClaims(set: StatefulSet): StatefulSet {
  const { template, volumeClaimTemplates = [] } = set.spec;
  const claimed = volumeClaimTemplates.map(({ metadata }) => ({ name: metadata?.name ?? '' }));
  if (claimed.length === 0) return set;
  const volumes = [...(template.spec.volumes ?? []), ...claimed];
  return {
    ...set,
    spec: { ...set.spec, template: { ...template, spec: { ...template.spec, volumes } } },
  };
}

/** What of a spec may never change. */
function fixed({ spec }: StatefulSet): unknown {
  const {
    replicas: _replicas,
    ordinals: _ordinals,
    template: _template,
    updateStrategy: _strategy,
    revisionHistoryLimit: _limit,
    persistentVolumeClaimRetentionPolicy: _retention,
    minReadySeconds: _seconds,
    ...rest
  } = spec;
  return rest;
}

function validatePolicies({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'spec.podManagementPolicy';
  const { podManagementPolicy: policy = '', updateStrategy: strategy } = spec;
  if (policy === '') errors.push(required(path, ''));
  else if (!['OrderedReady', 'Parallel'].includes(policy)) {
    const why = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalid(path, policy, why));
  }
  const place = 'spec.updateStrategy';
  const type = strategy?.type ?? '';
  const rolling = strategy?.rollingUpdate;
  if (type === '') errors.push(required(place, ''));
  else if (type === 'OnDelete' && rolling) {
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(invalid(at(place, 'rollingUpdate'), { ...rolling }, why));
  } else if (type === 'RollingUpdate' && (rolling?.partition ?? 0) < 0) {
    const why = 'must be greater than or equal to 0';
    errors.push(invalid(at(place, 'rollingUpdate', 'partition'), rolling?.partition, why));
  } else if (type !== 'OnDelete' && type !== 'RollingUpdate') {
    errors.push(invalid(place, { ...strategy }, "must be 'RollingUpdate' or 'OnDelete'"));
  }
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention?.[field] ?? 'Retain';
    const known = ['Retain', 'Delete'];
    if (known.includes(value)) continue;
    const where = at('spec', 'persistentVolumeClaimRetentionPolicy', field);
    errors.push(notSupported(where, value, known));
  }
  return errors;
}
