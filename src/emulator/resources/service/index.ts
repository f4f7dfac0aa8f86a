import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { addressesOf } from './addresses.ts';
import { allocate } from './allocate.ts';
import { cells, columns } from './columns.ts';
import { defaults } from './defaults.ts';
import { describe } from './describe.ts';
import { prepare } from './prepare.ts';
import type { Service } from './shapes.ts';
import { validate } from './validate.ts';
import { warnings } from './warnings.ts';
import { validateLoadBalancerStatus } from './validate-load-balancer.ts';

/** Service: an address that nobody has, and who stands behind it. */
export default defineKind<Service>({
  names: kindNames('Service', 'services', { shortNames: ['svc'], categories: ['all'] }),
  definition: 'V1Service',
  hasGeneration: false,
  subresources: ['status', 'proxy'],
  defaults,
  prepare: (service, old) => prepare(service, old),
  validate: (service, old) => validate(service, old),
  validateStatus: ({ spec, status }, old) =>
    validateLoadBalancerStatus(
      status?.loadBalancer?.ingress ?? [],
      old.status?.loadBalancer?.ingress ?? [],
      spec,
      'status.loadBalancer',
    ),
  companions: { resource: 'ipaddresses.networking.k8s.io', of: addressesOf },
  allocate,
  warnings,
  selectableFields: ({ spec }) => ({
    'spec.clusterIP': spec?.clusterIP ?? '',
    'spec.type': spec?.type ?? '',
  }),
  columns,
  cells,
  describe,
});
