import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { cells, columns } from './columns.ts';
import { describe } from './describe.ts';
import type { Ingress } from './shapes.ts';
import { validate, validateStatus } from './validate.ts';

/** Ingress: which hosts and paths lead from outside to which Services. */
export default defineKind<Ingress>({
  names: kindNames('Ingress', 'ingresses', { group: 'networking.k8s.io', shortNames: ['ing'] }),
  definition: 'V1Ingress',
  hasGeneration: true,
  subresources: ['status'],
  defaults: (ingress) => ({ ...ingress, spec: ingress.spec ?? {} }),
  prepare: (ingress, old) => ({ ...ingress, status: old?.status ?? { loadBalancer: {} } }),
  validate,
  validateStatus,
  warnings: ({ metadata, spec }, old) => {
    const name = 'kubernetes.io/ingress.class';
    if (old || spec.ingressClassName !== undefined) return [];
    if (metadata.annotations?.[name] === undefined) return [];
    return [`annotation "${name}" is deprecated, please use 'spec.ingressClassName' instead`];
  },
  columns,
  cells,
  describe,
});
