import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { amountText, quotaTable, type Amounts } from '../describe/quota.ts';
import { createWriter } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { canonicalAmounts } from '../resource-names.ts';
import { validate, validateStatus } from './validate.ts';

/** What a quota counts and how much of it there may be. */
export interface ResourceQuota extends ApiObject {
  readonly spec?: {
    readonly hard?: Amounts;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

export interface ScopeRequirement {
  readonly scopeName?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** ResourceQuota: how much a namespace may use together. */
export default defineKind<ResourceQuota>({
  names: kindNames('ResourceQuota', 'resourcequotas', { shortNames: ['quota'] }),
  definition: 'V1ResourceQuota',
  hasGeneration: false,
  subresources: ['status'],
  defaults({ spec, status, ...quota }) {
    const hard = spec?.hard && { hard: canonicalAmounts(spec.hard) };
    return { ...quota, spec: { ...spec, ...hard }, status: status ?? {} } as ResourceQuota;
  },
  prepare: (quota, old) => ({ ...quota, status: old?.status ?? {} }),
  validate,
  validateStatus,
  columns: [nameColumn, column('Request'), column('Limit'), ageColumn],
  cells(quota, now) {
    const { hard = {}, used = {} } = quota.status ?? {};
    const text = (limits: boolean) =>
      Object.keys(hard)
        .sort()
        .filter((name) => name.startsWith('limits.') === limits)
        .map((name) => `${name}: ${amountText(used[name])}/${amountText(hard[name])}`)
        .join(', ');
    return [quota.metadata.name, text(false), text(true), ageOf(quota, now)];
  },
  describe(quota) {
    const writer = createWriter();
    writer.line(0, `Name:\t${quota.metadata.name}`);
    writer.line(0, `Namespace:\t${quota.metadata.namespace ?? ''}`);
    quotaTable(writer, quota);
    return writer.text();
  },
});
