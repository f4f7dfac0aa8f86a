import { invalid } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { limitSection } from '../describe/limits.ts';
import { quotaSection } from '../describe/quota.ts';
import { createWriter, annotationLines, mapLines, rfc1123z } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface Namespace extends ApiObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
  };
}

/** Namespace: a scope of names, kept by its own finalizer until its contents are gone. */
export default defineKind<Namespace>({
  names: kindNames('Namespace', 'namespaces', {
    shortNames: ['ns'],
    namespaced: false,
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  }),
  definition: 'V1Namespace',
  hasGeneration: false,
  subresources: ['status', 'finalize'],
  defaults: (namespace) => ({
    ...namespace,
    ...(namespace.metadata.name && {
      metadata: {
        ...namespace.metadata,
        labels: {
          ...namespace.metadata.labels,
          'kubernetes.io/metadata.name': namespace.metadata.name,
        },
      },
    }),
    status: { ...namespace.status, phase: namespace.status?.phase || 'Active' },
  }),
  prepare: (namespace, old) =>
    old
      ? { ...namespace, spec: old.spec ?? {}, status: old.status ?? {} }
      : { ...namespace, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  validate: () => [],
  validateStatus({ metadata, status }) {
    const phase = status?.phase ?? '';
    const gone = metadata.deletionTimestamp !== undefined;
    if (phase === (gone ? 'Terminating' : 'Active')) return [];
    const why = gone
      ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
      : "may only be 'Active' if `deletionTimestamp` is empty";
    return [invalid('status.Phase', phase, why)];
  },
  pendingFinalizers: ({ spec }) => spec?.finalizers ?? [],
  // Its registry marks it by itself, and notes no grace period.
  terminating({ metadata: { deletionGracePeriodSeconds: _grace, ...metadata }, ...namespace }) {
    return { ...namespace, metadata, status: { ...namespace.status, phase: 'Terminating' } };
  },
  selectableFields: ({ status }) => ({ 'status.phase': status?.phase ?? '' }),
  columns: [nameColumn, column('Status'), ageColumn],
  cells: (namespace, now) => [
    namespace.metadata.name,
    namespace.status?.phase ?? '',
    ageOf(namespace, now),
  ],
  describe(namespace, related) {
    const writer = createWriter();
    writer.line(0, `Name:\t${namespace.metadata.name}`);
    mapLines(writer, 0, 'Labels', namespace.metadata.labels);
    annotationLines(writer, namespace.metadata.annotations);
    writer.line(0, `Status:\t${namespace.status?.phase ?? ''}`);
    const { conditions = [] } = namespace.status ?? {};
    if (conditions.length > 0) {
      writer.line(0, 'Conditions:');
      writer.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
      writer.line(1, '----\t------\t------------------\t------\t-------');
    }
    for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions) {
      writer.line(1, [type, status, rfc1123z(lastTransitionTime), reason, message].join('\t'));
    }
    writer.line(0, '');
    quotaSection(writer, related.list('resourcequotas', namespace.metadata.name));
    writer.line(0, '');
    limitSection(writer, related.list('limitranges', namespace.metadata.name));
    return writer.text();
  },
});
