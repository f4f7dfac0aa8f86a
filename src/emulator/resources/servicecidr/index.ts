import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { isValidCidr } from '../../apimachinery/ip.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { clusterScoped } from '../describe/cluster-scoped.ts';
import { rfc1123z } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import type { Condition } from '../pod-template/shapes.ts';

interface ServiceCIDR extends ApiObject {
  readonly spec: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const PATH = 'spec.cidrs';

/** ServiceCIDR: a range that cluster IPs are taken from. */
export default defineKind<ServiceCIDR>({
  names: kindNames('ServiceCIDR', 'servicecidrs', {
    group: 'networking.k8s.io',
    namespaced: false,
  }),
  definition: 'V1ServiceCIDR',
  hasGeneration: true,
  subresources: ['status'],
  defaults: (object) => ({ ...object, spec: object.spec ?? {} }),
  prepare: (object, old) => ({ ...object, status: old?.status ?? {} }),
  validate: ({ spec: { cidrs = [] } }, old) =>
    old ? fixed(cidrs, old.spec.cidrs ?? []) : validateRanges(cidrs),
  columns: [nameColumn, column('CIDRs'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    (object.spec.cidrs ?? []).join(','),
    ageOf(object, now),
  ],
  describe: (object, related) =>
    clusterScoped(object, related, (writer) => {
      writer.line(0, `CIDRs:\t${(object.spec.cidrs ?? []).join(', ')}`);
      const conditions = object.status?.conditions ?? [];
      if (conditions.length === 0) return;
      writer.line(0, 'Status:');
      writer.line(0, 'Conditions:');
      writer.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
      writer.line(1, '----\t------\t------------------\t------\t-------');
      for (const { type, status, lastTransitionTime, reason, message } of conditions) {
        const time = rfc1123z(lastTransitionTime ?? '');
        writer.line(1, `${type}\t${status}\t${time}\t${reason ?? ''}\t${message ?? ''}`);
      }
    }),
});

/** `ValidateServiceCIDR`: one range of each family at most. */
function validateRanges(cidrs: readonly string[]): FieldError[] {
  if (cidrs.length === 0) return [required(PATH, 'at least one CIDR required')];
  const shown = { CIDRs: [...cidrs] };
  if (cidrs.length > 2) return [invalid(PATH, shown, 'may only hold up to 2 values')];
  const [first = '', second] = cidrs;
  if (second !== undefined && first.includes(':') === second.includes(':')) {
    const why =
      'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    return [invalid(PATH, shown, why)];
  }
  return cidrs.flatMap((cidr, index) =>
    isValidCidr(cidr).map((each) => invalid(at(PATH, index), cidr, each)),
  );
}

/** Ranges stay; a single one may be joined by one of the other family. */
function fixed(cidrs: readonly string[], old: readonly string[]): FieldError[] {
  if (cidrs.length < old.length) return [invalid(PATH, [...cidrs], 'field is immutable')];
  const changed = old.flatMap((cidr, index) =>
    cidr === cidrs[index] ? [] : [invalid(at(PATH, index), cidrs[index], 'field is immutable')],
  );
  return changed.length > 0 || cidrs.length === old.length ? changed : validateRanges(cidrs);
}
