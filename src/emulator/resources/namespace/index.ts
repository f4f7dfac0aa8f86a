import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { createWriter, annotationLines, mapLines } from '../describe/writer.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface Namespace extends ApiObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string };
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
  describe(namespace) {
    const writer = createWriter();
    writer.line(0, `Name:\t${namespace.metadata.name}`);
    mapLines(writer, 0, 'Labels', namespace.metadata.labels);
    annotationLines(writer, namespace.metadata.annotations);
    writer.line(0, `Status:\t${namespace.status?.phase ?? ''}`);
    writer.line(0, '\nNo resource quota.');
    writer.line(0, '\nNo LimitRange resource.');
    return writer.text();
  },
});
